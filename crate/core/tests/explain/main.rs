//! Runs the language-neutral cases in `tests/case/explain`: a text and files in, what happened and its causes out.
//!
//! Each case is a folder: `case.json` with `what`, `given`, `expected`, and either `input.txt` or a `code`. `cause` and
//! `fix` are written by hand from the thread, and are not blessed: the cause's code has to be among those that the
//! explanation leaves standing, and its next step has to have the words of the fix. Without a cause the thread does not
//! establish one, and the explanation has to say so. `expected` has codes, places and causes in their order;
//! `tests/case/whole/explanation.txt` has every word of some. `cargo xtask bless` writes what comes out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]

mod case;
mod complete;
#[allow(unreachable_pub, dead_code, reason = "it has other users")]
#[path = "../../../../tests/src/expectation.rs"]
mod expectation;
mod implied;
mod others;
mod recordings;
mod speakers;
mod stack;
mod strangers;
mod table;

#[path = "../told/mod.rs"]
mod told;

use std::fs;

use case::{Case, Subject};
use dps_x509_core::{
    cert::Inputs,
    explain::{self, CauseVerdict, Explanation},
    finding::{Family, Finding, Naming, Place, catalogue},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn explanation(case: &Case) -> Explanation {
    match &case.subject {
        Subject::Code(code) => Explanation::of_code(*code, &case.inputs()),
        Subject::Text(text) => Explanation::of_text(text, &Place::default(), &case.inputs()),
    }
}

#[test]
fn no_case_tells_a_front_end_the_flags_of_another() {
    for case in case::all() {
        let explanation = explanation(&case);
        for happening in &explanation.happenings {
            for finding in
                [&happening.finding].into_iter().chain(happening.causes.iter().map(|it| &it.finding))
            {
                let told = told::wrong(&finding.clone().at(Place::default()));
                assert_eq!(told, None, "{}", case.name);
            }
        }
    }
}

/// Cases of which every word is kept: together they have every part of a text.
const WHOLE: [&str; 7] = [
    "01-leaf-alone",
    "03-schannel",
    "34-threadx",
    "nothing-known",
    "refused-then-assigned",
    "throttled-often",
    "two-troubles",
];

/// What a case expects, without words; what is not there is left out.
fn summary(explanation: &Explanation) -> Value {
    let happenings = explanation.happenings.iter().map(|it| {
        let place = &it.finding.place;
        let at = place.line.zip(place.column).map(|(line, column)| format!(" at {line}:{column}"));
        let times = if it.times == 1 { String::new() } else { format!(" {} times", it.times) };
        object([
            ("is", json!(format!("{}{}{times}", it.finding.code(), at.unwrap_or_default()))),
            ("causedBy", json!(it.finding.caused_by)),
            ("causes", it.causes.iter().map(cause).collect()),
            ("notEstablished", json!(it.unsettled.map(|unsettled| unsettled.source))),
        ])
    });
    object([
        ("happenings", happenings.collect()),
        ("assigned", json!(explanation.assigned.as_ref().map(|assigned| assigned.hub.clone()))),
        ("reached", json!(explanation.reached.as_ref().map(|reached| reached.what))),
        (
            "device",
            json!(explanation.device.as_ref().map(|it| format!("{} {}", it.id_scope, it.registration_id))),
        ),
        ("also", explanation.also.iter().map(Finding::code).collect()),
    ])
}

/// An object of the members that have something in them.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let present = members.into_iter().filter(|(_, value)| !value.is_null() && *value != json!([]));
    Value::Object(present.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn cause(cause: &explain::Cause) -> String {
    format!("{} {}", cause.finding.code(), cause.verdict.as_str())
}

/// The one golden file of explanations.
#[test]
fn every_word_is_as_it_was() {
    let cases = case::all().into_iter().filter(|case| WHOLE.contains(&case.name.as_str()));
    let text: String = cases
        .map(|case| format!("==== {}\n{}\n", case.name, explanation(&case).to_text(Naming::CommandLine)))
        .collect();
    assert_eq!(text.matches("==== ").count(), WHOLE.len());
    let path = case::folder().join("../whole/explanation.txt");
    expectation::golden(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn every_case_gives_what_it_says_and_the_cause_of_its_thread() {
    let mut wrong = Vec::new();
    for case in case::all() {
        assert!(!case.what.is_empty() && case.thread.as_deref() != Some(""), "{}", case.name);
        let explanation = explanation(&case);
        wrong.extend(contradiction(&case, &explanation).map(|why| format!("{}: {why}", case.name)));
        let actual = summary(&explanation);
        if actual == case.expected {
            continue;
        }
        if expectation::is_blessing() {
            let path = case::folder().join(&case.name).join("case.json");
            let mut case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            case["expected"] = actual;
            fs::write(path, expectation::json(&case)).unwrap();
        } else {
            wrong.push(format!("{}:\n{actual:#}", case.name));
        }
    }
    assert!(wrong.is_empty(), "not as expected (`cargo xtask bless` rewrites):\n{}", wrong.join("\n"));
}

/// What the explanation says against the thread.
fn contradiction(case: &Case, explanation: &Explanation) -> Option<String> {
    let Some(cause) = case.cause.as_deref() else {
        let is_open = explanation.happenings.iter().any(|happening| happening.unsettled.is_some());
        let is_right = explanation.is_empty()
            || is_open
                && explanation.happenings.iter().all(|it| {
                    it.causes
                        .iter()
                        .all(|cause| matches!(cause.verdict, CauseVerdict::Open | CauseVerdict::RuledOut))
                });
        return (!is_right).then(|| "the thread does not establish a cause, and this is not said".to_owned());
    };
    let happenings = explanation.happenings.iter().map(|happening| &happening.finding);
    let causes = explanation.happenings.iter().flat_map(|happening| &happening.causes);
    let standing = causes.filter(|cause| cause.verdict != CauseVerdict::RuledOut).map(|cause| &cause.finding);
    let told: Vec<_> = happenings.chain(standing).filter(|finding| finding.code() == cause).collect();
    if told.is_empty() {
        return Some(format!("{cause}, the cause in the thread, is not told"));
    }
    let fix = case.fix.as_deref()?;
    let has_fix = told.iter().any(|finding| {
        finding.next_step.said(Naming::CommandLine).to_lowercase().contains(&fix.to_lowercase())
    });
    (!has_fix).then(|| format!("no next step of {cause} says \"{fix}\": {:?}", told[0].next_step))
}

/// Every failure of the list of real ones is a case.
#[test]
fn the_real_failures_are_there() {
    let cases = case::all();
    for number in 1..=34 {
        let prefix = format!("{number:02}-");
        assert!(cases.iter().any(|case| case.name.starts_with(&prefix)), "there is no case {prefix}…");
    }
}

/// What no other room defines fires in some case and is quiet in most.
#[test]
fn every_cause_of_our_own_fires_and_is_quiet() {
    let told: Vec<Vec<String>> = case::all()
        .iter()
        .map(|case| {
            let explanation = explanation(case);
            let causes = explanation.happenings.iter().flat_map(|happening| &happening.causes);
            let findings = explanation.happenings.iter().map(|happening| &happening.finding);
            findings
                .chain(causes.map(|cause| &cause.finding))
                .map(|finding| finding.code().to_owned())
                .collect()
        })
        .collect();
    // The others are found by the rooms that they are about.
    let own: Vec<_> = catalogue::ALL
        .into_iter()
        .filter(|it| {
            matches!(it.family, Family::Client | Family::Enrollment)
                || [
                    &catalogue::DEVICE_CLOCK_WRONG,
                    &catalogue::HUB_GOES_BY_THUMBPRINT,
                    &catalogue::HUB_CONNECTION_REPLACED,
                ]
                .contains(it)
        })
        .map(|it| it.code)
        .collect();
    assert!(own.len() >= 12, "{own:?}");
    for code in own {
        let fires = told.iter().filter(|codes| codes.iter().any(|told| told == code)).count();
        assert!((1..told.len()).contains(&fires), "{code} fires in {fires} of {} cases", told.len());
    }
}

#[test]
fn no_secret_comes_back() {
    let case = case::all().into_iter().find(|case| case.name == "secrets").unwrap();
    let explanation = explanation(&case);
    let shown = format!(
        "{}\n{}\n{explanation:?}",
        explanation.to_text(Naming::CommandLine),
        explanation.to_json(Naming::CommandLine)
    );
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
        let _ = (explanation.to_text(Naming::Page), explanation.to_json(Naming::Page));
    }

    #[test]
    fn clients_words_in_any_order_never_panic(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..200)) {
        let text = words.concat();
        for cut in [text.len(), text.len() / 2, text.len() / 3] {
            let bytes = &text.as_bytes()[..cut];
            let explanation = Explanation::of_text(bytes, &Place::default(), &Inputs::default());
            prop_assert!(explanation.happenings.len() <= 24);
            prop_assert!(explanation.to_text(Naming::Plain).len() < 200_000);
        }
    }
}

/// A log can be cut off anywhere.
#[test]
fn prefixes_of_cases_never_panic() {
    for case in case::all() {
        let Subject::Text(text) = &case.subject else { continue };
        for length in (0..text.len()).step_by(text.len() / 24 + 1) {
            let _ = Explanation::of_text(&text[..length], &Place::default(), &Inputs::default())
                .to_json(Naming::Plain);
        }
    }
}
