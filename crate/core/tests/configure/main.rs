//! Runs the cases in `tests/case/config`: what is given, and which targets are refused for which reason.
//!
//! `tests/case/whole/config` has every file of every target for the hostile device; what is written for the others is
//! read back here, and run by its clients in `tests/interop`. `cargo xtask bless` writes what comes out; the runner
//! refuses keys and words that it does not know, and files that are left over.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]

#[allow(unreachable_pub, dead_code, reason = "it has other users")]
#[path = "../../../../tests/src/expectation.rs"]
mod expectation;
mod given;
mod round_trip;
#[allow(dead_code, reason = "it has other users")]
#[path = "../told/mod.rs"]
mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use dps_x509_core::{
    config::{self, ALL, Piece},
    finding::{Family, Finding, Severity, catalogue},
};
use serde_json::{Map, Value, json};

use self::given::{cases, device, fixture, folder, write};

/// The device whose files are kept, word for word.
const WHOLE: &str = "hostile";

#[test]
fn every_file_of_the_hostile_device_is_as_it_was() {
    let golden = folder().join("case/whole/config");
    let (_, case) = cases().into_iter().find(|(name, _)| name == WHOLE).unwrap();
    let files = write(&device(case["given"].as_object().unwrap()).0);
    if expectation::is_blessing() && golden.exists() {
        fs::remove_dir_all(&golden).unwrap();
    }
    let compare = |(path, text): (&String, &String)| expectation::golden(&golden.join(path), text).err();
    let mut wrong: Vec<String> = files.iter().filter_map(compare).collect();
    let left_over = files_below(&golden, "").into_iter().filter(|path| !files.contains_key(path));
    wrong.extend(left_over.map(|path| format!("{path} is left over")));
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

/// A target is refused for what it needs and is not given, and for what the case says besides.
#[test]
fn every_case_refuses_what_it_says() {
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let given = case["given"].as_object().unwrap();
        let (device, _) = device(given);
        let mut refused = BTreeMap::<&str, BTreeSet<&str>>::new();
        for target in ALL {
            let findings = config::configure(target, &device).map_or_else(|it| it, |it| it.findings);
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
            let (lacking, others): (Vec<_>, Vec<_>) = errors.partition(|finding| finding.code() == "DX122");
            let wanted = target.needs.iter().filter(|piece| !is_given(**piece, given)).count();
            assert_eq!(
                lacking.len(),
                wanted,
                "{name}: {} needs {:?}: {lacking:?}",
                target.name,
                target.needs
            );
            for finding in others {
                refused.entry(finding.code()).or_default().insert(target.name);
            }
        }
        let refused = json!(refused);
        if case.get("refused") == Some(&refused) {
            continue;
        }
        if expectation::is_blessing() {
            let mut case = case.clone();
            case.insert("refused".to_owned(), refused);
            let path = folder().join(format!("case/config/{name}.json"));
            fs::write(path, expectation::json(&Value::Object(case))).unwrap();
        } else {
            wrong.push(format!("{name}: {refused:#}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected (`cargo xtask bless` rewrites):\n{}", wrong.join("\n"));
}

/// Whether a case gives this piece.
fn is_given(piece: Piece, given: &Map<String, Value>) -> bool {
    let has = |key| given.contains_key(key);
    match piece {
        Piece::IdScope => has("idScope"),
        Piece::RegistrationId => has("registrationId"),
        Piece::Chain | Piece::Leaf | Piece::Intermediates => has("cert"),
        // The cloud's own, where no other is given.
        Piece::Roots => true,
        Piece::Key => has("keyPath"),
        // An individual enrollment has none.
        Piece::GroupCa => has("groupCa") || given.get("enrollment") != Some(&json!("group")),
        Piece::Enrollment => has("enrollment"),
        Piece::DpsName => has("dpsName"),
        Piece::ResourceGroup => has("resourceGroup"),
        other => panic!("{other:?} is in no case"),
    }
}

fn files_below(folder: &Path, prefix: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() { files.extend(files_below(&path, &format!("{name}/"))) } else { files.push(name) }
    }
    files
}

#[test]
fn no_name_of_a_template_is_left() {
    for (case, given) in cases() {
        for (path, text) in write(&device(given["given"].as_object().unwrap()).0) {
            let mut parts = text.split('@').skip(1);
            let name = |part: &&str| {
                part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert_eq!(parts.find(name), None, "{case}/{path}");
        }
    }
}

/// The key's text is nowhere, unless it was asked for; then only in files that say so.
#[test]
fn the_key_is_embedded_only_on_request() {
    let mut embedded = 0;
    for (case, given) in cases() {
        let given = given["given"].as_object().unwrap();
        let (device, _) = device(given);
        let key = String::from_utf8(fixture(given["key"].as_str().unwrap())).unwrap();
        let line = key.lines().nth(1).unwrap();
        for target in ALL {
            let Ok(configuration) = config::configure(target, &device) else { continue };
            for artifact in configuration.artifacts {
                let has_key = artifact.text.contains(line);
                assert_eq!(has_key, artifact.is_secret, "{case}: {}", artifact.path);
                assert!(!has_key || given.contains_key("embedKey"), "{case}: {}", artifact.path);
                assert!(!format!("{artifact:?}").contains(line));
                embedded += usize::from(has_key);
            }
        }
        assert!(!format!("{device:?}").contains(line), "{case}: Debug shows the key");
    }
    assert!(embedded >= 3, "{embedded} files with a key");
}

#[test]
fn every_definition_fires_and_is_quiet() {
    let mut fired: BTreeMap<&str, usize> = BTreeMap::new();
    let mut runs = 0;
    let mut count = |findings: &[Finding]| {
        runs += 1;
        let told: Vec<_> = findings.iter().filter_map(told::wrong).collect();
        assert!(told.is_empty(), "{told:?}");
        let codes: BTreeSet<_> = findings.iter().map(Finding::code).collect();
        codes.into_iter().for_each(|code| *fired.entry(code).or_default() += 1);
    };
    count(&[config::unknown("pahoo", Some("paho"))]);
    for (_, given) in cases() {
        let (device, _) = device(given["given"].as_object().unwrap());
        for target in ALL {
            count(&config::configure(target, &device).map_or_else(|it| it, |it| it.findings));
        }
    }
    for definition in catalogue::ALL.into_iter().filter(|it| it.family == Family::Target) {
        let fires = fired.get(definition.code).copied().unwrap_or(0);
        assert!(fires > 0 && fires < runs, "{} fires in {fires} of {runs}", definition.code);
    }
}

/// Whoever calls: a target that names what the server is trusted by does not come with a root that has gone.
#[test]
fn a_retired_root_is_refused() {
    let given = r#"{ "cert": "full-chain.pem", "keyPath": "/k.pem", "idScope": "0ne1", "registrationId": "device-1",
        "trust": "server-root-baltimore.pem", "out": "/o" }"#;
    let (device, _) = device(serde_json::from_str::<Value>(given).unwrap().as_object().unwrap());
    let needs = ALL.into_iter().filter(|target| target.needs.contains(&Piece::Roots));
    for target in needs.clone() {
        let findings = config::configure(target, &device).unwrap_err();
        let is_it =
            |finding: &Finding| finding.code() == "DX123" && finding.to_string().contains("Baltimore");
        assert!(findings.iter().any(is_it), "{}", target.name);
    }
    assert!(needs.count() > 10);
}

#[test]
fn names_are_unique_and_lists_are_in_order() {
    let names: BTreeSet<_> = ALL.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert!(ALL.iter().map(|target| target.family).is_sorted());
    assert!(
        ALL.iter().all(|target| config::find(target.name).is_some_and(|found| found.title == target.title))
    );
    assert!(config::find("all").is_none());
}

/// The table of `crate/core/CONFIGURE.md`.
#[test]
fn the_document_has_every_target() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONFIGURE.md");
    let text = fs::read_to_string(&path).unwrap();
    let row = |target: &&config::Target| {
        let (word, how) = (target.proof.as_str(), target.proof.how());
        format!("| `{}` | {} | {word} | {how} |\n", target.name, target.title)
    };
    let table: String = ALL.iter().map(row).collect();
    let (before, rest) = text.split_once("| --- | --- | --- | --- |\n").unwrap();
    let after = rest.trim_start_matches(|c| c != '\n').split_once("\n\n").map_or("", |(_, after)| after);
    let wanted = format!("{before}| --- | --- | --- | --- |\n{table}\n{after}");
    expectation::golden(&path, &wanted).unwrap_or_else(|difference| panic!("{difference}"));
}
