//! Runs the language-neutral cases in `tests/case/check`: files in, chain and findings out.
//!
//! Each case is one JSON file with `what`, `given` and `expected`. `BLESS=1` writes what comes out into `expected`;
//! the runner refuses keys and words that it does not know.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    cert::{self, Enrollment, Input, Inputs, Purpose, UnixTime, key::Passphrase},
    explain,
    finding::{Finding, Place, json},
    name::RegistrationId,
    service::{Answer, Channel},
};
use serde_json::{Map, Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// Codes that no case can give: the caller makes the finding, or the file would be too large to keep.
const NOT_FROM_CASES: [&str; 2] = ["DX201", "DX207"];

#[test]
fn every_case_gives_what_it_says_and_every_definition_fires_in_one() {
    let folder = root().join("case/check");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 30, "there are {} cases in {}", paths.len(), folder.display());
    let (count, mut fired) = (paths.len(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for path in paths {
        assert_eq!(path.extension().and_then(|e| e.to_str()), Some("json"), "{} is no case", path.display());
        let case: Map<String, Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let unknown = case.keys().find(|key| !["what", "given", "expected"].contains(&key.as_str()));
        assert_eq!(unknown, None, "in {}", path.display());
        let actual = run(case["given"].as_object().unwrap(), &path);
        let findings = actual["report"]["findings"].as_array().unwrap().iter();
        for code in findings.map(|finding| finding["code"].as_str().unwrap()).collect::<BTreeSet<_>>() {
            *fired.entry(code.to_owned()).or_default() += 1;
        }
        if case.get("expected") == Some(&actual) {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            let case = json!({ "what": case["what"], "given": case["given"], "expected": actual });
            fs::write(&path, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
        } else {
            wrong.push(format!("{}:\n{}", path.display(), serde_json::to_string_pretty(&actual).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "not as expected (BLESS=1 rewrites):\n{}", wrong.join("\n"));
    for definition in cert::definitions() {
        let (code, name) = (definition.code, definition.name);
        let fires = fired.get(code).copied().unwrap_or(0);
        assert_eq!(
            fires == 0,
            NOT_FROM_CASES.contains(&code),
            "{code} {name} fires in {fires} of {count} cases"
        );
        assert_ne!(fires, count, "{code} {name} is never quiet");
    }
}

fn run(given: &Map<String, Value>, path: &Path) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned();
    let (mut inputs, mut answer, mut contents) = (Inputs::default(), None, Vec::new());
    for (key, value) in given {
        match key.as_str() {
            "files" => {
                for file in value.as_array().unwrap() {
                    contents.push(read_file(file.as_object().unwrap()));
                }
            }
            "registrationId" => inputs.registration_id = Some(RegistrationId::new(&text(value)).unwrap()),
            "at" => inputs.at = Some(UnixTime::from_seconds(value.as_i64().unwrap())),
            "expiresWithinDays" => {
                inputs.expires_within = Some(Duration::from_secs(value.as_u64().unwrap() * 86_400));
            }
            "cloud" => inputs.cloud = Some(text(value).parse().unwrap()),
            "passphrase" => inputs.passphrase = Some(Passphrase::new(text(value).into_bytes())),
            "enrollment" => {
                inputs.enrollment = match text(value).as_str() {
                    "individual" => Enrollment::Individual,
                    "group" => Enrollment::Group,
                    other => panic!("{other} is no enrollment"),
                }
            }
            "answer" => answer = Some(read_answer(value.as_object().unwrap())),
            other => panic!("{other} in {}", path.display()),
        }
    }
    inputs.files = contents
        .iter()
        .map(|(purpose, place, bytes)| Input { purpose: *purpose, place: place.clone(), bytes })
        .collect();
    let report = cert::check(&inputs);
    let mut out = Map::new();
    out.insert("report".to_owned(), cert::json::report(&report));
    if let Some(answer) = answer {
        out.insert("refusal".to_owned(), findings(&explain::refusal(&answer, &report)));
    }
    Value::Object(out)
}

fn read_file(file: &Map<String, Value>) -> (Purpose, Place, Vec<u8>) {
    let (purpose, flag) = match file["purpose"].as_str().unwrap() {
        "any" => (Purpose::Any, "FILE"),
        "device-chain" => (Purpose::DeviceChain, "--cert"),
        "device-key" => (Purpose::DeviceKey, "--key"),
        "group-ca" => (Purpose::GroupCa, "--group-ca"),
        "server-trust" => (Purpose::ServerTrust, "--trust"),
        other => panic!("{other} is no purpose"),
    };
    assert_eq!(file.len(), 2, "a file has a purpose and a path or a text");
    let place = Place::input(flag);
    match (file.get("path"), file.get("text")) {
        (Some(path), None) => {
            let path = path.as_str().unwrap();
            let bytes = fs::read(root().join("fixture/cert").join(path)).unwrap();
            (purpose, place.path(path), bytes)
        }
        (None, Some(text)) => (purpose, place, text.as_str().unwrap().into()),
        _ => panic!("{file:?} needs a path or a text"),
    }
}

fn read_answer(answer: &Map<String, Value>) -> Answer {
    let mut out = Answer::default();
    for (key, value) in answer {
        match key.as_str() {
            "status" => out.status = value.as_u64().unwrap().try_into().unwrap(),
            "code" => out.code = Some(value.as_u64().unwrap().try_into().unwrap()),
            "message" => out.message = Some(value.as_str().unwrap().to_owned()),
            "channel" => {
                out.channel = match value.as_str().unwrap() {
                    "request" => Channel::Request,
                    "operation" => Channel::Operation,
                    "connack" => Channel::Connack,
                    other => panic!("{other} is no channel"),
                }
            }
            other => panic!("{other} in an answer"),
        }
    }
    out
}

fn findings(findings: &[Finding]) -> Value {
    findings.iter().map(json::finding).collect()
}
