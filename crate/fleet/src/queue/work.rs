//! A worker: takes devices from the queue and brings each to its one result.

use std::{
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_nats::jetstream::{self, AckKind, consumer::PullConsumer, stream::LastRawMessageErrorKind};
use dps_x509_core::session::{Class, retry};
use dps_x509_net::Cancellation;
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, interval, sleep, sleep_until, timeout},
};

use super::{
    Queue, QueueError, Streams, WORKERS,
    message::Message,
    patience::{Trouble, patiently},
    share::Share,
    submit::{Put, put},
};
use crate::{
    device::Device,
    journal::{Entry, Standing},
    pace::Rate,
    plan::Plan,
    run::{self, Progress, chance},
    summary::Summary,
};

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

/// Devices that are taken before their turn comes. If the worker is killed, they count as given out.
const AHEAD: usize = 16;
/// How long a worker waits at the queue before it looks whether there is anything to come.
const PULL: Duration = Duration::from_secs(1);
/// What a server gets besides, to say that there is nothing.
const GRACE: Duration = Duration::from_secs(2);
/// How often a device is given out without anybody bringing a result, besides those times that it is tried.
const LOST: u32 = 10;
/// How often a device is looked at by a worker that cannot use its files: another may have them.
const LOOKS: u32 = 3;
/// How many of them, if none can be used, are too many.
const UNUSABLE: u64 = 20;

/// What the puller brings.
enum Pulled {
    Message(Box<jetstream::Message>, Place),
    /// There is nothing to take.
    Empty,
}

/// A place among those that are under way, and one among those whose turn has not come.
struct Place(OwnedSemaphorePermit, OwnedSemaphorePermit);

/// What became of a message.
enum Step {
    /// It has a result, by this worker.
    Kept(Map<String, Value>),
    /// It had one.
    Had,
    /// It is given back, to be tried again.
    Again,
    /// It is given back, for its files cannot be used here.
    NotHere,
    Dead,
    Failed(QueueError),
}

/// What all devices of a worker need.
struct Bench {
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
        let bench = Bench {
            share: Share::new(queue.client.clone(), self.worker.clone(), self.rate),
            queue: queue.clone(),
            streams,
            beat: (workers.cached_info().config.ack_wait / 3).max(Duration::from_millis(100)),
            slots: Arc::new(Semaphore::new(self.at_once.get().min(Semaphore::MAX_PERMITS))),
            ahead: Arc::new(Semaphore::new(AHEAD)),
            work: self,
        };
        Floor { bench: Arc::new(bench), tasks: JoinSet::new(), count: Progress::default(), usable: 0, report }
            .go(workers, stop, progress)
            .await
    }

    /// The queue, once it is there.
    async fn find(&self, queue: &Queue) -> Result<(Streams, PullConsumer), QueueError> {
        let streams = loop {
            match queue.streams().await {
                Err(QueueError::NoSuchQueue { .. }) if self.does_stay => sleep(PULL).await,
                streams => break streams?,
            }
        };
        let workers = patiently("find its consumer", || async {
            streams.work.get_consumer(WORKERS).await.map_err(Trouble::passing)
        });
        Ok((streams.clone(), workers.await?))
    }
}

/// Everything that is under way.
struct Floor<R> {
    bench: Arc<Bench>,
    tasks: JoinSet<Step>,
    count: Progress,
    /// Devices whose files could be used.
    usable: u64,
    report: R,
}

impl<R: FnMut(&str)> Floor<R> {
    async fn go(
        mut self,
        workers: PullConsumer,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
    ) -> Worked {
        let (sender, mut pulled) = mpsc::channel(1);
        let puller = tokio::spawn(pull(workers, Arc::clone(&self.bench), sender));
        let (mut ending, mut summary) = (None, Summary::default());
        let work = &self.bench.work;
        let (until, most, does_stay) = (work.until, work.stop_after_errors, work.does_stay);
        let stopped = loop {
            progress.send_replace(self.progress(ending.is_some()));
            if ending.is_some() {
                puller.abort();
                if self.tasks.is_empty() {
                    break ending.unwrap_or(Stopped::Done);
                }
            }
            let is_ending = ending.is_some();
            let over = until.unwrap_or_else(Instant::now);
            tokio::select! {
                biased;
                () = stop.cancelled(), if !is_ending => ending = Some(Stopped::Stopped),
                () = sleep_until(over), if !is_ending && until.is_some() => ending = Some(Stopped::TimeOver),
                Some(step) = self.tasks.join_next() => {
                    if let Some(end) = self.take(step.unwrap_or(Step::Again), most, &mut summary) {
                        ending.get_or_insert(end);
                    }
                }
                next = pulled.recv(), if !is_ending => match next {
                    Some(Pulled::Message(message, place)) => {
                        self.tasks.spawn(bring(Arc::clone(&self.bench), *message, place));
                    }
                    Some(Pulled::Empty) if self.tasks.is_empty() && !does_stay => {
                        let queue = self.bench.queue.clone();
                        tokio::select! {
                            counts = queue.counts() => match counts {
                                Ok(counts) if counts.open() == 0 => ending = Some(Stopped::Done),
                                Ok(_) => {}
                                Err(error) => ending = Some(Stopped::Failed(error)),
                            },
                            () = stop.cancelled() => ending = Some(Stopped::Stopped),
                        }
                    }
                    Some(Pulled::Empty) => {}
                    // It does not end by itself.
                    None => ending = Some(Stopped::Stopped),
                },
            }
        };
        Worked { stopped, summary }
    }

