//! The cases of `tests/case/check`, and what else is done with files.

use dps_x509_core::{
    cert::{self, repair},
    config,
    finding::{Naming, catalogue},
};
use dps_x509_tests::{
    case::{self, Given},
    environment::root,
};
use serde_json::{Map, Value, json};

use crate::ask::Asked;

/// The files and settings of a case as a request has them.
fn given(given: &Given) -> Map<String, Value> {
    let file = |file: &case::File| {
        let mut out = json!({ "purpose": file.purpose, "input": file.purpose().1, "base64": crate::explanation::base64(&file.bytes) });
        if let Some(path) = &file.path {
            out["name"] = json!(path);
        }
        out
    };
    let settings = [
        ("registrationId", json!(given.registration_id)),
        ("at", json!(given.at)),
        ("expiresWithinDays", json!(given.expires_within_days)),
        ("cloud", json!(given.cloud)),
        ("enrollment", json!(given.enrollment)),
        ("passphrase", json!(given.passphrase)),
    ];
    let settings = settings.into_iter().filter(|(_, value)| !value.is_null());
    let settings: Map<_, _> = settings.map(|(name, value)| (name.to_owned(), value)).collect();
    Map::from_iter([
        ("files".to_owned(), given.files.iter().map(file).collect()),
        ("settings".to_owned(), Value::Object(settings)),
    ])
}

#[test]
fn reports_and_refusals_are_those_of_the_core() {
    let (mut asked, mut refusals) = (Asked::new(), 0);
    for case in case::all() {
        let (given, core) = (given(&case.given), case.run_as(Naming::Plain));
        assert_eq!(asked.result(&json!({ "inspect": given })), core["report"], "{}", case.name);
        if let Some(answer) = &case.given.answer {
            let mut given = given;
            given.insert("answer".to_owned(), answer.clone());
            assert_eq!(asked.result(&json!({ "explain-refusal": given })), core["refusal"], "{}", case.name);
            refusals += 1;
        }
    }
    assert!(refusals > 0);
}

fn fixture(name: &str) -> Value {
    let path = root().join("tests/fixture/cert").join(name);
    json!({ "name": name, "text": std::fs::read_to_string(path).unwrap() })
}

#[test]
fn files_are_repaired() {
    let mangled = fixture("device-1.pem")["text"].as_str().unwrap().replace('\n', "\\n");
    let files = json!([{ "text": mangled }, fixture("intermediate.pem"), { "text": "nothing" }]);
    let result = Asked::new().result(&json!({ "repair": { "files": files } }));
    let texts =
        ["device-1.pem", "intermediate.pem"].map(|name| fixture(name)["text"].as_str().unwrap().to_owned());
    assert_eq!(result["fullChain"], texts.concat());
    let outcomes: Vec<_> =
        result["files"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["done", "needless", "impossible"]);
    assert_eq!(result["files"][0]["text"], texts[0]);
    let read =
        cert::Read::new(cert::Purpose::Any, dps_x509_core::finding::Place::default(), b"nothing".to_vec());
    let repair::Repair::Impossible(why) = repair::repair(&read, None) else { panic!("it is") };
    assert_eq!(result["files"][2]["why"], why.to_string());
}

#[test]
fn renewals_are_compared() {
    let mut asked = Asked::new();
    let compare = |old: &str, new: &str| json!({ "compare": { "old": [fixture(old)], "new": [fixture(new)], "settings": { "enrollment": "individual" } } });
    assert_eq!(asked.result(&compare("device-1.pem", "device-1.pem"))["verdict"], "unchanged");
    let nothing = asked.result(&compare("device-1.key", "device-1.pem"));
    assert!(nothing["verdict"].is_null() && nothing["version"] == 1, "{nothing}");
}

#[test]
fn clients_are_configured() {
    let mut asked = Asked::new();
    let names = asked.result(&json!({ "targets": {} }));
    assert_eq!(names, Value::Object(config::targets()));
    let wish = |targets: &[&str], wanted: Value| json!({ "configure": { "targets": targets, "files": [fixture("full-chain.pem")], "wanted": wanted } });
    let all = asked.result(&wish(&["all"], json!({ "idScope": "0ne00111111" })));
    assert!(all["targets"].as_array().unwrap().len() > 20, "{}", all["findings"]);
    let one = asked.result(&wish(&["paho"], json!({ "idScope": "0ne00111111", "transport": "websocket" })));
    assert!(one["targets"][0]["files"][0]["text"].as_str().unwrap().contains("0ne00111111"));
    let unknown = asked.result(&wish(&["nobody"], json!({ "idScope": "0ne00111111" })));
    assert_eq!(unknown["targets"], json!([]));
    let wrong = asked.result(&wish(&["paho"], json!({ "idScope": "non sense", "embedKey": true })));
    let codes: Vec<_> =
        wrong["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"DX101") && codes.contains(&catalogue::SETTINGS_CONTRADICT.code), "{codes:?}");
}

#[test]
fn a_cloud_has_its_servers() {
    let mut asked = Asked::new();
    let china = asked.result(&json!({ "cloud": { "name": "china" } }));
    assert_eq!(china["endpoint"], "global.azure-devices-provisioning.cn");
    assert!(china["roots"][0]["pem"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
}
