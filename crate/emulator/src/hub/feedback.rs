//! Feedback: what became of messages to devices, for the service (`iot-hub-devguide-messages-c2d`).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{cloud_message::Queued, hubs::Key, lock::Lock};
use crate::{
    journal::{self, Journal},
    timestamp,
};

/// How many records go in one message.
const BATCH: usize = 64;
/// How many records are kept; the emulator's choice.
const MOST: usize = 10_000;

/// What became of a message, in the words of a feedback message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    original_message_id: String,
    enqueued_time_utc: String,
    status_code: Fate,
    description: Fate,
    device_id: String,
    device_generation_id: String,
}

/// A record that waits for the service of its hub, and who has it at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    hub: String,
    record: Record,
    lock: Option<Lock>,
}

/// A feedback message under a lock.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) token: Uuid,
    pub(crate) records: Vec<Record>,
}

/// What waits for the services of all hubs.
#[derive(Debug, Default)]
pub(crate) struct Feedback {
    state: Mutex<State>,
    journal: Option<Arc<Journal>>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order of their numbers.
    waiting: BTreeMap<u64, Waiting>,
    last_number: u64,
}

impl Feedback {
    /// Goes on with what a journal has, and writes to it.
    pub(super) fn restore(journal: Arc<Journal>, waiting: BTreeMap<u64, Waiting>) -> Self {
        let last_number = waiting.keys().next_back().copied().unwrap_or_default();
        Self { state: Mutex::new(State { waiting, last_number }), journal: Some(journal) }
    }

    /// Messages of a device are gone from its queue.
    pub(super) fn note(&self, key: &Key, settled: &[Queued], fate: Fate, now: SystemTime) {
        let wanted = settled.iter().filter(|queued| fate.is_wanted(queued.message.ack.as_deref()));
        let mut state = self.lock();
        for queued in wanted {
            if state.waiting.len() >= MOST
                && let Some((number, _)) = state.waiting.pop_first()
            {
                self.keep(number, None);
            }
            state.last_number += 1;
            let record = Record {
                original_message_id: queued.message.message_id.clone(),
                enqueued_time_utc: timestamp::utc(now),
                status_code: fate,
                description: fate,
                device_id: key.1.clone(),
                device_generation_id: "1".to_owned(),
            };
            let waiting = Waiting { hub: key.0.clone(), record, lock: None };
            self.keep(state.last_number, Some(&waiting));
            let number = state.last_number;
            state.waiting.insert(number, waiting);
        }
    }

    /// The next feedback message of a hub, or of any.
    pub(crate) fn receive(&self, hub: Option<&str>, now: SystemTime) -> Option<Batch> {
        let mut state = self.lock();
        let lock = Lock::new(now);
        let is_free = |waiting: &Waiting| {
            waiting.lock.is_none_or(|lock| !lock.holds(now)) && hub.is_none_or(|hub| hub == waiting.hub)
        };
        let free = state.waiting.iter_mut().filter(|(_, waiting)| is_free(waiting));
        let take = |(number, waiting): (&u64, &mut Waiting)| {
            waiting.lock = Some(lock);
            self.keep(*number, Some(waiting));
            waiting.record.clone()
        };
        let records: Vec<Record> = free.take(BATCH).map(take).collect();
        (!records.is_empty()).then_some(Batch { token: lock.token, records })
    }

    /// Completes a feedback message, or puts it back; false if the lock does not hold any more.
    pub(crate) fn settle(&self, token: Uuid, is_complete: bool, now: SystemTime) -> bool {
        let mut state = self.lock();
        let holds =
            |waiting: &Waiting| waiting.lock.is_some_and(|lock| lock.token == token && lock.holds(now));
        let locked = state.waiting.iter().filter(|(_, waiting)| holds(waiting));
        let numbers: Vec<u64> = locked.map(|(number, _)| *number).collect();
        for number in &numbers {
            if is_complete {
                state.waiting.remove(number);
                self.keep(*number, None);
            } else if let Some(waiting) = state.waiting.get_mut(number) {
                waiting.lock = None;
                self.keep(*number, Some(waiting));
            }
        }
        !numbers.is_empty()
    }

    /// What became of a record, `None` if it is gone. If this is lost, the service gets it once more.
    fn keep(&self, number: u64, waiting: Option<&Waiting>) {
        if let Some(journal) = &self.journal {
            let waiting = waiting.cloned().map(Box::new);
            drop(journal.append(&journal::Record::Feedback { number, waiting }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use super::*;
    use crate::{event::EventSender, hub::CloudMessage};

    const HUB: Option<&str> = Some("hub");

    fn open(folder: &Path) -> (Arc<Journal>, Feedback) {
        let (journal, state) = Journal::open(folder, EventSender::new()).unwrap();
        let journal = Arc::new(journal);
        (Arc::clone(&journal), Feedback::restore(journal, state.feedback))
    }

    fn ids(batch: &Batch) -> Vec<&str> {
        batch.records.iter().map(|record| record.original_message_id.as_str()).collect()
    }

    #[test]
    fn a_restart_keeps_what_waits_and_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let (key, start) = (("hub".to_owned(), "device".to_owned()), SystemTime::UNIX_EPOCH);
        let queued = |id: &str| {
            let message = CloudMessage { message_id: id.to_owned(), ..CloudMessage::default() };
            Queued::new(CloudMessage { ack: Some("full".to_owned()), ..message }, 1, start).unwrap()
        };
        let (journal, feedback) = open(folder.path());
        feedback.note(&key, &[queued("a"), queued("b")], Fate::Success, start);
        let first = feedback.receive(HUB, start).unwrap();
        feedback.note(&key, &[queued("c")], Fate::Purged, start);
        journal.close();

        let (journal, feedback) = open(folder.path());
        assert!(feedback.receive(Some("other"), start).is_none());
        let second = feedback.receive(HUB, start).unwrap();
        assert_eq!((ids(&first), ids(&second)), (vec!["a", "b"], vec!["c"]), "the first are locked");
        assert!(feedback.settle(first.token, true, start), "by the lock of before");
        assert!(feedback.settle(second.token, false, start));
        feedback.note(&key, &[queued("d")], Fate::Expired, start);
        journal.close();

        let (journal, feedback) = open(folder.path());
        let batch = feedback.receive(HUB, start).unwrap();
        assert_eq!(ids(&batch), ["c", "d"], "in their order");
        let later = start + Duration::from_secs(60);
        assert!(!feedback.settle(batch.token, true, later), "the lock is over");
        assert_eq!(ids(&feedback.receive(HUB, later).unwrap()), ["c", "d"]);
        journal.close();
    }
}
