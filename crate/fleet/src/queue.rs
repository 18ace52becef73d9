//! Several machines: a queue of devices on NATS JetStream, and workers that take from it.
//!
//! Of each run at each site there are three streams. `work` is a work queue with a message for each device that has no
//! result yet. `results` has one subject a device, and takes a message only if there is none on its subject
//! (`Nats-Expected-Last-Subject-Sequence: 0`): a second result of a device is refused, whoever sends it and whenever.
//! `dead` takes what no worker could make anything of. A worker takes a message, tells the server that it is still at it
//! while the device is under way, stores the result, and then alone removes the message: whatever is killed in between,
//! the device is still in `work`, or has its result, or both.

mod connect;
mod ear;
mod error;
mod message;
mod name;
mod patience;
mod results;
mod share;
mod submit;
mod work;

use std::time::Duration;

use async_nats::jetstream::{
    Context,
    consumer::{self, AckPolicy, PullConsumer},
    stream::{Config, RetentionPolicy, Stream},
};

pub use connect::{Connection, Login};
pub use error::{QueueError, TlsFiles};
pub use name::{QueueName, Word, WordError};
pub use results::Results;
pub use submit::{Submit, Submitted};
pub use work::{Stopped, Work, Worked};

use ear::Ear;
use patience::{Trouble, patiently};

/// A queue that is connected to.
#[derive(Debug, Clone)]
pub struct Queue {
    name: QueueName,
    client: async_nats::Client,
    context: Context,
    ear: Ear,
}

/// What is in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Devices that wait for a worker.
    pub waiting: u64,
    /// Devices that a worker has, or that wait to be tried again.
    pub under_way: u64,
    /// Devices with a result.
    pub results: u64,
    /// Dead letters.
    pub dead: u64,
}

impl Counts {
    /// Devices without an end.
    #[must_use]
    pub const fn open(&self) -> u64 {
        self.waiting + self.under_way
    }
}

/// The streams of a queue.
#[derive(Debug, Clone)]
struct Streams {
    work: Stream,
    results: Stream,
    dead: Stream,
}

/// What all workers of a queue are, to its server.
const WORKERS: &str = "workers";

/// How long one request to a server may take.
const REQUEST: Duration = Duration::from_secs(5);

impl Queue {
    /// Connects to the servers of a queue.
    ///
    /// # Errors
    /// None can be reached, or they do not let this client in.
    pub async fn open(connection: &Connection, name: QueueName) -> Result<Self, QueueError> {
        let ear = Ear::of(name.clone());
        let client = connection.client(&ear).await?;
        let mut context = match &connection.domain {
            Some(domain) => async_nats::jetstream::with_domain(client.clone(), domain),
            None => async_nats::jetstream::new(client.clone()),
        };
        context.set_timeout(REQUEST);
        Ok(Self { name, client, context, ear })
    }

    /// Which run it is of, and which site.
    #[must_use]
    pub const fn name(&self) -> &QueueName {
        &self.name
    }

    /// What is in it now.
    ///
    /// # Errors
    /// There is no such queue, or its servers cannot be reached.
    pub async fn counts(&self) -> Result<Counts, QueueError> {
        let streams = self.streams().await?;
        patiently(&self.ear, "count what is in it", || async {
            let messages = |stream: Stream| async move {
                let info = stream.get_info().await.map_err(Trouble::passing)?;
                Ok::<_, Trouble>(info.state.messages)
            };
            let workers: PullConsumer = streams.work.get_consumer(WORKERS).await.map_err(Trouble::passing)?;
            let waiting = workers.cached_info().num_pending;
            // In this order: what gets its result meanwhile is counted twice rather than not at all.
            let open = messages(streams.work.clone()).await?;
            Ok(Counts {
                waiting: waiting.min(open),
                under_way: open.saturating_sub(waiting),
                results: messages(streams.results.clone()).await?,
                dead: messages(streams.dead.clone()).await?,
            })
        })
        .await
    }

