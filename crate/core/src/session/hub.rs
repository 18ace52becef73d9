//! Asking the assigned hub whether it takes the device, and what can be wrong there.

use super::{
    outcome::{Cause, Failure},
    time::Seconds,
    transport::TransportFailureKind,
};
use crate::{
    finding::{Finding, Place, catalogue},
    name::{Endpoint, HubNameError, RegistrationId},
    service::{Answer, Channel},
};

/// What the assigned hub said: the device's twin as JSON text, or what was wrong, the most telling first.
pub type HubCheck = Result<String, Vec<Finding>>;

/// The warning that goes with every check of a hub.
pub(super) fn disconnects(registration_id: &RegistrationId) -> Finding {
    Finding::new(
        &catalogue::HUB_CHECK_DISCONNECTS,
        format!(
            "The hub check connects to the assigned hub in the name of the device: a device that runs there is \
             disconnected by it. Its device ID is \"{registration_id}\", unless the enrollment assigns another."
        ),
        "Leave the hub check out while the device is in use.",
    )
    .at(Place::input("check-hub"))
}

/// DPS named something that is no hub.
pub(super) fn no_name(found: &str, error: &HubNameError) -> Finding {
    Finding::new(
        &catalogue::HUB_NAME_INVALID,
        format!("DPS assigned the device to something that is no IoT hub: {error}."),
        "Look at the hubs linked to the DPS instance, and at what a custom allocation function answers.",
    )
    .at(Place::default().object("assignedHub"))
    .found(super::mqtt::printable(found.as_bytes()))
}

impl Failure {
    /// The failure at the hub of a device that is assigned.
    pub(super) fn at_hub(&self, endpoint: &Endpoint) -> Vec<Finding> {
        let place = Place::stage(self.stage).object(endpoint.to_string());
        match &self.cause {
            Cause::Refused(answer) if answer.channel == Channel::Connack => vec![denied(answer, endpoint).at(place)],
            Cause::Refused(answer) => {
                let message = format!("The hub {endpoint} takes the device, and refuses its twin: {answer}.");
                let next_step = if answer.is_transient() {
                    "The hub is busy or at its quota: try again later, and look at its metrics."
                } else {
                    "Look at the device's entry at the hub, and at the hub's tier: a basic one has no twins."
                };
                let finding = Finding::new(&catalogue::TWIN_REFUSED, message, next_step).at(place);
                vec![if answer.body.is_empty() {
                    finding
                } else {
                    finding.found(super::mqtt::printable(answer.body.as_bytes()))
                }]
            }
            Cause::OutOfTime { timeout, .. } => vec![
                Finding::new(
                    &catalogue::HUB_CHECK_UNFINISHED,
                    format!(
                        "The {} for the whole run are over before the hub {endpoint} was asked to the end, while {}.",
                        Seconds(*timeout),
                        self.stage
                    ),
                    "Give it more time. The device is assigned all the same.",
                )
                .at(place),
            ],
            Cause::Cancelled => vec![
                Finding::new(
                    &catalogue::HUB_CHECK_UNFINISHED,
                    format!("The check of the hub {endpoint} was cancelled while {}.", self.stage),
                    "Start it again. The device is assigned all the same.",
                )
                .at(place),
            ],
            _ => {
                let mut cause = self.to_finding(endpoint);
                if !matches!(self.cause, Cause::Transport(_) | Cause::WebSocket(_)) {
                    cause.next_step = "Check that the host is an IoT hub; keep the trace for a support ticket.".to_owned();
                }
                let message = format!("The device is assigned, and its hub {endpoint} could not be asked.");
                let mut finding = Finding::new(&catalogue::HUB_NOT_REACHED, message, self.way_to_hub()).at(place);
                finding.caused_by = Some(cause.code());
                vec![finding, cause]
            }
        }
    }
}

impl Failure {
    fn way_to_hub(&self) -> &'static str {
        match &self.cause {
            Cause::Transport(failure) if failure.kind == TransportFailureKind::NotAllowed => {
                "Only hubs of the chosen cloud are dialled, whatever the service says. If this is the right hub, allow \
                 it by name: --allow-hub HOST."
            }
            _ => {
                "See the cause. Hubs are reached by names of their own: firewalls and private links that let DPS \
                 through may not let the hub through."
            }
        }
    }
}

fn denied(answer: &Answer, endpoint: &Endpoint) -> Finding {
    Finding::new(
        &catalogue::HUB_REFUSES_DEVICE,
        format!("The hub {endpoint} does not let the device in: {answer}."),
        "Look at the device at the hub: it must be enabled, and its authentication X.509 with the thumbprint of the \
         leaf that is sent here (DPS leaves that one behind, for groups too), or X.509 CA with a CA that the hub \
         knows. After a renewal of the leaf, let the device provision again.",
    )
}
