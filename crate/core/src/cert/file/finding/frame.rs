//! What is told of values: strings, arrays and documents.

use crate::{
    cert::{
        der::{Malformed, kind::Kind},
        file::{
            frame::{Frame, Value},
            text::{Glyph, Octets},
        },
    },
    finding::{Finding, Place, Severity, catalogue, say},
};

/// Names of files that a client is given as they are.
const READ_AS_IT_IS: [&str; 8] = ["pem", "crt", "cer", "key", "csr", "crl", "p7b", "p7c"];

const LITERAL: &str = "a string of a program or of a document";
const DOCUMENT: &str = "a value of a document";

/// A value that is right once it is taken out of its frame.
pub(in crate::cert::file) fn frame(frame: Frame, place: &Place) -> Finding {
    let extension = place.path.as_deref().and_then(|path| path.rsplit_once('.')).map(|(_, end)| end);
    let is_read =
        extension.is_some_and(|it| READ_AS_IT_IS.iter().any(|known| it.eq_ignore_ascii_case(known)));
    let is_wrong = is_read || frame.is_wrong();
    let finding = match (frame, is_wrong) {
        (Frame::Literal, false) => say::StringLiteral::Value { what: &LITERAL }.finding(),
        (Frame::Literal, true) => say::StringLiteral::Given { what: &LITERAL }.finding(),
        (Frame::Document, false) => say::StringLiteral::Value { what: &DOCUMENT }.finding(),
        (Frame::Document, true) => say::StringLiteral::Given { what: &DOCUMENT }.finding(),
        (Frame::Array, false) => say::WrittenOtherwise::Value.finding(),
        (Frame::Array, true) => say::WrittenOtherwise::Given.finding(),
        (Frame::Lines, _) => say::CharactersBetween::Lines.finding(),
        (Frame::LineBreaks, _) => say::StringLiteral::LineBreaks.finding(),
        (Frame::Unclosed { line, column }, _) => {
            let place = place.clone().line(line).column(column);
            return say::StringLiteral::Unclosed.finding().severity(Severity::Error).at(place);
        }
    };
    let severity = if is_wrong { Severity::Error } else { Severity::Note };
    finding.severity(severity).at(place.clone())
}

/// Strings without a line break where PEM wants one: the cause of what is wrong with the lines that come out.
pub(in crate::cert::file) fn joints(findings: &mut Vec<Finding>, value: &Value, place: &Place) {
    let is_symptom = |finding: &Finding| {
        finding.severity == Severity::Error
            && (finding.definition == &catalogue::MARKER_DAMAGED
                || finding.definition == &catalogue::BASE64_LAYOUT)
    };
    if value.joints.is_empty() || !findings.iter().any(is_symptom) {
        return;
    }
    findings.retain(|finding| !is_symptom(finding) && finding.definition != &catalogue::BASE64_LAYOUT);
    for (_, glyph) in &value.joints {
        findings.push(
            say::StringLiteral::Joint
                .finding()
                .severity(Severity::Error)
                .at(place.clone().line(glyph.line).column(glyph.column)),
        );
    }
}

/// Something among the numbers of an array that is none.
pub(in crate::cert::file) fn no_number(bad: Glyph, place: &Place) -> Finding {
    let (line, column) = (&bad.line, &bad.column);
    let is_ellipsis = matches!(bad.character, '.' | '\u{2026}');
    let finding = if is_ellipsis {
        say::BadBase64::LeftOut { line, column }.finding()
    } else {
        say::BadBase64::Number { line, column }.finding()
    };
    finding.at(place.clone())
}

/// An array that ends before its object does. The line that has not as many numbers as the others is the likely one.
pub(in crate::cert::file) fn cut_array(malformed: Malformed, octets: &Octets, place: &Place) -> Finding {
    let odd = odd_line(octets);
    let place =
        odd.map_or_else(|| place.clone(), |(glyph, ..)| place.clone().line(glyph.line).column(glyph.column));
    let why = &malformed;
    let finding = match &odd {
        Some((glyph, count, usual)) => {
            say::FileTruncated::ArrayWithAnOddLine { why, line: &glyph.line, count, usual }.finding()
        }
        None => say::FileTruncated::Array { why }.finding(),
    };
    finding.at(place)
}

/// An array whose bytes are no object.
pub(in crate::cert::file) fn changed_array(octets: &Octets, place: &Place) -> Finding {
    let odd = odd_line(octets);
    let place =
        odd.map_or_else(|| place.clone(), |(glyph, ..)| place.clone().line(glyph.line).column(glyph.column));
    let finding = match &odd {
        Some((glyph, count, usual)) => {
            say::NotDer::ArrayWithAnOddLine { line: &glyph.line, count, usual }.finding()
        }
        None => say::NotDer::Array.finding(),
    };
    finding.at(place)
}

/// The only line that has another count of numbers than all others but the last.
fn odd_line(octets: &Octets) -> Option<(Glyph, usize, usize)> {
    let mut lines: Vec<(Glyph, usize)> = Vec::new();
    for glyph in &octets.glyphs {
        match lines.last_mut() {
            Some((first, count)) if first.line == glyph.line => *count += 1,
            _ => lines.push((*glyph, 1)),
        }
    }
    lines.pop();
    let usual = most_common(lines.iter().map(|(_, count)| *count))?;
    let mut odd = lines.into_iter().filter(|(_, count)| *count != usual);
    let (glyph, count) = odd.next()?;
    odd.next().is_none().then_some((glyph, count, usual))
}

/// The number that is there more often than any other.
pub(in crate::cert::file) fn most_common(numbers: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for number in numbers {
        *counts.entry(number).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(number, _)| number)
}

/// An object in a comment, beside one of its kind that is none.
pub(in crate::cert::file) fn in_comment(kind: Kind, place: &Place) -> Finding {
    say::CharactersBetween::Comment { what: &kind }.finding().severity(Severity::Note).at(place.clone())
}

/// Two versions in one file.
pub(in crate::cert::file) fn conflict(first: Glyph, place: &Place) -> Finding {
    say::MergeConflict { line: &first.line }.finding().at(place.clone().line(first.line))
}

/// Two encodings in one file.
pub(in crate::cert::file) fn encoding_changes(change: Glyph, place: &Place) -> Finding {
    let finding = say::TextEncoding::Changes { line: &change.line }.finding();
    finding.severity(Severity::Error).at(place.clone().line(change.line))
}

/// Whether this says that something is another format.
pub(in crate::cert::file) fn is_foreign(finding: &Finding) -> bool {
    finding.definition == &catalogue::ANOTHER_FORMAT
}

/// Wide forms of ASCII in the place of ASCII.
pub(in crate::cert::file) fn wide_forms(place: &Place) -> Finding {
    say::TextEncoding::Narrow { encoding: &"full-width characters" }
        .finding()
        .severity(Severity::Error)
        .at(place.clone())
}
