//! Runs the language-neutral cases in `tests/case/explain`: a text and files in, what happened and its causes out.
//!
//! Each case is a folder: `case.json` with `what`, `given`, `expected`, and either `input.txt` or a `code`. `cause` and
//! `fix` are written by hand from the thread, and are not blessed: the cause's code has to be among those that the
//! explanation leaves standing, and its next step has to have the words of the fix. Without a cause the thread does not
//! establish one, and the explanation has to say so. `BLESS=1` writes what comes out into `expected`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{Enrollment, Input, Inputs, Purpose, UnixTime},
    explain::{self, Explanation, Verdict},
    finding::{Finding, Place},
    name::RegistrationId,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    thread: Option<String>,
    cause: Option<String>,
    fix: Option<String>,
    given: Given,
    code: Option<u32>,
    expected: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Given {
    files: Vec<File>,
    registration_id: Option<String>,
    at: Option<i64>,
    cloud: Option<String>,
    enrollment: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    purpose: String,
    path: String,
}

/// Folders of cases, in order.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        fs::read_dir(root().join("case/explain")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 40, "there are {} cases", folders.len());
    folders
}

fn explanation(folder: &Path, case: &Case) -> Explanation {
    let contents: Vec<_> = case.given.files.iter().map(read).collect();
    let inputs = Inputs {
        files: contents
            .iter()
            .map(|(purpose, place, bytes)| Input { purpose: *purpose, place: place.clone(), bytes })
            .collect(),
        registration_id: case.given.registration_id.as_deref().map(|id| RegistrationId::new(id).unwrap()),
        at: case.given.at.map(UnixTime::from_seconds),
        cloud: case.given.cloud.as_deref().map(|cloud| cloud.parse().unwrap()),
        enrollment: match case.given.enrollment.as_deref() {
            None => Enrollment::Unknown,
            Some("individual") => Enrollment::Individual,
            Some("group") => Enrollment::Group,
            Some(other) => panic!("{other} is no enrollment"),
        },
        ..Inputs::default()
    };
    let known = ["case.json", "input.txt"];
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(known.contains(&name.to_str().unwrap()), "{} in {}", name.display(), folder.display());
    }
    match case.code {
        Some(code) => Explanation::of_code(code, &inputs),
        None => {
            Explanation::of_text(&fs::read(folder.join("input.txt")).unwrap(), &Place::default(), &inputs)
        }
    }
}

fn read(file: &File) -> (Purpose, Place, Vec<u8>) {
    let (purpose, flag) = match file.purpose.as_str() {
        "any" => (Purpose::Any, "FILE"),
        "device-chain" => (Purpose::DeviceChain, "--cert"),
        "device-key" => (Purpose::DeviceKey, "--key"),
        "group-ca" => (Purpose::GroupCa, "--group-ca"),
        "server-trust" => (Purpose::ServerTrust, "--trust"),
        other => panic!("{other} is no purpose"),
    };
    let bytes = fs::read(root().join("fixture/cert").join(&file.path)).unwrap();
    (purpose, Place::input(flag).path(&*file.path), bytes)
}

/// What a case expects, short enough to be read.
fn summary(explanation: &Explanation) -> Value {
    let happenings: Value = explanation
        .happenings
        .iter()
        .map(|it| {
            let place = &it.finding.place;
            let at = place.line.zip(place.column).map(|(line, column)| format!(" at {line}:{column}"));
            let times = if it.times == 1 { String::new() } else { format!(" {} times", it.times) };
            json!({
                "is": format!("{} {}{}{times}", it.finding.code(), it.finding.definition.name, at.unwrap_or_default()),
                "causedBy": it.finding.caused_by,
                "causes": it.causes.iter().map(cause).collect::<Value>(),
                "notEstablished": it.unsettled.map(|unsettled| unsettled.source),
            })
        })
        .collect();
    json!({
        "happenings": happenings,
        "assigned": explanation.assigned.as_ref().map(|assigned| assigned.hub.clone()),
        "device": explanation.device.as_ref().map(|it| format!("{} {}", it.id_scope, it.registration_id)),
        "also": explanation.also.iter().map(Finding::code).collect::<Value>(),
    })
}

fn cause(cause: &explain::Cause) -> Value {
    let Finding { definition, standing, .. } = &cause.finding;
    json!(format!("{} {} {standing} {}", definition.code, definition.name, cause.verdict.as_str()))
}

