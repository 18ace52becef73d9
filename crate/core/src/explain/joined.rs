//! What a failed provisioning and the device's own files come to together.

use super::refusal::refusal;
use crate::{
    cert::Report,
    finding::{Finding, Severity},
    session::{Class, NotAssigned, TransportFailureKind},
};

/// What went wrong, together with what the device's own files say to it: behind a refusal by the service what is likely
/// its cause, behind one within TLS every error of the files. Any other failure has nothing to do with them.
#[must_use]
pub fn joined(failed: &NotAssigned, files: &Report) -> Vec<Finding> {
    let refused_in_tls = failed
        .transport
        .as_ref()
        .is_some_and(|failure| matches!(failure.kind, TransportFailureKind::Alert(_)));
    match &failed.answer {
        Some(answer) if failed.class == Class::Refused => {
            let mut findings = refusal(answer, files);
            if let (Some(joined), Some(plain)) = (findings.first_mut(), failed.findings.first()) {
                joined.place = plain.place.clone();
            }
            findings
        }
        _ if refused_in_tls => {
            let wrong = files.findings.iter().filter(|finding| finding.severity == Severity::Error);
            failed.findings.iter().chain(wrong).cloned().collect()
        }
        _ => failed.findings.clone(),
    }
}
