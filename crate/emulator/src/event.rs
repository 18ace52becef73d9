//! What happens, as it happens: for a log that a person reads, and as JSON for a machine.

mod close_reason;
mod line;
mod stream;

use std::{fmt, net::SocketAddr, time::SystemTime};

use dps_x509_core::text;
use serde::{Serialize, Serializer};

use crate::{
    behaviour::Behaviour, certificate::CertificateSummary, fault::Happening, hub::DeviceMessage,
    matching::Decision, mqtt::Packet, timestamp,
};

pub use close_reason::CloseReason;
pub(crate) use stream::EventSender;
pub use stream::Events;

/// One thing that happened. `Display` is a line of a log, whatever others wrote; [`Event::to_json`] the same for a machine.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Event {
    /// When.
    #[serde(serialize_with = "as_utc")]
    pub time: SystemTime,
    /// The number of the connection, from 1; `None` where it is about no connection.
    pub connection: Option<u64>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

fn as_utc<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&timestamp::utc(*time))
}

impl Event {
    /// One JSON object without line breaks: `time`, `connection`, `event` and the members of that event. What nobody sees
    /// is escaped.
    #[must_use]
    pub fn to_json(&self) -> String {
        text::in_json(&serde_json::to_string(self).unwrap_or_default()).into_owned()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", timestamp::utc(self.time))?;
        if let Some(connection) = self.connection {
            write!(f, "[{connection}] ")?;
        }
        self.what.fmt(f)
    }
}

/// What happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum What {
    /// A TCP connection was accepted.
    Opened {
        /// The other end.
        peer: SocketAddr,
    },
    /// A TCP connection was closed at once: there are too many.
    TurnedAway {
        /// The other end.
        peer: SocketAddr,
        /// The limit on connections.
        limit: usize,
    },
    /// The TLS handshake is done.
    TlsDone {
        /// The version, such as `TLSv1_2`.
        version: String,
        /// The cipher suite.
        suite: String,
        /// The name that the client asked for (SNI).
        server_name: Option<String>,
        /// The client's certificates, leaf first; its key is proven, nothing else is judged yet.
        certificates: Vec<CertificateSummary>,
    },
    /// The TLS handshake failed.
    TlsFailed {
        /// The name that the client asked for (SNI), if it came that far.
        server_name: Option<String>,
        /// Why.
        reason: String,
    },
    /// A packet came.
    Received {
        /// The packet, long texts cut off.
        #[serde(flatten)]
        packet: Packet,
    },
    /// A packet goes out.
    Sent {
        /// The packet, long texts cut off.
        #[serde(flatten)]
        packet: Packet,
    },
    /// A request came by HTTP.
    Asked {
        /// The method.
        method: String,
        /// Path and query.
        target: String,
        /// The body as text, cut off where it is long.
        body: String,
    },
    /// An answer goes out by HTTP.
    Answered {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
    /// A request was decided.
    Decided {
        /// How and why.
        #[serde(flatten)]
        decision: Box<Decision>,
    },
    /// The emulator's own rule applied, outside of a registration.
    Applied {
        /// The row of the table of behaviour.
        behaviour: &'static Behaviour,
        /// What in this case led to it.
        evidence: String,
    },
    /// A device sent its hub a message.
    Telemetry {
        /// The message, a long body cut off.
        message: Box<DeviceMessage>,
    },
    /// The twin of a device has changed.
    TwinChanged {
        /// The hub.
        hub: String,
        /// The device.
        device_id: String,
        /// Who changed it.
        by: TwinAuthor,
    },
    /// Something became of a message to a device.
    CloudMessage {
        /// The hub.
        hub: String,
        /// The device.
        device_id: String,
        /// The message.
        message_id: String,
        /// What became of it.
        state: MessageState,
    },
    /// A method of a device was called, and this came of it.
    Method {
        /// The hub.
        hub: String,
        /// The device.
        device_id: String,
        /// The method.
        name: String,
        /// The status of the device's answer.
        status: Option<i32>,
        /// Why there is none.
        problem: Option<String>,
    },
    /// Something goes wrong on purpose.
    Fault {
        /// What, where and for whom.
        #[serde(flatten)]
        happening: Happening,
    },
    /// The connection is closed.
    Closed {
        /// Why.
        reason: CloseReason,
    },
    /// Accepting a connection failed; the emulator goes on.
    AcceptFailed {
        /// Why.
        reason: String,
    },
    /// A new configuration is in force.
    Configured {
        /// How many individual enrollments it has.
        individuals: usize,
        /// How many groups.
        groups: usize,
        /// How many CA certificates.
        ca_certificates: usize,
    },
    /// A new configuration cannot be used; the old one stays in force.
    ConfigurationRefused {
        /// Why, with file, line and key.
        reason: String,
    },
    /// Other faults are in force, by the control interface.
    FaultsScripted {
        /// How many.
        faults: usize,
    },
    /// A CA certificate was uploaded by the control interface; it is not verified yet.
    CaUploaded {
        /// Its name.
        name: String,
    },
    /// An uploaded CA certificate was deleted by the control interface.
    CaDeleted {
        /// Its name.
        name: String,
    },
    /// A CA certificate is verified from now on.
    CaVerified {
        /// Its name.
        name: String,
        /// Whether its owner proved to have the key; otherwise somebody said so.
        proven: bool,
    },
    /// A registration was deleted; the device is gone from its hub as well.
    RegistrationDeleted {
        /// The registration ID.
        registration_id: String,
    },
    /// The state cannot be written: nothing that has to last is acknowledged until it can be again.
    StateFailed {
        /// Why.
        reason: String,
    },
    /// The state can be written again, with all that was kept back.
    StateRecovered,
    /// Whoever reads the events was too slow.
    Missed {
        /// How many events are lost.
        count: u64,
    },
}

/// Who changes a twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TwinAuthor {
    /// The device: its reported properties.
    Device,
    /// The service: desired properties and tags.
    Service,
}

/// What becomes of a message to a device (`iot-hub-devguide-messages-c2d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MessageState {
    /// It waits in the queue of the device.
    Enqueued,
    /// It was sent to the device, which has not acknowledged it.
    Invisible,
    /// The device has it.
    Completed,
    /// It has expired.
    DeadLettered,
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enqueued => "it waits in the queue",
            Self::Invisible => "it is on its way",
            Self::Completed => "it is completed",
            Self::DeadLettered => "it has expired",
        })
    }
}

#[cfg(test)]
mod tests;
