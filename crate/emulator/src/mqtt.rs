//! MQTT 3.1.1 as the emulator speaks it. Only this module and its children name mqttbytes.

mod decode;
mod encode;

use std::fmt::{self, Write as _};

use bytes::Bytes;
use dps_x509_core::text::Line;
use serde::Serialize;

pub(crate) use decode::Decoder;
pub use decode::PacketError;
pub(crate) use encode::encode;

/// An MQTT packet, in or out, in the words of MQTT 3.1.1. Its `Display` is a line as an MQTT client's log window
/// shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "packet", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Packet {
    /// CONNECT.
    Connect(Connect),
    /// CONNACK.
    ConnAck {
        /// Whether there is a session of before. DPS keeps none; a hub does for clean session 0.
        session_present: bool,
        /// The return code: 0 accepted, 1 protocol version, 2 client ID, 4 user name or password, 5 not
        /// authorized.
        code: u8,
    },
    /// SUBSCRIBE.
    Subscribe {
        /// The packet identifier.
        id: u16,
        /// Topic filters with the QoS asked for.
        filters: Vec<(String, u8)>,
    },
    /// SUBACK.
    SubAck {
        /// The packet identifier.
        id: u16,
        /// For each filter the QoS granted, or 0x80.
        codes: Vec<u8>,
    },
    /// UNSUBSCRIBE.
    Unsubscribe {
        /// The packet identifier.
        id: u16,
        /// Topic filters.
        filters: Vec<String>,
    },
    /// UNSUBACK.
    UnsubAck {
        /// The packet identifier.
        id: u16,
    },
    /// PUBLISH.
    Publish(Publish),
    /// PUBACK.
    PubAck {
        /// The packet identifier.
        id: u16,
    },
    /// PINGREQ.
    PingReq,
    /// PINGRESP.
    PingResp,
    /// DISCONNECT.
    Disconnect,
}

/// What the emulator looks at in a CONNECT. A password is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Connect {
    /// The client ID.
    pub client_id: String,
    /// The user name.
    pub user_name: Option<String>,
    /// Whether there is a password that is not empty.
    pub has_password: bool,
    /// What is to be published if the connection breaks.
    pub will: Option<Will>,
    /// Clean session.
    pub clean_session: bool,
    /// The keep-alive in seconds, 0 for none.
    pub keep_alive: u16,
}

/// The will of a CONNECT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Will {
    /// The topic.
    pub topic: String,
    /// The message; as text in the event stream.
    #[serde(serialize_with = "as_text")]
    pub payload: Bytes,
    /// The QoS, 0 to 2.
    pub qos: u8,
    /// To be retained.
    pub retain: bool,
}

/// A PUBLISH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Publish {
    /// The topic.
    pub topic: String,
    /// The QoS, 0 to 2.
    pub qos: u8,
    /// The packet identifier; 0 with QoS 0.
    pub id: u16,
    /// Sent again.
    pub dup: bool,
    /// To be retained.
    pub retain: bool,
    /// The application message; as text in the event stream.
    #[serde(serialize_with = "as_text")]
    pub payload: Bytes,
}

fn as_text<S: serde::Serializer>(payload: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(payload))
}

impl Packet {
    /// How much of a text or payload the event stream keeps, in bytes.
    pub const SHOWN: usize = 4096;
    const SHOWN_FILTERS: usize = 16;

    /// A copy for the event stream, of bounded size.
    pub(crate) fn shown(&self) -> Self {
        let clip = |text: &String| {
            let end = text.floor_char_boundary(Self::SHOWN);
            text.get(..end).unwrap_or_default().to_owned()
        };
        match self {
            Self::Connect(connect) => Self::Connect(Connect {
                client_id: clip(&connect.client_id),
                user_name: connect.user_name.as_ref().map(clip),
                will: connect.will.as_ref().map(|will| Will {
                    topic: clip(&will.topic),
                    payload: shown_bytes(&will.payload),
                    ..will.clone()
                }),
                ..connect.clone()
            }),
            Self::Subscribe { id, filters } => {
                let filters = filters.iter().take(Self::SHOWN_FILTERS);
                Self::Subscribe { id: *id, filters: filters.map(|(text, qos)| (clip(text), *qos)).collect() }
            }
            Self::Unsubscribe { id, filters } => {
                let filters = filters.iter().take(Self::SHOWN_FILTERS);
                Self::Unsubscribe { id: *id, filters: filters.map(clip).collect() }
            }
            Self::Publish(publish) => {
                let payload = shown_bytes(&publish.payload);
                Self::Publish(Publish { topic: clip(&publish.topic), payload, ..publish.clone() })
            }
            Self::SubAck { id, codes } => {
                Self::SubAck { id: *id, codes: codes.iter().copied().take(Self::SHOWN_FILTERS).collect() }
            }
            other => other.clone(),
        }
    }
}

fn shown_bytes(bytes: &Bytes) -> Bytes {
    Bytes::copy_from_slice(bytes.get(..Packet::SHOWN).unwrap_or(bytes))
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(connect) => connect.fmt(f),
            Self::ConnAck { code, session_present } => {
                write!(f, "CONNACK {code}{}", if *session_present { ", session present" } else { "" })
            }
            Self::Subscribe { id, filters } => {
                write!(f, "SUBSCRIBE #{id}")?;
                filters.iter().try_for_each(|(filter, qos)| write!(f, " {filter:?} QoS {qos}"))
            }
            Self::SubAck { id, codes } => {
                write!(f, "SUBACK #{id}")?;
                codes.iter().try_for_each(|code| write!(f, " {code:#04x}"))
            }
            Self::Unsubscribe { id, filters } => {
                write!(f, "UNSUBSCRIBE #{id}")?;
                filters.iter().try_for_each(|filter| write!(f, " {filter:?}"))
            }
            Self::UnsubAck { id } => write!(f, "UNSUBACK #{id}"),
            Self::Publish(publish) => publish.fmt(f),
            Self::PubAck { id } => write!(f, "PUBACK #{id}"),
            Self::PingReq => f.write_str("PINGREQ"),
            Self::PingResp => f.write_str("PINGRESP"),
            Self::Disconnect => f.write_str("DISCONNECT"),
        }
    }
}

impl fmt::Display for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CONNECT client ID {:?}, ", self.client_id)?;
        match &self.user_name {
            Some(user_name) => write!(f, "user name {user_name:?}")?,
            None => f.write_str("no user name")?,
        }
        f.write_str(if self.has_password { ", a password" } else { ", no password" })?;
        f.write_str(if self.clean_session { ", clean session" } else { ", persistent session" })?;
        f.write_str(if self.will.is_some() { ", a will" } else { "" })?;
        write!(f, ", keep-alive {} s", self.keep_alive)
    }
}

/// One line, whatever stands in topic and body.
impl fmt::Display for Publish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = Line::on(f);
        write!(f, "PUBLISH ")?;
        if self.qos > 0 {
            write!(f, "#{} ", self.id)?;
        }
        write!(
            f,
            "QoS {}{}{} ",
            self.qos,
            if self.dup { " dup" } else { "" },
            if self.retain { " retain" } else { "" }
        )?;
        f.write_str(&self.topic)?;
        if self.payload.is_empty() {
            return f.write_str(" (no body)");
        }
        write!(f, " {}", String::from_utf8_lossy(&self.payload))
    }
}
