//! From the component's words (`wit/`, as the host library gives them) back to the core's, so that text and
//! JSON have one renderer.

mod event;
mod report;
pub(crate) mod transport;

pub(super) use event::Happened;
pub(super) use report::report;

use dps_x509_core::{
    explain::definition,
    finding::{Definition, Finding, Place, Severity, Standing},
};
use dps_x509_host::findings;

/// For a code that only a newer component has. The one inside this binary is of the same build.
static UNKNOWN: Definition = Definition::new(
    "DX000",
    "unknown-finding",
    Severity::Error,
    Standing::Unproven,
    "another version of the component",
);

fn finding(finding: findings::Finding) -> Finding {
    let definition_of_it = definition(&finding.code).unwrap_or(&UNKNOWN);
    let mut translated = Finding::new(definition_of_it, finding.message, finding.next_step);
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
    translated.caused_by = finding.caused_by.and_then(|code| definition(&code)).map(|cause| cause.code);
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
