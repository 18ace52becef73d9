//! Why a body of class 2xx cannot be understood.

use std::fmt;

use crate::{name::HubNameError, session::mqtt::printable};

/// Why an answer of class 2xx cannot be understood, or not be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// A status of class 2xx that is no answer to such a request.
    Status {
        /// What came.
        status: u16,
        /// What the documents name.
        expected: &'static str,
        /// The body.
        body: String,
    },
    /// It is not JSON.
    NotJson {
        /// The parser's word, with line and column.
        reason: String,
        /// The body.
        body: String,
    },
    /// It is JSON, and no object.
    NotObject {
        /// The body.
        body: String,
    },
    /// A member stands there twice, and which one counts is anybody's guess.
    Repeated {
        /// Its name.
        member: String,
        /// The body.
        body: String,
    },
    /// A member that the status promises is absent or empty.
    Missing {
        /// Its name.
        member: &'static str,
        /// The body.
        body: String,
    },
    /// A member is longer than can be sent back.
    TooLong {
        /// Its name.
        member: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The most that are taken.
        most: usize,
        /// The body.
        body: String,
    },
    /// A member has another JSON type than documented.
    Type {
        /// Its name.
        member: &'static str,
        /// The documented type.
        expected: &'static str,
        /// The body.
        body: String,
    },
    /// It is about another registration than the one that was asked for.
    OtherRegistration {
        /// The registration ID that was asked for.
        asked: String,
        /// The one that the answer names, the beginning of it.
        found: String,
        /// The body.
        body: String,
    },
    /// The device is assigned to something that is no hub.
    Hub {
        /// What is wrong with it.
        error: HubNameError,
        /// What came instead, the beginning of it.
        found: String,
        /// The body.
        body: String,
    },
    /// The device is assigned under a name that no device can have at a hub.
    DeviceId {
        /// What is wrong with it.
        reason: &'static str,
        /// What came instead, the beginning of it.
        found: String,
        /// The body.
        body: String,
    },
}

impl ReplyError {
    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &str {
        match self {
            Self::Status { body, .. }
            | Self::NotJson { body, .. }
            | Self::NotObject { body }
            | Self::Repeated { body, .. }
            | Self::Missing { body, .. }
            | Self::TooLong { body, .. }
            | Self::Type { body, .. }
            | Self::OtherRegistration { body, .. }
            | Self::Hub { body, .. }
            | Self::DeviceId { body, .. } => body,
        }
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, expected, .. } => {
                write!(f, "its status is {status}, where {expected} is an answer")
            }
            Self::NotJson { reason, .. } => {
                write!(f, "the body is not JSON: {}", printable(reason.as_bytes()))
            }
            Self::NotObject { .. } => f.write_str("the body is JSON, and not an object"),
            Self::Repeated { member, .. } => {
                write!(f, "\"{}\" stands twice in the body", printable(member.as_bytes()))
            }
            Self::Missing { member, .. } => write!(f, "the body lacks \"{member}\""),
            Self::TooLong { member, length, most, .. } => {
                write!(f, "\"{member}\" in the body has {length} bytes, at most {most} are taken")
            }
            Self::Type { member, expected, .. } => write!(f, "\"{member}\" in the body is not {expected}"),
            Self::OtherRegistration { asked, found, .. } => {
                let found = printable(found.as_bytes());
                write!(f, "it is about the registration \"{found}\", where \"{asked}\" was asked for")
            }
            Self::Hub { error, .. } => write!(f, "the device is assigned to no hub: {error}"),
            Self::DeviceId { reason, found, .. } => {
                let found = printable(found.as_bytes());
                write!(f, "\"{found}\" is no device ID of a hub: {reason}")
            }
        }
    }
}

impl std::error::Error for ReplyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Hub { error, .. } => Some(error),
            _ => None,
        }
    }
}
