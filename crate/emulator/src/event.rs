//! What happens, as it happens: for a log that a person reads, and as JSON for a machine.

mod close_reason;

use std::{fmt, net::SocketAddr, time::SystemTime};

use dps_x509_core::text::{self, Line};
use serde::{Serialize, Serializer};
use tokio::sync::broadcast;

use crate::{
    behaviour::Behaviour, certificate::CertificateSummary, fault::Happening, hub::DeviceMessage,
    matching::Decision, mqtt::Packet, timestamp,
};

pub use close_reason::CloseReason;

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

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Line(f))
    }
}

impl What {
    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Opened { peer } => write!(f, "connection from {peer}"),
            Self::TurnedAway { peer, limit } => {
                write!(f, "connection from {peer} closed at once: there are {limit} already")
            }
            Self::TlsDone { version, suite, server_name, certificates } => {
                write!(f, "TLS done: {version}, {suite}")?;
                match server_name {
                    Some(server_name) => write!(f, ", for {server_name:?}")?,
                    None => f.write_str(", without SNI")?,
                }
                if certificates.is_empty() {
                    return f.write_str(", no client certificate");
                }
                f.write_str(", client certificates:")?;
                certificates.iter().enumerate().try_for_each(|(index, certificate)| {
                    write!(f, "{} {certificate}", if index == 0 { "" } else { ";" })
                })
            }
            Self::TlsFailed { server_name: Some(server_name), reason } => {
                write!(f, "TLS for {server_name:?} failed: {reason}")
            }
            Self::TlsFailed { server_name: None, reason } => write!(f, "TLS failed: {reason}"),
            Self::Received { packet } => write!(f, "<- {packet}"),
            Self::Sent { packet } => write!(f, "-> {packet}"),
            Self::Asked { method, target, body } => {
                write!(f, "<- {method} {target} ")?;
                f.write_str(body)
            }
            Self::Answered { status, body } => {
                write!(f, "-> {status} ")?;
                f.write_str(body)
            }
            Self::Decided { decision } => write!(f, "{decision}"),
            Self::Applied { behaviour, evidence } => write!(f, "{behaviour}; {evidence}"),
            Self::Telemetry { message } => write!(f, "{message}"),
            Self::TwinChanged { hub, device_id, by } => {
                let (who, what) = match by {
                    TwinAuthor::Device => ("the device", "reported properties"),
                    TwinAuthor::Service => ("the service", "desired properties or tags"),
                };
                write!(f, "twin of {device_id} at {hub}: {who} changed {what}")
            }
            Self::CloudMessage { hub, device_id, message_id, state } => {
                write!(f, "message ")?;
                f.write_str(message_id)?;
                write!(f, " to {device_id} at {hub}: {state}")
            }
            Self::Method { hub, device_id, name, status, problem } => {
                write!(f, "method {name} of {device_id} at {hub}: ")?;
                match (status, problem) {
                    (Some(status), _) => write!(f, "answered with status {status}"),
                    (None, problem) => f.write_str(problem.as_deref().unwrap_or("no answer")),
                }
            }
            Self::Fault { happening } => write!(f, "{happening}"),
            Self::Closed { reason } => write!(f, "closed: {reason}"),
            Self::AcceptFailed { reason } => write!(f, "a connection could not be accepted: {reason}"),
            Self::Configured { individuals, groups, ca_certificates } => write!(
                f,
                "configured: {individuals} individual enrollments, {groups} groups, {ca_certificates} CA certificates"
            ),
            Self::ConfigurationRefused { reason } => {
                write!(f, "the new configuration cannot be used, the old one stays in force: {reason}")
            }
            Self::FaultsScripted { faults } => write!(f, "faults in force from now on: {faults}"),
            Self::CaUploaded { name } => {
                write!(f, "the CA certificate {name} was uploaded, and is not verified yet")
            }
            Self::CaDeleted { name } => write!(f, "the CA certificate {name} was deleted"),
            Self::CaVerified { name, proven: true } => {
                write!(f, "the CA certificate {name} is verified by proof of possession")
            }
            Self::CaVerified { name, proven: false } => {
                write!(f, "the CA certificate {name} is marked as verified")
            }
            Self::RegistrationDeleted { registration_id } => {
                write!(f, "the registration of {registration_id} is deleted")
            }
            Self::StateFailed { reason } => {
                write!(
                    f,
                    "the state cannot be written, so that nothing is acknowledged that has to last: {reason}"
                )
            }
            Self::StateRecovered => f.write_str("the state can be written again"),
            Self::Missed { count } => write!(f, "{count} events were missed"),
        }
    }
}

