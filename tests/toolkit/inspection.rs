//! The cases of `tests/case/check` through the component: the same JSON as the core gives natively.

use std::time::Duration;

use dps_x509_core::{
    cert, explain,
    finding::{Naming, Words, catalogue, sarif},
};
use dps_x509_tests::case::{self, File, Given};
use serde_json::{Map, Value, json};

use crate::toolkit::{
    Toolkit,
    bindings::exports::dps_x509::device::{
        findings::{Finding, Place, Severity, Standing},
        inspection::{self, Cloud, Enrollment, Purpose, Settings},
        session::{Answer, Channel},
    },
};

#[test]
fn reports_are_those_of_the_core() {
    let mut toolkit = Toolkit::new();
    let inspection = toolkit.exports.dps_x509_device_inspection();
    for case in case::all() {
        let (files, settings) = (files(&case.given), settings(&case.given));
        let report = inspection.call_inspect(&mut toolkit.store, &files, &settings).unwrap().unwrap();
        let core = case.given.report();
        assert_eq!(report.json, cert::json::report(&core, Naming::Plain).to_string(), "{}", case.name);
        let tool = sarif::Tool { name: "dps-x509", version: env!("CARGO_PKG_VERSION") };
        assert_eq!(
            report.sarif,
            sarif::log(tool, &core.findings, Naming::Plain, explain::page).to_string(),
            "{}",
            case.name
        );
        assert_eq!(
            to_json(&report.findings),
            case.run_as(Naming::Plain)["report"]["findings"],
            "{}",
            case.name
        );
    }
}

#[test]
fn refusals_are_explained_as_by_the_core() {
    let mut toolkit = Toolkit::new();
    let inspection = toolkit.exports.dps_x509_device_inspection();
    let mut played = 0;
    for case in case::all() {
        let Some(answer) = &case.given.answer else { continue };
        let (files, settings, answer) = (files(&case.given), settings(&case.given), read_answer(answer));
        let findings =
            inspection.call_explain_refusal(&mut toolkit.store, &answer, &files, &settings).unwrap().unwrap();
        assert_eq!(to_json(&findings), case.run_as(Naming::Plain)["refusal"], "{}", case.name);
        played += 1;
    }
    assert!(played > 0);
}

#[test]
fn a_registration_id_that_is_none_is_a_finding() {
    let mut toolkit = Toolkit::new();
    let inspection = toolkit.exports.dps_x509_device_inspection();
    let settings = Settings {
        registration_id: Some("a@b".to_owned()),
        at: None,
        expires_within: None,
        cloud: None,
        enrollment: Enrollment::Unknown,
        passphrase: None,
    };
    let findings = inspection.call_inspect(&mut toolkit.store, &[], &settings).unwrap().unwrap_err();
    assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["DX102"]);
}

fn files(given: &Given) -> Vec<inspection::File> {
    let file = |file: &File| {
        let (purpose, flag) = file.purpose();
        inspection::File {
            input: Some(flag.to_owned()),
            path: file.path.clone(),
            purpose: match purpose {
                cert::Purpose::Any => Purpose::Any,
                cert::Purpose::DeviceChain => Purpose::DeviceChain,
                cert::Purpose::DeviceKey => Purpose::DeviceKey,
                cert::Purpose::GroupCa => Purpose::GroupCa,
                cert::Purpose::ServerTrust => Purpose::ServerTrust,
            },
            bytes: file.bytes.clone(),
        }
    };
    given.files.iter().map(file).collect()
}

fn settings(given: &Given) -> Settings {
    let inputs = given.inputs();
    let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap();
    Settings {
        registration_id: given.registration_id.clone(),
        at: given.at,
        expires_within: inputs.expires_within.map(nanos),
        cloud: inputs.cloud.map(|cloud| match cloud {
            dps_x509_core::name::Cloud::Public => Cloud::Public,
            dps_x509_core::name::Cloud::UsGov => Cloud::UsGov,
            dps_x509_core::name::Cloud::China => Cloud::China,
        }),
        enrollment: match inputs.enrollment {
            cert::Enrollment::Unknown => Enrollment::Unknown,
            cert::Enrollment::Individual => Enrollment::Individual,
            cert::Enrollment::Group => Enrollment::Group,
        },
        passphrase: given.passphrase.clone().map(String::into_bytes),
    }
}

fn read_answer(answer: &Value) -> Answer {
    let text = |name: &str| answer.get(name).map(|value| value.as_str().unwrap().to_owned());
    let number = |name: &str| answer.get(name).map(|value| value.as_u64().unwrap());
    Answer {
        channel: match text("channel").as_deref() {
            None | Some("request") => Channel::Request,
            Some("operation") => Channel::Operation,
            Some("connack") => Channel::Connack,
            Some(other) => panic!("{other} is no channel"),
        },
        status: number("status").unwrap_or_default().try_into().unwrap(),
        code: number("code").map(|code| code.try_into().unwrap()),
        message: text("message"),
        tracking_id: None,
        timestamp: None,
        info: None,
        operation_status: None,
        body: String::new(),
    }
}

/// Typed findings in the words of the JSON: the two must not say different things.
fn to_json(findings: &[Finding]) -> Value {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> Value {
    let place = place(&finding.place);
    object([
        ("code", json!(finding.code)),
        ("name", json!(finding.name)),
        // The same for all findings of a code: the record does not carry it, whoever wants it asks the catalogue.
        ("title", json!(catalogue::by_code(&finding.code).map(|definition| definition.title))),
        ("family", json!(finding.family)),
        (
            "severity",
            json!(match finding.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            }),
        ),
        (
            "standing",
            json!(match finding.standing {
                Standing::Documented => "documented",
                Standing::Observed => "observed",
                Standing::Unproven => "unproven",
            }),
        ),
        ("source", json!(finding.source)),
        ("message", json!(Words::from_marked(&finding.message).to_string())),
        ("expected", json!(finding.expected)),
        ("found", json!(finding.found)),
        ("place", if place == json!({}) { Value::Null } else { place }),
        ("nextStep", json!(Words::from_marked(&finding.next_step).to_string())),
        ("causedBy", json!(finding.caused_by)),
    ])
}

fn place(place: &Place) -> Value {
    object([
        ("input", json!(place.input)),
        ("path", json!(place.path)),
        ("line", json!(place.line)),
        ("column", json!(place.column)),
        ("bytes", json!(place.bytes)),
        ("derBytes", json!(place.der_bytes)),
        ("object", json!(place.object)),
        ("stage", json!(place.stage)),
    ])
}

/// An object without its absent members.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let present = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(present.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
