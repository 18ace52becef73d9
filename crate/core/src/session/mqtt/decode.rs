//! From bytes to packets, for the packets a device receives.

use std::fmt;

use bytes::BytesMut;
use mqttbytes::{QoS, v4};

use super::{Packet, Qos, printable};

/// Largest packet taken from a peer, in bytes. DPS limits a message to 96 KB.
pub const MAX_PACKET: usize = 256 * 1024;

/// Takes bytes in any split and gives packets.
///
/// After a violation there is nothing more to read: the same violation is given again.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: BytesMut,
    taken: u64,
    violation: Option<Violation>,
}

impl Decoder {
    /// Adds bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.violation.is_none() {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// How many bytes the packets given so far had.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.taken
    }

    /// The next whole packet, `None` if more bytes are needed.
    ///
    /// # Errors
    /// The bytes are not MQTT 3.1.1, or not what a server sends. The error is final.
    pub fn next_packet(&mut self) -> Result<Option<Packet>, Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        self.read().inspect_err(|violation| {
            self.violation = Some(violation.clone());
            self.buffer.clear();
        })
    }

    fn read(&mut self) -> Result<Option<Packet>, Violation> {
        let Some(&first) = self.buffer.first() else { return Ok(None) };
        // Judged before any length is believed: a wrong peer is named at once. All packets whose first byte
        // is printable have four bytes or more, so that waiting for four makes the verdict independent of
        // the split.
        if is_text(first) {
            let Some(beginning) = self.buffer.first_chunk::<4>() else { return Ok(None) };
            if beginning.iter().copied().all(is_text) {
                return Err(Violation::NotMqtt { begins: printable(beginning) });
            }
        }
        check_first_byte(first)?;
        let Some((header, length)) = remaining_length(&self.buffer)? else { return Ok(None) };
        check_length(first, length)?;
        if self.buffer.len() < header + length {
            return Ok(None);
        }
        let frame = self.buffer.split_to(header + length);
        self.taken += u64::try_from(frame.len()).unwrap_or_default();
        decode(frame).map(Some)
    }
}

/// Whether a byte belongs to a protocol that talks text (HTTP, SMTP, SSH …).
const fn is_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n')
}

/// The type and flags of a packet that a server sends (MQTT 3.1.1 table 2.2).
const fn check_first_byte(first: u8) -> Result<(), Violation> {
    let (kind, flags) = (first >> 4, first & 0x0f);
    match kind {
        2 | 4 | 9 | 13 if flags == 0 => Ok(()),
        2 | 4 | 9 | 13 => Err(Violation::HeaderFlags { kind, flags }),
        3 => match (flags >> 1) & 0b11 {
            0 if flags & 0b1000 != 0 => Err(Violation::DupWithoutQos),
            0 | 1 => Ok(()),
            qos => Err(Violation::Qos { qos }),
        },
        _ => Err(Violation::UnexpectedType { kind }),
    }
}

/// Length of the fixed header and the remaining length (section 2.2.3), `None` if more bytes are needed.
fn remaining_length(buffer: &[u8]) -> Result<Option<(usize, usize)>, Violation> {
    let mut length = 0;
    for (position, byte) in buffer.iter().skip(1).take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return Ok(Some((position + 2, length)));
        }
    }
    if buffer.len() > 4 { Err(Violation::RemainingLength) } else { Ok(None) }
}

/// Lengths that the specification fixes and mqttbytes does not check.
fn check_length(first: u8, length: usize) -> Result<(), Violation> {
    let kind = first >> 4;
    let fits = match kind {
        2 | 4 => length == 2,
        9 => length == 3,
        13 => length == 0,
        _ => length >= 2,
    };
    if !fits {
        return Err(Violation::Length { kind, length });
    }
    if length > MAX_PACKET {
        return Err(Violation::TooLarge { length });
    }
    Ok(())
}

