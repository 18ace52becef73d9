//! Asking the assigned hub whether it takes the device, and what can be wrong there.

use super::{
    outcome::{Failure, FailureCause},
    time::Seconds,
    transport::TransportFailureKind,
};
use crate::{
    finding::{Finding, Input, Place, say},
    name::{Endpoint, RegistrationId},
    service::Channel,
};

/// The warning that goes with every check of a hub.
pub(super) fn disconnects(registration_id: &RegistrationId) -> Finding {
    say::HubCheckDisconnects { registration_id }.finding().at(Place::input(Input::CheckHub))
}

impl Failure {
    /// The failure at the hub of a device that is assigned.
    pub(super) fn at_hub(&self, endpoint: &Endpoint) -> Vec<Finding> {
        let place = Place::stage(self.stage).object(endpoint.to_string());
        let stage = &self.stage;
        match &self.cause {
            FailureCause::Refused(answer) if answer.channel == Channel::Connack => {
                vec![say::HubRefusesDevice { endpoint, answer }.finding().at(place)]
            }
            FailureCause::Refused(answer) => {
                let finding = if answer.is_transient() {
                    say::TwinRefused::Busy { endpoint, answer }.finding().at(place)
                } else {
                    say::TwinRefused::Refused { endpoint, answer }.finding().at(place)
                };
                vec![if answer.body.is_empty() {
                    finding
                } else {
                    finding.found(super::mqtt::printable(answer.body.as_bytes()))
                }]
            }
            FailureCause::OutOfTime { timeout, .. } => {
                let timeout = &Seconds(*timeout);
                vec![say::HubCheckUnfinished::OutOfTime { timeout, endpoint, stage }.finding().at(place)]
            }
            FailureCause::Cancelled => {
                vec![say::HubCheckUnfinished::Cancelled { endpoint, stage }.finding().at(place)]
            }
            cause => {
                let mut reason = self.to_finding(endpoint);
                if !matches!(cause, FailureCause::Transport(_) | FailureCause::WebSocket(_)) {
                    reason.next_step =
                        "Check that the host is an IoT hub; keep the trace for a support ticket.".into();
                }
                let finding = match cause {
                    FailureCause::Transport(failure) if failure.kind == TransportFailureKind::NotAllowed => {
                        say::HubNotReached::NotAllowed { endpoint }.finding()
                    }
                    _ => say::HubNotReached::NotReached { endpoint }.finding(),
                };
                vec![finding.at(place).caused_by(reason.definition), reason]
            }
        }
    }
}
