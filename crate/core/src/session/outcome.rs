//! How a provisioning ended.

use std::{fmt, time::Duration};

use super::{
    event::WaitReason,
    hub::{self, HubCheck},
    mqtt::{EncodeError, Violation, printable},
    reply::{Assigned, ReplyError},
    report::Class,
    stage::Stage,
    time::Seconds,
    transport::TransportFailure,
    websocket::WebSocketFault,
};
use crate::{
    finding::{Finding, Place, catalogue},
    name::Endpoint,
    service::Answer,
};

/// How a provisioning ended: assigned, or a failure with its evidence.
pub type Outcome = Result<Assignment, Failure>;

/// The device has a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What the service said.
    pub assigned: Assigned,
    /// What the assigned hub said, where it was asked.
    pub hub: Option<HubCheck>,
    /// What it took.
    pub tally: Tally,
}

/// The device has no hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why not.
    pub cause: Cause,
    /// Where it was.
    pub stage: Stage,
    /// Whether and when trying again can help.
    pub retry: Retry,
    /// What it took.
    pub tally: Tally,
}

/// What a provisioning took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// From the start to the outcome.
    pub elapsed: Duration,
    /// Connections that were dialled.
    pub dials: u32,
    /// Requests that were sent: registrations, polls, and for the twin.
    pub requests: u32,
    /// MQTT bytes handed over for sending.
    pub bytes_sent: u64,
    /// MQTT bytes received, in whole packets.
    pub bytes_received: u64,
}

/// Why a provisioning failed, by whose fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The service refused.
    Refused(Answer),
    /// There was no connection, or it was lost.
    Transport(TransportFailure),
    /// The peer broke MQTT 3.1.1.
    Violation(Violation),
    /// A packet that is right in itself came where it has no place.
    OutOfPlace {
        /// Its name.
        packet: &'static str,
    },
    /// The WebSocket around it was refused, or its rules were broken.
    WebSocket(WebSocketFault),
    /// More packets or bytes that bring nothing forward than any service sends.
    Flooded {
        /// How many packets and frames were read since the last answer.
        packets: u32,
        /// How many bytes they had.
        bytes: u64,
    },
    /// The service's answer cannot be understood.
    Unreadable(ReplyError),
    /// A request does not fit into MQTT.
    Unsendable(EncodeError),
    /// The time for the whole provisioning is over.
    OutOfTime {
        /// The time there was.
        timeout: Duration,
        /// The wait that did not fit any more, if there was one, and why it would have been waited.
        wait: Option<(Duration, WaitReason)>,
        /// The last failure before, if there was one.
        last: Option<TransportFailure>,
    },
    /// The host cancelled.
    Cancelled,
}

impl Cause {
    /// By whose fault it is.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Refused(_) => Class::Refused,
            Self::Transport(_) => Class::NoConnection,
            Self::OutOfTime { .. } => Class::OutOfTime,
            Self::Cancelled => Class::Cancelled,
            Self::Unsendable(_) => Class::InvalidSettings,
            Self::Violation(_)
            | Self::OutOfPlace { .. }
            | Self::WebSocket(_)
            | Self::Flooded { .. }
            | Self::Unreadable(_) => Class::Protocol,
        }
    }
}

/// Whether and when trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Not before something is changed.
    Pointless,
    /// The same attempt can succeed, not before this time has passed.
    After(Duration),
}

