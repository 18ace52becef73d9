//! The steps of a case, and the service's packets and frames as bytes, written by hand from MQTT 3.1.1 and RFC 6455
//! so that they do not depend on the codec under test.

use dps_x509_core::{
    name::Transport,
    session::{TransportFailure, TransportFailureKind as Kind},
};
use tungstenite::handshake::derive_accept_key;

use super::case::Case;

/// What happens at one point of a conversation.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Connected,
    ConnectFailed(TransportFailure),
    /// Bytes of the service.
    Receive(Template),
    Closed(Option<TransportFailure>),
    Cancel,
    /// Nothing but time.
    Pass,
    /// The process was stopped for so many milliseconds: nobody woke the machine.
    Jump(u64),
    /// The same, told of the connection before the last one.
    Late(Box<Self>),
}

/// What the service answers to, and how.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    /// Whether packets travel in WebSocket frames.
    is_framed: bool,
    /// The `$rid` of the last request: `{rid}`.
    pub(crate) rid: String,
    /// What answers the key of the last upgrade: `{accept}`.
    accept: String,
}

impl Peer {
    pub(crate) fn new(case: &Case) -> Self {
        Self { is_framed: case.settings().transport == Transport::WebSocket, ..Self::default() }
    }

    /// Values of the length that real ones have, for measuring.
    fn anything(case: &Case) -> Self {
        Self { rid: "00000000-1".to_owned(), accept: "x".repeat(28), ..Self::new(case) }
    }

    /// Takes what the machine sends.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        if let Some((_, rest)) = text.split_once("Sec-WebSocket-Key: ") {
            self.accept = derive_accept_key(rest.split('\r').next().unwrap_or_default().as_bytes());
        }
    }

    fn frame(&self, packet: Vec<u8>) -> Vec<u8> {
        if self.is_framed { frame(0x82, &packet) } else { packet }
    }
}

