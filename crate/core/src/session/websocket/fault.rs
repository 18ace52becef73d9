//! What can be wrong with a WebSocket, and the findings that follow.

use std::{fmt, time::Duration};

use crate::{
    finding::{Finding, say},
    name::Endpoint,
    session::mqtt::printable,
};

/// What is wrong with a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebSocketFault {
    /// The server answers the request for the upgrade with something other than 101.
    Refused(HttpAnswer),
    /// The answer is none of RFC 6455.
    Upgrade(UpgradeFault),
    /// The server upgrades, and not to MQTT.
    SubProtocol {
        /// What it names instead.
        found: Option<String>,
    },
    /// A frame breaks the rules.
    Frame(FrameFault),
}

/// An HTTP answer, as much of it as tells who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The words behind it, printable.
    pub reason: String,
    /// The header fields in their order, printable.
    pub fields: Vec<(String, String)>,
}

impl HttpAnswer {
    pub(super) fn new(answer: &httparse::Response<'_, '_>) -> Self {
        let fields = answer.headers.iter();
        Self {
            status: answer.code.unwrap_or_default(),
            reason: printable(answer.reason.unwrap_or_default().as_bytes()),
            fields: fields.map(|it| (it.name.to_owned(), printable(it.value.trim_ascii()))).collect(),
        }
    }

    /// The value of the first field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The values of all fields of this name as one list (RFC 9110 section 5.3).
    pub(super) fn combined(&self, name: &str) -> Option<String> {
        let fields = self.fields.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value.clone()).reduce(|all, next| format!("{all}, {next}"))
    }

    /// The status line without the version: `403 Forbidden`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.status, self.reason).trim_end().to_owned()
    }

    /// When to try again, if that can help (RFC 9110 sections 10.2.3, 15.5.9 and 15.6).
    pub(in crate::session) fn is_transient(&self) -> bool {
        matches!(self.status, 408 | 429 | 500 | 502..=504)
    }

    /// Whole seconds; a date is not understood without a clock.
    pub(in crate::session) fn retry_after(&self) -> Option<Duration> {
        self.field("Retry-After")?.parse().ok().map(Duration::from_secs)
    }

    /// The line, and who may have written it: what `found` says.
    fn evidence(&self) -> String {
        let telling = ["Server", "Via", "Location", "Proxy-Authenticate", "Content-Type"];
        let fields = telling.iter().filter_map(|name| Some(format!("; {name}: {}", self.field(name)?)));
        fields.fold(self.line(), |text, field| text + &field)
    }

    fn to_finding(&self, endpoint: &Endpoint) -> Finding {
        use say::WebsocketRefused as Refused;
        let answer = &self.line();
        let finding = match self.status {
            300..=399 => Refused::Redirected { endpoint, answer }.finding(),
            401 | 403 => Refused::Forbidden { endpoint, answer }.finding(),
            407 => Refused::Proxy { endpoint, answer }.finding(),
            404 | 405 | 426 | 400 | 501 => Refused::NotThere { endpoint, answer }.finding(),
            408 | 429 | 500 | 502..=504 => Refused::Passing { endpoint, answer }.finding(),
            _ => Refused::Other { endpoint, answer }.finding(),
        };
        finding.found(self.evidence())
    }
}

/// Why an answer with 101, or something like it, is no upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeFault {
    /// It does not begin with `HTTP/`.
    NotHttp {
        /// Its first bytes, printable.
        begins: String,
    },
    /// Its head has no end within the limit.
    TooLong,
    /// Its head cannot be read.
    Malformed {
        /// The parser's word for it.
        reason: String,
    },
    /// A header field is absent or wrong.
    Field {
        /// Its name.
        name: &'static str,
        /// Its value.
        found: Option<String>,
    },
}

/// How a frame breaks the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameFault {
    /// Bits that belong to extensions are set; none was agreed.
    ReservedBits,
    /// A text message, where MQTT wants binary ones.
    Text,
    /// An opcode that does not exist.
    Opcode {
        /// The opcode.
        opcode: u8,
    },
    /// A server must not mask.
    Masked,
    /// A control frame that is long or in pieces.
    Control,
    /// A message begins before the last one ended, or goes on without a beginning.
    Sequence,
    /// A length that is not written in the shortest way, or does not fit.
    Length,
    /// A close frame with a code or reason that cannot be.
    Close,
}

impl From<UpgradeFault> for WebSocketFault {
    fn from(fault: UpgradeFault) -> Self {
        Self::Upgrade(fault)
    }
}

impl WebSocketFault {
    /// The fault as a finding about this endpoint, without its place.
    pub(in crate::session) fn to_finding(&self, endpoint: &Endpoint) -> Finding {
        let fault = self;
        match self {
            Self::Refused(answer) => answer.to_finding(endpoint),
            Self::Upgrade(_) => say::WebsocketNotUpgraded { endpoint, fault }.finding(),
            Self::SubProtocol { .. } => say::WebsocketWithoutMqtt { endpoint, fault }.finding(),
            Self::Frame(_) => say::WebsocketViolated { endpoint, fault }.finding(),
        }
    }
}

/// What it comes to, within a sentence.
impl fmt::Display for WebSocketFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(answer) => write!(f, "the upgrade is answered with {}", answer.line()),
            Self::Upgrade(fault) => fault.fmt(f),
            Self::SubProtocol { found: None } => f.write_str("it names no sub-protocol"),
            Self::SubProtocol { found: Some(found) } => write!(f, "it names the sub-protocol \"{found}\""),
            Self::Frame(fault) => fault.fmt(f),
        }
    }
}

/// What it comes to, within a sentence about the answer.
impl fmt::Display for UpgradeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp { begins } => {
                write!(f, "it begins with \"{begins}\" instead of HTTP/")
            }
            Self::TooLong => f.write_str("its head does not end within 16 KiB"),
            Self::Malformed { reason } => {
                write!(f, "its head cannot be read ({reason})")
            }
            Self::Field { name, found: None } => write!(f, "it has no {name}"),
            Self::Field { name, found: Some(found) } => {
                write!(f, "its {name} is \"{found}\"")
            }
        }
    }
}

impl std::error::Error for UpgradeFault {}

impl fmt::Display for FrameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReservedBits => f.write_str("a frame with bits of an extension that was not agreed"),
            Self::Text => f.write_str("a text message, where MQTT wants binary ones (MQTT-6.0.0-1)"),
            Self::Opcode { opcode } => write!(f, "a frame with the opcode {opcode}, which does not exist"),
            Self::Masked => f.write_str("a masked frame, which only clients send"),
            Self::Control => f.write_str("a control frame that is longer than 125 bytes or in pieces"),
            Self::Sequence => f.write_str("the pieces of a message out of order"),
            Self::Length => f.write_str("a frame whose length is not written as it must be"),
            Self::Close => f.write_str("a close frame with a code or reason that cannot be"),
        }
    }
}

impl std::error::Error for FrameFault {}

impl std::error::Error for WebSocketFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Upgrade(fault) => Some(fault),
            Self::Frame(fault) => Some(fault),
            Self::Refused(_) | Self::SubProtocol { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_is_wrong_inside_is_the_source() {
        let upgrade = WebSocketFault::Upgrade(UpgradeFault::TooLong);
        let frame = WebSocketFault::Frame(FrameFault::Masked);
        for fault in [upgrade, frame] {
            assert_eq!(fault.source().map(ToString::to_string), Some(fault.to_string()));
        }
        assert!(WebSocketFault::SubProtocol { found: None }.source().is_none());
    }
}