fn decode(mut frame: BytesMut) -> Result<Packet, Violation> {
    let bytes = frame.clone().freeze();
    // Two bits of CONNACK that mqttbytes does not look at (section 3.2.2.1, 3.2.2.3).
    if let [0x20, _, flags, code] = *bytes {
        if flags > 1 {
            return Err(Violation::ConnackFlags { flags });
        }
        return Ok(Packet::Connack { session_present: flags == 1, return_code: code });
    }
    let packet = v4::read(&mut frame, MAX_PACKET)
        .map_err(|error| Violation::Malformed { reason: format!("{error:?}") })?;
    match packet {
        v4::Packet::SubAck(suback) => {
            let return_code = match suback.return_codes.as_slice() {
                [v4::SubscribeReasonCode::Success(qos)] => match qos {
                    QoS::AtMostOnce => 0,
                    QoS::AtLeastOnce => 1,
                    QoS::ExactlyOnce => 2,
                },
                _ => 0x80,
            };
            Ok(Packet::Suback { packet_id: identifier(suback.pkid)?, return_code })
        }
        v4::Packet::Publish(publish) => {
            let qos = if publish.qos == QoS::AtMostOnce { Qos::AtMostOnce } else { Qos::AtLeastOnce };
            check_topic(&publish.topic)?;
            Ok(Packet::Publish {
                topic: publish.topic,
                payload: publish.payload,
                qos,
                packet_id: (qos == Qos::AtLeastOnce).then_some(publish.pkid),
                dup: publish.dup,
                retain: publish.retain,
            })
        }
        v4::Packet::PubAck(puback) => Ok(Packet::Puback { packet_id: identifier(puback.pkid)? }),
        v4::Packet::PingResp => Ok(Packet::Pingresp),
        _ => Err(Violation::UnexpectedType { kind: bytes.first().map_or(0, |first| first >> 4) }),
    }
}

/// A topic name has at least one character and neither wildcards nor NUL (sections 3.3.2.1, 4.7).
fn check_topic(topic: &str) -> Result<(), Violation> {
    if topic.is_empty() || topic.contains(['+', '#', '\0']) {
        return Err(Violation::Topic { topic: printable(topic.as_bytes()) });
    }
    Ok(())
}

const fn identifier(packet_id: u16) -> Result<u16, Violation> {
    if packet_id == 0 { Err(Violation::PacketIdZero) } else { Ok(packet_id) }
}

/// How the peer broke MQTT 3.1.1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// The peer talks text: it is another kind of server.
    NotMqtt {
        /// The first four bytes, printable: `HTTP`, `SSH-`, `220 `.
        begins: String,
    },
    /// A packet type that servers do not send, or that does not exist.
    UnexpectedType {
        /// The type's number.
        kind: u8,
    },
    /// Reserved header flags are set (MQTT-2.2.2-2).
    HeaderFlags {
        /// The packet type's number.
        kind: u8,
        /// The flags.
        flags: u8,
    },
    /// PUBLISH at quality of service 2 or 3, where at most 1 was subscribed.
    Qos {
        /// The level.
        qos: u8,
    },
    /// PUBLISH at quality of service 0 marked as sent again (MQTT-3.3.1-2).
    DupWithoutQos,
    /// The remaining length has more than four bytes (section 2.2.3).
    RemainingLength,
    /// A packet whose length the specification does not allow.
    Length {
        /// The packet type's number.
        kind: u8,
        /// Its remaining length in bytes.
        length: usize,
    },
    /// More than [`MAX_PACKET`] bytes.
    TooLarge {
        /// Its remaining length in bytes.
        length: usize,
    },
    /// Reserved CONNACK flags are set (section 3.2.2.1).
    ConnackFlags {
        /// The flags.
        flags: u8,
    },
    /// A packet identifier 0 (MQTT-2.3.1-1).
    PacketIdZero,
    /// A topic name that is empty or has a wildcard (MQTT-3.3.2-2).
    Topic {
        /// The topic, printable.
        topic: String,
    },
    /// The packet's inside is broken.
    Malformed {
        /// The codec's word for it.
        reason: String,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMqtt { begins } => write!(f, "text that begins with \"{begins}\" instead of MQTT"),
            Self::UnexpectedType { kind } => {
                write!(f, "a packet of type {kind}, which no MQTT server sends")
            }
            Self::HeaderFlags { kind, flags } => {
                write!(f, "a packet of type {kind} with the reserved flags 0x{flags:x} (MQTT-2.2.2-2)")
            }
            Self::Qos { qos } => write!(f, "a PUBLISH at QoS {qos}, where at most 1 was subscribed"),
            Self::DupWithoutQos => f.write_str("a PUBLISH at QoS 0 marked as sent again (MQTT-3.3.1-2)"),
            Self::RemainingLength => {
                f.write_str("a packet length of more than four bytes (MQTT 3.1.1, 2.2.3)")
            }
            Self::Length { kind, length } => {
                write!(f, "a packet of type {kind} with {length} bytes, which its layout does not allow")
            }
            Self::TooLarge { length } => {
                write!(f, "a packet of {length} bytes; at most {MAX_PACKET} are taken")
            }
            Self::ConnackFlags { flags } => {
                write!(f, "a CONNACK with the reserved flags 0x{flags:x} (MQTT 3.1.1, 3.2.2.1)")
            }
            Self::PacketIdZero => f.write_str("a packet identifier 0 (MQTT-2.3.1-1)"),
            Self::Topic { topic } => write!(f, "a PUBLISH with the topic \"{topic}\" (MQTT-3.3.2-2)"),
            Self::Malformed { reason } => write!(f, "a packet that cannot be read ({reason})"),
        }
    }
}

