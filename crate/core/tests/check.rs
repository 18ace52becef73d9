//! Runs the language-neutral cases in `tests/case/check`: files in, chain and findings out.
//!
//! Each case is one JSON file with `what`, `given` and `expected`. `BLESS=1` writes what comes out into `expected`;
//! the runner refuses keys and words that it does not know.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]
#![allow(unreachable_pub, dead_code, reason = "the reader of the cases has other users")]

/// The one reader of the cases; other runners have it from the package of tests.
#[path = "../../../tests/src/case.rs"]
mod case;

use std::collections::{BTreeMap, BTreeSet};

use case::Given;
use dps_x509_core::{
    cert, explain,
    finding::{Finding, json},
    service::{Answer, Channel},
};
use serde_json::{Map, Value};

/// Where the reader looks for cases and fixtures.
mod environment {
    use std::path::{Path, PathBuf};

    pub(crate) fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }
}

/// Codes that no case can give: the caller makes the finding, or the file would be too large to keep.
const NOT_FROM_CASES: [&str; 2] = ["DX201", "DX207"];

#[test]
fn every_case_gives_what_it_says_and_every_definition_fires_in_one() {
    let cases = case::all();
    let (count, mut fired) = (cases.len(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for case in cases {
        let actual = run(&case.given);
        let findings = actual["report"]["findings"].as_array().unwrap().iter();
        for code in findings.map(|finding| finding["code"].as_str().unwrap()).collect::<BTreeSet<_>>() {
            *fired.entry(code.to_owned()).or_default() += 1;
        }
        if case.expected == actual {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            case.bless(actual);
        } else {
            wrong.push(format!("{}:\n{}", case.name, serde_json::to_string_pretty(&actual).unwrap()));
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

fn run(given: &Given) -> Value {
    let report = cert::check(&given.inputs());
    let mut out = Map::new();
    out.insert("report".to_owned(), cert::json::report(&report));
    if let Some(answer) = &given.answer {
        let answer = read_answer(answer.as_object().unwrap());
        out.insert("refusal".to_owned(), findings(&explain::refusal(&answer, &report)));
    }
    Value::Object(out)
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
