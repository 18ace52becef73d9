//! The language-neutral cases of `tests/case/check`: the one reader of every runner, the core's own included.

use std::{fs, time::Duration};

use dps_x509_core::{
    cert::{self, Enrollment, Inputs, Purpose, Read, Report, UnixTime, key::Passphrase},
    explain,
    finding::{self, Naming, Place},
    name::RegistrationId,
    service::{Answer, Channel},
    session::Settings,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{environment::root, expectation};

/// The folder of the cases, in the workspace.
const FOLDER: &str = "tests/case/check";

/// One case: files in, verdict and findings out. Unknown members are refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The file's name without its ending.
    #[serde(skip)]
    pub name: String,
    /// What is shown.
    pub what: String,
    /// What is checked.
    pub given: Given,
    /// What comes of it, as [`summary`] has it.
    pub expected: Value,
}

/// What is checked, in the words of the case files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are those of `dps_x509_core::cert::Inputs`")]
pub struct Given {
    pub files: Vec<File>,
    pub registration_id: Option<String>,
    /// Seconds since 1970.
    pub at: Option<i64>,
    pub expires_within_days: Option<u64>,
    pub cloud: Option<String>,
    pub enrollment: Option<String>,
    pub passphrase: Option<String>,
    /// A refusal of the service, to be explained by the files.
    pub answer: Option<Value>,
}

/// A file of a case: one of `tests/fixture/cert`, or a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// `any`, `device-chain`, `device-key`, `group-ca`, `server-trust`.
    pub purpose: String,
    /// Its name in the folder of fixtures.
    pub path: Option<String>,
    text: Option<String>,
    /// What it holds.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl File {
    /// The purpose in the core's words, and the flag that stands for it.
    #[must_use]
    pub fn purpose(&self) -> (Purpose, &'static str) {
        match self.purpose.as_str() {
            "any" => (Purpose::Any, "FILE"),
            "device-chain" => (Purpose::DeviceChain, "--cert"),
            "device-key" => (Purpose::DeviceKey, "--key"),
            "group-ca" => (Purpose::GroupCa, "--group-ca"),
            "server-trust" => (Purpose::ServerTrust, "--trust"),
            other => panic!("{other} is no purpose"),
        }
    }

    fn read(&mut self) {
        self.bytes = match (&self.path, &self.text) {
            (Some(path), None) => fs::read(root().join("tests/fixture/cert").join(path)).unwrap(),
            (None, Some(text)) => text.clone().into_bytes(),
            _ => panic!("{self:?} needs a path or a text"),
        }
    }
}

impl Given {
    /// The same for the core.
    #[must_use]
    pub fn inputs(&self) -> Inputs {
        let files = self.files.iter().map(|file| {
            let (purpose, flag) = file.purpose();
            let mut place = Place::input(flag);
            place.path = file.path.clone();
            Read::new(purpose, place, file.bytes.clone())
        });
        Inputs {
            files: files.collect(),
            registration_id: self.registration_id.as_deref().map(|id| RegistrationId::new(id).unwrap()),
            at: self.at.map(UnixTime::from_seconds),
            expires_within: self.expires_within_days.map(|days| Duration::from_secs(days * 86_400)),
            cloud: self.cloud.as_deref().map(|cloud| cloud.parse().unwrap()),
            enrollment: match self.enrollment.as_deref() {
                None => Enrollment::Unknown,
                Some("individual") => Enrollment::Individual,
                Some("group") => Enrollment::Group,
                Some(other) => panic!("{other} is no enrollment"),
            },
            passphrase: self.passphrase.as_deref().map(|text| Passphrase::new(text.as_bytes().to_vec())),
            ..Inputs::default()
        }
    }

    /// What the core reports, with what is to be said of the registration ID before everything else.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = cert::check(&self.inputs());
        let told = self.registration_id.as_deref().map(|id| Settings::registration_id(id).unwrap());
        report.findings.splice(0..0, told.map(|(_, doubts)| doubts).unwrap_or_default());
        report
    }
}

impl Case {
    /// What the core says of it on the command line, whole: `report`, and `refusal` where there is an answer.
    #[must_use]
    pub fn run(&self) -> Value {
        self.run_as(Naming::CommandLine)
    }

    /// The same in the words of a front end.
    #[must_use]
    pub fn run_as(&self, naming: Naming) -> Value {
        let report = self.given.report();
        let mut out = Map::new();
        out.insert("report".to_owned(), cert::json::report(&report, naming));
        if let Some(answer) = &self.given.answer {
            let findings = explain::refusal(&read_answer(answer), &report);
            out.insert("refusal".to_owned(), finding::json::findings(&findings, naming));
        }
        Value::Object(out)
    }

    /// Writes what came out into the case's file.
    ///
    /// # Panics
    /// The file cannot be written.
    pub fn bless(&self, summary: Value) {
        let path = root().join(FOLDER).join(format!("{}.json", self.name));
        let mut case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if let Some(expected) = case.get_mut("expected") {
            *expected = summary;
        }
        expectation::write(&path, &expectation::json(&case));
    }
}

/// What a case expects of what [`Case::run`] gives: the verdict, what the device sends, the findings.
#[must_use]
pub fn summary(whole: &Value) -> Value {
    let report = &whole["report"];
    let chain = &report["chain"];
    let leaf = [&chain["leaf"]].into_iter().filter(|leaf| !leaf.is_null());
    let sends: Vec<_> = leaf.chain(chain["intermediates"].as_array().unwrap()).collect();
    let mut summary = json!({
        "verdict": verdict(report),
        "sends": sends,
        "findings": expectation::findings(&report["findings"]),
    });
    if let Some(refusal) = whole.get("refusal") {
        summary["refusal"] = expectation::findings(refusal);
    }
    summary
}

/// As the report has it: every error counts, and no warning.
fn verdict(report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let verdict = &report["verdict"];
    match &verdict["unless"] {
        Value::Null => text(&verdict["word"]),
        unless => format!("{}, unless {}", text(&verdict["word"]), text(&unless["condition"])),
    }
}

fn read_answer(answer: &Value) -> Answer {
    let mut out = Answer::default();
    for (key, value) in answer.as_object().unwrap() {
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

/// All cases, by name.
///
/// # Panics
/// One of them cannot be read.
#[must_use]
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for entry in fs::read_dir(root().join(FOLDER)).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            path.extension().and_then(|it| it.to_str()),
            Some("json"),
            "{} is no case",
            path.display()
        );
        let text = fs::read_to_string(&path).unwrap();
        let mut case: Case =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        case.name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        case.given.files.iter_mut().for_each(File::read);
        cases.push(case);
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(cases.len() >= 30, "only {} cases found", cases.len());
    cases
}
