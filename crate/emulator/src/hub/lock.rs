//! Messages that are taken one by one under a lock (`iot-hub-devguide-messages-c2d`), as a device does it by HTTPS.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{cloud_message::Queued, device::Device, feedback::Fate};

/// How long a lock lasts (`lockDurationAsIso8601` of messages and of feedback).
const LOCK: Duration = Duration::from_secs(60);
/// How often a message can be put back, before nobody gets it any more (`maxDeliveryCount`).
const MOST_ABANDONED: u32 = 10;

/// What waits is invisible to others while somebody looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lock {
    pub(crate) token: Uuid,
    pub(crate) until: SystemTime,
}

impl Lock {
    pub(super) fn new(now: SystemTime) -> Self {
        Self { token: Uuid::new_v4(), until: now + LOCK }
    }

    pub(super) fn holds(self, now: SystemTime) -> bool {
        self.until > now
    }
}

/// What a device does with a message that it has under a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    Complete,
    Reject,
    /// Puts it back.
    Abandon,
}

impl Device {
    /// The next message that nobody has.
    pub(super) fn receive(&mut self, now: SystemTime) -> Option<Queued> {
        let queued = self.queue.iter_mut().find(|queued| queued.is_free(now))?;
        queued.lock = Some(Lock::new(now));
        queued.deliveries = queued.deliveries.saturating_add(1);
        let queued = queued.clone();
        // A connection that waits for messages waits for the end of the lock from now on.
        self.wake();
        Some(queued)
    }

    /// Settles a message, if the lock still holds. Returns it, with what became of it if it is gone.
    pub(super) fn settle(
        &mut self,
        token: Uuid,
        settlement: Settlement,
        now: SystemTime,
    ) -> Option<(Queued, Option<Fate>)> {
        let holds = |queued: &Queued| queued.lock.is_some_and(|lock| lock.token == token && lock.holds(now));
        let place = self.queue.iter().position(holds)?;
        let fate = match settlement {
            Settlement::Complete => Fate::Success,
            Settlement::Reject => Fate::Rejected,
            Settlement::Abandon => {
                let queued = self.queue.get_mut(place)?;
                (queued.lock, queued.abandoned) = (None, queued.abandoned + 1);
                if queued.abandoned < MOST_ABANDONED {
                    let queued = queued.clone();
                    self.wake();
                    return Some((queued, None));
                }
                Fate::DeliveryCountExceeded
            }
        };
        Some((self.queue.remove(place)?, Some(fate)))
    }
}
