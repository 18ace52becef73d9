//! Operations: what a register starts and polls ask for. Bounded in number, and they expire.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    allocation::Reprovision, certificate::Thumbprint, hub::TwinChange, matching::Verdict,
    registration::Registration,
};

/// What a register started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) registration_id: String,
    /// Whose operation it is: nobody else may ask for it.
    pub(crate) leaf: Option<Thumbprint>,
    pub(crate) verdict: Verdict,
    /// What a custom allocation has to say to the device.
    pub(crate) payload: Option<Map<String, Value>>,
    /// What was issued for a CSR, base64.
    #[serde(default)]
    pub(crate) issued: Vec<String>,
    /// What becomes of a device that is assigned to another hub.
    #[serde(default)]
    pub(crate) reprovision: Reprovision,
    /// The initial twin of the enrollment, for a device that is new at its hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) initial_twin: Option<Box<TwinChange>>,
    /// What decided, such as `group factory`.
    pub(crate) enrollment: Option<String>,
    pub(crate) created: SystemTime,
    /// What the device was told at its end, if that is an assignment.
    pub(crate) registration: Option<Box<Registration>>,
    /// When its end was told first.
    finished: Option<SystemTime>,
    pub(crate) etag: Uuid,
    /// How many more polls are answered with `assigning`.
    assigning: u32,
}

impl Operation {
    pub(crate) fn new(
        registration_id: &str,
        leaf: Option<Thumbprint>,
        verdict: Verdict,
        assigning: u32,
        created: SystemTime,
    ) -> Self {
        // The shape seen in traces: a 4, sixteen hexadecimal digits, a UUID.
        let (_, digits) = Uuid::new_v4().as_u64_pair();
        Self {
            id: format!("4.{digits:016x}.{}", Uuid::new_v4()),
            registration_id: registration_id.to_owned(),
            leaf,
            verdict,
            payload: None,
            issued: Vec::new(),
            reprovision: Reprovision::default(),
            initial_twin: None,
            enrollment: None,
            registration: None,
            created,
            finished: None,
            etag: Uuid::new_v4(),
            assigning,
        }
    }

    /// Whether an answer now says `assigning`; counts it.
    pub(crate) fn is_still_assigning(&mut self) -> bool {
        let still = self.assigning > 0;
        self.assigning = self.assigning.saturating_sub(1);
        still
    }

    pub(crate) const fn is_finished(&self) -> bool {
        self.finished.is_some()
    }

    /// When it was last updated: every poll after the end is told the same.
    pub(crate) fn finish(&mut self, now: SystemTime) -> SystemTime {
        *self.finished.get_or_insert(now)
    }
}

/// All operations that can be asked for.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    by_id: HashMap<String, Operation>,
    /// Oldest first.
    order: VecDeque<(SystemTime, String)>,
}

impl Operations {
    /// More than this many, and the oldest is forgotten.
    pub(crate) const MAX_COUNT: usize = 100_000;
    /// How long an operation can be asked for.
    pub(crate) const LIFETIME: Duration = Duration::from_secs(600);

    pub(crate) fn insert(&mut self, operation: Operation) {
        self.forget_old(operation.created);
        self.order.push_back((operation.created, operation.id.clone()));
        self.by_id.insert(operation.id.clone(), operation);
    }

    pub(crate) fn get_mut(&mut self, id: &str, now: SystemTime) -> Option<&mut Operation> {
        self.by_id.get_mut(id).filter(|operation| !has_expired(operation.created, now))
    }

    fn forget_old(&mut self, now: SystemTime) {
        while let Some((created, id)) = self.order.front() {
            if self.order.len() < Self::MAX_COUNT && !has_expired(*created, now) {
                break;
            }
            self.by_id.remove(id);
            self.order.pop_front();
        }
    }
}

/// A clock that was set back makes nothing expire.
pub(crate) fn has_expired(created: SystemTime, now: SystemTime) -> bool {
    now.duration_since(created).is_ok_and(|age| age > Operations::LIFETIME)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn operation(created: SystemTime, assigning: u32) -> Operation {
        Operation::new("device", None, Verdict::Disabled, assigning, created)
    }

    #[test]
    fn the_id_has_the_shape_of_traces() {
        let id = operation(UNIX_EPOCH, 0).id;
        let [four, digits, uuid] = id.split('.').collect::<Vec<_>>()[..] else { panic!("{id}") };
        assert_eq!((four, digits.len(), uuid.len()), ("4", 16, 36));
        assert!(u64::from_str_radix(digits, 16).is_ok() && Uuid::parse_str(uuid).is_ok());
    }

    #[test]
    fn assigning_is_counted_down() {
        let mut operation = operation(UNIX_EPOCH, 2);
        let answers = [(); 4].map(|()| operation.is_still_assigning());
        assert_eq!(answers, [true, true, false, false]);
    }

    #[test]
    fn the_end_stays_where_it_was() {
        let mut operation = operation(UNIX_EPOCH, 0);
        let end = UNIX_EPOCH + Duration::from_secs(3);
        assert_eq!(operation.finish(end), end);
        assert_eq!(operation.finish(end + Duration::from_secs(1)), end);
    }

    #[test]
    fn operations_expire_and_are_bounded() {
        let mut operations = Operations::default();
        let first = operation(UNIX_EPOCH, 0);
        let id = first.id.clone();
        operations.insert(first);
        assert!(operations.get_mut(&id, UNIX_EPOCH + Operations::LIFETIME).is_some());
        let late = UNIX_EPOCH + Operations::LIFETIME + Duration::from_secs(1);
        assert!(operations.get_mut(&id, late).is_none());
        operations.insert(operation(late, 0));
        assert_eq!((operations.by_id.len(), operations.order.len()), (1, 1));
        for _ in 0..Operations::MAX_COUNT + 5 {
            operations.insert(operation(late, 0));
        }
        assert_eq!(operations.by_id.len(), Operations::MAX_COUNT);
        assert_eq!(operations.order.len(), Operations::MAX_COUNT);
    }
}
