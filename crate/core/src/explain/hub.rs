//! What the IoT hub answers, and how it is told from what DPS does.

use super::catalogue::{Symptom, symptom::hub_refuses_device};
use crate::service::Answer;

/// What a status means where the IoT hub answered it.
pub(super) const fn symptom(status: u16) -> &'static Symptom {
    match status {
        401 | 403 => &hub_refuses_device::UNAUTHORIZED,
        404 => &hub_refuses_device::DEVICE_MISSING,
        429 => &hub_refuses_device::QUOTA,
        500.. => &hub_refuses_device::FAULT,
        _ => &hub_refuses_device::REFUSED,
    }
}

/// Whether these are the hub's own words for a device that it does not let in; inside of an answer of DPS they are about DPS.
pub(super) fn has_its_words(answer: &Answer) -> bool {
    answer.code.is_none() && says_its_words(answer)
}

/// The same whatever code stands beside them.
pub(super) fn says_its_words(answer: &Answer) -> bool {
    answer.message.as_deref().is_some_and(|message| message.contains("IotHubUnauthorizedAccess"))
}

/// Whether the hub wrote this body: its tracking IDs have the gateway and the time in them, and those of DPS are UUIDs.
pub(super) fn wrote(answer: &Answer) -> bool {
    answer.tracking_id.as_deref().is_some_and(|id| id.contains("-TimeStamp:"))
}
