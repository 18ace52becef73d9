//! The stages of a provisioning, in order.

use std::fmt;

/// Where a provisioning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum Stage {
    /// Resolving the name, TCP and TLS.
    Dial,
    /// The upgrade to WebSocket is asked for, its answer is awaited.
    Upgrade,
    /// CONNECT is sent, CONNACK is awaited.
    Connect,
    /// SUBSCRIBE is sent, SUBACK is awaited.
    Subscribe,
    /// The registration is sent, its answer is awaited.
    Register,
    /// Waiting between requests, as the service asked.
    Wait,
    /// The operation's status is asked for, its answer is awaited.
    Poll,
    /// The assigned hub is asked for the twin, its answer is awaited.
    Twin,
}

impl Stage {
    /// The word used in JSON and WIT.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dial => "dial",
            Self::Upgrade => "upgrade",
            Self::Connect => "connect",
            Self::Subscribe => "subscribe",
            Self::Register => "register",
            Self::Wait => "wait",
            Self::Poll => "poll",
            Self::Twin => "twin",
        }
    }
}

/// What is going on: `waiting for CONNACK`.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dial => "dialling",
            Self::Upgrade => "waiting for the upgrade to WebSocket",
            Self::Connect => "waiting for CONNACK",
            Self::Subscribe => "waiting for SUBACK",
            Self::Register => "waiting for the answer to register",
            Self::Wait => "waiting between requests",
            Self::Poll => "waiting for the operation's status",
            Self::Twin => "waiting for the twin",
        })
    }
}