/// Where events come from.
#[derive(Debug, Clone)]
pub(crate) struct EventSender {
    sender: broadcast::Sender<Event>,
    connection: Option<u64>,
}

impl EventSender {
    /// How many events a slow reader may lag behind.
    const CAPACITY: usize = 1024;

    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(Self::CAPACITY), connection: None }
    }

    pub(crate) fn of_connection(&self, number: u64) -> Self {
        Self { sender: self.sender.clone(), connection: Some(number) }
    }

    pub(crate) fn subscribe(&self) -> Events {
        Events { receiver: self.sender.subscribe() }
    }

    /// The event is only made if somebody listens.
    pub(crate) fn tell(&self, what: impl FnOnce() -> What) {
        if self.sender.receiver_count() > 0 {
            let event = Event { time: SystemTime::now(), connection: self.connection, what: what() };
            // Nobody listening any more is no error.
            self.sender.send(event).map(drop).unwrap_or_default();
        }
    }
}

/// The events from the moment of asking for them.
#[derive(Debug)]
pub struct Events {
    receiver: broadcast::Receiver<Event>,
}

impl Events {
    /// The next event; `None` once the emulator is gone. A reader that lags behind gets [`What::Missed`].
    pub async fn next(&mut self) -> Option<Event> {
        match self.receiver.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(count)) => {
                Some(Event { time: SystemTime::now(), connection: None, what: What::Missed { count } })
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::Value;

    use super::*;
    use crate::mqtt::{PacketError, Publish};

    fn json(what: What) -> Value {
        let event = Event { time: SystemTime::UNIX_EPOCH, connection: Some(7), what };
        serde_json::from_str(&event.to_json()).unwrap()
    }

    #[test]
    fn every_kind_of_event_has_a_json_form() {
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let publish = Publish {
            topic: "t".to_owned(),
            qos: 1,
            id: 2,
            dup: false,
            retain: false,
            payload: Bytes::from_static(b"{\"a\":1}"),
        };
        let subscribe = Packet::Subscribe { id: 1, filters: vec![("f".to_owned(), 1)] };
        let tls = What::TlsDone {
            version: String::new(),
            suite: String::new(),
            server_name: None,
            certificates: vec![],
        };
        for (what, kind) in [
            (What::Opened { peer }, "opened"),
            (What::TurnedAway { peer, limit: 1 }, "turned-away"),
            (tls, "tls-done"),
            (What::TlsFailed { server_name: None, reason: String::new() }, "tls-failed"),
            (What::Received { packet: subscribe }, "received"),
            (What::Received { packet: Packet::PingReq }, "received"),
            (What::Sent { packet: Packet::Publish(publish) }, "sent"),
            (What::Applied { behaviour: &crate::behaviour::FILTER, evidence: String::new() }, "applied"),
            (What::Closed { reason: CloseReason::BadPacket(PacketError::TooLarge { length: 1 }) }, "closed"),
            (What::AcceptFailed { reason: String::new() }, "accept-failed"),
            (What::Configured { individuals: 1, groups: 2, ca_certificates: 3 }, "configured"),
            (What::ConfigurationRefused { reason: String::new() }, "configuration-refused"),
            (What::Missed { count: 1 }, "missed"),
        ] {
            let json = json(what.clone());
            assert_eq!(json["event"], kind, "{what:?}");
            assert_eq!(
                (&json["connection"], json["time"].as_str().map(str::len)),
                (&Value::from(7), Some(28))
            );
        }
    }

    #[test]
    fn a_body_cannot_write_lines_of_its_own() {
        let publish = Publish {
            topic: "t\n".to_owned(),
            qos: 0,
            id: 0,
            dup: false,
            retain: false,
            payload: Bytes::from_static(b"a\r\n[1] forged\x1b[2J"),
        };
        let line = What::Received { packet: Packet::Publish(publish) }.to_string();
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}
