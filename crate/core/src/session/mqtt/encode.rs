//! From packets to bytes, for the packets a device sends.

use std::{fmt, time::Duration};

use bytes::BytesMut;
use mqttbytes::{Protocol, QoS, v4};

use super::{Packet, Qos};

/// Encodes a packet that a device sends.
///
/// # Errors
/// A string longer than 65,535 bytes (mqttbytes would cut it silently), a keep-alive longer than 65,535 s,
/// a packet identifier 0, or a packet that only the service sends.
pub fn encode(packet: &Packet) -> Result<Vec<u8>, EncodeError> {
    // mqttbytes patches the CONNECT flags by absolute index: the buffer must be empty.
    let mut buffer = BytesMut::new();
    let written = match packet {
        Packet::Connect { client_id, user_name, keep_alive } => {
            let mut connect = v4::Connect::new(string("client ID", client_id)?);
            connect.protocol = Protocol::V4;
            connect.clean_session = true;
            connect.keep_alive = seconds(*keep_alive)?;
            // An empty password makes mqttbytes write the user name flag alone: the 0x82 that X.509 needs.
            connect.login = Some(v4::Login::new(string("user name", user_name)?, ""));
            connect.write(&mut buffer)
        }
        Packet::Subscribe { packet_id, filter, qos } => {
            let mut subscribe = v4::Subscribe::new(string("topic filter", filter)?, level(*qos));
            subscribe.pkid = identifier(*packet_id)?;
            subscribe.write(&mut buffer)
        }
        Packet::Publish { topic, payload, qos, packet_id, dup, retain } => {
            let mut publish = v4::Publish::from_bytes(string("topic", topic)?, level(*qos), payload.clone());
            publish.dup = *dup;
            publish.retain = *retain;
            publish.pkid = match (qos, packet_id) {
                (Qos::AtMostOnce, _) => 0,
                (Qos::AtLeastOnce, packet_id) => identifier(packet_id.unwrap_or_default())?,
            };
            publish.write(&mut buffer)
        }
        Packet::Puback { packet_id } => v4::PubAck::new(identifier(*packet_id)?).write(&mut buffer),
        Packet::Pingreq => v4::PingReq.write(&mut buffer),
        Packet::Disconnect => v4::Disconnect.write(&mut buffer),
        Packet::Connack { .. } | Packet::Suback { .. } | Packet::Pingresp => {
            return Err(EncodeError::NotSentByDevices { packet: packet.name() });
        }
    };
    match written {
        Ok(_) => Ok(buffer.to_vec()),
        Err(_) => Err(EncodeError::TooLong { what: "packet", length: 0 }),
    }
}

fn string<'a>(what: &'static str, text: &'a str) -> Result<&'a str, EncodeError> {
    if text.len() > usize::from(u16::MAX) {
        return Err(EncodeError::TooLong { what, length: text.len() });
    }
    Ok(text)
}

fn seconds(keep_alive: Duration) -> Result<u16, EncodeError> {
    u16::try_from(keep_alive.as_secs())
        .map_err(|_| EncodeError::TooLong { what: "keep-alive", length: usize::from(u16::MAX) })
}

const fn identifier(packet_id: u16) -> Result<u16, EncodeError> {
    if packet_id == 0 { Err(EncodeError::PacketIdZero) } else { Ok(packet_id) }
}

const fn level(qos: Qos) -> QoS {
    match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
    }
}

/// Why a packet cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A part is longer than its length field can say.
    TooLong {
        /// Which part.
        what: &'static str,
        /// Its length in bytes.
        length: usize,
    },
    /// Packet identifiers begin at 1 (MQTT-2.3.1-1).
    PacketIdZero,
    /// Only the service sends this packet.
    NotSentByDevices {
        /// Its name.
        packet: &'static str,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { what, length } => {
                write!(f, "the {what} of {length} bytes is longer than MQTT can say")
            }
            Self::PacketIdZero => f.write_str("the packet identifier is 0"),
            Self::NotSentByDevices { packet } => write!(f, "{packet} is not sent by devices"),
        }
    }
}

impl std::error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_certificate_device_connects_with_flags_82() {
        let bytes = encode(&Packet::Connect {
            client_id: "d".to_owned(),
            user_name: "u".to_owned(),
            keep_alive: Duration::from_secs(60),
        })
        .unwrap();
        assert_eq!(bytes, b"\x10\x10\x00\x04MQTT\x04\x82\x00\x3c\x00\x01d\x00\x01u");
    }

    #[test]
    fn nothing_is_cut() {
        let long = "x".repeat(65_536);
        let publish = |topic: &str| Packet::Publish {
            topic: topic.to_owned(),
            payload: Bytes::new(),
            qos: Qos::AtLeastOnce,
            packet_id: Some(1),
            dup: false,
            retain: false,
        };
        assert_eq!(encode(&publish(&long)), Err(EncodeError::TooLong { what: "topic", length: 65_536 }));
        assert_eq!(encode(&publish(&long[1..])).unwrap().len(), 1 + 3 + 2 + 65_535 + 2);
        assert_eq!(encode(&Packet::Puback { packet_id: 0 }), Err(EncodeError::PacketIdZero));
        assert_eq!(encode(&Packet::Pingresp), Err(EncodeError::NotSentByDevices { packet: "PINGRESP" }));
        for (packet, words) in [
            (publish(&long), "the topic of 65536 bytes is longer than MQTT can say"),
            (Packet::Puback { packet_id: 0 }, "the packet identifier is 0"),
            (Packet::Pingresp, "PINGRESP is not sent by devices"),
        ] {
            assert_eq!(encode(&packet).unwrap_err().to_string(), words);
        }
    }
}