#[test]
fn every_case_gives_what_it_says_and_the_cause_of_its_thread() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let text = fs::read_to_string(folder.join("case.json")).unwrap();
        let case: Case =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        assert!(!case.what.is_empty() && case.thread.as_deref() != Some(""), "{}", folder.display());
        let explanation = explanation(&folder, &case);
        wrong.extend(contradiction(&case, &explanation).map(|why| format!("{}: {why}", folder.display())));
        let actual = summary(&explanation);
        if actual == case.expected {
            continue;
        }
        if std::env::var_os("BLESS").is_some() {
            let mut case: Value = serde_json::from_str(&text).unwrap();
            case["expected"] = actual;
            fs::write(folder.join("case.json"), serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
        } else {
            wrong.push(format!("{}:\n{actual:#}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "not as expected (BLESS=1 rewrites):\n{}", wrong.join("\n"));
}

/// What the explanation says against the thread.
fn contradiction(case: &Case, explanation: &Explanation) -> Option<String> {
    let Some(cause) = case.cause.as_deref() else {
        let is_open = explanation.happenings.iter().any(|happening| happening.unsettled.is_some());
        let is_right = explanation.is_empty()
            || is_open
                && explanation.happenings.iter().all(|it| {
                    it.causes.iter().all(|cause| matches!(cause.verdict, Verdict::Open | Verdict::RuledOut))
                });
        return (!is_right).then(|| "the thread does not establish a cause, and this is not said".to_owned());
    };
    let happenings = explanation.happenings.iter().map(|happening| &happening.finding);
    let causes = explanation.happenings.iter().flat_map(|happening| &happening.causes);
    let standing = causes.filter(|cause| cause.verdict != Verdict::RuledOut).map(|cause| &cause.finding);
    let told: Vec<_> = happenings.chain(standing).filter(|finding| finding.code() == cause).collect();
    if told.is_empty() {
        return Some(format!("{cause}, the cause in the thread, is not told"));
    }
    let fix = case.fix.as_deref()?;
    let has_fix = told.iter().any(|finding| finding.next_step.to_lowercase().contains(&fix.to_lowercase()));
    (!has_fix).then(|| format!("no next step of {cause} says \"{fix}\": {:?}", told[0].next_step))
}

/// Every failure of the list of real ones is a case.
#[test]
fn the_real_failures_are_there() {
    let names: Vec<_> =
        folders().iter().map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    for number in 1..=34 {
        let prefix = format!("{number:02}-");
        assert!(names.iter().any(|name| name.starts_with(&prefix)), "there is no case {prefix}…");
    }
}

#[test]
fn no_secret_comes_back() {
    let folder = root().join("case/explain/secrets");
    let case = serde_json::from_str(&fs::read_to_string(folder.join("case.json")).unwrap()).unwrap();
    let explanation = explanation(&folder, &case);
    let shown = format!("{explanation}\n{}\n{explanation:?}", explanation.to_json());
    assert!(shown.contains("***"), "the lines are quoted: {shown}");
    for secret in ["hunter2", "c2VjcmV0", "c2lnbmF0", "MHcCAQEE", "EXAMPLEEXAMPLE"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

/// Words that clients print, for texts that are hostile and still mean something.
const WORDS: [&str; 20] = [
    "{\"errorCode\":401002,",
    "\\\"message\\\":\\\"",
    "errorCode",
    "registrationState",
    "\"status\":\"failed\"",
    "$dps/registrations/res/4",
    "/registrations/",
    "received CONNACK (",
    "tlsv1 alert ",
    "unknown ca",
    "-0x2700",
    "connection refused",
    "1970-01-01",
    "-----BEGIN PRIVATE KEY-----",
    "password=\"",
    "\n",
    "{",
    "\u{fffd}",
    "0x",
    "ä",
];

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        let explanation = Explanation::of_text(&bytes, &Place::default(), &Inputs::default());
        let _ = (explanation.to_string(), explanation.to_json());
    }

    #[test]
    fn clients_words_in_any_order_never_panic(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..200)) {
        let text = words.concat();
        for cut in [text.len(), text.len() / 2, text.len() / 3] {
            let bytes = &text.as_bytes()[..cut];
            let explanation = Explanation::of_text(bytes, &Place::default(), &Inputs::default());
            prop_assert!(explanation.happenings.len() <= 24);
            prop_assert!(explanation.to_string().len() < 200_000);
        }
    }
}

/// Where a line is cut decides nothing: what was read before the cut is read still.
#[test]
fn every_prefix_of_a_case_is_read() {
    for folder in folders().iter().filter(|folder| folder.join("input.txt").exists()) {
        let text = fs::read(folder.join("input.txt")).unwrap();
        for length in (0..text.len()).step_by(text.len() / 24 + 1) {
            let _ = Explanation::of_text(&text[..length], &Place::default(), &Inputs::default()).to_json();
        }
    }
}
