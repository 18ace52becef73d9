//! The rate of an ID scope, shared by all workers that provision in it.
//!
//! Each worker says every two seconds, on a subject of the ID scope, that it is there, how fast it was told to be, and how
//! often the service told it that it is busy; all of them listen. The rate is the lowest that any was told, divided by how
//! many were heard in the last seven seconds. A worker begins nothing before it has listened for three seconds, and
//! nothing while it does not hear itself. So all together keep to the rate once a newcomer has been heard by all of them; what a
//! worker that was killed would have done is done by nobody for seven seconds. No clocks are compared and nothing is stored.
//! Workers between which there is no way do not count each other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::Client;
use dps_x509_core::name::IdScope;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::{
    task::JoinHandle,
    time::{Instant, interval, sleep, sleep_until, timeout},
};

use super::{QueueError, ear::Listening};
use crate::{
    pace::{Pace, Rate},
    run::chance,
};

/// How often a worker says that it is there.
const SIGN: Duration = Duration::from_secs(2);
/// How long a newcomer listens first.
const LISTEN: Duration = Duration::from_secs(3);
/// After how long without a sign a worker is gone.
const GONE: Duration = Duration::from_secs(7);
/// How often a worker that may not begin looks again.
const LOOK: Duration = Duration::from_millis(200);

/// The pace of one worker among others.
#[derive(Debug)]
pub(super) struct Share {
    client: Client,
    worker: String,
    rate: Option<Rate>,
    scopes: Arc<Mutex<Scopes>>,
}

#[derive(Debug)]
struct Scopes {
    pace: Pace,
    lanes: HashMap<IdScope, Lane>,
}

/// What is known of the others in an ID scope.
#[derive(Debug)]
struct Lane {
    since: Instant,
    /// When a worker was last heard, the interval it was told, and how often it was told that the service is busy.
    heard: HashMap<String, Heard>,
    /// How often this worker was, and the last wait.
    busy: (u64, Duration),
    task: JoinHandle<()>,
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    at: Instant,
    interval: Option<Duration>,
    busy: u64,
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
struct Sign {
    worker: String,
    /// From one registration to the next, if it alone did them all; none if it was told no rate.
    #[serde(rename = "intervalMicros")]
    interval_micros: Option<u64>,
    /// How often the service was busy.
    busy: u64,
    /// How long it was to be left alone, the last time.
    #[serde(rename = "busyMillis")]
    busy_millis: u64,
}

impl Share {
    pub(super) fn new(client: Client, worker: String, rate: Option<Rate>) -> Self {
        let pace = rate.map_or_else(Pace::unlimited, |rate| Pace::new(rate, 1));
        Self { client, worker, rate, scopes: Arc::new(Mutex::new(Scopes { pace, lanes: HashMap::new() })) }
    }

    /// Whether a worker may speak to the others, and hears them: tried before it takes any device, on a subject of its own. One
    /// that merely hears nothing in time is not refused.
    ///
    /// # Errors
    /// The server does not permit it.
    pub(super) async fn look(&self, listening: &mut Listening) -> Result<(), QueueError> {
        let hears = async {
            let own = subject(&self.worker);
            let mut heard = self.client.subscribe(own.clone()).await.ok()?;
            self.client.publish(own, "".into()).await.ok()?;
            heard.next().await
        };
        tokio::select! {
            refusal = listening.refusal() => Err(refusal),
            _ = timeout(LISTEN, hears) => Ok(()),
        }
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        lock(&self.scopes)
    }

    /// Comes back when a registration may begin, and counts it.
    pub(super) async fn turn(&self, scope: &IdScope) {
        loop {
            let now = Instant::now();
            let next = {
                let mut scopes = self.scopes();
                if !scopes.lanes.contains_key(scope) {
                    let lane = self.join(scope, now);
                    scopes.lanes.insert(scope.clone(), lane);
                }
                match scopes.may_begin(scope, &self.worker, self.rate.is_some(), now) {
                    Err(look) => look,
                    Ok(()) => match scopes.pace.next(scope, now) {
                        at if at <= now => return scopes.pace.begin(scope, now, chance()),
                        at => at,
                    },
                }
            };
            sleep_until(next).await;
        }
    }

    /// The service is busy, says one of this worker's devices.
    pub(super) fn busy(&self, scope: &IdScope, wait: Duration) {
        let mut scopes = self.scopes();
        scopes.pace.busy(scope, Instant::now(), wait);
        if let Some(lane) = scopes.lanes.get_mut(scope) {
            lane.busy = (lane.busy.0 + 1, wait);
        }
    }

