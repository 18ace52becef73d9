//! A worker: takes devices from the queue and brings each to its one result.

mod bring;
mod floor;
mod left;
mod pull;

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use async_nats::jetstream::consumer::PullConsumer;
use dps_x509_net::Cancellation;
use tokio::{
    sync::{Semaphore, watch},
    time::{Instant, sleep},
};

use super::{
    Queue, QueueError, Streams, WORKERS,
    patience::{Trouble, patiently},
    share::Share,
};
use crate::{
    pace::Rate,
    plan::Plan,
    run::{Progress, chance},
    summary::Summary,
};
use floor::Floor;
use pull::{AHEAD, PULL};

/// What a worker does, and within which limits.
#[derive(Debug)]
#[non_exhaustive]
pub struct Work {
    /// What the devices share. Names are those of the messages.
    pub plan: Arc<Plan>,
    /// Most registrations of an ID scope, of all workers together.
    pub rate: Option<Rate>,
    /// Most devices under way at once, those included that wait to be tried again.
    pub at_once: NonZeroUsize,
    /// How often a device is tried whose failure may pass, by all workers together.
    pub attempts: u32,
    /// Whether it waits for more once the queue is empty.
    pub does_stay: bool,
    /// After how many devices of its own without a hub it begins no more.
    pub stop_after_errors: Option<u64>,
    /// When it begins no more.
    pub until: Option<Instant>,
    /// What it is called in the results.
    pub worker: String,
}

/// What a worker came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Worked {
    /// Why it is over.
    pub stopped: Stopped,
    /// Of the results that it brought.
    pub summary: Summary,
}

/// Why a worker is over.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever works has to have an answer to each")]
pub enum Stopped {
    /// The queue is empty.
    Done,
    /// It was stopped.
    Stopped,
    /// Its time was over.
    TimeOver,
    /// As many devices as were allowed have no hub.
    TooManyErrors,
    /// Of the first devices it could use none: so many that the reason is this worker's. They were given back.
    NothingUsable(u64),
    /// The queue cannot be used any more.
    Failed(QueueError),
}

/// What all devices of a worker need.
struct Shared {
    work: Work,
    queue: Queue,
    streams: Streams,
    share: Share,
    /// How often the server is told that a device is under way.
    beat: Duration,
    slots: Arc<Semaphore>,
    ahead: Arc<Semaphore>,
}

impl Work {
    /// Everything as it is by default, at this rate; `None` is as fast as it goes.
    #[must_use]
    pub fn new(plan: Arc<Plan>, rate: Option<Rate>) -> Self {
        Self {
            plan,
            rate,
            at_once: NonZeroUsize::MIN.saturating_add(99),
            attempts: 5,
            does_stay: false,
            stop_after_errors: None,
            until: None,
            worker: format!("worker-{:012x}", chance() >> 16),
        }
    }

    /// Works until the queue is empty, or one of the limits or `stop`: then it takes no more, and those under way come to
    /// their end. Each result that is stored is given to `report` as a line of JSON.
    pub async fn run(
        self,
        queue: &Queue,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
        report: impl FnMut(&str),
    ) -> Worked {
        let worked = |stopped| Worked { stopped, summary: Summary::default() };
        let found = tokio::select! {
            found = self.find(queue) => found,
            () = stop.cancelled() => return worked(Stopped::Stopped),
        };
        let (streams, workers) = match found {
            Ok(found) => found,
            Err(error) => return worked(Stopped::Failed(error)),
        };
        let share = Share::new(queue.client.clone(), self.worker.clone(), self.rate);
        if let Err(error) = share.look(&mut queue.ear.remember()).await {
            return worked(Stopped::Failed(error));
        }
        let shared = Shared {
            share,
            queue: queue.clone(),
            streams,
            beat: (workers.cached_info().config.ack_wait / 3).max(Duration::from_millis(100)),
            slots: Arc::new(Semaphore::new(self.at_once.get().min(Semaphore::MAX_PERMITS))),
            ahead: Arc::new(Semaphore::new(AHEAD)),
            work: self,
        };
        Floor::new(Arc::new(shared), report).go(workers, stop, progress).await
    }

    /// The queue, once it is there.
    async fn find(&self, queue: &Queue) -> Result<(Streams, PullConsumer), QueueError> {
        let streams = loop {
            match queue.streams().await {
                Err(QueueError::NoSuchQueue { .. }) if self.does_stay => sleep(PULL).await,
                streams => break streams?,
            }
        };
        let workers = patiently(&queue.ear, "find its consumer", || async {
            streams.work.get_consumer(WORKERS).await.map_err(Trouble::passing)
        });
        Ok((streams.clone(), workers.await?))
    }
}
