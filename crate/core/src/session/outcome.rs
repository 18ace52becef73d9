//! How a provisioning ended.

use std::{fmt, time::Duration};

use super::{
    class::Class,
    event::WaitReason,
    mqtt::{EncodeError, Violation, printable},
    reply::{Assigned, ReplyError},
    stage::Stage,
    time::Seconds,
    transport::TransportFailure,
    websocket::WebSocketFault,
};
use crate::{
    finding::{Finding, Place, say},
    name::Endpoint,
    service::Answer,
    text::Line,
};

/// How a provisioning ended: assigned, or a failure with its evidence.
pub type Outcome = Result<Assignment, Failure>;

/// What the assigned hub said: the device's twin as JSON text, or what was wrong, the most telling first.
pub type HubCheck = Result<String, Vec<Finding>>;

/// The device has a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Failure {
    /// Why not.
    pub cause: FailureCause,
    /// Where it was.
    pub stage: Stage,
    /// Whether and when trying again can help.
    pub retry: Retry,
    /// What it took.
    pub tally: Tally,
}

/// What a provisioning took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the contract of the components writes and reads every field")]
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
pub enum FailureCause {
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

impl FailureCause {
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
#[expect(clippy::exhaustive_enums, reason = "it can help or it cannot")]
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
            FailureCause::Refused(answer) => answer.to_finding().at(place),
            FailureCause::Transport(failure) => failure.to_finding(endpoint, &self.stage),
            FailureCause::WebSocket(fault) => fault.to_finding(endpoint).at(place),
            FailureCause::Violation(violation @ Violation::NotMqtt { .. }) => {
                say::NotMqtt { endpoint, violation }.finding().at(place)
            }
            FailureCause::Violation(violation) => {
                say::MqttViolated { endpoint, violation }.finding().at(place)
            }
            FailureCause::OutOfPlace { packet } => {
                say::PacketOutOfPlace { endpoint, packet, stage: &self.stage }.finding().at(place)
            }
            FailureCause::Flooded { packets, bytes } => {
                say::Flooded { endpoint, packets, bytes }.finding().at(place)
            }
            FailureCause::Unreadable(ReplyError::Hub { error, found, .. }) => {
                say::HubNameInvalid { error }.finding().at(place).found(printable(found.as_bytes()))
            }
            FailureCause::Unreadable(error) => say::AnswerNotUnderstood { endpoint, error }
                .finding()
                .at(place)
                .found(printable(error.body().as_bytes())),
            FailureCause::Unsendable(error) => say::RequestTooLong { error }.finding().at(place),
            FailureCause::OutOfTime { timeout, wait, last } => {
                let finding = self.out_of_time(endpoint, *timeout, *wait).at(place);
                match last {
                    Some(last) if !last.detail.is_empty() => {
                        finding.found(printable(format!("before that: {}", last.detail).as_bytes()))
                    }
                    _ => finding,
                }
            }
            FailureCause::Cancelled => say::Cancelled { stage: &self.stage }.finding().at(place),
        }
    }

    fn out_of_time(
        &self,
        endpoint: &Endpoint,
        timeout: Duration,
        wait: Option<(Duration, WaitReason)>,
    ) -> Finding {
        let (timeout, stage) = (&Seconds(timeout), &self.stage);
        match (wait, self.stage) {
            (Some((wait, WaitReason::RetryAfter)), _) => {
                say::OutOfTime::AskedToWait { endpoint, wait: &Seconds(wait), timeout }.finding()
            }
            (Some((wait, _)), _) => {
                say::OutOfTime::NotDecided { endpoint, wait: &Seconds(wait), timeout }.finding()
            }
            (None, Stage::Dial) => say::OutOfTime::Dialling { timeout, stage }.finding(),
            (None, Stage::Wait | Stage::Poll | Stage::Twin) => {
                say::OutOfTime::Waiting { timeout, stage }.finding()
            }
            (None, Stage::Upgrade | Stage::Connect | Stage::Subscribe | Stage::Register) => {
                say::OutOfTime::Silent { timeout, stage }.finding()
            }
        }
    }
}

/// `401002 "CA certificate not found."`, `connection closed while …`: one line without advice.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Line::on(f))
    }
}

impl Failure {
    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match &self.cause {
            FailureCause::Refused(answer) => write!(f, "refused: {answer}"),
            FailureCause::Transport(failure) => {
                let kind = failure.kind.as_str();
                let why = if failure.detail.is_empty() { kind } else { &failure.detail };
                write!(f, "no connection while {}: {why}", self.stage)
            }
            FailureCause::Violation(violation) => write!(f, "the server sends {violation}"),
            FailureCause::OutOfPlace { packet } => {
                write!(f, "the server sends {packet} while {}", self.stage)
            }
            FailureCause::WebSocket(fault) => write!(f, "no WebSocket: {fault}"),
            FailureCause::Flooded { packets, bytes } => {
                write!(f, "the server sends {packets} packets with {bytes} bytes that answer nothing")
            }
            FailureCause::Unreadable(error) => write!(f, "the answer cannot be understood: {error}"),
            FailureCause::Unsendable(error) => write!(f, "a request cannot be sent: {error}"),
            FailureCause::OutOfTime { timeout, .. } => {
                write!(f, "out of time ({}) while {}", Seconds(*timeout), self.stage)
            }
            FailureCause::Cancelled => write!(f, "cancelled while {}", self.stage),
        }
    }
}

impl std::error::Error for Failure {}
