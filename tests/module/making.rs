//! Test certificates: what is made is what its seed says, and holds before the module's own rules.

use serde_json::{Value, json};

use crate::{ask::Asked, explanation::base64};

/// 2026-11-28, about.
const NOW: i64 = 1_795_800_000;

fn make(asked: &mut Asked, wish: Value, seed: u8) -> Vec<(String, String)> {
    let mut wish = wish;
    wish["now"] = json!(NOW);
    wish["seed"] = json!(base64(&[seed; 32]));
    let made = asked.result(&json!({ "generate": wish }));
    assert_eq!((&made["version"], &made["isTest"], &made["warnings"]), (&json!(1), &json!(true), &json!([])));
    let text = |file: &Value, member: &str| file[member].as_str().unwrap().to_owned();
    made["files"].as_array().unwrap().iter().map(|file| (text(file, "path"), text(file, "text"))).collect()
}

fn text(files: &[(String, String)], path: &str) -> Value {
    json!(files.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("there is no {path}")).1)
}

#[test]
fn the_same_seed_makes_the_same_and_another_makes_others() {
    let mut asked = Asked::new();
    let wish = || json!({ "kind": "chain", "registrationId": "device-1" });
    let made = make(&mut asked, wish(), 1);
    assert_eq!(made, make(&mut asked, wish(), 1));
    let other = make(&mut asked, wish(), 2);
    assert_ne!(text(&made, "device-key.pem"), text(&other, "device-key.pem"));
    assert_ne!(text(&made, "root.pem"), text(&other, "root.pem"));
}

#[test]
fn a_chain_is_ready_and_its_ca_signs_more() {
    let mut asked = Asked::new();
    let chain = make(
        &mut asked,
        json!({ "kind": "chain", "registrationId": "device-1", "organization": "Contoso" }),
        1,
    );
    let ca = json!([{ "text": text(&chain, "intermediate.pem") }]);
    let key = json!({ "text": text(&chain, "intermediate-key.pem") });
    let more = json!({ "kind": "device", "registrationId": "device-2", "days": 30, "ca": ca, "caKey": key });
    let more = make(&mut asked, more, 2);
    for (id, files) in [("device-1", &chain), ("device-2", &more)] {
        let files = json!([
            { "text": text(files, "device-full-chain.pem"), "purpose": "device-chain" },
            { "text": text(files, "device-key.pem"), "purpose": "device-key" },
            { "text": text(&chain, "root.pem"), "purpose": "group-ca" },
        ]);
        let settings = json!({ "registrationId": id, "enrollment": "group", "at": NOW + 1 });
        let report = asked.result(&json!({ "inspect": { "files": files, "settings": settings } }));
        assert_eq!(report["verdict"]["word"], "ready", "{}", report["findings"]);
    }
    let request = make(&mut asked, json!({ "kind": "csr", "registrationId": "d", "keyType": "p256" }), 3);
    assert!(text(&request, "device-csr.pem").as_str().unwrap().contains("BEGIN CERTIFICATE REQUEST"));
    let proof = json!({ "kind": "verification", "code": "75B8", "ca": [{ "text": text(&chain, "root.pem") }], "caKey": { "text": text(&chain, "root-key.pem") } });
    assert_eq!(make(&mut asked, proof, 4).len(), 1);
}
