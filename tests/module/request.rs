//! A request of every kind.

use std::fs;

use dps_x509_tests::environment::root;
use serde_json::{Value, json};

use crate::explanation::base64;

/// In an order in which they can be asked: a session is started before it is used.
pub(crate) fn every() -> Vec<Value> {
    let fixture = |name: &str| fs::read(root().join("tests/fixture/cert").join(name)).unwrap();
    let file = |name: &str| json!({ "name": name, "base64": base64(&fixture(name)) });
    let text = |name: &str| json!({ "name": name, "text": String::from_utf8(fixture(name)).unwrap(), "purpose": "any" });
    let device = json!([file("device-1.pem"), file("device-1.key")]);
    let settings = json!({ "registrationId": "device-2", "at": 1_795_800_000, "cloud": "public", "enrollment": "group" });
    let dps =
        json!({ "idScope": "0ne00111111", "registrationId": "device-1", "payload": { "a": 1 }, "qos": 0 });
    let input = |happened: Value| json!({ "input": { "session": 1, "now": 10, "happened": happened } });
    vec![
        json!({ "inspect": { "files": device, "settings": settings } }),
        json!({ "repair": { "files": [text("device-1.pem")] } }),
        json!({ "compare": { "old": [file("device-1.pem")], "new": [file("self-signed.pem")] } }),
        json!({ "codes": {} }),
        json!({ "explain": { "code": "DX401" } }),
        json!({ "explain-text": { "text": "401002", "files": [file("device-1.pem")] } }),
        json!({ "explain-refusal": { "answer": { "channel": "request", "status": 401, "code": 401_002 } } }),
        json!({ "targets": {} }),
        json!({ "configure": { "targets": ["paho"], "files": [file("full-chain.pem")], "wanted": { "idScope": "0ne00111111" } } }),
        json!({ "cloud": { "name": "public" } }),
        json!({ "generate": { "kind": "self-signed", "registrationId": "d", "now": 1_795_800_000, "seed": base64(&[9; 32]) } }),
        json!({ "start": { "settings": dps, "seed": base64(&[7; 16]), "now": 0 } }),
        json!({ "poll": { "session": 1 } }),
        input(json!({ "connected": { "connection": 1, "tlsVersion": "TLSv1.2" } })),
        input(json!({ "received": { "connection": 1, "base64": base64(b"\x20\x02\0\0") } })),
        input(json!({ "closed": { "connection": 1, "kind": "alert/42", "detail": "bad certificate" } })),
        input(json!({ "connect-failed": { "connection": 1, "kind": "refused" } })),
        input(json!("cancel")),
        json!({ "poll": { "session": 1 } }),
        json!({ "end": { "session": 1 } }),
        json!({ "end": { "session": 1 } }),
    ]
}
