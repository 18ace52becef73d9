//! Everything of a worker that is under way, and what it comes to.

use std::sync::Arc;

use async_nats::jetstream::consumer::PullConsumer;
use dps_x509_core::session::Class;
use dps_x509_net::Cancellation;
use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};

use super::{
    Shared, Stopped, Worked,
    bring::{Step, bring},
    pull::{AHEAD, PULL, Pulled, pull, return_unused},
};
use crate::{
    journal::{Entry, Standing},
    run::Progress,
    summary::Summary,
};

/// How many devices whose files cannot be used are too many, if there is no other.
const UNUSABLE: u64 = 20;

/// Everything that is under way.
pub(super) struct Floor<R> {
    shared: Arc<Shared>,
    tasks: JoinSet<Step>,
    count: Progress,
    /// Devices whose files could be used.
    usable: u64,
    report: R,
}

impl<R: FnMut(&str)> Floor<R> {
    pub(super) fn new(shared: Arc<Shared>, report: R) -> Self {
        Self { shared, tasks: JoinSet::new(), count: Progress::default(), usable: 0, report }
    }

    pub(super) async fn go(
        mut self,
        workers: PullConsumer,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
    ) -> Worked {
        let (sender, mut pulled) = mpsc::channel(1);
        let mut puller = tokio::spawn(pull(workers, Arc::clone(&self.shared), sender));
        let (mut ending, mut summary) = (None, Summary::default());
        let mut listening = self.shared.queue.ear.remember();
        let work = &self.shared.work;
        let (until, most, does_stay) = (work.until, work.stop_after_errors, work.does_stay);
        let stopped = loop {
            progress.send_replace(self.progress(ending.is_some()));
            if ending.is_some() {
                pulled.close();
                while let Ok(next) = pulled.try_recv() {
                    if let Pulled::Message(message, _) = next {
                        return_unused(&message).await;
                    }
                }
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
                // One that may not hear the others, or take devices, would wait for ever.
                refusal = listening.refusal(), if !is_ending => ending = Some(Stopped::Failed(refusal)),
                next = pulled.recv(), if !is_ending => match next {
                    Some(Pulled::Message(message, place)) => {
                        self.tasks.spawn(bring(Arc::clone(&self.shared), *message, place));
                    }
                    Some(Pulled::Empty) if self.tasks.is_empty() && !does_stay => {
                        let shared = Arc::clone(&self.shared);
                        let is_done = async {
                            let is_done = shared.queue.counts().await?.open() == 0;
                            if !is_done {
                                shared.take_out_what_is_left().await?;
                            }
                            Ok(is_done)
                        };
                        tokio::select! {
                            is_done = is_done => match is_done {
                                Ok(true) => ending = Some(Stopped::Done),
                                Ok(false) => {}
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
        // What it still gets it gives back; of a queue that is empty it gets nothing.
        if !matches!(stopped, Stopped::Done) {
            let _ = timeout(PULL + PULL, &mut puller).await;
        }
        puller.abort();
        let _ = timeout(PULL, self.shared.queue.client.flush()).await;
        Worked { stopped, summary }
    }

    fn progress(&self, is_ending: bool) -> Progress {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let shared = &self.shared;
        let taken = shared.work.at_once.get().saturating_sub(shared.slots.available_permits());
        let turn = AHEAD.saturating_sub(shared.ahead.available_permits()).min(self.tasks.len());
        let running = self.tasks.len().saturating_sub(turn);
        Progress {
            under_way: number(running),
            waiting: number(taken.saturating_sub(running)),
            share: shared.share.slowest(),
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
