//! A run: the devices of a list, so many at once, at a pace, each to one result that lasts.

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime},
};

use dps_x509_core::{
    name::IdScope,
    session::{Class, Event, Report, Seed, WaitReason, retry},
};
use dps_x509_net::{Cancellation, seed};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    device::{self, Device, Name, Unusable},
    journal::{Claim, Journal, JournalError, Keeper, Standing},
    key::Key,
    list::{List, ListError, Row, RowFault},
    pace::Pace,
    plan::Plan,
    shard::Shard,
};

/// What is to be done, and within which limits.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The devices.
    pub list: List,
    /// What they share.
    pub plan: Arc<Plan>,
    /// The part of the list.
    pub shard: Shard,
    /// How fast.
    pub pace: Pace,
    /// Most devices under way at once, those included that wait to be tried again.
    pub at_once: NonZeroUsize,
    /// How often a device is tried whose failure may pass, from 1.
    pub attempts: u32,
    /// Whether those that failed in an earlier run are tried again.
    pub does_retry_failed: bool,
    /// After how many devices without a hub no more are begun.
    pub stop_after_errors: Option<u64>,
    /// When no more are begun.
    pub until: Option<Instant>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Devices that an earlier run has done.
    pub done_before: u64,
    /// Rows with a device that stands in the list already.
    pub twice: u64,
    /// Devices that have got their hub.
    pub assigned: u64,
    /// Devices that the service refuses.
    pub refused: u64,
    /// Devices that came to nothing else, tried as often as was asked for.
    pub failed: u64,
    /// Rows that nothing can be dialled for.
    pub unusable: u64,
    /// Messages of a queue that no worker could make anything of.
    pub dead: u64,
    /// Devices of a queue that were given back, for their files cannot be used here.
    pub not_here: u64,
    /// Devices under way.
    pub under_way: u64,
    /// Devices that wait for their turn, or to be tried again.
    pub waiting: u64,
    /// How often the service said that it is busy.
    pub busy: u64,
    /// The slowest ID scope's share of the full rate, in hundredths.
    pub share: u32,
    /// Whether no more are begun.
    pub is_ending: bool,
}

impl Progress {
    /// Devices with a result of this run.
    #[must_use]
    pub const fn results(&self) -> u64 {
        self.assigned + self.errors()
    }

    /// Devices of this run without a hub.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.refused + self.failed + self.unusable + self.dead
    }
}

/// Why a run is over.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever runs has to have an answer to each")]
pub enum Ended {
    /// Every device of the list has its result.
    Done,
    /// It was stopped.
    Stopped,
    /// Its time was over.
    TimeOver,
    /// As many devices as were allowed have no hub.
    TooManyErrors,
    /// Results cannot be kept any more; those that were not, were not reported.
    NotKept(JournalError),
    /// The list cannot be read any further.
    NotRead(ListError),
}

/// How many devices are read ahead, so that the next is ready when its turn comes.
const AHEAD: usize = 32;

/// Rows that wait between the thread that reads and the run.
const ROWS: usize = 256;

impl Run {
    /// Everything as it is by default.
    #[must_use]
    pub fn new(list: List, plan: Plan, pace: Pace) -> Self {
        Self {
            list,
            plan: Arc::new(plan),
            shard: Shard::WHOLE,
            pace,
            at_once: NonZeroUsize::MIN.saturating_add(99),
            attempts: 5,
            does_retry_failed: false,
            stop_after_errors: None,
            until: None,
        }
    }

    /// Runs to the end of the list, or until one of the limits or `stop`: then no more are begun, and those under way
    /// come to their end. Dropping the future gives them up; they have no result then.
    pub async fn run(
        self,
        journal: &mut Journal,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
    ) -> Ended {
        let rows = read(self.list.clone());
        let (busy, heard) = mpsc::unbounded_channel();
        let floor = Floor {
            keeper: journal.keeper(),
            journal,
            until: self.until,
            run: self,
            tasks: JoinSet::new(),
            queue: VecDeque::new(),
            preparing: 0,
            again: 0,
            busy,
            count: Progress { share: 100, ..Progress::default() },
            ending: None,
        };
        floor.go(rows, heard, stop, progress).await
    }

    /// How many devices of the list are in this part of it; an estimate where the rows do not say their names.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn count(list: &List, plan: &Plan, shard: Shard) -> Result<u64, ListError> {
        let (mut sure, mut unsure) = (0_u64, 0_u64);
        for row in list.rows()? {
            let key = match row? {
                Err(_) => continue,
                Ok(row) => named(&row, plan),
            };
            match key {
                Some(key) => sure += u64::from(shard.contains(&key)),
                None => unsure += 1,
            }
        }
        Ok(sure + unsure / u64::from(shard.of()))
    }
}

/// What a row's device is remembered by, if the row says it.
fn named(row: &Row, plan: &Plan) -> Option<Key> {
    let mut name = Name::of(row);
    device::given(row, plan, &mut name).ok()?;
    name.device.is_some().then(|| name.key())
}

type ReadRow = Result<Result<Row, RowFault>, ListError>;

