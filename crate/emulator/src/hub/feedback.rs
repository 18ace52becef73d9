//! Feedback: what became of messages to devices, for the service (`iot-hub-devguide-messages-c2d`).

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use serde::Serialize;
use uuid::Uuid;

use super::{cloud_message::Queued, hubs::Key};
use crate::timestamp;

/// How many records go in one message.
const BATCH: usize = 64;
/// How long a lock lasts (`feedback.lockDurationAsIso8601`).
const LOCK: Duration = Duration::from_secs(60);
/// How many records are kept; the emulator's choice.
const MOST: usize = 10_000;

/// What became of a message, in the words of a feedback message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Fate {
    Success,
    Expired,
    DeliveryCountExceeded,
    Rejected,
    Purged,
}

impl Fate {
    /// Whether a message wants to know of it.
    fn is_wanted(self, ack: Option<&str>) -> bool {
        match ack {
            Some("full") => true,
            Some("positive") => self == Self::Success,
            Some("negative") => self != Self::Success,
            _ => false,
        }
    }
}

/// One record of a feedback message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    #[serde(skip)]
    hub: String,
    original_message_id: String,
    enqueued_time_utc: String,
    status_code: Fate,
    description: Fate,
    device_id: String,
    device_generation_id: &'static str,
}

/// A feedback message under a lock.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) token: Uuid,
    pub(crate) records: Vec<Record>,
}

/// What waits for the services of all hubs. It is kept in memory only.
#[derive(Debug, Default)]
pub(crate) struct Feedback {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Record>,
    locked: HashMap<Uuid, (Instant, Vec<Record>)>,
}

impl Feedback {
    /// Messages of a device are gone from its queue.
    pub(super) fn note(&self, key: &Key, settled: &[Queued], fate: Fate, now: SystemTime) {
        let wanted = settled.iter().filter(|queued| fate.is_wanted(queued.message.ack.as_deref()));
        let mut state = self.lock();
        for queued in wanted {
            if state.waiting.len() >= MOST {
                state.waiting.pop_front();
            }
            state.waiting.push_back(Record {
                hub: key.0.clone(),
                original_message_id: queued.message.message_id.clone(),
                enqueued_time_utc: timestamp::utc(now),
                status_code: fate,
                description: fate,
                device_id: key.1.clone(),
                device_generation_id: "1",
            });
        }
    }

    /// The next feedback message of a hub, or of any.
    pub(crate) fn receive(&self, hub: Option<&str>, now: Instant) -> Option<Batch> {
        let mut state = self.lock();
        let over: Vec<Uuid> =
            state.locked.iter().filter(|(_, (until, _))| *until <= now).map(|(token, _)| *token).collect();
        over.into_iter().for_each(|token| state.put_back(token));
        let (mut records, mut rest) = (Vec::new(), VecDeque::new());
        while let Some(record) = state.waiting.pop_front() {
            if records.len() < BATCH && hub.is_none_or(|hub| hub == record.hub) {
                records.push(record);
            } else {
                rest.push_back(record);
            }
        }
        state.waiting = rest;
        if records.is_empty() {
            return None;
        }
        let token = Uuid::new_v4();
        state.locked.insert(token, (now + LOCK, records.clone()));
        Some(Batch { token, records })
    }

    /// Completes a feedback message, or puts it back; false if the lock does not hold any more.
    pub(crate) fn settle(&self, token: Uuid, is_complete: bool, now: Instant) -> bool {
        let mut state = self.lock();
        if state.locked.get(&token).is_none_or(|(until, _)| *until <= now) {
            return false;
        }
        if is_complete {
            state.locked.remove(&token);
        } else {
            state.put_back(token);
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put_back(&mut self, token: Uuid) {
        let (_, records) = self.locked.remove(&token).unwrap_or_else(|| (Instant::now(), Vec::new()));
        records.into_iter().rev().for_each(|record| self.waiting.push_front(record));
    }
}
