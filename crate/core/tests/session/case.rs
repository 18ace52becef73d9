//! Case files: JSON, so that runners in other languages can play them unchanged.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    name::Transport,
    session::{Config, Settings, mqtt::Qos},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{drive::Played, expectation};

/// One conversation. Unknown members are refused.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Case {
    #[serde(skip)]
    pub(crate) name: String,
    /// What is shown, and where it is known from.
    about: String,
    settings: SettingsFile,
    /// `+{milliseconds} {what happens}`; see `wire::Step`.
    pub(crate) steps: Vec<String>,
    #[serde(default)]
    expected: Option<Expected>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SettingsFile {
    id_scope: String,
    registration_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transport: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    csr: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    check_hub: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keep_alive_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qos: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What happens, without words: `0.035 received CONNACK`.
    steps: Vec<String>,
    /// All bytes sent, hexadecimal, one string a connection.
    sent: Vec<String>,
    /// Of the report, the members that the case is about; `findings` and `outcome` always.
    report: Map<String, Value>,
}

/// The members of a report that a new case is blessed with, where there are any.
const USUAL: [&str; 5] = ["assignedHub", "deviceId", "hubCheck", "retryAfterSeconds", "stage"];

impl Expected {
    /// What was played, with these members of the report.
    fn of<'a>(played: &Played, members: impl Iterator<Item = &'a str>) -> Self {
        let report = &played.report;
        let members = members.filter_map(|name| Some((name.to_owned(), report.get(name)?.clone())));
        let mut report: Map<String, Value> = members.collect();
        report.insert("outcome".to_owned(), played.report["outcome"].clone());
        report.insert("findings".to_owned(), expectation::findings(&played.report["findings"]));
        let sent = played.sent.iter().map(|bytes| super::wire::to_hex(bytes)).collect();
        Self { steps: played.steps.clone(), sent, report }
    }
}

impl Case {
    pub(crate) fn settings(&self) -> Settings {
        let file = &self.settings;
        Settings {
            id_scope: file.id_scope.clone(),
            registration_id: file.registration_id.clone(),
            endpoint: file.endpoint.clone(),
            transport: file.transport.as_deref().map_or_else(Transport::default, |it| it.parse().unwrap()),
            api_version: file.api_version.clone(),
            client_version: file.client_version.clone(),
            payload: file.payload.as_ref().map(Value::to_string),
            csr: file.csr.clone(),
            check_hub: file.check_hub,
            timeout: file.timeout_seconds.map(Duration::from_secs),
            keep_alive: file.keep_alive_seconds.map(Duration::from_secs),
            qos: match file.qos {
                Some(0) => Qos::AtMostOnce,
                None | Some(1) => Qos::AtLeastOnce,
                Some(other) => panic!("{}: no quality of service {other}", self.name),
            },
        }
    }

    pub(crate) fn config(&self) -> Config {
        let (config, _) =
            self.settings().parse().unwrap_or_else(|findings| panic!("{}: {findings:?}", self.name));
        config
    }

    /// Compares with the file, or rewrites it.
    pub(crate) fn check(&self, played: &Played) -> Result<(), String> {
        let found = match &self.expected {
            Some(expected) => Expected::of(played, expected.report.keys().map(String::as_str)),
            None => Expected::of(played, USUAL.into_iter()),
        };
        if expectation::is_blessing() {
            let blessed = serde_json::json!({
                "about": self.about,
                "settings": self.settings,
                "steps": self.steps,
                "expected": found,
            });
            let path = folder().join(format!("{}.json", self.name));
            expectation::write(&path, &expectation::json(&blessed));
            return Ok(());
        }
        match &self.expected {
            Some(expected) if *expected == found => Ok(()),
            Some(expected) => Err(format!("{}:\nexpected {expected:#?}\nfound {found:#?}", self.name)),
            None => Err(format!("{}: nothing is expected yet; `cargo xtask bless`, and read it", self.name)),
        }
    }
}

pub(crate) fn folder() -> PathBuf {
    let workspace =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|it| it.join("Cargo.lock").exists());
    workspace.unwrap().join("tests/case/session")
}

/// All cases, by name. A file that is no case is an error, not a skip.
pub(crate) fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
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
            case
        })
        .collect();
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(cases.len() > 20, "only {} cases found", cases.len());
    cases
}