impl std::error::Error for Violation {}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Result<Option<Packet>, Violation> {
        let mut decoder = Decoder::default();
        decoder.push(bytes);
        decoder.next_packet()
    }

    #[test]
    fn packets_come_out_of_any_split() {
        let stream =
            b"\x20\x02\x00\x00\x90\x03\x00\x01\x01\x32\x07\x00\x02ab\x00\x05x\xd0\x00\x40\x02\x00\x02";
        for size in 1..=stream.len() {
            let mut decoder = Decoder::default();
            let mut names = Vec::new();
            for chunk in stream.chunks(size) {
                decoder.push(chunk);
                while let Some(packet) = decoder.next_packet().unwrap() {
                    names.push(packet.name());
                }
            }
            assert_eq!(names, ["CONNACK", "SUBACK", "PUBLISH", "PINGRESP", "PUBACK"], "chunks of {size}");
        }
    }

    #[test]
    fn what_mqttbytes_lets_pass_is_refused() {
        for (bytes, words) in [
            (&b"HTTP/1.1 400 Bad Request"[..], "text that begins with \"HTTP\" instead of MQTT"),
            (b"\x10\x00", "a packet of type 1, which no MQTT server sends"),
            (b"\xf0\x00", "a packet of type 15, which no MQTT server sends"),
            (b"\x21\x02\x00\x00", "a packet of type 2 with the reserved flags 0x1 (MQTT-2.2.2-2)"),
            (b"\x34\x05\x00\x01a\x00\x01", "a PUBLISH at QoS 2, where at most 1 was subscribed"),
            (b"\x38\x03\x00\x01a", "a PUBLISH at QoS 0 marked as sent again (MQTT-3.3.1-2)"),
            (b"\x30\xff\xff\xff\xff\x01", "a packet length of more than four bytes (MQTT 3.1.1, 2.2.3)"),
            (b"\x30\xff\xff\x7f", "a packet of 2097151 bytes; at most 262144 are taken"),
            (b"\x30\x81\x80\x10", "a packet of 262145 bytes; at most 262144 are taken"),
            (b"\x20\x03\x00\x00\x00", "a packet of type 2 with 3 bytes, which its layout does not allow"),
            (b"\xd0\x01\x00", "a packet of type 13 with 1 bytes, which its layout does not allow"),
            (b"\x90\x02\x00\x01", "a packet of type 9 with 2 bytes, which its layout does not allow"),
            (b"\x20\x02\x02\x00", "a CONNACK with the reserved flags 0x2 (MQTT 3.1.1, 3.2.2.1)"),
            (b"\x40\x02\x00\x00", "a packet identifier 0 (MQTT-2.3.1-1)"),
            (b"\x90\x03\x00\x00\x00", "a packet identifier 0 (MQTT-2.3.1-1)"),
            (b"\x30\x02\x00\x00", "a PUBLISH with the topic \"\" (MQTT-3.3.2-2)"),
            (b"\x30\x03\x00\x01#", "a PUBLISH with the topic \"#\" (MQTT-3.3.2-2)"),
            (b"\x30\x03\x00\x05a", "a packet that cannot be read (BoundaryCrossed(5))"),
            (b"\x32\x03\x00\x01a", "a packet that cannot be read (MalformedPacket)"),
            (b"\x32\x05\x00\x01a\x00\x00", "a packet that cannot be read (PacketIdZero)"),
            (b"\x30\x03\x00\x01\xff", "a packet that cannot be read (TopicNotUtf8)"),
            (b"\x90\x03\x00\x01\x03", "a packet that cannot be read (InvalidSubscribeReasonCode(3))"),
        ] {
            assert_eq!(first(bytes).unwrap_err().to_string(), words, "{bytes:02x?}");
        }
    }

    /// As long as MQTT's own limits and ours allow, and not longer; nothing is said before it is known.
    #[test]
    fn the_longest_packet_is_taken() {
        let mut decoder = Decoder::default();
        decoder.push(b"\x30\x80\x80\x10\x00\x01a");
        decoder.push(&vec![b'x'; MAX_PACKET - 3]);
        assert!(matches!(decoder.next_packet(), Ok(Some(Packet::Publish { .. }))));
        assert_eq!(first(b"\x30\x80\x80\x80"), Ok(None));
    }

    #[test]
    fn a_violation_is_final() {
        let mut decoder = Decoder::default();
        decoder.push(b"\xf0\x00");
        let error = decoder.next_packet().unwrap_err();
        decoder.push(b"\x20\x02\x00\x00");
        assert_eq!(decoder.next_packet(), Err(error));
    }
}