    /// The slowest ID scope's share of the full rate, in hundredths.
    pub(super) fn slowest(&self) -> u32 {
        let scopes = self.scopes();
        scopes.lanes.keys().map(|scope| scopes.pace.share(scope)).min().unwrap_or(100)
    }

    /// Begins to speak and to listen.
    fn join(&self, scope: &IdScope, now: Instant) -> Lane {
        let (client, worker, rate) = (self.client.clone(), self.worker.clone(), self.rate);
        let (scopes, of) = (Arc::clone(&self.scopes), scope.clone());
        let task = tokio::spawn(async move {
            loop {
                speak(&client, &worker, rate, &scopes, &of).await;
                // The client is closed or the subscription is gone; nothing begins meanwhile.
                sleep(SIGN).await;
            }
        });
        Lane { since: now, heard: HashMap::new(), busy: (0, Duration::ZERO), task }
    }
}

fn lock(scopes: &Mutex<Scopes>) -> MutexGuard<'_, Scopes> {
    scopes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The subject of an ID scope. Its characters are any that can be seen, and a dot or a star mean something to NATS.
fn subject(scope: &str) -> String {
    let hex: String = scope.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("dps-x509-rate.{hex}")
}

/// Says that this worker is there and hears the others, until there is nothing to hear any more.
async fn speak(client: &Client, worker: &str, rate: Option<Rate>, scopes: &Mutex<Scopes>, scope: &IdScope) {
    let subject = subject(scope.as_str());
    let Ok(mut signs) = client.subscribe(subject.clone()).await else { return };
    let (mut tick, mut told) = (interval(SIGN), 0);
    let mut soon = interval(LOOK);
    loop {
        let is_due = tokio::select! {
            _ = tick.tick() => true,
            // That the service is busy is told at once.
            _ = soon.tick() => lock(scopes).lanes.get(scope).is_some_and(|lane| lane.busy.0 > told),
            sign = signs.next() => match sign {
                Some(sign) => {
                    if let Ok(sign) = serde_json::from_slice::<Sign>(&sign.payload) {
                        lock(scopes).hear(scope, worker, sign, Instant::now());
                    }
                    false
                }
                None => return,
            },
        };
        if is_due {
            let (busy, wait) = lock(scopes).lanes.get(scope).map_or((0, Duration::ZERO), |lane| lane.busy);
            told = busy;
            let sign = Sign {
                worker: worker.to_owned(),
                interval_micros: rate.map(|rate| micros(rate.interval())),
                busy,
                busy_millis: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            };
            let sign = serde_json::to_vec(&sign).unwrap_or_default();
            // One that is not sent is not heard, by this worker either.
            if client.publish(subject.clone(), sign.into()).await.is_err() {
                return;
            }
            lock(scopes).divide(scope, Instant::now());
        }
    }
}

fn micros(interval: Duration) -> u64 {
    u64::try_from(interval.as_micros()).unwrap_or(u64::MAX)
}

/// Longest wait that another worker is believed.
const LONGEST_BUSY: Duration = Duration::from_secs(300);

impl Scopes {
    /// A worker was heard, this one or another.
    fn hear(&mut self, scope: &IdScope, own: &str, sign: Sign, now: Instant) {
        let Some(lane) = self.lanes.get_mut(scope) else { return };
        let interval = sign.interval_micros.map(Duration::from_micros);
        let heard = Heard { at: now, interval, busy: sign.busy };
        let is_own = sign.worker == own;
        let before = lane.heard.insert(sign.worker, heard);
        if !is_own && before.is_some_and(|before| sign.busy > before.busy) {
            self.pace.busy(scope, now, Duration::from_millis(sign.busy_millis).min(LONGEST_BUSY));
        }
        self.divide(scope, now);
    }

    /// The interval of this worker: the longest that any was told, as often as there are workers.
    fn divide(&mut self, scope: &IdScope, now: Instant) {
        let Some(lane) = self.lanes.get_mut(scope) else { return };
        lane.heard.retain(|_, heard| now.duration_since(heard.at) < GONE);
        let workers = u32::try_from(lane.heard.len()).unwrap_or(u32::MAX).max(1);
        let slowest = lane.heard.values().filter_map(|heard| heard.interval).max();
        self.pace.set_interval(scope, now, slowest.map(|interval| interval.saturating_mul(workers)));
    }