    fn progress(&self, is_ending: bool) -> Progress {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let bench = &self.bench;
        let taken = bench.work.at_once.get().saturating_sub(bench.slots.available_permits());
        let turn = AHEAD.saturating_sub(bench.ahead.available_permits()).min(self.tasks.len());
        let running = self.tasks.len().saturating_sub(turn);
        Progress {
            under_way: number(running),
            waiting: number(taken.saturating_sub(running)),
            share: bench.share.slowest(),
            is_ending,
            ..self.count
        }
    }

    /// What came of a message; why no more are taken, if that is so.
    fn take(&mut self, step: Step, most: Option<u64>, summary: &mut Summary) -> Option<Stopped> {
        match step {
            Step::Kept(object) => {
                let json = Value::Object(object).to_string();
                (self.report)(&json);
                let Ok(entry) = serde_json::from_str::<Entry>(&json) else { return None };
                let is_unusable = entry.outcome == Class::InvalidSettings.as_str();
                self.usable += u64::from(!is_unusable);
                match entry.standing() {
                    Standing::Assigned => self.count.assigned += 1,
                    _ if is_unusable => self.count.unusable += 1,
                    _ if entry.outcome == Class::Refused.as_str() => self.count.refused += 1,
                    _ => self.count.failed += 1,
                }
                summary.add(&entry);
            }
            Step::Had => self.count.done_before += 1,
            Step::Again => self.usable += 1,
            Step::NotHere => self.count.not_here += 1,
            Step::Dead => self.count.dead += 1,
            Step::Failed(error) => return Some(Stopped::Failed(error)),
        }
        if self.usable == 0 && self.count.not_here >= UNUSABLE {
            return Some(Stopped::NothingUsable(self.count.not_here));
        }
        let is_enough = most.is_some_and(|most| self.count.errors() >= most);
        is_enough.then_some(Stopped::TooManyErrors)
    }
}

/// Takes messages as there are places for them.
async fn pull(workers: PullConsumer, bench: Arc<Bench>, sender: mpsc::Sender<Pulled>) {
    loop {
        let place = async {
            let slot = Arc::clone(&bench.slots).acquire_owned().await.ok()?;
            Some(Place(slot, Arc::clone(&bench.ahead).acquire_owned().await.ok()?))
        };
        // They are never closed.
        let Some(first) = place.await else { return };
        let more = || {
            let slot = Arc::clone(&bench.slots).try_acquire_owned().ok()?;
            Some(Place(slot, Arc::clone(&bench.ahead).try_acquire_owned().ok()?))
        };
        let mut places: Vec<_> = std::iter::once(first).chain(std::iter::from_fn(more).take(AHEAD)).collect();
        let (mut is_any, mut has_failed) = (false, false);
        match workers.batch().max_messages(places.len()).expires(PULL).messages().await {
            Ok(mut batch) => {
                // A server that goes away does not say that there is nothing.
                while let Ok(Some(message)) = timeout(PULL + GRACE, batch.next()).await {
                    match message {
                        Ok(message) => {
                            let Some(place) = places.pop() else { break };
                            is_any = true;
                            if sender.send(Pulled::Message(Box::new(message), place)).await.is_err() {
                                return;
                            }
                        }
                        Err(_) => has_failed = true,
                    }
                }
            }
            Err(_) => has_failed = true,
        }
        drop(places);
        if has_failed {
            sleep(PULL / 4).await;
        }
        if !is_any && sender.send(Pulled::Empty).await.is_err() {
            return;
        }
    }
}

/// Says again and again that a device is under way, until it is dropped.
struct Beat(JoinHandle<()>);

