//! The machine at the assigned hub: one more connection, and the twin.

use super::Provisioning;
use crate::{
    service::ReturnCode,
    session::{
        outcome::{FailureCause, Retry},
        peer::Peer,
        reply::{self, Assigned, ReplyError},
    },
};

/// How often a hub may turn a device away that DPS has just assigned to it. That it needs a moment is an
/// assumption; no document names one.
const MAX_DENIED: u32 = 4;

impl Provisioning {
    /// Goes on to the hub. What it takes is part of the same time limit.
    pub(super) fn ask_hub(&mut self, assigned: Assigned) {
        self.peer = Peer::hub(&self.config, &assigned);
        self.assigned = Some(assigned);
        (self.next, self.asked, self.last_failure) = (None, None, None);
        (self.failures, self.attempts, self.reached) = (0, 0, false);
        self.dial();
    }

    /// Whether a CONNACK that refuses may be another one later.
    pub(super) fn is_for_a_time(&mut self, return_code: ReturnCode) -> bool {
        if return_code == ReturnCode::NOT_AUTHORIZED && self.assigned.is_some() {
            self.denied += 1;
            return self.denied < MAX_DENIED;
        }
        return_code == ReturnCode::SERVER_UNAVAILABLE
    }

    /// The hub's answer to the request for the twin.
    pub(super) fn twin(&mut self, status: u16, body: &[u8]) {
        if status != 200 {
            let error = ReplyError::Status { status, expected: "200", body: reply::evidence(body) };
            return self.fail(FailureCause::Unreadable(error), Retry::Pointless);
        }
        match serde_json::from_slice::<serde_json::Map<_, _>>(body) {
            Ok(_) => {
                self.hang_up(true);
                if let Some(assigned) = self.assigned.take() {
                    self.succeed(assigned, Some(Ok(String::from_utf8_lossy(body).into_owned())));
                }
            }
            Err(error) => {
                let error = reply::no_object(&error, body);
                self.fail(FailureCause::Unreadable(error), Retry::Pointless);
            }
        }
    }
}
