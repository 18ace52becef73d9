//! What happens while a provisioning runs, for people to read as it happens.

use std::{fmt, time::Duration};

use super::{
    mqtt::Packet,
    time::Seconds,
    transport::{ConnectionInfo, TransportFailure, TransportFailureKind},
};
use crate::{finding::Finding, name::Endpoint, text::Line};

/// One thing that happened. `Display` is one line of a log window, without the time, whatever the peer wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A connection is being made.
    Dialling {
        /// Where to.
        endpoint: &'a Endpoint,
        /// The how manieth to this endpoint, from 1.
        attempt: u32,
    },
    /// TLS is up.
    Connected(&'a ConnectionInfo),
    /// A connection could not be made, or was lost.
    Disconnected(&'a TransportFailure),
    /// The upgrade to WebSocket was asked for; the request's first line.
    UpgradeSent(&'a str),
    /// The answer to that; its status.
    UpgradeAnswered(&'a str),
    /// A packet was handed over for sending.
    Sent(&'a Packet),
    /// A packet came.
    Received(&'a Packet),
    /// Nothing will be sent for a while.
    Waiting {
        /// How long.
        duration: Duration,
        /// Why.
        reason: WaitReason,
    },
    /// A packet that is no answer to anything outstanding was left aside.
    Ignored(Ignored),
    /// Something worth knowing that does not end the provisioning.
    Noticed(&'a Finding),
}

/// Why nothing is sent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum WaitReason {
    /// The service named the time to the next poll.
    RetryAfter,
    /// The service named none; the default between polls.
    DefaultPoll,
    /// The service throttles, or failed, and the request is tried again.
    ServiceBusy,
    /// The service forgot the operation, and the device registers again.
    OperationForgotten,
    /// The connection failed, and is made again.
    Redial,
}

impl WaitReason {
    /// The word used in JSON and WIT.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RetryAfter => "retry-after",
            Self::DefaultPoll => "default-poll",
            Self::ServiceBusy => "service-busy",
            Self::OperationForgotten => "operation-forgotten",
            Self::Redial => "redial",
        }
    }
}

/// Why a packet was left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum Ignored {
    /// A response whose `$rid` is not that of the outstanding request.
    OtherRequest,
    /// A response without a `$rid`.
    NoRequest,
    /// A PUBLISH on a topic that is no response.
    OtherTopic,
    /// A response while no request is outstanding.
    NothingOutstanding,
}

impl Ignored {
    /// The word used in JSON and WIT.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherRequest => "other-request",
            Self::NoRequest => "no-request",
            Self::OtherTopic => "other-topic",
            Self::NothingOutstanding => "nothing-outstanding",
        }
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Line::on(f))
    }
}

impl Event<'_> {
    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Dialling { endpoint, attempt: 1 } => write!(f, "--  dialling {endpoint}"),
            Self::Dialling { endpoint, attempt } => write!(f, "--  dialling {endpoint}, attempt {attempt}"),
            Self::Connected(info) => {
                f.write_str("--  connected")?;
                for (label, part) in
                    [(" to ", &info.peer), (", ", &info.tls_version), (", ", &info.cipher_suite)]
                {
                    if let Some(part) = part {
                        write!(f, "{label}{part}")?;
                    }
                }
                Ok(())
            }
            Self::Disconnected(failure) => {
                f.write_str(match failure.kind {
                    TransportFailureKind::Closed | TransportFailureKind::Silent => "--  connection lost",
                    _ => "--  no connection",
                })?;
                if failure.detail.is_empty() { Ok(()) } else { write!(f, ": {}", failure.detail) }
            }
            Self::UpgradeSent(line) => write!(f, "->  {line}  (WebSocket)"),
            Self::UpgradeAnswered(line) => write!(f, "<-  {line}"),
            Self::Sent(packet) => write!(f, "->  {packet}"),
            Self::Received(packet) => write!(f, "<-  {packet}"),
            Self::Waiting { duration, reason } => {
                let seconds = Seconds(*duration);
                match reason {
                    WaitReason::RetryAfter => write!(f, "--  waiting {seconds}, as the service asks"),
                    WaitReason::DefaultPoll => write!(f, "--  waiting {seconds}, the service names no time"),
                    WaitReason::ServiceBusy => write!(f, "--  waiting {seconds}, then asking again"),
                    WaitReason::OperationForgotten => {
                        write!(f, "--  waiting {seconds}, then registering again")
                    }
                    WaitReason::Redial => write!(f, "--  waiting {seconds}, then dialling again"),
                }
            }
            Self::Ignored(Ignored::OtherRequest) => {
                f.write_str("--  left aside: the answer to another request")
            }
            Self::Ignored(Ignored::NoRequest) => {
                f.write_str("--  left aside: an answer that names no request")
            }
            Self::Ignored(Ignored::OtherTopic) => f.write_str("--  left aside: a message on another topic"),
            Self::Ignored(Ignored::NothingOutstanding) => {
                f.write_str("--  left aside: an answer that was not asked for")
            }
            Self::Noticed(finding) => {
                write!(f, "--  {} {}: {}", finding.severity, finding.code(), finding.message)
            }
        }
    }
}
