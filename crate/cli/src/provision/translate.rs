//! From the component's words (`wit/`, as the host library gives them) back to the core's, so that text and
//! JSON have one renderer.

mod event;
mod report;
pub(crate) mod transport;

pub(super) use event::Happened;
pub(super) use report::report;

use dps_x509_core::finding::{Finding, Place, Severity, Standing, catalogue};
use dps_x509_host::findings;

fn finding(finding: findings::Finding) -> Finding {
    // The component inside this binary is of the same build; only a newer one has codes that are not known here.
    let definition = catalogue::by_code(&finding.code).unwrap_or(&catalogue::FINDING_UNKNOWN);
    let mut translated = Finding::new(definition, finding.message, finding.next_step);
    translated.severity = match finding.severity {
        findings::Severity::Note => Severity::Note,
        findings::Severity::Warning => Severity::Warning,
        findings::Severity::Error => Severity::Error,
    };
    translated.standing = match finding.standing {
        findings::Standing::Documented => Standing::Documented,
        findings::Standing::Observed => Standing::Observed,
        findings::Standing::Unproven => Standing::Unproven,
    };
    translated.expected = finding.expected;
    translated.found = finding.found;
    translated.place = place(finding.place);
    translated.caused_by =
        finding.caused_by.and_then(|code| catalogue::by_code(&code)).map(|cause| cause.code);
    translated
}

fn place(place: findings::Place) -> Place {
    let mut translated = Place::default();
    translated.input = place.input;
    translated.path = place.path;
    translated.line = place.line;
    translated.column = place.column;
    translated.bytes = place.bytes.map(|(start, end)| start..end);
    translated.der_bytes = place.der_bytes.map(|(start, end)| start..end);
    translated.object = place.object;
    translated.stage = place.stage;
    translated
}
