//! The request for the upgrade and its answer (RFC 6455 section 4.1).

use base64ct::{Base64, Encoding as _};
use sha1::{Digest as _, Sha1};

use super::{HttpAnswer, UpgradeFault, WebSocketFault};
use crate::{
    name::Endpoint,
    session::{mqtt::printable, seed::Dice},
};

/// Where DPS and IoT Hub take the upgrade (azure-iot-sdk-c `prov_transport_mqtt_ws_client.c`, and every other SDK).
pub const PATH: &str = "/$iothub/websocket";

/// The sub-protocol of MQTT 3.1.1 (MQTT-6.0.0-3).
pub const SUB_PROTOCOL: &str = "mqtt";

/// Longest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// Most header fields of an answer.
const MAX_FIELDS: usize = 100;

/// What a server appends to the key (section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A request for the upgrade.
#[derive(Debug)]
pub(in crate::session) struct Upgrade {
    host: String,
    key: String,
}

impl Upgrade {
    pub(super) fn new(endpoint: &Endpoint, dice: &mut Dice) -> Self {
        let nonce = [dice.roll().to_be_bytes(), dice.roll().to_be_bytes()];
        let host = endpoint.to_string();
        let host = host.strip_suffix(":443").unwrap_or(&host).to_owned();
        Self { host, key: Base64::encode_string(nonce.as_flattened()) }
    }

    /// Its first line.
    pub(in crate::session) fn line(&self) -> String {
        format!("GET {PATH} HTTP/1.1")
    }

    /// What the server must answer to its key.
    pub(super) fn accept(&self) -> String {
        accept(&self.key)
    }

    pub(in crate::session) fn to_bytes(&self) -> Vec<u8> {
        let Self { host, key } = self;
        format!(
            "{}\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {SUB_PROTOCOL}\r\n\r\n",
            self.line()
        )
        .into_bytes()
    }
}

fn accept(key: &str) -> String {
    Base64::encode_string(&Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// Reads the head of the answer: its first line and its length, `None` if more bytes are needed.
///
/// The verdict falls when the head is complete, so that it does not hang on how the bytes were split.
pub(super) fn read(buffer: &[u8], accept: &str) -> Result<Option<(String, usize)>, WebSocketFault> {
    const BEGINNING: &[u8] = b"HTTP/";
    let Some(beginning) = buffer.get(..BEGINNING.len()) else { return Ok(None) };
    if beginning != BEGINNING {
        return Err(UpgradeFault::NotHttp { begins: printable(beginning) }.into());
    }
    let head = buffer.get(..MAX_HEAD).unwrap_or(buffer);
    let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if buffer.len() < MAX_HEAD { Ok(None) } else { Err(UpgradeFault::TooLong.into()) };
    };
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut answer = httparse::Response::new(&mut fields);
    let malformed = |reason: String| WebSocketFault::from(UpgradeFault::Malformed { reason });
    let head = head.get(..end + 4).unwrap_or(head);
    let length = match answer.parse(head).map_err(|error| malformed(error.to_string()))? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Err(malformed("it is incomplete".to_owned())),
    };
    let answer = HttpAnswer::new(&answer);
    check(&answer, accept)?;
    Ok(Some((answer.line(), length)))
}

