//! The strict verdict against x509-limbo, a frozen copy of its cases without BetterTLS.
//!
//! The suite lies outside of the repository: `LIMBO` names it, otherwise it is looked for beside the repository. So the
//! test is ignored, and `cargo xtask referee` runs it. Where the verdict differs from the suite's, the case is in
//! `tests/case/limbo-exceptions.json` with its reason; an exception that no longer is one fails the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken suite is a failed test")]

use std::{collections::BTreeMap, fs::File, path::PathBuf};

use dps_x509_core::{
    cert::{self, Certificate, Kind, UnixTime, extension::oid, path::Trust, server_name::ServerName},
    finding::Place,
};
use serde_json::Value;

const NOT_FOR_DEVICES: [&str; 5] = ["webpki::", "online::", "crl::", "rfc5280::nc", "rfc5280::san"];
/// For cases that name no time: after every certificate of the suite was made.
const NOW: i64 = 1_793_000_000;

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
#[ignore = "the suite is not in the repository; `cargo xtask referee` runs it"]
fn verdicts_are_those_of_limbo_or_explained() {
    let path = std::env::var_os("LIMBO")
        .map_or_else(|| workspace().join("../shared/suites/limbo-208.json.gz"), PathBuf::from);
    let file = File::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; LIMBO names the x509-limbo suite", path.display()));
    let suite: Value = serde_json::from_reader(flate2::read::GzDecoder::new(file)).unwrap();
    let cases = suite["testcases"].as_array().unwrap();
    let exceptions = workspace().join("tests/case/limbo-exceptions.json");
    let exceptions: BTreeMap<String, Value> =
        serde_json::from_reader(File::open(exceptions).unwrap()).unwrap();

    let mut unexplained = Vec::new();
    let mut used = 0;
    let (mut all, mut device) = (Tally::default(), Tally::default());
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let expected = case["expected_result"].as_str().unwrap() == "SUCCESS";
        let (actual, why) = run(case);
        all.count(expected, actual);
        if !NOT_FOR_DEVICES.iter().any(|prefix| id.starts_with(prefix)) {
            device.count(expected, actual);
        }
        match (expected == actual, exceptions.get(id)) {
            (true, None) => {}
            (false, Some(exception))
                if exception["reason"].as_str().is_some_and(|reason| !reason.is_empty()) =>
            {
                assert_eq!(exception.as_object().unwrap().len(), 1, "an exception has a reason: {id}");
                used += 1;
            }
            (true, Some(_)) => unexplained.push(format!("{id}: the exception is stale")),
            (false, _) => unexplained.push(format!("{id}: accepted {actual}, {why}")),
        }
    }
    println!("all {all:?}\ndevice subset {device:?}");
    assert!(unexplained.is_empty(), "{} of {}:\n{}", unexplained.len(), cases.len(), unexplained.join("\n"));
    assert_eq!(used, exceptions.len(), "an exception names no case");
    assert_eq!((cases.len(), device.right + device.accepted_bad + device.rejected_good), (208, 78));
    assert!(device.right >= 70 && device.accepted_bad == 0, "{device:?}");
}

#[derive(Debug, Default)]
struct Tally {
    right: u32,
    accepted_bad: u32,
    rejected_good: u32,
}

impl Tally {
    fn count(&mut self, expected: bool, actual: bool) {
        match (expected, actual) {
            (true, false) => self.rejected_good += 1,
            (false, true) => self.accepted_bad += 1,
            _ => self.right += 1,
        }
    }
}

fn run(case: &Value) -> (bool, String) {
    let read = |key: &str| -> Result<Vec<Certificate>, String> {
        case[key].as_array().unwrap().iter().map(|pem| certificate(pem.as_str().unwrap())).collect()
    };
    let all = (|| {
        Ok((
            read("trusted_certs")?,
            read("untrusted_intermediates")?,
            certificate(case["peer_certificate"].as_str().unwrap())?,
        ))
    })();
    let (anchors, intermediates, leaf) = match all {
        Ok(all) => all,
        Err(why) => return (false, why),
    };
    let purposes: Vec<_> =
        case["extended_key_usage"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    let server = case["expected_peer_name"].as_object().and_then(|name| {
        let value = name["value"].as_str().unwrap();
        match name["kind"].as_str().unwrap() {
            "DNS" => Some(ServerName::Dns(value.to_owned())),
            "IP" => Some(ServerName::Ip(value.parse().unwrap())),
            _ => None,
        }
    });
    let trust = Trust {
        anchors: anchors.iter().collect(),
        intermediates: intermediates.iter().collect(),
        at: case["validation_time"].as_str().map_or(UnixTime::from_seconds(NOW), time),
        purpose: Some(match (purposes.as_slice(), case["validation_kind"].as_str().unwrap()) {
            ([], "SERVER") | (["serverAuth"], _) => oid::SERVER_AUTH,
            ([], "CLIENT") | (["clientAuth"], _) => oid::CLIENT_AUTH,
            other => panic!("{other:?}"),
        }),
        server_name: server,
        max_depth: case["max_chain_depth"].as_u64().map_or(usize::MAX, |depth| depth.try_into().unwrap()),
    };
    match trust.verify(&leaf) {
        Ok(path) => (true, format!("{} certificates", path.len())),
        Err(failure) => (false, failure.problem.to_string()),
    }
}

fn certificate(pem: &str) -> Result<Certificate, String> {
    let file = cert::File::read(pem.as_bytes(), &Place::default());
    let item = file.items.iter().find(|item| item.kind == Kind::Certificate);
    Certificate::read(&item.ok_or("no certificate")?.der).map_err(|outline| outline.to_string())
}

/// `2024-03-01T00:00:00.999+00:00`, fractions cut off.
fn time(text: &str) -> UnixTime {
    let number = |from: usize, to: usize| text[from..to].parse().unwrap();
    assert!(text.ends_with("+00:00"), "{text}");
    UnixTime::from_civil(
        number(0, 4),
        number(5, 7),
        number(8, 10),
        number(11, 13),
        number(14, 16),
        number(17, 19),
    )
    .unwrap()
}
