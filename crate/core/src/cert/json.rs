//! A report as JSON, version 1: additive, unknown keys are to be ignored by readers. Every surface gives this.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    cert::{
        boxes::{self, ClientCertificate, Filings},
        checked::Checked,
        der::hex,
        path::{
            candidate::Candidate,
            link::Link,
            role::{Destination, Role},
            step::{Ground, Step},
        },
        report::Report,
        verdict::{Counting, Verdict},
        x509::{
            certificate::Certificate, distinguished_name::DistinguishedName, signature::Scheme,
            time::UnixTime,
        },
    },
    finding::{
        Naming,
        json::{findings, place},
    },
};

/// The version of the schema that `report` writes.
pub const VERSION: u32 = 1;

/// The whole report: chain, certificates with their roles, keys, what is in the files, findings in the words of a front
/// end. Nothing secret. The verdict counts every error.
#[must_use]
pub fn report(report: &Report, naming: Naming) -> Value {
    judged(report, &report.verdict(&Counting::default()), naming)
}

/// The same with a verdict for which something else counted.
#[must_use]
pub fn judged(report: &Report, verdict: &Verdict, naming: Naming) -> Value {
    let chain = &report.chain;
    let subject = |link: &Arc<Link>| Value::from(link.certificate.subject.to_string());
    let keys = report.keys.iter().map(|(key, at)| {
        let owner = report.owner(key).map(|certificate| hex(&certificate.sha256()));
        let mut told =
            json!({ "type": key.key_type.to_string(), "place": place(at, naming), "belongsTo": owner });
        if let (None, Some(told)) = (key.container, told.as_object_mut()) {
            told.insert("keptIn".into(), "token".into());
        }
        told
    });
    let items = report.items.iter().map(|item| {
        json!({
            "sort": item.kind.sort(),
            "kind": item.kind.to_string(),
            "place": place(&item.place, naming),
            "damaged": item.is_damaged,
        })
    });
    let filings = report.filings();
    let certificates = report.roles().map(|(link, role)| certificate(&filings, link, role, naming));
    json!({
        "version": VERSION,
        "verdict": {
            "word": verdict.word.as_str(),
            "decidedBy": verdict.decided_by.iter().map(|definition| definition.code).collect::<Value>(),
            "unless": verdict.unless.map(|it| json!({ "condition": it.as_str(), "sentence": it.to_string() })),
        },
        "chain": {
            "leaf": chain.leaf.as_ref().map(subject),
            "intermediates": chain.intermediates.iter().map(subject).collect::<Value>(),
            "root": chain.root.as_ref().map(subject),
            "missingIssuer": chain.missing_issuer().map(ToString::to_string),
            "inOrder": chain.is_in_order,
            "tried": chain.candidates.iter().map(|it| candidate(it, naming)).collect::<Value>(),
        },
        "way": report.steps.iter().map(step).collect::<Value>(),
        "checked": report.checked.iter().map(checked).collect::<Value>(),
        "clientCertificate": report.client_certificate().map(|it| client_certificate(&it, naming)),
        "certificates": certificates.collect::<Value>(),
        "keys": keys.collect::<Value>(),
        "items": items.collect::<Value>(),
        "refused": report.refused.iter().map(|definition| definition.code).collect::<Value>(),
        "findings": findings(&report.findings, naming),
    })
}

fn client_certificate(given: &ClientCertificate, naming: Naming) -> Value {
    let files: Value = given.files.iter().map(|file| place(file, naming)).collect();
    json!({ "form": given.form.as_str(), "files": files })
}

fn step(step: &Step) -> Value {
    let missing = match &step.up {
        Some(Ground::Missing(name)) => Some(name),
        _ => None,
    };
    json!({
        "sha256": hex(&step.link.certificate.sha256()),
        "sent": step.is_sent,
        "uploaded": step.is_uploaded,
        "up": step.up.as_ref().map(Ground::as_str),
        "missing": missing.map(ToString::to_string),
        "missingCommonName": missing.and_then(common_name),
    })
}

/// The first CN, as it is written there.
fn common_name(name: &DistinguishedName) -> Option<&str> {
    name.common_names().find_map(|name| name.text.as_deref())
}

fn checked(checked: &Checked) -> Value {
    json!({
        "question": checked.question.as_str(),
        "result": checked.result.as_str(),
        "codes": checked.codes,
    })
}

fn candidate(candidate: &Candidate, naming: Naming) -> Value {
    json!({
        "subject": candidate.subject.certificate.subject.to_string(),
        "issuer": candidate.issuer.certificate.subject.to_string(),
        "place": place(&candidate.issuer.place, naming),
        "outcome": candidate.outcome.as_str(),
        "reason": candidate.outcome.to_string(),
    })
}

fn certificate(filings: &Filings<'_>, link: &Link, role: Role, naming: Naming) -> Value {
    let certificate = &link.certificate;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            object.insert(key.to_owned(), value);
        }
    };
    put("role", json!(role.as_str()));
    put("destinations", role.destinations().iter().map(|one| destination(*one)).collect());
    if boxes::file_name(role).is_some() {
        let (at, form) = filings.of(link);
        put("forService", json!({ "form": form.as_str(), "place": place(&at, naming) }));
    }
    put("subject", json!(certificate.subject.to_string()));
    put("commonName", json!(common_name(&certificate.subject)));
    put("issuer", json!(certificate.issuer.to_string()));
    put("serialNumber", json!(certificate.serial_text()));
    put("version", json!(certificate.version));
    put("notBefore", json!(certificate.not_before.map(UnixTime::to_rfc3339)));
    put("notAfter", json!(certificate.not_after.map(UnixTime::to_rfc3339)));
    put("key", json!(certificate.public_key.key_type().to_string()));
    put("signature", json!(Scheme::of(&certificate.signature_algorithm).map(|scheme| scheme.to_string())));
    put("sha256", json!(hex(&certificate.sha256())));
    put("sha1", json!(hex(&certificate.sha1())));
    put("bytes", json!(certificate.der.len()));
    put("selfIssued", json!(certificate.is_self_issued()));
    put("place", place(&link.place, naming));
    extensions(certificate, &mut put);
    Value::Object(object)
}

fn extensions(certificate: &Certificate, put: &mut impl FnMut(&str, Value)) {
    put("ca", json!(certificate.basic_constraints.map(|constraints| constraints.ca)));
    put("pathLength", json!(certificate.basic_constraints.and_then(|constraints| constraints.path_len)));
    put("keyUsage", json!(certificate.key_usage.map(|usage| usage.names().collect::<Vec<_>>())));
    let purposes = certificate.extended_key_usage.as_ref().map(|usage| usage.names().collect::<Vec<_>>());
    put("extendedKeyUsage", json!(purposes));
    put("subjectKeyId", json!(certificate.subject_key_id.as_deref().map(hex)));
    put("authorityKeyId", json!(certificate.authority_key_id.as_deref().map(hex)));
}

const fn destination(destination: Destination) -> &'static str {
    match destination {
        Destination::ClientCertificate => "client certificate",
        Destination::CaFile => "CA file",
        Destination::IndividualEnrollment => "individual enrollment",
        Destination::EnrollmentGroup => "enrollment group",
        Destination::PortalCertificates => "CA certificates of the DPS instance",
        Destination::PortalVerification => "verification of a CA certificate",
    }
}
