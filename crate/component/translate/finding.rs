//! Findings, out of the core.

use dps_x509_core::finding;

use crate::contract::findings::{Finding, Place, Severity, Standing};

/// A finding with everything in it.
pub(crate) fn write(finding: &finding::Finding) -> Finding {
    let finding = finding.clone();
    Finding {
        code: finding.definition.code.to_owned(),
        name: finding.definition.name.to_owned(),
        severity: write_severity(finding.severity),
        standing: write_standing(finding.standing),
        source: finding.definition.source.to_owned(),
        message: finding.message,
        expected: finding.expected,
        found: finding.found,
        place: Place {
            input: finding.place.input,
            path: finding.place.path,
            line: finding.place.line,
            column: finding.place.column,
            bytes: finding.place.bytes.map(|span| (span.start, span.end)),
            der_bytes: finding.place.der_bytes.map(|span| (span.start, span.end)),
            object: finding.place.object,
            stage: finding.place.stage,
        },
        next_step: finding.next_step,
        caused_by: finding.caused_by.map(str::to_owned),
    }
}

/// How bad it is.
pub(crate) const fn write_severity(severity: finding::Severity) -> Severity {
    match severity {
        finding::Severity::Note => Severity::Note,
        finding::Severity::Warning => Severity::Warning,
        finding::Severity::Error => Severity::Error,
    }
}

/// How sure it is.
pub(crate) const fn write_standing(standing: finding::Standing) -> Standing {
    match standing {
        finding::Standing::Documented => Standing::Documented,
        finding::Standing::Observed => Standing::Observed,
        finding::Standing::Unproven => Standing::Unproven,
    }
}