    /// Whether this worker may begin anything, as far as the others go; else when to look again.
    fn may_begin(&self, scope: &IdScope, own: &str, has_rate: bool, now: Instant) -> Result<(), Instant> {
        let Some(lane) = self.lanes.get(scope) else { return Err(now + LOOK) };
        // Who keeps to no rate has nothing to share.
        if !has_rate {
            return Ok(());
        }
        if now < lane.since + LISTEN {
            return Err(lane.since + LISTEN);
        }
        match lane.heard.get(own) {
            Some(heard) if now.duration_since(heard.at) < GONE => Ok(()),
            _ => Err(now + LOOK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(scope: &IdScope, now: Instant) -> Scopes {
        let lane = Lane {
            since: now,
            heard: HashMap::new(),
            busy: (0, Duration::ZERO),
            task: tokio::spawn(std::future::pending()),
        };
        let rate: Rate = "600/min".parse().unwrap();
        Scopes { pace: Pace::new(rate, 1), lanes: HashMap::from([(scope.clone(), lane)]) }
    }

    fn sign(worker: &str, interval: Option<u64>, busy: u64) -> Sign {
        Sign { worker: worker.into(), interval_micros: interval, busy, busy_millis: 10_000 }
    }

    /// How many begin in ten seconds, every one as soon as it may.
    fn begun(scopes: &mut Scopes, scope: &IdScope, from: Instant) -> u32 {
        let (mut now, mut count) = (from, 0);
        loop {
            now = scopes.pace.next(scope, now).max(now);
            if now >= from + Duration::from_secs(10) {
                return count;
            }
            scopes.pace.begin(scope, now, 1 << 63);
            count += 1;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_are_heard_share_the_lowest_rate() {
        let scope = IdScope::new("0ne1").unwrap();
        let start = Instant::now();
        let mut scopes = scopes(&scope, start);
        let ten_a_second = Some(100_000);
        scopes.hear(&scope, "me", sign("me", ten_a_second, 0), start);
        assert_eq!(begun(&mut scopes, &scope, start), 100);
        let later = start + Duration::from_secs(20);
        for worker in ["me", "b", "c", "d"] {
            scopes.hear(&scope, "me", sign(worker, ten_a_second, 0), later);
        }
        assert_eq!(begun(&mut scopes, &scope, later), 25);
        // One of them was told half the rate, and one none.
        let later = later + Duration::from_secs(5);
        for (worker, interval) in [("me", ten_a_second), ("b", Some(200_000)), ("c", None), ("d", None)] {
            scopes.hear(&scope, "me", sign(worker, interval, 0), later);
        }
        let from = later + Duration::from_secs(10);
        assert!((12..=13).contains(&begun(&mut scopes, &scope, from)));
        // The others are gone.
        let later = later + GONE;
        scopes.hear(&scope, "me", sign("me", ten_a_second, 0), later);
        let from = from + Duration::from_secs(20);
        assert!((99..=100).contains(&begun(&mut scopes, &scope, from)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_listens_first_and_who_does_not_hear_itself_begins_nothing() {
        let scope = IdScope::new("0ne1").unwrap();
        let start = Instant::now();
        let mut scopes = scopes(&scope, start);
        assert!(scopes.may_begin(&scope, "me", true, start).is_err());
        scopes.hear(&scope, "me", sign("me", Some(1), 0), start);
        assert_eq!(scopes.may_begin(&scope, "me", true, start), Err(start + LISTEN));
        assert_eq!(scopes.may_begin(&scope, "me", true, start + LISTEN), Ok(()));
        assert!(scopes.may_begin(&scope, "me", true, start + GONE).is_err());
        assert_eq!(scopes.may_begin(&scope, "me", false, start + GONE), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_hears_from_the_service_slows_all_down() {
        let scope = IdScope::new("0ne1").unwrap();
        let now = Instant::now();
        let mut scopes = scopes(&scope, now);
        scopes.hear(&scope, "me", sign("b", Some(100_000), 7), now);
        assert_eq!(scopes.pace.share(&scope), 100, "what was before is over");
        scopes.hear(&scope, "me", sign("b", Some(100_000), 8), now);
        assert_eq!(scopes.pace.share(&scope), 50);
        assert_eq!(scopes.pace.next(&scope, now), now + Duration::from_secs(10));
        scopes.hear(&scope, "me", sign("b", Some(100_000), 8), now);
        assert_eq!(scopes.pace.share(&scope), 50);
    }

    #[test]
    fn an_id_scope_is_one_part_of_a_subject() {
        assert_eq!(subject("0ne.>*"), "dps-x509-rate.306e652e3e2a");
    }
}
