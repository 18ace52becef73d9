//! What is under way: devices that wait, that are tried, that come to a result.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use dps_x509_core::{
    name::IdScope,
    session::{Class, Event, ProvisioningReport, Seed, WaitReason, retry},
};
use dps_x509_net::{Cancellation, seed};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};

use super::{
    Ended, Progress, ReadRow, Run,
    door::{self, Door},
    named,
};
use crate::{
    device::{Device, Unusable},
    journal::{Claim, Journal, JournalError, Keeper, Standing},
    key::Key,
    list::{Row, RowFault},
};

/// How many devices are read ahead, so that the next is ready when its turn comes.
const AHEAD: usize = 32;

/// Everything that is under way.
pub(super) struct Floor<'j> {
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

impl<'j> Floor<'j> {
    /// With nothing under way, and what will be heard of the service being busy.
    pub(super) fn new(run: Run, journal: &'j mut Journal) -> (Self, mpsc::UnboundedReceiver<Busy>) {
        let (busy, heard) = mpsc::unbounded_channel();
        let floor = Self {
            keeper: journal.keeper(),
            journal,
            until: run.until,
            run,
            tasks: JoinSet::new(),
            queue: VecDeque::new(),
            preparing: 0,
            again: 0,
            busy,
            count: Progress { share: 100, ..Progress::default() },
            ending: None,
        };
        (floor, heard)
    }

    /// Until nothing is under way and no more are begun.
    pub(super) async fn go(
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
        Err(not_assigned) => (Some(not_assigned.class), not_assigned.retry_after),
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
pub(crate) async fn provision(device: &Device, busy: &mpsc::UnboundedSender<Busy>) -> ProvisioningReport {
    let scope = device.config.id_scope.clone();
    let door = Mutex::new(Door::enter().await);
    let leave = || door.lock().unwrap_or_else(PoisonError::into_inner).leave();
    let events = |_, event: Event<'_>| match event {
        Event::Waiting { duration, reason: WaitReason::ServiceBusy } => {
            // Nobody listens any more when everything is given up.
            let _ = busy.send(Busy { scope: scope.clone(), wait: duration });
        }
        Event::Connected(_) | Event::Disconnected(_) => leave(),
        _ => {}
    };
    let cancellation = Cancellation::new();
    let provisioning = dps_x509_net::provision(device.config.clone(), &device.access, events, &cancellation);
    let mut provisioning = pin!(provisioning);
    let outcome = match timeout(door::LONGEST, &mut provisioning).await {
        Ok(outcome) => outcome,
        Err(_) => {
            leave();
            provisioning.await
        }
    };
    ProvisioningReport::new(&outcome, &device.config.endpoint)
}

/// Any number.
pub(crate) fn chance() -> u64 {
    let Seed(bytes) = seed();
    let (first, _) = bytes.as_chunks::<8>();
    u64::from_le_bytes(first.first().copied().unwrap_or_default())
}
