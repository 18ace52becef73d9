//! One refusal by the service, with its evidence.

use std::fmt;

use super::ReturnCode;
use crate::text::Line;

/// A refusal as the service gave it.
///
/// DPS refuses in two ways, and older traces show a third; all carry the same facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the contract of the components writes and reads every field")]
pub struct Answer {
    /// By which way the refusal came.
    pub channel: Channel,
    /// The three digits of the response topic (HTTP classes), or the CONNACK or SUBACK return code.
    pub status: u16,
    /// The extended code, `status * 1000 + n`, such as 401002.
    pub code: Option<u32>,
    /// The service's own words.
    pub message: Option<String>,
    /// For a support ticket.
    pub tracking_id: Option<String>,
    /// The service's time of the refusal, as it wrote it.
    pub timestamp: Option<String>,
    /// The `info` member of the body, as JSON text.
    pub info: Option<String>,
    /// The operation's status word in a failed operation: `failed`, `disabled`.
    pub operation_status: Option<String>,
    /// The body as it came, at most [`Answer::MAX_BODY`] bytes of it, invalid UTF-8 replaced.
    pub body: String,
}

impl Answer {
    /// How much of a body is kept as evidence, in bytes.
    pub const MAX_BODY: usize = 16 * 1024;

    /// Whether the same request can succeed later: throttling (429) and the service's own faults (5xx).
    ///
    /// The extended code decides where there is one, because a failed operation comes on status 200.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.class().is_some_and(|class| class == 429 || class >= 500)
    }

    /// The HTTP class: the extended code's thousands, else the topic status.
    #[must_use]
    pub fn class(&self) -> Option<u16> {
        match (self.code, self.channel) {
            (Some(code), _) if code >= 1000 => u16::try_from(code / 1000).ok(),
            (_, Channel::Request | Channel::Operation) => Some(self.status),
            (_, Channel::Connack | Channel::Suback) => None,
        }
    }

    /// The return code, if CONNACK brought it.
    #[must_use]
    pub fn return_code(&self) -> Option<ReturnCode> {
        let number = u8::try_from(self.status).ok()?;
        (self.channel == Channel::Connack).then_some(ReturnCode::new(number))
    }

    /// Whether the service no longer knows the operation (404203), so that the device must register again.
    #[must_use]
    pub fn is_operation_not_found(&self) -> bool {
        self.code == Some(404_203)
    }
}

/// `401002 "CA certificate not found."`, `disabled`, `CONNACK return code 5`.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Line::on(f))
    }
}

impl Answer {
    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match (self.channel, self.code) {
            (Channel::Connack, _) => return write!(f, "CONNACK return code {}", self.status),
            (Channel::Suback, _) => return write!(f, "SUBACK return code 0x{:02x}", self.status),
            (_, Some(code)) => write!(f, "{code}")?,
            (Channel::Operation, None) => {
                f.write_str(self.operation_status.as_deref().unwrap_or("a failed operation"))?;
            }
            (Channel::Request, None) => write!(f, "status {}", self.status)?,
        }
        match &self.message {
            Some(message) => write!(f, " \"{message}\""),
            None => Ok(()),
        }
    }
}

/// The way by which a refusal came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum Channel {
    /// The response topic has a status of 300 or more; the body has `errorCode` and no operation.
    #[default]
    Request,
    /// The response topic says 200 and the operation's status is `failed` or `disabled`.
    Operation,
    /// CONNACK with a return code other than 0 (seen in 2018, cs#330).
    Connack,
    /// SUBACK with return code 0x80.
    Suback,
}

impl Channel {
    /// The word used in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Operation => "operation",
            Self::Connack => "connack",
            Self::Suback => "suback",
        }
    }
}
