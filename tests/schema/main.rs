//! What is written as JSON and SARIF, judged by a validator that is not ours: Python's jsonschema.
//!
//! Our schemas are additive for readers, but closed here: a member that is written and not described fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod documents;
mod emulator;
mod failure;
mod fleet;
mod probe;
mod validator;

use std::num::NonZero;

use dps_x509_core::{
    explain,
    finding::{Naming, sarif},
};
use dps_x509_tests::{
    case::{self, Case},
    cli,
    environment::root,
};
use serde_json::{Value, json};
use validator::{
    CHECK, COMPARE, CONFIGURE, Document, EACH, EXPLANATION, FINDING, GENERATE, PROVISION, SARIF, violations,
};

const TOOL: sarif::Tool<'_> = sarif::Tool { name: "dps-x509", version: "0.1.0" };

fn assert_valid(documents: &[Document]) {
    let violations = violations(documents);
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn certificate_reports_are_valid() {
    let mut documents = Vec::new();
    for case in case::all() {
        let whole = case.run();
        documents.push(Document::new(&case.name, CHECK, whole["report"].clone()));
        for finding in whole.get("refusal").and_then(Value::as_array).into_iter().flatten() {
            documents.push(Document::new(&case.name, FINDING, finding.clone()));
        }
    }
    assert_valid(&documents);
}

/// What `explain --json` prints about every case.
#[test]
fn explanations_are_valid() {
    let folder = root().join("tests/case/explain");
    let with = root().join("tests/fixture/cert/device-1.pem").display().to_string();
    let texts = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("input.txt"));
    let texts: Vec<_> = texts.filter(|path| path.exists()).map(|path| path.display().to_string()).collect();
    let mut documents = on_every_core(&texts, |name| {
        let run = cli::run(["explain", "--json", name, "--with", &with]);
        Document::new(name, EXPLANATION, run.json())
    });
    for code in ["401002", "409217", "404"] {
        documents.push(Document::new(code, EXPLANATION, cli::run(["explain", "--json", code]).json()));
    }
    assert!(documents.len() > 100, "{} documents", documents.len());
    let is_unexplained = |document: &Document| document.content["explained"] == json!(false);
    assert!(documents.iter().any(is_unexplained));
    assert_valid(&documents);
}

/// What is made of each, in their order.
fn on_every_core<T: Sync, R: Send>(all: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = all.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let make = &make;
        let parts: Vec<_> = all
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(make).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

#[test]
fn sarif_logs_are_valid() {
    let log = |case: Case| {
        let report = case.given.report();
        Document::new(
            &case.name,
            SARIF,
            sarif::log(TOOL, &report.findings, Naming::CommandLine, explain::page),
        )
    };
    let documents: Vec<Document> = case::all().into_iter().map(log).collect();
    let results = |document: &Document| document.content["runs"][0]["results"].as_array().unwrap().len();
    assert!(documents.iter().map(results).sum::<usize>() > 100);
    assert_valid(&documents);
}

#[test]
fn provisioning_reports_are_valid() {
    let mut documents = documents::session_cases();
    let transcript = documents::every_event();
    let report = documents[0].content.clone();
    let with_transcript = |event: Value| {
        let mut report = report.clone();
        report["transcript"] = json!([event]);
        Document::new("a transcript", PROVISION, report)
    };
    documents.extend(transcript.into_iter().map(with_transcript));
    documents.push(documents::command_line());
    assert_valid(&documents);
}

/// What `check` prints about every fixture, as JSON and as SARIF, and about a folder of them, line by line.
#[test]
fn what_the_command_line_checks_is_valid() {
    let folder = root().join("tests/fixture/cert");
    let mut documents = Vec::new();
    let mut add = |name: &str, schema, text: &str| {
        let content = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        documents.push(Document::new(name, schema, content));
    };
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_file() {
            add(&name, CHECK, &cli::run(["check", &name, "--format", "json"]).out);
            add(&name, SARIF, &cli::run(["check", &name, "--format", "sarif"]).out);
        }
    }
    let each = cli::run(["check", "--each", &folder.display().to_string(), "--format", "json"]);
    let lines: Vec<&str> = each.out.lines().collect();
    assert!(lines.len() > 30 && lines.last().unwrap().starts_with("{\"summary\""), "{each:?}");
    for (number, line) in lines.iter().enumerate() {
        add(&format!("--each, line {}", number + 1), EACH, line);
    }
    assert!(documents.len() > 90, "{} documents", documents.len());
    assert_valid(&documents);
}

/// What `compare` prints about pairs that differ in every way, and about files that cannot be compared.
#[test]
fn comparisons_are_valid() {
    let fixture = |name: &str| root().join("tests/fixture/cert").join(name).display().to_string();
    let files =
        ["device-1.pem", "full-chain.pem", "self-signed.pem", "root.pem", "intermediate.pem", "P-384.pem"];
    let mut documents = Vec::new();
    for old in files {
        for new in files {
            for enrollment in ["individual", "group", "unknown"] {
                let pair = [&fixture(old), &fixture(new)];
                let run = cli::run(
                    ["compare", pair[0], pair[1], "--format", "json", "--enrollment", enrollment].iter(),
                );
                documents.push(Document::new(&format!("{old} {new} {enrollment}"), COMPARE, run.json()));
            }
        }
    }
    let verdict = |name: &str| documents.iter().any(|one| one.content["verdict"] == name);
    for name in ["unchanged", "other-chain", "different-identity", "new-key"] {
        assert!(verdict(name), "no pair is {name}");
    }
    for unusable in ["device-1.key", "cut.pem", "nowhere.pem"] {
        let run = cli::run(["compare", &fixture(unusable), &fixture("root.pem"), "--format", "json"]);
        assert_eq!(run.code, 2, "{run:?}");
        documents.push(Document::new(unusable, COMPARE, run.json()));
    }
    assert_valid(&documents);
}

