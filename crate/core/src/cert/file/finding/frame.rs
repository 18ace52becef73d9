//! What is told of values: strings, arrays and documents.

use crate::{
    cert::{
        der::{Malformed, kind::Kind},
        file::{
            frame::{Frame, Value},
            text::{Glyph, Octets},
        },
    },
    finding::{Finding, Marked, Place, Severity, catalogue},
};

/// What may stay as it is where it is decoded.
pub(in crate::cert::file) const DECODED: Marked = Marked(
    "Use the repaired text ({do:repair}). Where something decodes it before a client reads it, such as a compiler or \
     Kubernetes, it may stay as it is.",
);

/// Names of files that a client is given as they are.
const READ_AS_IT_IS: [&str; 8] = ["pem", "crt", "cer", "key", "csr", "crl", "p7b", "p7c"];

/// A value that is right once it is taken out of its frame.
pub(in crate::cert::file) fn frame(frame: Frame, place: &Place) -> Finding {
    let extension = place.path.as_deref().and_then(|path| path.rsplit_once('.')).map(|(_, end)| end);
    let is_read =
        extension.is_some_and(|it| READ_AS_IT_IS.iter().any(|known| it.eq_ignore_ascii_case(known)));
    let (definition, what, severity) = match frame {
        Frame::Literal => {
            (&catalogue::STRING_LITERAL, "a string of a program or of a document", Severity::Note)
        }
        Frame::Array => (&catalogue::WRITTEN_AS_NUMBERS, "an array of numbers", Severity::Note),
        Frame::Document => (&catalogue::STRING_LITERAL, "a value of a document", Severity::Note),
        Frame::Lines => (&catalogue::CHARACTERS_BETWEEN, "lines of a diff or a log", Severity::Error),
    };
    let severity = if is_read { Severity::Error } else { severity };
    let message = if severity == Severity::Note {
        format!(
            "This is {what}, and what comes out of it is right. A client that is given this very file does not read it."
        )
    } else {
        format!("This is {what}, and a client that is given this file does not read it.")
    };
    Finding::new(definition, message, DECODED).severity(severity).at(place.clone())
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
            Finding::new(
                &catalogue::STRING_LITERAL,
                "A string ends without \\n: in what the compiler makes of it, BEGIN, END and base64 stand on one line, and \
                 clients refuse it.",
                "Write \\n at the end of each string, in front of the closing quote.",
            )
            .severity(Severity::Error)
            .expected("\\n\"")
            .at(place.clone().line(glyph.line).column(glyph.column)),
        );
    }
}

/// Something among the numbers of an array that is none.
pub(in crate::cert::file) fn no_number(bad: Glyph, place: &Place) -> Finding {
    Finding::new(
        &catalogue::BAD_BASE64,
        format!("In line {}, column {}, the array has something that is no byte.", bad.line, bad.column),
        "Make the array again from the file: xxd -i device-cert.der.",
    )
    .expected("numbers from 0 to 255")
    .at(place.clone())
}

/// An array that ends before its object does. The line that has not as many numbers as the others is the likely one.
pub(in crate::cert::file) fn cut_array(malformed: Malformed, octets: &Octets, place: &Place) -> Finding {
    let odd = odd_line(octets);
    let place =
        odd.map_or_else(|| place.clone(), |(glyph, ..)| place.clone().line(glyph.line).column(glyph.column));
    let detail = odd.map(|(glyph, count, usual)| {
        format!(" Line {} has {count} numbers, the others {usual}.", glyph.line)
    });
    Finding::new(
        &catalogue::FILE_TRUNCATED,
        format!("The bytes written here end too early: {malformed}.{}", detail.unwrap_or_default()),
        "Make it again from the file: xxd -i device-cert.der. The missing bytes cannot be made up.",
    )
    .at(place)
}

/// An array whose bytes are no object.
pub(in crate::cert::file) fn changed_array(octets: &Octets, place: &Place) -> Finding {
    let odd = odd_line(octets);
    let place =
        odd.map_or_else(|| place.clone(), |(glyph, ..)| place.clone().line(glyph.line).column(glyph.column));
    let detail = odd
        .map(|(glyph, count, usual)| format!("line {} has {count} numbers, the others {usual}", glyph.line));
    let detail = detail.unwrap_or_else(|| "nothing tells which number is wrong".to_owned());
    Finding::new(
        &catalogue::NOT_DER,
        format!("The bytes written here were changed, their elements do not fit together: {detail}."),
        "Make it again from the file: xxd -i device-cert.der.",
    )
    .at(place)
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
    Finding::new(
        &catalogue::CHARACTERS_BETWEEN,
        format!("In a comment stands {kind}; it is left out, since another is there outside of comments."),
        "Nothing has to be done if the comment is an example.",
    )
    .severity(Severity::Note)
    .at(place.clone())
}

/// Two versions in one file.
pub(in crate::cert::file) fn conflict(first: Glyph, place: &Place) -> Finding {
    Finding::new(
        &catalogue::MERGE_CONFLICT,
        format!(
            "From line {} on the file has two versions of the same lines, as Git leaves them where it cannot merge.",
            first.line
        ),
        "Keep the version that is meant, and delete the other and the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    )
    .at(place.clone().line(first.line))
}

/// Two encodings in one file.
pub(in crate::cert::file) fn encoding_changes(change: Glyph, place: &Place) -> Finding {
    Finding::new(
        &catalogue::TEXT_ENCODING,
        format!(
            "From line {} on the file is written in another encoding than before it, as Windows PowerShell's >> does; \
             clients read only one of the parts.",
            change.line
        ),
        Marked("Write the file anew as plain ASCII ({do:repair}), or append with Add-Content -Encoding ascii."),
    )
    .severity(Severity::Error)
    .expected("one encoding")
    .at(place.clone().line(change.line))
}

/// Whether this says that something is another format.
pub(in crate::cert::file) fn is_foreign(finding: &Finding) -> bool {
    finding.definition == &catalogue::ANOTHER_FORMAT
}
