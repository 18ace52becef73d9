//! Writing packets.

use bytes::{Bytes, BytesMut};
use mqttbytes::{
    QoS,
    v4::{
        ConnAck, ConnectReturnCode, Disconnect, PingReq, PingResp, PubAck, Publish, SubAck,
        SubscribeReasonCode, UnsubAck,
    },
};

use super::Packet;

/// The bytes of a packet that a server sends.
///
/// # Errors
/// It is a packet of clients, or it has something that MQTT cannot express: a topic over 65,535 bytes (mqttbytes
/// would cut it off), a code that does not exist, a packet identifier 0.
pub(crate) fn encode(packet: &Packet) -> Result<Bytes, Unencodable> {
    let mut buffer = BytesMut::new();
    let written = match packet {
        Packet::ConnAck { code, session_present } => {
            ConnAck::new(return_code(*code)?, *session_present).write(&mut buffer)
        }
        Packet::SubAck { id, codes } => {
            let codes = codes.iter().map(|code| reason_code(*code)).collect::<Result<_, _>>()?;
            SubAck::new(*id, codes).write(&mut buffer)
        }
        Packet::UnsubAck { id } => UnsubAck::new(*id).write(&mut buffer),
        Packet::PubAck { id } => PubAck::new(*id).write(&mut buffer),
        Packet::Publish(publish) => {
            if u16::try_from(publish.topic.len()).is_err() {
                return Err(Unencodable);
            }
            let qos = mqttbytes::qos(publish.qos).map_err(|_| Unencodable)?;
            let mut written = Publish::from_bytes(publish.topic.as_str(), qos, publish.payload.clone());
            (written.pkid, written.dup, written.retain) = (publish.id, publish.dup, publish.retain);
            written.write(&mut buffer)
        }
        Packet::PingReq => PingReq.write(&mut buffer),
        Packet::PingResp => PingResp.write(&mut buffer),
        Packet::Disconnect => Disconnect.write(&mut buffer),
        Packet::Connect(_) | Packet::Subscribe { .. } | Packet::Unsubscribe { .. } => {
            return Err(Unencodable);
        }
    };
    written.map(|_| buffer.freeze()).map_err(|_| Unencodable)
}

/// The packet cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unencodable;

fn return_code(code: u8) -> Result<ConnectReturnCode, Unencodable> {
    Ok(match code {
        0 => ConnectReturnCode::Success,
        1 => ConnectReturnCode::RefusedProtocolVersion,
        2 => ConnectReturnCode::BadClientId,
        3 => ConnectReturnCode::ServiceUnavailable,
        4 => ConnectReturnCode::BadUserNamePassword,
        5 => ConnectReturnCode::NotAuthorized,
        _ => return Err(Unencodable),
    })
}

fn reason_code(code: u8) -> Result<SubscribeReasonCode, Unencodable> {
    Ok(match code {
        0 => SubscribeReasonCode::Success(QoS::AtMostOnce),
        1 => SubscribeReasonCode::Success(QoS::AtLeastOnce),
        2 => SubscribeReasonCode::Success(QoS::ExactlyOnce),
        0x80 => SubscribeReasonCode::Failure,
        _ => return Err(Unencodable),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt;

    #[test]
    fn packets_as_the_specification_draws_them() {
        let publish = Packet::Publish(mqtt::Publish {
            topic: "a/b".to_owned(),
            qos: 1,
            id: 0x0102,
            dup: false,
            retain: false,
            payload: Bytes::from_static(b"{}"),
        });
        for (packet, bytes) in [
            (Packet::ConnAck { code: 5, session_present: false }, &b"\x20\x02\x00\x05"[..]),
            (Packet::ConnAck { code: 0, session_present: true }, b"\x20\x02\x01\x00"),
            (Packet::SubAck { id: 7, codes: vec![1, 0x80] }, b"\x90\x04\x00\x07\x01\x80"),
            (Packet::UnsubAck { id: 7 }, b"\xB0\x02\x00\x07"),
            (Packet::PubAck { id: 7 }, b"\x40\x02\x00\x07"),
            (publish, b"\x32\x09\x00\x03a/b\x01\x02{}"),
            (Packet::PingResp, b"\xD0\x00"),
        ] {
            assert_eq!(encode(&packet).unwrap(), bytes, "{packet}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_an_error() {
        let long = Packet::Publish(mqtt::Publish {
            topic: "x".repeat(65_536),
            qos: 0,
            id: 0,
            dup: false,
            retain: false,
            payload: Bytes::new(),
        });
        for packet in [
            Packet::ConnAck { code: 6, session_present: false },
            Packet::SubAck { id: 1, codes: vec![3] },
            long,
        ] {
            assert_eq!(encode(&packet), Err(Unencodable));
        }
    }
}
