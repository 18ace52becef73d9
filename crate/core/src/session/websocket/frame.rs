//! Frames (RFC 6455 section 5).

use std::fmt;

use bytes::{Buf as _, BytesMut};

use super::{FrameFault, Incoming};
use crate::session::mqtt::printable;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }
}

/// Most content of a control frame, in bytes (section 5.5).
const MAX_CONTROL: u64 = 125;

/// A whole message in one frame, masked as a client must (section 5.3).
pub(super) fn encode(opcode: Opcode, content: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode.bits()];
    match (u8::try_from(content.len()), u16::try_from(content.len())) {
        (Ok(length @ 0..=125), _) => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(content.len()).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(content.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// Reads the server's frames.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Content of a data frame that is still to come, in bytes.
    left: u64,
    /// Whether a message goes on in another frame.
    is_fragmented: bool,
    fault: Option<FrameFault>,
}

struct Header {
    is_final: bool,
    opcode: Opcode,
    length: u64,
}

impl Reader {
    /// The next whole control frame, or as much of the content of a data frame as is there.
    ///
    /// A fault is final.
    pub(super) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Incoming>, FrameFault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        self.read(buffer).inspect_err(|fault| self.fault = Some(*fault))
    }

    fn read(&mut self, buffer: &mut BytesMut) -> Result<Option<Incoming>, FrameFault> {
        if self.left > 0 {
            if buffer.is_empty() {
                return Ok(None);
            }
            let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
            self.left -= u64::try_from(length).unwrap_or(self.left);
            return Ok(Some(Incoming::Content(buffer.split_to(length).freeze())));
        }
        let Some((header, size)) = header(buffer)? else { return Ok(None) };
        match header.opcode {
            Opcode::Binary | Opcode::Continuation => {
                if (header.opcode == Opcode::Continuation) != self.is_fragmented {
                    return Err(FrameFault::Sequence);
                }
                self.is_fragmented = !header.is_final;
                self.left = header.length;
                buffer.advance(size);
                // What is there of the content comes with the next call.
                Ok(Some(Incoming::Frame { header: size, content: header.length }))
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => {
                let length = usize::try_from(header.length).unwrap_or(usize::MAX);
                if buffer.len() - size < length {
                    return Ok(None);
                }
                buffer.advance(size);
                let content = buffer.split_to(length).freeze();
                Ok(Some(match header.opcode {
                    Opcode::Ping => Incoming::Ping(content),
                    Opcode::Pong => Incoming::Pong,
                    _ => Incoming::Closed(Goodbye::read(&content)?.to_string()),
                }))
            }
        }
    }
}

/// The header and its size in bytes, `None` if more bytes are needed. What is wrong with the first two bytes is
/// said when they are there, whatever follows.
fn header(buffer: &[u8]) -> Result<Option<(Header, usize)>, FrameFault> {
    let Some(&[first, second]) = buffer.first_chunk::<2>() else { return Ok(None) };
    if first & 0x70 != 0 {
        return Err(FrameFault::ReservedBits);
    }
    let is_final = first & 0x80 != 0;
    let opcode = match first & 0x0f {
        0 => Opcode::Continuation,
        1 => return Err(FrameFault::Text),
        2 => Opcode::Binary,
        8 => Opcode::Close,
        9 => Opcode::Ping,
        10 => Opcode::Pong,
        opcode => return Err(FrameFault::Opcode { opcode }),
    };
    if second & 0x80 != 0 {
        return Err(FrameFault::Masked);
    }
    let short = u64::from(second & 0x7f);
    let is_control = opcode.bits() & 0x08 != 0;
    if is_control && (!is_final || short > MAX_CONTROL) {
        return Err(FrameFault::Control);
    }
    let rest = buffer.get(2..).unwrap_or_default();
    let (length, size, least) = match short {
        126 => match rest.first_chunk() {
            Some(bytes) => (u64::from(u16::from_be_bytes(*bytes)), 4, 126),
            None => return Ok(None),
        },
        127 => match rest.first_chunk() {
            Some(bytes) => (u64::from_be_bytes(*bytes), 10, 1 << 16),
            None => return Ok(None),
        },
        length => (length, 2, 0),
    };
    if length < least || length > u64::MAX >> 1 {
        return Err(FrameFault::Length);
    }
    Ok(Some((Header { is_final, opcode, length }, size)))
}

/// What a close frame says (section 5.5.1): nothing, or a code and a reason.
struct Goodbye(Option<(u16, String)>);

impl Goodbye {
    fn read(content: &[u8]) -> Result<Self, FrameFault> {
        match content {
            [] => Ok(Self(None)),
            [high, low, reason @ ..] => {
                let code = u16::from_be_bytes([*high, *low]);
                // Codes that exist on the wire (section 7.4), and a reason that is text.
                let is_code = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
                if !is_code || std::str::from_utf8(reason).is_err() {
                    return Err(FrameFault::Close);
                }
                Ok(Self(Some((code, printable(reason)))))
            }
            _ => Err(FrameFault::Close),
        }
    }
}

impl fmt::Display for Goodbye {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server closed the WebSocket")?;
        let Some((code, reason)) = &self.0 else { return Ok(()) };
        write!(f, " with code {code}")?;
        let meaning = match code {
            1000 => "normal end",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unacceptable data",
            1007 => "inconsistent data",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "extension missing",
            1011 => "internal error",
            1012 => "restarting",
            1013 => "try again later",
            1014 => "bad gateway",
            _ => "",
        };
        for part in [meaning, reason].into_iter().filter(|part| !part.is_empty()) {
            write!(f, ", {part}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tungstenite::protocol::frame::{
        FrameHeader,
        coding::{Data, OpCode},
    };

    use super::*;

    /// Everything that comes of a stream, contents joined.
    fn read(stream: &[u8], size: usize) -> (Vec<Incoming>, Option<FrameFault>) {
        let (mut reader, mut buffer, mut seen) = (Reader::default(), BytesMut::new(), Vec::new());
        for chunk in stream.chunks(size) {
            buffer.extend_from_slice(chunk);
            loop {
                match reader.next(&mut buffer) {
                    Ok(None) => break,
                    Err(fault) => return (seen, Some(fault)),
                    Ok(Some(Incoming::Frame { .. })) => {}
                    Ok(Some(Incoming::Content(piece))) => match seen.last_mut() {
                        Some(Incoming::Content(all)) => *all = [&all[..], &piece].concat().into(),
                        _ => seen.push(Incoming::Content(piece)),
                    },
                    Ok(Some(other)) => seen.push(other),
                }
            }
        }
        (seen, None)
    }

    #[test]
    fn any_split_gives_the_same() {
        // A message in three pieces with a ping between them, a pong, the end (section 5.7).
        let stream = b"\x02\x02ab\x89\x01p\x00\x00\x80\x01c\x8a\x00\x82\x7e\x00\x80\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
            0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\x88\x06\x03\xf0stop";
        let (seen, fault) = read(stream, stream.len());
        assert_eq!(fault, None);
        let long = b"0123456789abcdef".repeat(8);
        let expected = [
            Incoming::Content(Bytes::from_static(b"ab")),
            Incoming::Ping(Bytes::from_static(b"p")),
            Incoming::Content(Bytes::from_static(b"c")),
            Incoming::Pong,
            Incoming::Content(long.into()),
            Incoming::Closed(
                "the server closed the WebSocket with code 1008, policy violation, stop".to_owned(),
            ),
        ];
        assert_eq!(seen, expected);
        for size in 1..stream.len() {
            assert_eq!(read(stream, size).0, expected, "chunks of {size}");
        }
    }

    #[test]
    fn what_breaks_the_rules() {
        for (stream, words) in [
            (&b"\xc2\x00"[..], "a frame with bits of an extension that was not agreed"),
            (b"\x81\x00", "a text message, where MQTT wants binary ones (MQTT-6.0.0-1)"),
            (b"\x83\x00", "a frame with the opcode 3, which does not exist"),
            (b"\x8b\x00", "a frame with the opcode 11, which does not exist"),
            (b"\x82\x80", "a masked frame, which only clients send"),
            (b"\x09\x00", "a control frame that is longer than 125 bytes or in pieces"),
            (b"\x89\x7e", "a control frame that is longer than 125 bytes or in pieces"),
            (b"\x80\x00", "the pieces of a message out of order"),
            (b"\x02\x00\x82\x00", "the pieces of a message out of order"),
            (b"\x82\x7e\x00\x7d", "a frame whose length is not written as it must be"),
            (
                b"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff",
                "a frame whose length is not written as it must be",
            ),
            (
                b"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00",
                "a frame whose length is not written as it must be",
            ),
            (b"\x88\x01\x03", "a close frame with a code or reason that cannot be"),
            (b"\x88\x02\x03\xed", "a close frame with a code or reason that cannot be"),
            (b"\x88\x03\x03\xe8\xff", "a close frame with a code or reason that cannot be"),
        ] {
            for size in 1..=stream.len() {
                let fault = read(stream, size).1.unwrap();
                assert_eq!(fault.to_string(), words, "{stream:02x?}");
            }
        }
    }

    /// The longest that there may be: content of a control frame, and a message.
    #[test]
    fn what_just_keeps_the_rules() {
        let ping = [&b"\x89\x7d"[..], &[b'p'; 125]].concat();
        assert_eq!(read(&ping, ping.len()), (vec![Incoming::Ping(Bytes::from_static(&[b'p'; 125]))], None));
        assert_eq!(read(b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), (Vec::new(), None));
    }

    /// Another implementation reads every form that a length has.
    #[test]
    fn what_is_sent_is_a_masked_message_of_its_length() {
        for length in [0, 1, 125, 126, 65_535, 65_536, 100_000] {
            let (content, mask) = (vec![0x0f; length], [0x80, 0x40, 0x20, 0x10]);
            let frame = encode(Opcode::Binary, &content, mask);
            let mut cursor = std::io::Cursor::new(&frame);
            let (header, told) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
            assert!(header.is_final && header.opcode == OpCode::Data(Data::Binary), "{header:?}");
            assert_eq!((header.mask, told), (Some(mask), length.try_into().unwrap()));
            let body = &frame[cursor.position().try_into().unwrap()..];
            assert!(
                body.iter().zip([0x8f, 0x4f, 0x2f, 0x1f].iter().cycle()).all(|(it, wanted)| it == wanted)
            );
            assert_eq!(body.len(), length);
        }
    }

    #[test]
    fn a_goodbye_says_what_its_code_means() {
        let said = |content: &[u8]| Goodbye::read(content).unwrap().to_string();
        assert_eq!(said(b""), "the server closed the WebSocket");
        for (code, meaning) in [
            (1000_u16, "normal end"),
            (1001, "going away"),
            (1002, "protocol error"),
            (1003, "unacceptable data"),
            (1007, "inconsistent data"),
            (1008, "policy violation"),
            (1009, "message too big"),
            (1010, "extension missing"),
            (1011, "internal error"),
            (1012, "restarting"),
            (1013, "try again later"),
            (1014, "bad gateway"),
        ] {
            let words = format!("the server closed the WebSocket with code {code}, {meaning}");
            assert_eq!(said(&code.to_be_bytes()), words);
        }
        assert_eq!(said(b"\x0f\xa0why"), "the server closed the WebSocket with code 4000, why");
        assert_eq!(said(b"\x0b\xb8"), "the server closed the WebSocket with code 3000");
    }

    #[test]
    fn a_fault_is_final() {
        let (mut reader, mut buffer) = (Reader::default(), BytesMut::from(&b"\x81\x00"[..]));
        assert_eq!(reader.next(&mut buffer), Err(FrameFault::Text));
        buffer = BytesMut::from(&b"\x82\x00"[..]);
        assert_eq!(reader.next(&mut buffer), Err(FrameFault::Text));
    }
}
