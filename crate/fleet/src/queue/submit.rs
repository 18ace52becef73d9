//! Into the queue: every device of a list once.

use std::{collections::HashSet, num::NonZeroUsize, path::Path, sync::Arc, time::Duration};

use async_nats::jetstream::{context::PublishErrorKind, message::PublishMessage};
use dps_x509_core::finding::Severity;
use dps_x509_net::Cancellation;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    Queue, QueueError,
    message::{self, Message},
    patience::{Trouble, patiently},
};
use crate::{
    device::{self, Name, Unusable},
    files,
    list::{List, ListError, Row, RowFault},
    plan::Plan,
};

/// What is to be put into a queue.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Submit {
    /// The devices.
    pub list: List,
    /// What says their names. Where their keys are is for the workers to know.
    pub plan: Arc<Plan>,
    /// How many servers keep a copy of each message, for a queue that is not there yet.
    pub copies: NonZeroUsize,
    /// After how long without a sign of life of its worker a device is given to another, for a queue that is not there yet.
    pub lost_after: Duration,
}

/// What came of it, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Submitted {
    /// Devices that are in the queue now and were not before.
    pub new: u64,
    /// Devices that were in it already.
    pub before: u64,
    /// Devices that have their result, or ended as dead letters.
    pub done: u64,
    /// Rows with a device that stands in the list already.
    pub twice: u64,
    /// Rows that were left out.
    pub unusable: u64,
}

impl Submitted {
    /// Rows that were looked at.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.new + self.before + self.done + self.twice + self.unusable
    }
}

/// Messages that are under way to the server at a time.
const UNDER_WAY: usize = 256;
/// Rows that wait for that.
const ROWS: usize = 256;

impl Submit {
    /// With a single copy, and half a minute.
    #[must_use]
    pub const fn new(list: List, plan: Arc<Plan>) -> Self {
        Self { list, plan, copies: NonZeroUsize::MIN, lost_after: Duration::from_secs(30) }
    }

