//! Events as JSON, for `--json` and for logs that machines read.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    event::Event,
    mqtt::{Packet, printable},
    time::Seconds,
};
use crate::finding::{self, Naming};

/// One event as a line of a log window, with the time since the start: `    0.012 s  ->  CONNECT  …`.
#[must_use]
pub fn line(at: Duration, event: &Event<'_>) -> String {
    format!("{:>11}  {event}", Seconds(at))
}

/// One event as a JSON object: `at` in seconds since the start, `event`, and what belongs to it.
#[must_use]
pub fn json(at: Duration, event: &Event<'_>, naming: Naming) -> Value {
    let mut object = Map::new();
    object.insert("at".into(), json!(Seconds(at).number()));
    let (word, detail) = match event {
        Event::Dialling { endpoint, attempt } => {
            ("dialling", json!({ "endpoint": endpoint.to_string(), "attempt": attempt }))
        }
        Event::Connected(info) => (
            "connected",
            json!({ "peer": info.peer, "tlsVersion": info.tls_version, "cipherSuite": info.cipher_suite }),
        ),
        Event::Disconnected(failure) => ("disconnected", json!({ "detail": failure.detail })),
        Event::UpgradeSent(line) => ("upgrade-sent", json!({ "line": line })),
        Event::UpgradeAnswered(line) => ("upgrade-answered", json!({ "line": line })),
        Event::Sent(packet) => ("sent", self::packet(packet)),
        Event::Received(packet) => ("received", self::packet(packet)),
        Event::Waiting { duration, reason } => {
            ("waiting", json!({ "seconds": Seconds(*duration).number(), "reason": reason.as_str() }))
        }
        Event::Ignored(ignored) => ("ignored", json!({ "reason": ignored.as_str() })),
        Event::Noticed(finding) => ("noticed", json!({ "finding": finding::json::finding(finding, naming) })),
    };
    object.insert("event".into(), json!(word));
    if let Value::Object(detail) = detail {
        object.extend(detail);
    }
    Value::Object(object)
}

fn packet(packet: &Packet) -> Value {
    let mut object = Map::new();
    object.insert("packet".into(), json!(packet.name()));
    let detail = match packet {
        Packet::Connect { client_id, user_name, keep_alive } => json!({
            "clientId": client_id,
            "userName": user_name,
            "flags": Packet::CONNECT_FLAGS,
            "keepAliveSeconds": keep_alive.as_secs(),
        }),
        Packet::Connack { session_present, return_code } => {
            json!({ "returnCode": return_code, "sessionPresent": session_present })
        }
        Packet::Subscribe { packet_id, filter, qos } => {
            json!({ "packetId": packet_id, "filter": filter, "qos": qos.level() })
        }
        Packet::Suback { packet_id, return_code } => {
            json!({ "packetId": packet_id, "returnCode": return_code })
        }
        Packet::Publish { topic, payload, qos, packet_id, dup, retain } => json!({
            "topic": topic,
            "body": printable(payload),
            "qos": qos.level(),
            "packetId": packet_id,
            "dup": dup,
            "retain": retain,
        }),
        Packet::Puback { packet_id } => json!({ "packetId": packet_id }),
        Packet::Pingreq | Packet::Pingresp | Packet::Disconnect => json!({}),
    };
    if let Value::Object(detail) = detail {
        object.extend(detail);
    }
    Value::Object(object)
}
