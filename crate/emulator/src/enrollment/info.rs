//! What DPS tells of an enrolled certificate beside it (`X509CertificateInfo` of the REST reference, service).

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use super::{document, first_certificate};
use crate::{certificate::Parsed, timestamp};

/// The document with an `info` for each of its certificates, whatever it said of them itself.
pub(crate) fn with_info(mut document: Value) -> Value {
    for kind in ["clientCertificates", "signingCertificates"] {
        for which in ["primary", "secondary"] {
            let slot = document.pointer_mut(&format!("/attestation/x509/{kind}/{which}"));
            let Some(slot) = slot.and_then(Value::as_object_mut) else { continue };
            let text = slot.get("certificate").and_then(Value::as_str).unwrap_or_default();
            if let Ok(certificate) = first_certificate(document::pem(text).as_bytes()) {
                slot.insert("info".to_owned(), info(&certificate));
            }
        }
    }
    document
}

fn info(certificate: &Parsed) -> Value {
    let summary = certificate.summary();
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.der);
    let mut info = json!({
        "subjectName": summary.subject,
        "issuerName": summary.issuer,
        "sha1Thumbprint": hexadecimal(sha1.as_ref()),
        "sha256Thumbprint": summary.sha256,
    });
    if let (Some(info), Some(facts)) = (info.as_object_mut(), certificate.facts()) {
        info.insert("serialNumber".to_owned(), hexadecimal(&facts.serial_number).into());
        info.insert("notBeforeUtc".to_owned(), timestamp::utc(facts.not_before).into());
        info.insert("notAfterUtc".to_owned(), timestamp::utc(facts.not_after).into());
        info.insert("version".to_owned(), facts.version.into());
    }
    info
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
