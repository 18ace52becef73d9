//! What DPS and IoT Hub take MQTT in.

use std::{fmt, str::FromStr};

use crate::text::Quoted;

/// What MQTT travels in, inside TLS (DPS document `iot-mqtt-connect-to-iot-dps`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "DPS has these two")]
pub enum Transport {
    /// MQTT alone, on port 8883.
    #[default]
    Mqtt,
    /// MQTT inside WebSocket, on port 443, which many networks leave open.
    WebSocket,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mqtt, Self::WebSocket];

    /// The word for it on the command line and in configurations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt",
            Self::WebSocket => "websocket",
        }
    }

    /// Where DPS and IoT Hub listen for it.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Mqtt => 8883,
            Self::WebSocket => 443,
        }
    }
}

impl FromStr for Transport {
    type Err = TransportError;

    fn from_str(text: &str) -> Result<Self, TransportError> {
        let known = Self::ALL.into_iter().find(|transport| transport.as_str() == text);
        known.ok_or_else(|| TransportError { text: text.to_owned() })
    }
}

/// The text names no transport.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportError {
    /// What was given.
    pub text: String,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a transport; there are mqtt and websocket", Quoted(&self.text))
    }
}

impl std::error::Error for TransportError {}