/// What section 4.1 wants of the answer, in its order, and MQTT-6.0.0-4.
fn check(answer: &HttpAnswer, accept: &str) -> Result<(), WebSocketFault> {
    if answer.status != 101 {
        return Err(WebSocketFault::Refused(answer.clone()));
    }
    let field = |name: &'static str, is_right: &dyn Fn(&str) -> bool| match answer.combined(name) {
        Some(value) if is_right(&value) => Ok(()),
        found => Err(UpgradeFault::Field { name, found }),
    };
    let lists = |word: &str, value: &str| value.split(',').any(|it| it.trim().eq_ignore_ascii_case(word));
    field("Upgrade", &|value| value.eq_ignore_ascii_case("websocket"))?;
    field("Connection", &|value| lists("upgrade", value))?;
    field("Sec-WebSocket-Accept", &|value| value == accept)?;
    let extensions = answer.combined("Sec-WebSocket-Extensions");
    if let Some(extensions) = extensions.filter(|it| it.split(',').any(|it| !it.trim().is_empty())) {
        let found = Some(extensions);
        return Err(UpgradeFault::Field { name: "Sec-WebSocket-Extensions", found }.into());
    }
    match answer.combined("Sec-WebSocket-Protocol") {
        Some(name) if name == SUB_PROTOCOL => Ok(()),
        found => Err(WebSocketFault::SubProtocol { found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn read(head: &str) -> Result<Option<usize>, WebSocketFault> {
        super::read(head.as_bytes(), ACCEPT).map(|read| read.map(|(_, length)| length))
    }

    #[test]
    fn the_key_of_the_rfc_gives_its_accept() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), ACCEPT);
    }

    #[test]
    fn the_request_names_the_port_only_where_it_is_not_443() {
        for (endpoint, host) in [("dps.example:443", "dps.example"), ("[::1]:8443", "[::1]:8443")] {
            let request =
                Upgrade::new(&endpoint.parse().unwrap(), &mut Dice::new(crate::session::Seed([7; 16])));
            let text = String::from_utf8(request.to_bytes()).unwrap();
            assert!(text.starts_with("GET /$iothub/websocket HTTP/1.1\r\n"), "{text}");
            assert!(text.contains(&format!("\r\nHost: {host}\r\n")), "{text}");
            assert!(text.contains("\r\nSec-WebSocket-Protocol: mqtt\r\n"), "{text}");
        }
    }

    fn answer(change: (&str, &str)) -> String {
        let fields = [
            ("upgrade", "WebSocket"),
            ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Accept", ACCEPT),
            ("Sec-WebSocket-Protocol", "mqtt"),
        ];
        let mut text = "HTTP/1.1 101 Switching Protocols\r\n".to_owned();
        let mut is_new = true;
        for (name, value) in fields {
            let is_changed = name.eq_ignore_ascii_case(change.0);
            is_new &= !is_changed;
            match if is_changed { change.1 } else { value } {
                "" => {}
                value => text.push_str(&format!("{name}: {value}\r\n")),
            }
        }
        if is_new && !change.0.is_empty() {
            text.push_str(&format!("{}: {}\r\n", change.0, change.1));
        }
        text + "\r\n"
    }

    #[test]
    fn what_an_answer_must_have() {
        let right = answer(("", ""));
        assert_eq!(read(&format!("{right}\u{82}")), Ok(Some(right.len())));
        for length in 0..right.len() {
            assert_eq!(read(&right[..length]), Ok(None), "{length}");
        }
        for (name, wrong) in [
            ("Upgrade", ""),
            ("Upgrade", "h2c"),
            ("Connection", "close"),
            ("Sec-WebSocket-Accept", ""),
            ("Sec-WebSocket-Accept", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ] {
            let found = Some(wrong.to_owned()).filter(|it| !it.is_empty());
            assert_eq!(read(&answer((name, wrong))), Err(UpgradeFault::Field { name, found }.into()));
        }
        for wrong in ["", "MQTT", "mqttv3.1", "amqp"] {
            let found = Some(wrong.to_owned()).filter(|it| !it.is_empty());
            let name = "Sec-WebSocket-Protocol";
            assert_eq!(read(&answer((name, wrong))), Err(WebSocketFault::SubProtocol { found }));
        }
    }

    #[test]
    fn what_is_no_answer() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(said("SSH-2.0-x"), "it begins with \"SSH-2\" instead of HTTP/");
        assert_eq!(said("\u{10}\u{20}\u{30}\u{40}\u{50}"), "it begins with \"\\u{10} 0@P\" instead of HTTP/");
        assert_eq!(said("HTTP/1.1 101\u{1}\r\n\r\n"), "its head cannot be read (invalid response status)");
        let many = format!("HTTP/1.1 101 x\r\n{}\r\n", "a: b\r\n".repeat(101));
        assert_eq!(said(&many), "its head cannot be read (too many headers)");
        assert_eq!(said(&answer(("Upgrade", ""))), "it has no Upgrade");
        assert_eq!(said(&answer(("Upgrade", "h2c"))), "its Upgrade is \"h2c\"");
        assert_eq!(said(&answer(("Sec-WebSocket-Protocol", ""))), "it names no sub-protocol");
        let other = answer(("Sec-WebSocket-Protocol", "amqp"));
        assert_eq!(said(&other), "it names the sub-protocol \"amqp\"");
        assert_eq!(said("HTTP/1.1 403 Forbidden\r\n\r\n"), "the upgrade is answered with 403 Forbidden");
        let head = |length: usize| format!("{:x<length$}", "HTTP/1.1 101 ");
        assert_eq!(read(&head(16_383)), Ok(None));
        assert_eq!(said(&head(16_384)), "its head does not end within 16 KiB");
    }
}