    /// The streams of a queue that is there.
    async fn streams(&self) -> Result<Streams, QueueError> {
        let stream = |name: String| async move {
            patiently(&self.ear, "find its streams", || async {
                self.context.get_stream(&name).await.map_err(|error| {
                    use async_nats::jetstream::{ErrorCode, context::GetStreamErrorKind};
                    match error.kind() {
                        GetStreamErrorKind::JetStream(told)
                            if told.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                        {
                            QueueError::NoSuchQueue { name: self.name.clone() }.into()
                        }
                        GetStreamErrorKind::JetStream(told) => self.told(&told),
                        _ if is_without_jetstream(&error) => Trouble::Doubtful(QueueError::NoJetStream),
                        _ => Trouble::passing(error),
                    }
                })
            })
            .await
        };
        Ok(Streams {
            results: stream(self.name.stream("results")).await?,
            dead: stream(self.name.stream("dead")).await?,
            work: stream(self.name.stream("work")).await?,
        })
    }

    /// The streams, made unless they are there: so many copies of each, and after so long without a sign of life of its
    /// worker a device is given to another.
    async fn make(&self, copies: usize, lost_after: Duration) -> Result<Streams, QueueError> {
        let stream = |what: &str, retention| Config {
            name: self.name.stream(what),
            subjects: vec![self.name.subject(what, "*")],
            retention,
            num_replicas: copies,
            max_consumers: -1,
            max_messages: -1,
            max_messages_per_subject: -1,
            max_bytes: -1,
            max_message_size: -1,
            description: Some(format!("dps-x509 fleet: {what} of {}", self.name)),
            ..Config::default()
        };
        let lasting =
            |what| Config { deny_delete: true, deny_purge: true, ..stream(what, RetentionPolicy::Limits) };
        let made = |config: Config| async move {
            patiently(&self.ear, "make its streams", || async {
                self.context.get_or_create_stream(config.clone()).await.map_err(|error| {
                    use async_nats::jetstream::context::CreateStreamErrorKind;
                    match error.kind() {
                        CreateStreamErrorKind::JetStream(told) => self.told(&told),
                        CreateStreamErrorKind::JetStreamUnavailable => {
                            Trouble::Doubtful(QueueError::NoJetStream)
                        }
                        _ => Trouble::passing(error),
                    }
                })
            })
            .await
        };
        // That of the work is made last: whoever finds it finds the others.
        let results = made(lasting("results")).await?;
        let dead = made(lasting("dead")).await?;
        let work = made(stream("work", RetentionPolicy::WorkQueue)).await?;
        let workers = consumer::pull::Config {
            durable_name: Some(WORKERS.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: lost_after,
            // How often is for the workers to judge: one that the server does not give out any more is lost.
            max_deliver: -1,
            max_ack_pending: -1,
            ..consumer::pull::Config::default()
        };
        patiently(&self.ear, "make its consumer", || async {
            work.get_or_create_consumer(WORKERS, workers.clone()).await.map_err(Trouble::passing)
        })
        .await?;
        Ok(Streams { work, results, dead })
    }

    /// What the server says to a request, and whether it may say another thing later.
    fn told(&self, error: &async_nats::jetstream::Error) -> Trouble {
        use async_nats::jetstream::ErrorCode;
        match error.error_code() {
            ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT => {
                Trouble::Doubtful(QueueError::NoJetStream)
            }
            // A server that has just started knows of no others yet, and a cluster without a leader of no one.
            ErrorCode::CLUSTER_NOT_AVAILABLE
            | ErrorCode::CLUSTER_NO_PEERS
            | ErrorCode::INSUFFICIENT_RESOURCES => Trouble::passing(error),
            // Of the server's own errors these do not pass by themselves.
            ErrorCode::STREAM_REPLICAS_NOT_SUPPORTED
            | ErrorCode::STORAGE_RESOURCES_EXCEEDED
            | ErrorCode::MEMORY_RESOURCES_EXCEEDED => self.refuses(error),
            _ if error.code() >= 500 => Trouble::passing(error),
            _ => self.refuses(error),
        }
    }

    fn refuses(&self, error: &async_nats::jetstream::Error) -> Trouble {
        QueueError::Told { name: self.name.clone(), reason: error.to_string() }.into()
    }
}

/// Whether nobody listens where JetStream would. The client has words for it, and not everywhere a kind.
fn is_without_jetstream(error: &dyn std::error::Error) -> bool {
    let text = error.to_string();
    text.contains("no responders") || text.contains("requested JetStream resource does not exist")
}
