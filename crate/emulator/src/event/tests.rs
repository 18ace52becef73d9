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
        assert_eq!((&json["connection"], json["time"].as_str().map(str::len)), (&Value::from(7), Some(28)));
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