impl Beat {
    fn of(message: &Arc<jetstream::Message>, every: Duration) -> Self {
        let message = Arc::clone(message);
        Self(tokio::spawn(async move {
            let mut tick = interval(every);
            tick.tick().await;
            loop {
                tick.tick().await;
                // One that is lost is followed by others; if all are, another worker gets the device.
                let _ = message.ack_with(AckKind::Progress).await;
            }
        }))
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Brings a device to its result, or gives it back.
async fn bring(bench: Arc<Bench>, message: jetstream::Message, place: Place) -> Step {
    let message = Arc::new(message);
    let _beat = Beat::of(&message, bench.beat);
    match bench.bring(&message, place).await {
        Ok(step) => step,
        Err(error) => Step::Failed(error),
    }
}

impl Bench {
    async fn bring(
        &self,
        message: &jetstream::Message,
        Place(slot, ahead): Place,
    ) -> Result<Step, QueueError> {
        let device = message.subject.rsplit('.').next().unwrap_or_default().to_owned();
        let given = message.info().map_or(1, |info| u32::try_from(info.delivered).unwrap_or(1)).max(1);
        if self.has_result(&device).await? {
            finish(message).await;
            return Ok(Step::Had);
        }
        let read = match Message::read(&message.payload) {
            Ok(read) if read.key().to_string() == device => read,
            Ok(_) => {
                return self.bury(message, &device, given, "its subject is that of another device").await;
            }
            Err(reason) => return self.bury(message, &device, given, &reason).await,
        };
        if given > self.work.attempts.saturating_add(LOST) {
            let reason = "it was given to workers again and again, and none brought a result; it may end the program that reads it";
            return self.bury(message, &device, given, reason).await;
        }
        let prepared = match Device::prepare(&read.to_row(), &self.work.plan).await {
            Ok(prepared) => prepared,
            Err(_) if given < LOOKS => {
                self.give_back(message, slot, retry::backoff(given - 1, None, chance())).await;
                return Ok(Step::NotHere);
            }
            Err(mut unusable) => {
                unusable.name = read.name();
                return self.keep(message, &device, unusable.to_json(SystemTime::now())).await;
            }
        };
        self.share.turn(&prepared.config().id_scope).await;
        drop(ahead);
        let report = self.provision(&prepared).await;
        let wait = report.result.as_ref().err().and_then(|shortfall| shortfall.retry_after);
        if let (Some(wait), true) = (wait, given < self.work.attempts) {
            let wait = retry::backoff(given - 1, Some(wait).filter(|wait| !wait.is_zero()), chance());
            self.give_back(message, slot, wait).await;
            return Ok(Step::Again);
        }
        self.keep(message, &device, prepared.to_json(&report, given, SystemTime::now())).await
    }

    async fn provision(&self, device: &Device) -> dps_x509_core::session::Report {
        let (busy, mut heard) = mpsc::unbounded_channel::<run::Busy>();
        let provisioning = run::provision(device, &busy);
        tokio::pin!(provisioning);
        loop {
            tokio::select! {
                Some(busy) = heard.recv() => self.share.busy(&busy.scope, busy.wait),
                report = &mut provisioning => return report,
            }
        }
    }

    async fn has_result(&self, device: &str) -> Result<bool, QueueError> {
        let subject = self.queue.name().subject("results", device);
        let (stream, subject) = (&self.streams.results, &subject);
        patiently("look for a result", || async {
            match stream.get_last_raw_message_by_subject(subject).await {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
                Err(error) => Err(Trouble::passing(error)),
            }
        })
        .await
    }

    /// Stores a result, and then alone takes the device out of the queue.
    async fn keep(
        &self,
        message: &jetstream::Message,
        device: &str,
        mut result: Map<String, Value>,
    ) -> Result<Step, QueueError> {
        result.insert("worker".into(), json!(self.work.worker));
        let bytes = Value::Object(result.clone()).to_string().into_bytes();
        let subject = self.queue.name().subject("results", device);
        let put = put(&self.queue.context, self.queue.name(), subject, bytes.into()).await?;
        finish(message).await;
        Ok(match put {
            Put::New => Step::Kept(result),
            Put::There => Step::Had,
        })
    }

    /// A message that nobody can do anything with.
    async fn bury(
        &self,
        message: &jetstream::Message,
        device: &str,
        given: u32,
        reason: &str,
    ) -> Result<Step, QueueError> {
        let letter = json!({
            "version": 1,
            "reason": reason,
            "deliveries": given,
            "subject": message.subject.as_str(),
            "message": String::from_utf8_lossy(&message.payload),
            "worker": self.work.worker,
        });
        let subject = self.queue.name().subject("dead", device);
        put(&self.queue.context, self.queue.name(), subject, letter.to_string().into_bytes().into()).await?;
        finish(message).await;
        Ok(Step::Dead)
    }

    /// To be given out again after a time. Its place stays taken for so long: when the network is away, a worker stands
    /// still and does not go through the whole queue.
    async fn give_back(&self, message: &jetstream::Message, slot: OwnedSemaphorePermit, wait: Duration) {
        // If this is lost, the server gives it out when it has not heard of it for long enough.
        let _ = message.ack_with(AckKind::Nak(Some(wait))).await;
        tokio::spawn(async move {
            sleep(wait).await;
            drop(slot);
        });
    }
}

/// Takes a message out of the queue. One that stays there is found to have its result when it is given out again.
async fn finish(message: &jetstream::Message) {
    for _ in 0..3 {
        if matches!(timeout(PULL + GRACE, message.double_ack()).await, Ok(Ok(()))) {
            return;
        }
    }
}