/// Reads the list on a thread of its own, as far ahead as there is room.
fn read(list: List) -> mpsc::Receiver<ReadRow> {
    let (sender, rows) = mpsc::channel(ROWS);
    // Whoever does not listen any more needs no more rows. A thread that waits for standard input ends with the program.
    std::thread::spawn(move || match list.rows() {
        Ok(mut all) => while all.next().is_some_and(|row| sender.blocking_send(row).is_ok()) {},
        Err(error) => drop(sender.blocking_send(Err(error))),
    });
    rows
}

/// Everything that is under way.
struct Floor<'j> {
    run: Run,
    journal: &'j mut Journal,
    keeper: Keeper,
    until: Option<Instant>,
    tasks: JoinSet<Step>,
    queue: VecDeque<Waiting>,
    preparing: usize,
    /// Of the queue, those that have been tried.
    again: usize,
    busy: mpsc::UnboundedSender<Busy>,
    count: Progress,
    /// Set once no more are begun.
    ending: Option<Ended>,
}

/// A device that waits for its turn.
struct Waiting {
    device: Arc<Device>,
    /// Attempts before.
    attempts: u32,
    not_before: Instant,
}

/// The service is busy.
pub(crate) struct Busy {
    pub(crate) scope: IdScope,
    pub(crate) wait: Duration,
}

/// What a task came to.
enum Step {
    Prepared(Result<Arc<Device>, Unusable>, bool),
    /// The failure may pass.
    Again(Waiting),
    Kept(Key, Standing, Class, Result<(), JournalError>),
    Assigned(Key, Result<(), JournalError>),
}

