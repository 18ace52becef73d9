//! `fleet submit`, `fleet work` and `fleet watch`: several machines that share a queue on NATS JetStream.

mod args;
mod submit;
mod watch;
mod work;

pub(super) use args::{PerhapsQueue, SubmitArgs, WatchArgs, WorkArgs};
use dps_x509_fleet::queue::{Queue, QueueError};
pub(super) use submit::submit;
pub(super) use watch::watch;
pub(super) use work::work;

use crate::{exit::Exit, refusal};

/// The queue cannot be used, because of this.
pub(super) fn failed(error: &QueueError, is_json: bool) -> Exit {
    refusal::tell(&[error.finding()], is_json);
    match error {
        QueueError::Address { .. }
        | QueueError::File { .. }
        | QueueError::NoSuchQueue { .. }
        | QueueError::List(_) => Exit::Usage,
        _ => Exit::NoConnection,
    }
}

/// The queue that the flags say.
async fn open(queue: &args::QueueArgs, is_json: bool) -> Result<Queue, Exit> {
    Queue::open(&queue.connection(), queue.name()).await.map_err(|error| failed(&error, is_json))
}

impl PerhapsQueue {
    /// The queue that the flags say, if they say one.
    pub(super) async fn open(&self, is_json: bool) -> Option<Result<Queue, Exit>> {
        let connection = self.connection()?;
        Some(Queue::open(&connection, self.name()).await.map_err(|error| failed(&error, is_json)))
    }
}