impl Failure {
    /// The failure as a finding.
    #[must_use]
    pub fn to_finding(&self, endpoint: &Endpoint) -> Finding {
        let place = Place::stage(self.stage).object(endpoint.to_string());
        match &self.cause {
            Cause::Refused(answer) => answer.to_finding().at(place),
            Cause::Transport(failure) => failure.to_finding(endpoint, &self.stage),
            Cause::WebSocket(fault) => fault.to_finding(endpoint).at(place),
            Cause::Violation(violation @ Violation::NotMqtt { .. }) => Finding::new(
                &catalogue::NOT_MQTT,
                format!("The server at {endpoint} sends {violation}: it is no MQTT server."),
                "Check host and port; HTTP and SSH servers answer like this.",
            )
            .at(place),
            Cause::Violation(violation) => Finding::new(
                &catalogue::MQTT_VIOLATED,
                format!("The server at {endpoint} breaks MQTT 3.1.1: it sends {violation}."),
                "Check that the endpoint is DPS; if it is, keep the trace for a support ticket.",
            )
            .at(place),
            Cause::OutOfPlace { packet } => Finding::new(
                &catalogue::PACKET_OUT_OF_PLACE,
                format!("The server at {endpoint} sent {packet} while {}.", self.stage),
                "Check that the endpoint is DPS; if it is, keep the trace for a support ticket.",
            )
            .at(place),
            Cause::Flooded { packets, bytes } => Finding::new(
                &catalogue::FLOODED,
                format!(
                    "The server at {endpoint} sent {packets} packets with {bytes} bytes since its last answer, and none of \
                     them answers anything."
                ),
                "Check that the endpoint is DPS; if it is, keep the trace for a support ticket.",
            )
            .at(place),
            Cause::Unreadable(ReplyError::Hub { error, found, .. }) => {
                hub::no_name(found, error).at(place)
            }
            Cause::Unreadable(error) => Finding::new(
                &catalogue::ANSWER_NOT_UNDERSTOOD,
                format!("The answer of {endpoint} cannot be understood: {error}."),
                "Check that the endpoint is DPS and the API version one it knows; keep the trace for a support ticket.",
            )
            .at(place)
            .found(printable(error.body().as_bytes())),
            Cause::Unsendable(error) => Finding::new(
                &catalogue::REQUEST_TOO_LONG,
                format!("A request cannot be sent: {error}."),
                "Shorten the client version or the payload, or the keep-alive.",
            )
            .at(place),
            Cause::OutOfTime { timeout, wait, last } => {
                let finding = self.out_of_time(endpoint, *timeout, *wait).at(place);
                match last {
                    Some(last) if !last.detail.is_empty() => {
                        finding.found(printable(format!("before that: {}", last.detail).as_bytes()))
                    }
                    _ => finding,
                }
            }
            Cause::Cancelled => Finding::new(
                &catalogue::CANCELLED,
                format!("The provisioning was cancelled while {}.", self.stage),
                "Start it again; a registration that was under way does no harm.",
            )
            .at(place),
        }
    }

    fn out_of_time(
        &self,
        endpoint: &Endpoint,
        timeout: Duration,
        wait: Option<(Duration, WaitReason)>,
    ) -> Finding {
        let timeout = Seconds(timeout);
        let (message, next_step) = match wait {
            Some((wait, WaitReason::RetryAfter)) => (
                format!(
                    "{endpoint} asks to wait {}, which is longer than what is left of {timeout}.",
                    Seconds(wait)
                ),
                "Give it more time.",
            ),
            Some((wait, _)) => (
                format!(
                    "{endpoint} has not decided yet, and the next question, {} from now, would come after the end of {timeout}.",
                    Seconds(wait)
                ),
                "Give it more time; if it lasts, look at the DPS instance and the hubs linked to it.",
            ),
            None => (
                format!("The {timeout} for the whole provisioning are over, while {}.", self.stage),
                match self.stage {
                    Stage::Dial => "Check network and firewall; if the network is slow, give it more time.",
                    Stage::Wait | Stage::Poll | Stage::Twin => {
                        "Give it more time; if it lasts, look at the DPS instance and the hubs linked to it."
                    }
                    Stage::Upgrade | Stage::Connect | Stage::Subscribe | Stage::Register => {
                        "The server took the connection and says nothing: check that the endpoint is DPS, and what stands between."
                    }
                },
            ),
        };
        Finding::new(&catalogue::OUT_OF_TIME, message, next_step)
    }
}

/// `401002 "CA certificate not found."`, `connection closed while …`: one line without advice.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Refused(answer) => write!(f, "refused: {answer}"),
            Cause::Transport(failure) => write!(f, "no connection while {}: {}", self.stage, failure.detail),
            Cause::Violation(violation) => write!(f, "the server sends {violation}"),
            Cause::OutOfPlace { packet } => write!(f, "the server sends {packet} while {}", self.stage),
            Cause::WebSocket(fault) => write!(f, "no WebSocket: {fault}"),
            Cause::Flooded { packets, bytes } => {
                write!(f, "the server sends {packets} packets with {bytes} bytes that answer nothing")
            }
            Cause::Unreadable(error) => write!(f, "the answer cannot be understood: {error}"),
            Cause::Unsendable(error) => write!(f, "a request cannot be sent: {error}"),
            Cause::OutOfTime { timeout, .. } => {
                write!(f, "out of time ({}) while {}", Seconds(*timeout), self.stage)
            }
            Cause::Cancelled => write!(f, "cancelled while {}", self.stage),
        }
    }
}

impl std::error::Error for Failure {}