impl Floor<'_> {
    async fn go(
        mut self,
        mut rows: mpsc::Receiver<ReadRow>,
        mut heard: mpsc::UnboundedReceiver<Busy>,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
    ) -> Ended {
        let mut has_rows = true;
        loop {
            progress.send_replace(self.progress());
            let is_ending = self.ending.is_some();
            if self.tasks.is_empty() && (is_ending || (!has_rows && self.queue.is_empty())) {
                return self.ending.unwrap_or(Ended::Done);
            }
            let next = self.next();
            let begins = next.map_or_else(Instant::now, |(_, at)| at);
            let over = self.until.unwrap_or_else(Instant::now);
            tokio::select! {
                biased;
                () = stop.cancelled(), if !is_ending => self.end(Ended::Stopped),
                () = sleep_until(over), if !is_ending && self.until.is_some() => self.end(Ended::TimeOver),
                Some(busy) = heard.recv() => {
                    self.count.busy += 1;
                    self.run.pace.busy(&busy.scope, Instant::now(), busy.wait);
                }
                Some(step) = self.tasks.join_next() => match step {
                    Ok(step) => if let Err(ended) = self.take(step) { return ended },
                    // Nothing panics; if something does, its device has no result and is done again.
                    Err(_) => self.count.failed += 1,
                },
                () = sleep_until(begins), if next.is_some() && !is_ending => if let Some((index, _)) = next {
                    self.begin(index);
                },
                row = rows.recv(), if has_rows && !is_ending && self.has_room() => match row {
                    Some(Ok(row)) => self.row(row),
                    Some(Err(error)) => {
                        has_rows = false;
                        self.end(Ended::NotRead(error));
                    }
                    None => has_rows = false,
                },
            }
        }
    }

    fn progress(&self) -> Progress {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let scopes = self.queue.iter().map(|waiting| &waiting.device.config.id_scope);
        Progress {
            under_way: number(self.running()),
            waiting: number(self.queue.len()),
            share: scopes.map(|scope| self.run.pace.share(scope)).min().unwrap_or(100),
            is_ending: self.ending.is_some(),
            ..self.count
        }
    }

    fn running(&self) -> usize {
        self.tasks.len().saturating_sub(self.preparing)
    }

    /// Whether another row may be looked at.
    fn has_room(&self) -> bool {
        let fresh = self.queue.len().saturating_sub(self.again);
        self.preparing + fresh < AHEAD
    }

    /// The one whose turn is next, and when that is; none while as many are under way as may be.
    fn next(&self) -> Option<(usize, Instant)> {
        let is_full = self.running() + self.again >= self.run.at_once.get();
        let now = Instant::now();
        let waiting = self.queue.iter().enumerate();
        let candidates = waiting.filter(|(_, waiting)| waiting.attempts > 0 || !is_full);
        let turn = |(index, waiting): (usize, &Waiting)| {
            (index, waiting.not_before.max(self.run.pace.next(&waiting.device.config.id_scope, now)))
        };
        candidates.map(turn).min_by_key(|(_, at)| *at)
    }

    fn end(&mut self, ended: Ended) {
        if self.ending.is_none() {
            self.ending = Some(ended);
            // They have no result, and are the next run's.
            self.queue.clear();
            self.again = 0;
        }
    }

    fn row(&mut self, row: Result<Row, RowFault>) {
        let row = match row {
            Ok(row) => row,
            Err(fault) => return self.unusable(Unusable::row(&fault)),
        };
        let key = named(&row, &self.run.plan);
        if key.is_some_and(|key| !self.claim(key)) {
            return;
        }
        let plan = Arc::clone(&self.run.plan);
        self.preparing += 1;
        self.tasks.spawn(async move {
            Step::Prepared(Device::prepare(&row, &plan).await.map(Arc::new), key.is_some())
        });
    }

    /// Whether a device is to be done here and now.
    fn claim(&mut self, key: Key) -> bool {
        if !self.run.shard.contains(&key) {
            return false;
        }
        match self.journal.claim(key, self.run.does_retry_failed) {
            Claim::Taken => return true,
            Claim::Done => self.count.done_before += 1,
            Claim::Twice => self.count.twice += 1,
        }
        false
    }

    fn unusable(&mut self, unusable: Unusable) {
        let key = unusable.name.key();
        if unusable.name.device.is_none() && !self.claim(key) {
            return;
        }
        let json = serde_json::Value::Object(unusable.to_json(SystemTime::now())).to_string();
        let keeper = self.keeper.clone();
        self.tasks.spawn(async move {
            Step::Kept(key, Standing::Open, Class::InvalidSettings, keeper.keep(json).await)
        });
    }

    /// What came of a task; an error ends everything at once.
    fn take(&mut self, step: Step) -> Result<(), Ended> {
        match step {
            Step::Prepared(prepared, is_claimed) => {
                self.preparing -= 1;
                if self.ending.is_some() {
                    return Ok(());
                }
                match prepared {
                    Ok(device) => {
                        if is_claimed || self.claim(device.key) {
                            self.queue.push_back(Waiting { device, attempts: 0, not_before: Instant::now() });
                        }
                    }
                    Err(unusable) => {
                        // Its name was not in the row, but in a file that says nothing else.
                        let key = unusable.name.key();
                        if is_claimed || unusable.name.device.is_none() || self.claim(key) {
                            self.unusable(unusable);
                        }
                    }
                }
            }
            Step::Again(waiting) => {
                if self.ending.is_none() {
                    self.again += 1;
                    self.queue.push_back(waiting);
                }
            }
            Step::Assigned(key, kept) => {
                kept.map_err(Ended::NotKept)?;
                self.journal.note(key, Standing::Assigned);
                self.count.assigned += 1;
            }
            Step::Kept(key, standing, class, kept) => {
                kept.map_err(Ended::NotKept)?;
                self.journal.note(key, standing);
                match class {
                    Class::Refused => self.count.refused += 1,
                    Class::InvalidSettings => self.count.unusable += 1,
                    _ => self.count.failed += 1,
                }
                if self.run.stop_after_errors.is_some_and(|most| self.count.errors() >= most) {
                    self.end(Ended::TooManyErrors);
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, index: usize) {
        let Some(waiting) = self.queue.remove(index) else { return };
        self.again -= usize::from(waiting.attempts > 0);
        self.run.pace.begin(&waiting.device.config.id_scope, Instant::now(), chance());
        let (keeper, busy, most) = (self.keeper.clone(), self.busy.clone(), self.run.attempts);
        self.tasks.spawn(attempt(waiting, most, keeper, busy));
    }
}

/// Tries a device once: to a result that is kept, or to another attempt.
async fn attempt(waiting: Waiting, most: u32, keeper: Keeper, busy: mpsc::UnboundedSender<Busy>) -> Step {
    let Waiting { device, attempts, .. } = waiting;
    let attempts = attempts + 1;
    let report = provision(&device, &busy).await;
    let (class, retry_after) = match &report.result {
        Ok(_) => (None, None),
        Err(shortfall) => (Some(shortfall.class), shortfall.retry_after),
    };
    if let (Some(wait), true) = (retry_after, attempts < most) {
        let wait = retry::backoff(attempts - 1, Some(wait).filter(|wait| !wait.is_zero()), chance());
        return Step::Again(Waiting { device, attempts, not_before: Instant::now() + wait });
    }
    let json = device.to_json(&report, attempts, SystemTime::now());
    let kept = keeper.keep(serde_json::Value::Object(json).to_string()).await;
    match class {
        None => Step::Assigned(device.key, kept),
        Some(class) => {
            let is_open = matches!(class, Class::InvalidSettings | Class::Cancelled);
            let standing = if is_open { Standing::Open } else { Standing::Failed };
            Step::Kept(device.key, standing, class, kept)
        }
    }
}

/// Provisions a device, and tells when the service is busy.
pub(crate) async fn provision(device: &Device, busy: &mpsc::UnboundedSender<Busy>) -> Report {
    let scope = device.config.id_scope.clone();
    let events = |_, event: Event<'_>| {
        if let Event::Waiting { duration, reason: WaitReason::ServiceBusy } = event {
            // Nobody listens any more when everything is given up.
            let _ = busy.send(Busy { scope: scope.clone(), wait: duration });
        }
    };
    let outcome =
        dps_x509_net::provision(device.config.clone(), &device.access, events, &Cancellation::new()).await;
    Report::new(&outcome, &device.config.endpoint)
}

/// Any number.
pub(crate) fn chance() -> u64 {
    let Seed(bytes) = seed();
    let (first, _) = bytes.as_chunks::<8>();
    u64::from_le_bytes(first.first().copied().unwrap_or_default())
}