/// What `provision` prints when it does not get as far as dialling, and when nobody listens.
#[test]
fn what_the_command_line_refuses_is_valid() {
    let fixture = |name: &str| root().join("tests/fixture/cert").join(name).display().to_string();
    let (cert, key) = (fixture("device-1.pem"), fixture("device-1.key"));
    let usual =
        ["provision", "--json", "--trace", "--id-scope", "0ne00111111", "--cert", &cert, "--key", &key];
    let documents = [
        &["--endpoint", "https://x"][..],
        &["--endpoint", "127.0.0.1:9"],
        &["--endpoint", "x", "--trust", "/nowhere"],
    ]
    .map(|more| {
        let run = cli::run(usual.iter().chain(more));
        assert!(run.code == 2 || run.code == 3, "{run:?}");
        Document::new(&more.join(" "), PROVISION, run.json())
    });
    assert_valid(&documents);
}

/// The list of targets, what was written, and why nothing was.
#[test]
fn what_the_command_line_configures_is_valid() {
    let fixture = |name: &str| root().join("tests/fixture/cert").join(name).display().to_string();
    let (cert, key) = (fixture("full-chain.pem"), fixture("device-1.key"));
    let out = tempfile::tempdir().unwrap();
    let out = out.path().display().to_string();
    let usual = ["configure", "--json", "--out", &out, "--cert", &cert, "--key", &key];
    let documents = [
        (0, &["--list"][..]),
        (0, &["paho", "freertos", "--embed-key", "--id-scope", "0ne00111111"]),
        (1, &["nobody", "paho"]),
        (1, &["paho"]),
    ]
    .map(|(code, more)| {
        let run = cli::run(usual.iter().chain(more));
        assert_eq!(run.code, code, "{run:?}");
        Document::new(&more.join(" "), CONFIGURE, run.json())
    });
    assert_valid(&documents);
}

#[test]
fn what_the_command_line_generates_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).display().to_string();
    let authority = ["--ca", &out("chain/root.pem"), "--ca-key", &out("chain/root-key.pem")];
    let documents = [
        (&["chain", "--registration-id", "d"][..], "chain"),
        (&["chain", "--registration-id", "d", "--count", "2"], "many"),
        (&["self-signed", "--registration-id", "d"], "self-signed"),
        (&["csr", "--registration-id", "d"], "csr"),
        (&[&["device", "--registration-id", "d"], &authority[..]].concat(), "device"),
        (&[&["verification", "--code", "ABC"], &authority[..]].concat(), "verification"),
    ]
    .map(|(words, name)| {
        let out = out(name);
        let words = [&["generate"], words, &["--json", "--out", &out]].concat();
        Document::new(name, GENERATE, cli::run(words).json())
    });
    assert_valid(&documents);
}

/// The validator does look: each document here is valid but for one thing.
#[test]
fn what_is_wrong_is_found() {
    let case = case::all().into_iter().find(|case| case.name == "expired").unwrap();
    let good = case.run()["report"].take();
    let log = sarif::log(TOOL, &case.given.report().findings, Naming::CommandLine, explain::page);
    let mut documents = Vec::new();
    let mut broken = |name, schema, good: &Value, pointer: &str, value: Value| {
        let mut document = good.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value;
        documents.push(Document::new(name, schema, document));
    };
    broken("severity", CHECK, &good, "/findings/0/severity", json!("fatal"));
    broken("undescribed", CHECK, &good, "/findings/0/more", json!(1));
    broken("time", CHECK, &good, "/certificates/0/notAfter", json!("tomorrow"));
    broken("line 0", CHECK, &good, "/findings/0/place/line", json!(0));
    broken("level", SARIF, &log, "/runs/0/results/0/level", json!("fatal"));
    broken(
        "uri",
        SARIF,
        &log,
        "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
        json!("a b"),
    );
    let explanation =
        json!({ "version": 1, "explained": true, "happenings": [], "hasFiles": false, "also": [] });
    let cause = json!([{ "finding": good["findings"][0], "times": 1, "causes": [{ "verdict": "guilty" }] }]);
    broken("cause", EXPLANATION, &explanation, "/happenings", cause);
    let each = json!({ "device": "a", "verdict": "ready", "report": good.clone() });
    broken("verdict", EACH, &each, "/verdict", json!("fine"));
    broken("no report", EACH, &each, "/report", json!({}));
    let compared = json!({ "version": 1, "findings": [] });
    broken("half a comparison", COMPARE, &compared, "/verdict", json!("renewal"));
    broken("no hub", PROVISION, &json!({ "version": 1, "findings": [] }), "/outcome", json!("assigned"));
    let violations = violations(&documents);
    for document in documents {
        let name = format!("{}: ", document.name);
        assert!(violations.iter().any(|line| line.starts_with(&name)), "{name}{violations:#?}");
    }
}