/// A frame of a server (RFC 6455 section 5.2).
pub(crate) fn frame(first: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(content.len()), u16::try_from(content.len())) {
        (Ok(length @ 0..=125), _) => bytes.push(length),
        (_, Ok(length)) => {
            bytes.push(126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(127);
            bytes.extend(u64::try_from(content.len()).unwrap().to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

/// Something of the service, before it is known what it answers to.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    /// A packet.
    Bytes(Vec<u8>),
    /// Bytes that no frame goes around.
    Raw(Vec<u8>),
    /// The head of an HTTP answer, `|` between its lines.
    Head(String),
    /// A packet in frames of so many bytes, with a ping after the first if that is wanted.
    Pieces {
        packet: Box<Self>,
        size: usize,
        has_ping: bool,
    },
    Publish {
        qos: u8,
        packet_id: u16,
        flags: u8,
        topic: String,
        body: String,
    },
}

impl Template {
    pub(crate) fn fill(&self, peer: &Peer) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => peer.frame(bytes.clone()),
            Self::Raw(bytes) => bytes.clone(),
            Self::Head(lines) => {
                let lines = lines.replace("{accept}", &peer.accept).replace('|', "\r\n");
                format!("{lines}\r\n\r\n").into_bytes()
            }
            Self::Pieces { packet, size, has_ping } => {
                let packet =
                    packet.fill(&Peer { is_framed: false, rid: peer.rid.clone(), ..Peer::default() });
                let mut bytes = Vec::new();
                let last = packet.chunks(*size).len() - 1;
                for (index, piece) in packet.chunks(*size).enumerate() {
                    let is_final = if index == last { 0x80 } else { 0 };
                    let opcode = if index == 0 { 2 } else { 0 };
                    bytes.extend(frame(is_final | opcode, piece));
                    if *has_ping && index == 0 {
                        bytes.extend(frame(0x89, b"beat"));
                    }
                }
                bytes
            }
            Self::Publish { qos, packet_id, flags, topic, body } => {
                let topic = topic.replace("{rid}", &peer.rid);
                let mut inside = Vec::new();
                inside.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
                inside.extend(topic.as_bytes());
                if *qos > 0 {
                    inside.extend(packet_id.to_be_bytes());
                }
                inside.extend(body.as_bytes());
                peer.frame(framed(0x30 | qos << 1 | flags, &inside))
            }
        }
    }
}

/// Fixed header and content (MQTT 3.1.1 section 2.2).
fn framed(first: u8, inside: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = inside.len();
    loop {
        let digit = u8::try_from(length % 128).unwrap();
        length /= 128;
        if length == 0 {
            bytes.push(digit);
            break;
        }
        bytes.push(digit | 0x80);
    }
    bytes.extend(inside);
    bytes
}

/// What DPS answers to a right request for the upgrade.
const UPGRADE: &str = "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|\
                       Sec-WebSocket-Accept: {accept}|Sec-WebSocket-Protocol: mqtt";

/// Reads `+{milliseconds} {step}`. What is not understood is refused.
pub(crate) fn parse(case: &str, text: &str) -> (u64, Step) {
    let refuse = || -> ! { panic!("{case}: the step \"{text}\" is not understood") };
    let (after, rest) = text.split_once(' ').unwrap_or_else(|| refuse());
    let after = after.strip_prefix('+').and_then(|it| it.parse().ok()).unwrap_or_else(|| refuse());
    let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let step = match (verb, rest) {
        ("late", rest) => Step::Late(Box::new(parse(case, &format!("+0 {rest}")).1)),
        ("connected", "") => Step::Connected,
        ("connect-failed", kind) => Step::ConnectFailed(failure(kind).unwrap_or_else(|| refuse())),
        ("closed", "") => Step::Closed(None),
        ("closed", kind) => Step::Closed(Some(failure(kind).unwrap_or_else(|| refuse()))),
        ("cancel", "") => Step::Cancel,
        ("pass", "") => Step::Pass,
        ("upgrade", "") => Step::Receive(Template::Head(UPGRADE.to_owned())),
        ("head", lines) => Step::Receive(Template::Head(lines.to_owned())),
        ("pieces", packet) => {
            let packet = Box::new(template(packet).unwrap_or_else(|| refuse()));
            Step::Receive(Template::Pieces { packet, size: 5, has_ping: true })
        }
        ("fragments", rest) => {
            let (size, packet) = rest.split_once(' ').unwrap_or_else(|| refuse());
            let size = size.parse().ok().filter(|size| *size > 0).unwrap_or_else(|| refuse());
            let packet = Box::new(template(packet).unwrap_or_else(|| refuse()));
            Step::Receive(Template::Pieces { packet, size, has_ping: false })
        }
        ("jump", millis) => Step::Jump(millis.parse().unwrap_or_else(|_| refuse())),
        ("raw", bytes) => match template(bytes) {
            Some(Template::Bytes(bytes)) => Step::Receive(Template::Raw(bytes)),
            _ => refuse(),
        },
        ("receive", packet) => Step::Receive(template(packet).unwrap_or_else(|| refuse())),
        _ => refuse(),
    };
    (after, step)
}

fn template(packet: &str) -> Option<Template> {
    let (name, rest) = packet.split_once(' ').unwrap_or((packet, ""));
    let numbers = || rest.split(' ').map(|it| it.parse::<u16>().ok()).collect::<Option<Vec<_>>>();
    Some(match name {
        "CONNACK" => match numbers()?.as_slice() {
            [code] => Template::Bytes(framed(0x20, &[0, u8::try_from(*code).ok()?])),
            [code, present] => {
                Template::Bytes(framed(0x20, &[u8::try_from(*present).ok()?, u8::try_from(*code).ok()?]))
            }
            _ => return None,
        },
        "SUBACK" => match numbers()?.as_slice() {
            [id, code] => {
                let [high, low] = id.to_be_bytes();
                Template::Bytes(framed(0x90, &[high, low, u8::try_from(*code).ok()?]))
            }
            _ => return None,
        },
        "PUBACK" => match numbers()?.as_slice() {
            [id] => Template::Bytes(framed(0x40, &id.to_be_bytes())),
            _ => return None,
        },
        "PINGRESP" => Template::Bytes(framed(0xd0, &[])),
        "text" => Template::Bytes(rest.as_bytes().to_vec()),
        "hex" => Template::Bytes(from_hex(rest)?),
        // PUBLISH QoS0 TOPIC BODY, PUBLISH QoS1/ID TOPIC BODY, PUBLISH QoS1/ID/dup TOPIC BODY
        "PUBLISH" => {
            let mut words = rest.splitn(3, ' ');
            let (level, topic, body) = (words.next()?, words.next()?, words.next().unwrap_or(""));
            let mut level = level.split('/');
            let qos: u8 = level.next()?.strip_prefix("QoS")?.parse().ok()?;
            let packet_id = level.next().map_or(Some(0), |id| id.parse().ok())?;
            let flags = match level.next() {
                None => 0,
                Some("dup") => 8,
                Some("retain") => 1,
                Some(_) => return None,
            };
            Template::Publish { qos, packet_id, flags, topic: topic.to_owned(), body: body.to_owned() }
        }
        _ => return None,
    })
}

fn failure(text: &str) -> Option<TransportFailure> {
    let (kind, detail) = text.split_once(' ').unwrap_or((text, ""));
    Some(TransportFailure::new(Kind::parse(kind)?, detail))
}

/// How many bytes the service sends in a case.
pub(crate) fn total(case: &Case) -> usize {
    lengths(case).sum()
}

/// How many bytes the longest packet of a case has.
pub(crate) fn longest(case: &Case) -> usize {
    lengths(case).max().unwrap_or(0)
}

fn lengths(case: &Case) -> impl Iterator<Item = usize> {
    case.steps.iter().map(|step| match parse(&case.name, step).1 {
        Step::Receive(template) => template.fill(&Peer::anything(case)).len(),
        _ => 0,
    })
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|it| *it != ' ')
        .map(|it| it.to_digit(16)?.try_into().ok())
        .collect::<Option<_>>()?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