    /// Looks at every row before anything is submitted, and says what is wrong with each that is left out. None of a list
    /// that can be read once only.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn look(&self, mut each: impl FnMut(Unusable)) -> Result<(), ListError> {
        if !self.list.is_lasting() {
            return Ok(());
        }
        for row in self.list.rows()? {
            if let Err(unusable) = self.message(row?) {
                each(*unusable);
            }
        }
        Ok(())
    }

    /// Puts every device of the list into the queue that has no result there and is not in it, and makes the queue unless it
    /// is there. Those that are left out are told to `each`.
    ///
    /// # Errors
    /// The list cannot be read to its end, or the queue cannot be used.
    pub async fn run(
        self,
        queue: &Queue,
        stop: &Cancellation,
        progress: &watch::Sender<Submitted>,
        mut each: impl FnMut(Unusable),
    ) -> Result<Submitted, QueueError> {
        let streams = queue.make(self.copies.get(), self.lost_after).await?;
        let mut done = queue.devices(&streams.results).await?;
        done.extend(queue.devices(&streams.dead).await?);
        let (mut seen, mut count) = (HashSet::new(), Submitted::default());
        let most = queue.client.server_info().max_payload;
        let (mut rows, mut sending) = (self.rows(), JoinSet::new());
        let mut has_rows = true;
        while has_rows || !sending.is_empty() {
            tokio::select! {
                biased;
                () = stop.cancelled(), if has_rows => has_rows = false,
                Some(sent) = sending.join_next() => match sent {
                    Ok(Ok(Put::New)) => count.new += 1,
                    Ok(Ok(Put::There)) => count.before += 1,
                    Ok(Err(error)) => return Err(error),
                    // Nothing panics there.
                    Err(_) => {}
                },
                row = rows.recv(), if has_rows && sending.len() < UNDER_WAY => match row {
                    None => has_rows = false,
                    Some(Err(error)) => return Err(QueueError::List(error)),
                    Some(Ok(Err(unusable))) => {
                        count.unusable += 1;
                        each(*unusable);
                    }
                    Some(Ok(Ok(message))) => {
                        let (key, bytes) = (message.key(), message.bytes());
                        let device = key.to_string();
                        if !seen.insert(key) {
                            count.twice += 1;
                        } else if done.contains(&device) {
                            count.done += 1;
                        } else if bytes.len() > most {
                            count.unusable += 1;
                            each(too_long(message.name(), bytes.len(), most));
                        } else {
                            let subject = queue.name.subject("work", &device);
                            let queue = queue.clone();
                            sending.spawn(async move { put(&queue, subject, bytes.into()).await });
                        }
                    }
                },
            }
            progress.send_replace(count);
        }
        Ok(count)
    }

    /// The rows as messages, from a thread of its own.
    fn rows(&self) -> mpsc::Receiver<Result<Result<Message, Box<Unusable>>, ListError>> {
        let (sender, rows) = mpsc::channel(ROWS);
        let submit = self.clone();
        std::thread::spawn(move || match submit.list.rows() {
            Ok(all) => {
                for row in all {
                    let row = row.map(|row| submit.message(row));
                    let is_end = row.is_err();
                    if sender.blocking_send(row).is_err() || is_end {
                        return;
                    }
                }
            }
            Err(error) => drop(sender.blocking_send(Err(error))),
        });
        rows
    }

    /// What is sent of a row.
    fn message(&self, row: Result<Row, RowFault>) -> Result<Message, Box<Unusable>> {
        let row = row.map_err(|fault| Box::new(Unusable::row(&fault)))?;
        let mut name = Name::of(&row);
        let refuse =
            |name: &Name, finding| Box::new(Unusable { name: name.clone(), findings: vec![finding] });
        if let Some(finding) = message::secret(&row) {
            return Err(refuse(&name, finding));
        }
        let fault = |name: &Name, fault| {
            Box::new(Unusable { name: name.clone(), findings: vec![device::fault(&row, fault)] })
        };
        let named = self.plan.named(&row).map_err(|error| fault(&name, error))?;
        (name.id_scope, name.device) = (named.id_scope, named.registration_id);
        if name.device.is_none() {
            // What has no name in the list has it in its certificate, if that can be read from here.
            let given = self.plan.given(&row).map_err(|_| refuse(&name, device::lacks(&name)))?;
            name.device = files::name_of_leaf(&given.from).map_err(|finding| refuse(&name, *finding))?;
        }
        let (Some(id_scope), Some(device)) = (&name.id_scope, &name.device) else {
            return Err(refuse(&name, device::lacks(&name)));
        };
        let wrong = device::wrong_name(&self.plan, id_scope, device);
        if wrong.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(Box::new(Unusable { name: name.clone(), findings: wrong }));
        }
        let columns = row.columns().filter_map(|column| {
            let value = row.get(column)?;
            Some((column.to_owned(), self.relative(value).to_owned()))
        });
        Ok(Message::new(&row, id_scope.clone(), device.clone(), columns.collect()))
    }

    /// A path as a worker finds it below its own folder: of a folder of devices the rows say whole paths.
    fn relative<'a>(&self, value: &'a str) -> &'a str {
        let List::Folder(folder) = &self.list else { return value };
        let inside = folder.canonicalize().ok().and_then(|folder| Path::new(value).strip_prefix(folder).ok());
        inside.and_then(Path::to_str).unwrap_or(value)
    }
}

fn too_long(name: Name, bytes: usize, most: usize) -> Unusable {
    let reason = format!("it has {bytes} bytes, and the NATS server takes {most} in a message (max_payload)");
    Unusable::row(&RowFault { number: name.row, line: name.line, reason })
}

/// What came of a message that is to be the only one on its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// It is stored.
    New,
    /// There is one, and this one was not stored.
    There,
}

/// Stores a message, unless there is one on its subject.
///
/// # Errors
/// The servers cannot be reached for two minutes, or refuse it.
pub(super) async fn put(queue: &Queue, subject: String, bytes: bytes::Bytes) -> Result<Put, QueueError> {
    let mut is_again = false;
    patiently(&queue.ear, "store a message", || {
        let message = PublishMessage::build().payload(bytes.clone()).expected_last_subject_sequence(0);
        let (was_tried, subject) = (std::mem::replace(&mut is_again, true), subject.clone());
        async move {
            let failed = |error: async_nats::jetstream::context::PublishError| match error.kind() {
                // One that was sent before, and whose answer was lost, is the one that is there.
                PublishErrorKind::WrongLastSequence if was_tried => Ok(Put::New),
                PublishErrorKind::WrongLastSequence => Ok(Put::There),
                PublishErrorKind::MaxPayloadExceeded => {
                    Err(QueueError::Told { name: queue.name.clone(), reason: error.to_string() }.into())
                }
                _ => Err(Trouble::passing(error)),
            };
            match queue.context.send_publish(subject, message).await {
                Ok(answer) => answer.await.map_or_else(failed, |_| Ok(Put::New)),
                Err(error) => failed(error),
            }
        }
    })
    .await
}
