//! The explanations and their pages are the core's.

use dps_x509_core::{
    cert,
    explain::{self, Explanation},
    finding::{Naming, Place, catalogue},
    name,
};

use crate::{
    explain_case::{self, Case, Subject},
    toolkit::{
        Toolkit,
        bindings::exports::dps_x509::device::inspection::{self, Cloud, Enrollment, Purpose, Settings},
    },
};

/// The cases of `tests/case/explain` in wasmtime: the same JSON and the same text as the core gives natively.
#[test]
fn texts_are_explained_as_by_the_core() {
    let mut toolkit = Toolkit::new();
    let explanation = toolkit.exports.dps_x509_device_explanation();
    for case in explain_case::all() {
        let (files, settings, inputs) = (files(&case), settings(&case), case.inputs());
        let (explained, core) = match &case.subject {
            Subject::Code(code) => (
                explanation.call_explain_service_code(&mut toolkit.store, *code, &files, &settings),
                Explanation::of_code(*code, &inputs),
            ),
            Subject::Text(text) => (
                explanation.call_explain_text(&mut toolkit.store, text, Some("input.txt"), &files, &settings),
                Explanation::of_text(text, &Place::default().path("input.txt"), &inputs),
            ),
        };
        let explained = explained.unwrap().unwrap();
        assert_eq!(explained.json, core.to_json(Naming::Plain).to_string(), "{}", case.name);
        assert_eq!(explained.text, core.to_text(Naming::Plain), "{}", case.name);
        assert_eq!(explained.is_explained, !core.is_empty(), "{}", case.name);
        let told = explained.happenings.iter().map(|happening| {
            let causes =
                happening.causes.iter().map(|cause| format!("{} {:?}", cause.finding.code, cause.verdict));
            let unsettled = happening.unsettled.as_ref().map(|unsettled| unsettled.source.as_str());
            format!(
                "{} {} {:?} {unsettled:?}",
                happening.finding.code,
                happening.times,
                causes.collect::<Vec<_>>()
            )
        });
        let known = core.happenings.iter().map(|happening| {
            let verdict = |verdict| match verdict {
                explain::CauseVerdict::InText => "Verdict::InText",
                explain::CauseVerdict::InFiles => "Verdict::InFiles",
                explain::CauseVerdict::Open => "Verdict::Open",
                explain::CauseVerdict::RuledOut => "Verdict::RuledOut",
            };
            let causes = happening
                .causes
                .iter()
                .map(|cause| format!("{} {}", cause.finding.code(), verdict(cause.verdict)));
            let unsettled = happening.unsettled.map(|unsettled| unsettled.source);
            format!(
                "{} {} {:?} {unsettled:?}",
                happening.finding.code(),
                happening.times,
                causes.collect::<Vec<_>>()
            )
        });
        assert_eq!(told.collect::<Vec<_>>(), known.collect::<Vec<_>>(), "{}", case.name);
    }
}

fn files(case: &Case) -> Vec<inspection::File> {
    let file = |file: &explain_case::File| {
        let (purpose, flag) = file.purpose();
        inspection::File {
            input: Some(flag.to_owned()),
            path: Some(file.path.clone()),
            purpose: match purpose {
                cert::Purpose::GroupCa => Purpose::GroupCa,
                cert::Purpose::ServerTrust => Purpose::ServerTrust,
                _ => Purpose::Any,
            },
            bytes: file.bytes.clone(),
        }
    };
    case.given.files.iter().map(file).collect()
}

fn settings(case: &Case) -> Settings {
    Settings {
        registration_id: case.given.registration_id.clone(),
        at: case.given.at,
        expires_within: None,
        cloud: case.inputs().cloud.map(|cloud| match cloud {
            name::Cloud::Public => Cloud::Public,
            name::Cloud::UsGov => Cloud::UsGov,
            name::Cloud::China => Cloud::China,
        }),
        enrollment: match case.given.enrollment() {
            cert::Enrollment::Unknown => Enrollment::Unknown,
            cert::Enrollment::Individual => Enrollment::Individual,
            cert::Enrollment::Group => Enrollment::Group,
        },
        passphrase: None,
    }
}

#[test]
fn every_page_is_there() {
    let mut toolkit = Toolkit::new();
    let explanation = toolkit.exports.dps_x509_device_explanation();
    let codes = explanation.call_codes(&mut toolkit.store).unwrap();
    assert!(catalogue::ALL.iter().map(|definition| definition.code).eq(codes.iter()));
    for code in codes {
        let page = explanation.call_explain(&mut toolkit.store, &code).unwrap().unwrap();
        let definition = catalogue::by_code(&code).unwrap();
        assert_eq!((page.name.as_str(), page.source.as_str()), (definition.name, definition.source));
        assert_eq!(Some(page.markdown), explain::page(&code, Naming::Plain));
    }
    assert!(explanation.call_explain(&mut toolkit.store, "DX000").unwrap().is_none());
}
