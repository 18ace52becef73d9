//! Findings.

use dps_x509_core::finding::{self, Naming, Words};

use super::{NotUnderstood, same_cases};
use crate::contract::findings::{Finding, Place, Severity, Standing};

same_cases! {
    finding::Severity = Severity { Note, Warning; Error }
    finding::Standing = Standing { Documented, Observed; Unproven }
}

/// A finding with everything in it.
pub(crate) fn write(finding: &finding::Finding) -> Finding {
    let finding = finding.clone();
    Finding {
        code: finding.definition.code.to_owned(),
        name: finding.definition.name.to_owned(),
        severity: finding.severity.into(),
        standing: finding.standing.into(),
        family: finding.family().as_str().to_owned(),
        source: finding.definition.source.to_owned(),
        message: finding.message.marked(),
        expected: finding.expected,
        found: finding.found,
        place: Place {
            input: finding.place.input.map(|input| input.said(Naming::Plain).to_owned()),
            path: finding.place.path,
            line: finding.place.line,
            column: finding.place.column,
            bytes: finding.place.bytes.map(|span| (span.start, span.end)),
            der_bytes: finding.place.der_bytes.map(|span| (span.start, span.end)),
            object: finding.place.object,
            stage: finding.place.stage,
        },
        next_step: finding.next_step.marked(),
        caused_by: finding.caused_by.map(str::to_owned),
    }
}

/// The core's finding; the error is a code that this core does not have, as a guest of another version may say.
pub(crate) fn read(finding: Finding) -> Result<finding::Finding, NotUnderstood> {
    let unknown = |code: &str| NotUnderstood(format!("the code {code}"));
    let of = |code: &str| finding::catalogue::by_code(code).ok_or_else(|| unknown(code));
    let (message, next) = (Words::from_marked(&finding.message), Words::from_marked(&finding.next_step));
    let mut read = finding::Finding::new(of(&finding.code)?, message, next);
    read.severity = finding.severity.into();
    read.standing = finding.standing.into();
    read.expected = finding.expected;
    read.found = finding.found;
    read.place = place(finding.place);
    read.caused_by = finding.caused_by.map(|code| Ok(of(&code)?.code)).transpose()?;
    Ok(read)
}

fn place(place: Place) -> finding::Place {
    let mut read = finding::Place::default();
    read.input = place.input.map(finding::Origin::named);
    read.path = place.path;
    read.line = place.line;
    read.column = place.column;
    read.bytes = place.bytes.map(|(start, end)| start..end);
    read.der_bytes = place.der_bytes.map(|(start, end)| start..end);
    read.object = place.object;
    read.stage = place.stage;
    read
}
