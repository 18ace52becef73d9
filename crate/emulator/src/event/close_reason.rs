//! Why connections end.

use std::fmt;

use serde::Serialize;

use crate::mqtt::PacketError;

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", content = "detail", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CloseReason {
    /// The client sent DISCONNECT.
    Disconnected,
    /// The client closed without DISCONNECT.
    ClosedByClient,
    /// Reading or writing failed.
    Lost(String),
    /// The TLS handshake failed.
    TlsFailed,
    /// No handshake or no CONNECT in time.
    TooSlow,
    /// Bytes that are not MQTT 3.1.1 or not for a server.
    BadPacket(PacketError),
    /// A packet that is MQTT, but not allowed here.
    NotAllowed(String),
    /// CONNACK with this code.
    Refused(u8),
    /// The exchange by HTTP came to its end.
    HttpDone,
    /// A packet began and did not come to its end in time.
    Unfinished,
    /// There was no room for a large packet: too many of them are on their way at the same time.
    NoRoom,
    /// Silence for 1.5 times the keep-alive.
    KeepAlive,
    /// Another connection has the same client ID.
    TakenOver,
    /// The service wants it closed.
    Dismissed,
    /// The client does not read what it is sent.
    NotReading,
    /// The answer could not be made to last, so it was not given.
    StateFailed,
    /// A fault by script.
    Fault(String),
    /// The emulator shuts down.
    ShuttingDown,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected => f.write_str("the client disconnected"),
            Self::ClosedByClient => f.write_str("the client closed without DISCONNECT"),
            Self::Lost(error) => write!(f, "the connection was lost: {error}"),
            Self::TlsFailed => f.write_str("there is no TLS"),
            Self::TooSlow => f.write_str("no handshake or no CONNECT in time"),
            Self::BadPacket(error) => write!(f, "bad packet: {error}"),
            Self::NotAllowed(what) => write!(f, "not allowed: {what}"),
            Self::Refused(code) => write!(f, "refused with CONNACK {code}"),
            Self::HttpDone => f.write_str("the exchange by HTTP is done"),
            Self::Unfinished => f.write_str("a packet that began did not come to its end in time"),
            Self::NoRoom => f.write_str("too many large packets are on their way at the same time"),
            Self::KeepAlive => f.write_str("silence for 1.5 times the keep-alive"),
            Self::TakenOver => f.write_str("another connection has the same client ID"),
            Self::Dismissed => f.write_str("the service wants it closed"),
            Self::NotReading => f.write_str("the client does not read what it is sent"),
            Self::StateFailed => f.write_str("the state cannot be written"),
            Self::Fault(action) => write!(f, "fault by script: {action}"),
            Self::ShuttingDown => f.write_str("the emulator shuts down"),
        }
    }
}
