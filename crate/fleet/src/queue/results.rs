//! The results of a queue, and what has them already.

use std::{collections::HashSet, time::Duration};

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    stream::Stream,
};
use futures_util::StreamExt as _;

use super::{
    Ear, Queue, QueueError,
    patience::{Trouble, patiently},
};
use crate::journal::Entry;

/// The messages of a stream, in their order, up to what was the last when the reading began or was extended.
#[derive(Debug)]
pub struct Results {
    stream: Stream,
    ear: Ear,
    /// The next one to be read, from 1.
    next: u64,
    last: u64,
    is_of_subjects: bool,
    read: std::vec::IntoIter<jetstream::Message>,
}

/// How many are fetched at a time.
const BATCH: usize = 2000;
/// How long a server keeps what reads them, if it is not asked.
const IDLE: Duration = Duration::from_secs(30);
/// How long a batch may take.
const FETCH: Duration = Duration::from_secs(10);

impl Queue {
    /// The results that are in it now.
    ///
    /// # Errors
    /// There is no such queue, or its servers cannot be reached.
    pub async fn results(&self) -> Result<Results, QueueError> {
        let mut results = self.read(self.streams().await?.results, false);
        results.extend().await?;
        Ok(results)
    }

    /// The dead letters that are in it now.
    ///
    /// # Errors
    /// As [`Queue::results`].
    pub async fn dead(&self) -> Result<Results, QueueError> {
        let mut results = self.read(self.streams().await?.dead, false);
        results.extend().await?;
        Ok(results)
    }

    /// The last parts of the subjects that have a message in a stream.
    pub(super) async fn devices(&self, stream: &Stream) -> Result<HashSet<String>, QueueError> {
        let mut results = self.read(stream.clone(), true);
        results.extend().await?;
        let mut devices = HashSet::new();
        while let Some(message) = results.message().await? {
            devices.extend(message.subject.rsplit('.').next().map(str::to_owned));
        }
        Ok(devices)
    }

    fn read(&self, stream: Stream, is_of_subjects: bool) -> Results {
        Results {
            stream,
            ear: self.ear.clone(),
            next: 1,
            last: 0,
            is_of_subjects,
            read: Vec::new().into_iter(),
        }
    }
}

impl Results {
    /// Goes on to what has come since.
    ///
    /// # Errors
    /// The servers cannot be reached.
    pub async fn extend(&mut self) -> Result<(), QueueError> {
        let stream = &self.stream;
        let info = patiently(&self.ear, "read its results", || async {
            stream.get_info().await.map_err(Trouble::passing)
        });
        self.last = info.await?.state.last_sequence;
        Ok(())
    }

    /// The next result with its JSON as it was written. What is none of this program is left out.
    ///
    /// # Errors
    /// The servers cannot be reached.
    pub async fn next(&mut self) -> Result<Option<(Entry, String)>, QueueError> {
        while let Some(json) = self.next_text().await? {
            if let Ok(entry) = serde_json::from_str(&json) {
                return Ok(Some((entry, json)));
            }
        }
        Ok(None)
    }

    /// The next message as text.
    ///
    /// # Errors
    /// The servers cannot be reached.
    pub async fn next_text(&mut self) -> Result<Option<String>, QueueError> {
        let message = self.message().await?;
        Ok(message.map(|message| String::from_utf8_lossy(&message.payload).into_owned()))
    }

    async fn message(&mut self) -> Result<Option<jetstream::Message>, QueueError> {
        loop {
            if let Some(message) = self.read.next() {
                return Ok(Some(message));
            }
            if self.next > self.last {
                return Ok(None);
            }
            self.fetch().await?;
        }
    }

    async fn fetch(&mut self) -> Result<(), QueueError> {
        let Self { stream, ear, next, last, is_of_subjects, .. } = self;
        let (next, last, headers_only) = (*next, *last, *is_of_subjects);
        let reader = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: next },
            ack_policy: AckPolicy::None,
            inactive_threshold: IDLE,
            memory_storage: true,
            num_replicas: 1,
            headers_only,
            ..pull::Config::default()
        };
        let (read, upto) = patiently(ear, "read its results", || async {
            let consumer: PullConsumer =
                stream.create_consumer(reader.clone()).await.map_err(Trouble::passing)?;
            let (mut read, mut upto) = (Vec::new(), next - 1);
            while upto < last {
                let batch =
                    consumer.fetch().max_messages(BATCH).messages().await.map_err(Trouble::passing)?;
                let before = upto;
                let all = tokio::time::timeout(FETCH, batch.collect::<Vec<_>>()).await;
                for message in all.map_err(Trouble::passing)? {
                    let message = message.map_err(Trouble::passing)?;
                    let sequence = message.info().map_err(Trouble::passing)?.stream_sequence;
                    if sequence > upto {
                        upto = sequence;
                        read.push(message);
                    }
                }
                if upto == before {
                    return Err(Trouble::passing("the server gives nothing"));
                }
                // What was read is given away before more is.
                if read.len() >= BATCH {
                    break;
                }
            }
            let name = consumer.cached_info().name.clone();
            // One that stays is forgotten by the server itself.
            let _ = stream.delete_consumer(&name).await;
            Ok((read, upto))
        })
        .await?;
        self.read = read.into_iter();
        self.next = upto + 1;
        Ok(())
    }
}
