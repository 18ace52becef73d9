//! By whose fault there is no hub.

/// By whose fault there is no hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum Class {
    /// The settings are wrong, and nothing was dialled; or they ask for what does not fit into MQTT.
    InvalidSettings,
    /// The service refused.
    Refused,
    /// There was no connection, or it was lost.
    NoConnection,
    /// The peer broke MQTT or the DPS dialogue.
    Protocol,
    /// The time for the whole provisioning is over.
    OutOfTime,
    /// The host cancelled.
    Cancelled,
}

impl Class {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidSettings => "invalid-settings",
            Self::Refused => "refused",
            Self::NoConnection => "no-connection",
            Self::Protocol => "protocol",
            Self::OutOfTime => "out-of-time",
            Self::Cancelled => "cancelled",
        }
    }
}
