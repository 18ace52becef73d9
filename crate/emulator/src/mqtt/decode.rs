//! Reading packets: mqttbytes, and the checks of MQTT 3.1.1 that it leaves out.

use std::fmt;

use bytes::{Buf as _, BytesMut};
use mqttbytes::{Error, QoS, v4};
use serde::Serialize;

use super::{Connect, Packet, Publish, Will};

/// From bytes as they come to packets of a client.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    buffer: BytesMut,
}

/// Why bytes are not a packet that a client may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PacketError {
    /// The remaining length takes more than four bytes.
    RemainingLength,
    /// The packet is larger than [`PacketError::MAX_PACKET`].
    TooLarge {
        /// Its remaining length in bytes.
        length: usize,
    },
    /// A type of packet that clients do not send.
    Type {
        /// The number of the type.
        number: u8,
    },
    /// CONNECT with another protocol level than 4.
    ProtocolLevel {
        /// The level; 5 is MQTT 5.
        level: u8,
    },
    /// Something that the specification forbids.
    Malformed(String),
}

impl PacketError {
    /// Largest remaining length taken, in bytes.
    pub const MAX_PACKET: usize = 256 * 1024;
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RemainingLength => f.write_str("the remaining length takes more than four bytes"),
            Self::TooLarge { length } => {
                write!(f, "the packet has {length} bytes, the limit is {}", Self::MAX_PACKET)
            }
            Self::Type { number } => write!(f, "a packet of type {number}, which clients do not send"),
            Self::ProtocolLevel { level: 5 } => {
                f.write_str("protocol level 5: MQTT 5 is not emulated, only level 4 (MQTT 3.1.1) is spoken")
            }
            Self::ProtocolLevel { level } => {
                write!(f, "protocol level {level}, only 4 (MQTT 3.1.1) is spoken")
            }
            Self::Malformed(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for PacketError {}

fn malformed(what: impl Into<String>) -> PacketError {
    PacketError::Malformed(what.into())
}

impl Decoder {
    /// Where bytes from the connection go.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// How long the packet is that has begun and is not whole yet, as far as that is known; 0 if none has begun.
    pub(crate) fn unfinished(&self) -> usize {
        let announced = Header::read(&self.buffer).ok().flatten().map(|header| header.total());
        announced.unwrap_or(self.buffer.len())
    }

    /// The next whole packet; `None` if more bytes are needed. After an error the connection is of no more use.
    pub(crate) fn next(&mut self) -> Result<Option<Packet>, PacketError> {
        let Some(header) = Header::read(&self.buffer)? else { return Ok(None) };
        if self.buffer.len() < header.total() {
            return Ok(None);
        }
        let mut frame = self.buffer.split_to(header.total());
        // mqttbytes takes the protocol level 5, and then reads as if it were 4.
        if header.number() == 1 {
            check_protocol(frame.get(header.length..).unwrap_or_default())?;
        }
        let bytes = frame.clone();
        let packet = v4::read(&mut frame, PacketError::MAX_PACKET).map_err(|error| match error {
            Error::InvalidPacketType(number) => PacketError::Type { number },
            other => malformed(format!("{other:?}")),
        })?;
        check_encoding(&packet, &header, &bytes)?;
        translate(packet, header.number()).map(Some)
    }
}

/// The fixed header.
#[derive(Debug, Clone, Copy)]
struct Header {
    first: u8,
    /// Its own length in bytes.
    length: usize,
    remaining: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Option<Self>, PacketError> {
        let Some((first, rest)) = bytes.split_first() else { return Ok(None) };
        // Known from the first byte on: no need to wait for the rest of nonsense.
        match (first >> 4, first & 0x0F) {
            (1 | 4 | 12 | 14, 0) | (3, _) | (8 | 10, 2) => {}
            (number @ (1 | 4 | 8 | 10 | 12 | 14), _) => {
                return Err(malformed(format!("a packet of type {number} with reserved flags set (2.2.2)")));
            }
            (number, _) => return Err(PacketError::Type { number }),
        }
        let (mut remaining, mut shift) = (0, 0_u32);
        for (position, byte) in rest.iter().take(4).enumerate() {
            remaining |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return if remaining > PacketError::MAX_PACKET {
                    Err(PacketError::TooLarge { length: remaining })
                } else {
                    Ok(Some(Self { first: *first, length: position + 2, remaining }))
                };
            }
        }
        if rest.len() >= 4 { Err(PacketError::RemainingLength) } else { Ok(None) }
    }

    const fn number(&self) -> u8 {
        self.first >> 4
    }

    const fn total(&self) -> usize {
        self.length + self.remaining
    }
}

/// Protocol name and level, before the rest is looked at: a client of another version is told so (3.1.2.2).
fn check_protocol(mut body: &[u8]) -> Result<(), PacketError> {
    let name_length = body.try_get_u16().map_err(|_| malformed("CONNECT has no protocol name"))?;
    let name = body.split_off(..usize::from(name_length)).unwrap_or_default();
    match (name, body.first()) {
        (b"MQTT", Some(4)) => Ok(()),
        // The name of MQTT 3.1, whose level is 3.
        (b"MQTT" | b"MQIsdp", Some(level)) => Err(PacketError::ProtocolLevel { level: *level }),
        _ => Err(malformed("CONNECT has an unknown protocol name")),
    }
}

/// What the packet says, written again, must be what came: that finds reserved bits, bytes left over,
/// and lengths that do not fit, none of which mqttbytes looks at.
fn check_encoding(packet: &v4::Packet, header: &Header, bytes: &[u8]) -> Result<(), PacketError> {
    let body = bytes.get(header.length..).unwrap_or_default();
    let mut again = BytesMut::with_capacity(bytes.len());
    let written = match packet {
        v4::Packet::Connect(connect) => return check_connect(connect, body),
        v4::Packet::Publish(packet) => packet.write(&mut again),
        v4::Packet::PubAck(packet) => packet.write(&mut again),
        v4::Packet::Subscribe(packet) => packet.write(&mut again),
        v4::Packet::Unsubscribe(packet) => packet.write(&mut again),
        v4::Packet::PingReq => v4::PingReq.write(&mut again),
        v4::Packet::Disconnect => v4::Disconnect.write(&mut again),
        _ => return Err(PacketError::Type { number: header.number() }),
    };
    written.map_err(|error| malformed(format!("{error:?}")))?;
    // 3.1.1 does not ask for the shortest form of the remaining length, so only what follows is compared.
    let again_header = Header::read(&again)?.ok_or_else(|| malformed("an empty packet"))?;
    if again.get(again_header.length..) == Some(body) {
        Ok(())
    } else {
        Err(malformed(format!(
            "a packet of type {} has reserved bits set or bytes too many",
            header.number()
        )))
    }
}

/// CONNECT by its flags and its length: mqttbytes cannot tell an empty user name or password from none.
fn check_connect(connect: &v4::Connect, body: &[u8]) -> Result<(), PacketError> {
    // Protocol name (6 bytes) and level come before the flags.
    let flags = body.get(7).copied().unwrap_or_default();
    let (has_user_name, has_password) = (flags & 0x80 != 0, flags & 0x40 != 0);
    if flags & 0x01 != 0 {
        return Err(malformed("CONNECT has its reserved flag set"));
    }
    if has_password && !has_user_name {
        return Err(malformed("CONNECT has a password without a user name"));
    }
    let login = connect.login.as_ref();
    let empty = |flag: bool, text: Option<&String>| flag && text.is_none_or(String::is_empty);
    let empty_fields = [
        empty(has_user_name, login.map(|login| &login.username)),
        empty(has_password, login.map(|login| &login.password)),
    ];
    let expected = connect.len() + 2 * empty_fields.into_iter().filter(|empty| *empty).count();
    if expected == body.len() { Ok(()) } else { Err(malformed("CONNECT has bytes left over")) }
}

fn translate(packet: v4::Packet, number: u8) -> Result<Packet, PacketError> {
    Ok(match packet {
        v4::Packet::Connect(connect) => {
            let login = connect.login;
            Packet::Connect(Connect {
                client_id: string(connect.client_id)?,
                has_password: login.as_ref().is_some_and(|login| !login.password.is_empty()),
                user_name: match login.map(|login| login.username).filter(|name| !name.is_empty()) {
                    Some(user_name) => Some(string(user_name)?),
                    None => None,
                },
                will: match connect.last_will {
                    Some(will) => Some(Will {
                        topic: string(will.topic)?,
                        payload: will.message,
                        qos: level(will.qos),
                        retain: will.retain,
                    }),
                    None => None,
                },
                clean_session: connect.clean_session,
                keep_alive: connect.keep_alive,
            })
        }
        v4::Packet::Publish(publish) => {
            if publish.topic.is_empty() || publish.topic.contains(['+', '#']) {
                return Err(malformed("PUBLISH has an empty topic or one with wildcards"));
            }
            if publish.dup && publish.qos == QoS::AtMostOnce {
                return Err(malformed("PUBLISH with QoS 0 is marked as a duplicate (3.3.1.1)"));
            }
            Packet::Publish(Publish {
                qos: level(publish.qos),
                topic: string(publish.topic)?,
                id: publish.pkid,
                dup: publish.dup,
                retain: publish.retain,
                payload: publish.payload,
            })
        }
        v4::Packet::PubAck(packet) => Packet::PubAck { id: identifier(packet.pkid)? },
        v4::Packet::Subscribe(packet) => {
            let filters = packet.filters.into_iter();
            let filters = filters.map(|filter| Ok((string(filter.path)?, level(filter.qos))));
            Packet::Subscribe { id: identifier(packet.pkid)?, filters: some(filters)? }
        }
        v4::Packet::Unsubscribe(packet) => Packet::Unsubscribe {
            id: identifier(packet.pkid)?,
            filters: some(packet.topics.into_iter().map(string))?,
        },
        v4::Packet::PingReq => Packet::PingReq,
        v4::Packet::Disconnect => Packet::Disconnect,
        _ => return Err(PacketError::Type { number }),
    })
}

/// A UTF-8 string must not have U+0000 (1.5.3).
fn string(text: String) -> Result<String, PacketError> {
    if text.contains('\0') { Err(malformed("a string has the character U+0000")) } else { Ok(text) }
}

/// 2.3.1
fn identifier(id: u16) -> Result<u16, PacketError> {
    if id == 0 { Err(malformed("a packet identifier is 0")) } else { Ok(id) }
}

/// At least one filter (3.8.3, 3.10.3).
fn some<T>(filters: impl Iterator<Item = Result<T, PacketError>>) -> Result<Vec<T>, PacketError> {
    let filters: Vec<T> = filters.collect::<Result<_, _>>()?;
    if filters.is_empty() { Err(malformed("there is no topic filter")) } else { Ok(filters) }
}

const fn level(qos: QoS) -> u8 {
    match qos {
        QoS::AtMostOnce => 0,
        QoS::AtLeastOnce => 1,
        QoS::ExactlyOnce => 2,
    }
}

#[cfg(test)]
mod tests;
