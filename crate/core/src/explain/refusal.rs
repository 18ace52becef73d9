//! The joined cause of a refusal.

use super::catalogue::likely;
use crate::{
    cert::Report,
    finding::{Finding, Severity, Words},
    service::Answer,
};

/// The refusal as a finding, followed by what in the device's files is likely behind it, the likeliest first.
///
/// The likeliest one becomes an error, and the refusal names it as its cause. If nothing in the files explains the
/// refusal, its next step says so; without any certificate in the report nothing is said about them.
#[must_use]
pub fn refusal(answer: &Answer, report: &Report) -> Vec<Finding> {
    let mut refusal = answer.to_finding();
    let candidates = likely(refusal.definition);
    if candidates.is_empty() {
        return vec![refusal];
    }
    let mut causes: Vec<Finding> = candidates
        .iter()
        .flat_map(|likely| {
            report.findings.iter().filter(|finding| finding.definition == likely.cause.definition)
        })
        .cloned()
        .collect();
    match causes.first_mut() {
        Some(cause) => {
            cause.severity = Severity::Error;
            refusal = refusal.caused_by(cause.definition);
        }
        None if report.chain.leaf.is_some() => {
            refusal.next_step = Words::from(UNEXPLAINED).then(refusal.next_step);
        }
        None => {}
    }
    causes.insert(0, refusal);
    causes
}

/// What is said when the files are all right.
pub(super) const UNEXPLAINED: &str =
    "Nothing in the certificate files explains this, so the cause is most likely on the side of the service.";
