//! Runs the language-neutral cases in `tests/case/check`: files in, verdict and findings out.
//!
//! Each case is one JSON file with `what`, `given` and `expected`; `tests/case/whole/check.json` has the whole of what
//! is said of some of them. `cargo xtask bless` writes what comes out; the runner refuses keys and words that it does
//! not know.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]
#![allow(unreachable_pub, dead_code, reason = "the reader of the cases has other users")]

/// The one reader of the cases; other runners have it from the package of tests.
#[path = "../../../tests/src/case.rs"]
mod case;
#[path = "../../../tests/src/expectation.rs"]
mod expectation;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use dps_x509_core::{
    cert::{
        self, File, Kind, Read,
        boxes::{self, Form},
    },
    finding::{Definition, Place, catalogue},
};
use serde_json::{Map, Value};

/// Where the reader looks for cases and fixtures.
mod environment {
    use std::path::{Path, PathBuf};

    pub(crate) fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }
}

/// Codes that no case can give: the caller makes the finding, the file would be too large to keep, or it wants two reports.
const NOT_FROM_CASES: [&Definition; 3] =
    [&catalogue::FILE_UNREADABLE, &catalogue::FILE_TOO_LARGE, &catalogue::SUCCESSOR_ENDS_EARLIER];

/// Cases of which the whole report is kept; together they have every member that a report can have.
const WHOLE: [&str; 5] =
    ["bad-time", "ca-as-device-chain", "key-of-intermediate", "link-path-length", "no-client-auth"];

#[test]
fn every_case_gives_what_it_says_and_every_definition_fires_in_one() {
    let cases = case::all();
    let (count, mut fired) = (cases.len(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for case in cases {
        let whole = case.run();
        let findings = whole["report"]["findings"].as_array().unwrap().iter();
        for code in findings.map(|finding| finding["code"].as_str().unwrap()).collect::<BTreeSet<_>>() {
            *fired.entry(code.to_owned()).or_default() += 1;
        }
        let actual = case::summary(&whole);
        if case.expected == actual {
            continue;
        }
        if expectation::is_blessing() {
            case.bless(actual);
        } else {
            wrong.push(format!("{}:\nexpected {:#}\nfound {actual:#}", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "not as expected (`cargo xtask bless` rewrites):\n{}", wrong.join("\n"));
    for definition in catalogue::ALL.into_iter().filter(|it| it.family.is_in_files()) {
        let (code, name) = (definition.code, definition.name);
        let fires = fired.get(code).copied().unwrap_or(0);
        assert_eq!(
            fires == 0,
            NOT_FROM_CASES.contains(&definition),
            "{code} {name} fires in {fires} of {count} cases"
        );
        assert_ne!(fires, count, "{code} {name} is never quiet");
    }
}

#[test]
fn no_case_tells_a_front_end_the_flags_of_another() {
    let told: Vec<String> = case::all()
        .iter()
        .flat_map(|case| cert::check(&case.given.inputs()).findings)
        // The labels of the files are the case's own.
        .filter_map(|finding| told::wrong(&finding.at(Place::default())))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// What goes into a box of the service holds no private key, whatever it came in.
#[test]
fn no_box_of_the_service_gets_a_private_key() {
    let (mut filed, mut without_key) = (0, 0);
    for case in case::all() {
        let inputs = case.given.inputs();
        let report = cert::check(&inputs);
        let filings = report.filings();
        for (link, _) in report.roles().filter(|(_, role)| boxes::file_name(*role).is_some()) {
            let (place, form) = filings.of(link);
            let is_it = |read: &&Read| read.place().path == place.path && read.place().input == place.input;
            let mut items = inputs.files.iter().find(is_it).unwrap().items().iter();
            let has_secret = items.any(|item| item.kind.is_secret());
            assert!(!has_secret || form != Form::AsItStands, "{}: {place} has a key", case.name);
            let alone = report.pem_of(&link.certificate).unwrap();
            let objects: Vec<_> =
                File::read(alone.as_bytes(), &place).items.iter().map(|it| it.kind).collect();
            assert_eq!(objects, [Kind::Certificate], "{}: {place}", case.name);
            (filed, without_key) = (filed + 1, without_key + usize::from(has_secret));
        }
    }
    assert!(filed > 100 && without_key > 5, "{filed} {without_key}");
}

/// The one golden file of reports: every word and every member, and no member of any case is missing in it.
#[test]
fn the_whole_of_a_report_is_as_it_was() {
    let mut golden = Map::new();
    let mut elsewhere = BTreeMap::new();
    for case in case::all() {
        let whole = case.run();
        elsewhere.extend(expectation::members(&whole).into_iter().map(|member| (member, case.name.clone())));
        if WHOLE.contains(&case.name.as_str()) {
            golden.insert(case.name, whole);
        }
    }
    assert_eq!(golden.len(), WHOLE.len());
    let here: BTreeSet<String> = golden.values().flat_map(expectation::members).collect();
    let missing: Vec<_> = elsewhere.iter().filter(|(member, _)| !here.contains(*member)).collect();
    assert!(missing.is_empty(), "members that no case of WHOLE has, and one that has them: {missing:?}");
    let text = format!("{:#}\n", Value::Object(golden));
    let path = environment::root().join("tests/case/whole/check.json");
    expectation::golden(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
}
