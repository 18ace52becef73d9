//! What can be wrong with a file before anyone asks what it is for.

use std::fmt;

use super::base64::BadCharacter;
use crate::{
    cert::der::Malformed,
    finding::{Definition, Finding, Place, Severity::Error, Standing::Documented},
};

static UNREADABLE: Definition =
    Definition::new("DX201", "file-unreadable", Error, Documented, "the operating system");
static EMPTY: Definition = Definition::new("DX202", "file-empty", Error, Documented, "RFC 7468 section 2");
static NOT_RECOGNISED: Definition =
    Definition::new("DX203", "file-not-recognised", Error, Documented, "RFC 7468 section 2, X.690");
static TRUNCATED: Definition =
    Definition::new("DX204", "file-truncated", Error, Documented, "RFC 7468 section 2, X.690 section 8.1.3");
static BAD_BASE64: Definition =
    Definition::new("DX205", "bad-base64", Error, Documented, "RFC 4648 section 4, RFC 7468 section 3");
static NOT_DER: Definition = Definition::new("DX206", "not-der", Error, Documented, "X.690 section 10.1");
static TOO_LARGE: Definition =
    Definition::new("DX207", "file-too-large", Error, Documented, "a limit of this tool");

/// What reading a file can find.
pub(in crate::cert) static DEFINITIONS: [&Definition; 7] =
    [&UNREADABLE, &EMPTY, &NOT_RECOGNISED, &TRUNCATED, &BAD_BASE64, &NOT_DER, &TOO_LARGE];

/// A file that its reader could not get at all, with the system's reason: the finding for callers that do the
/// reading.
#[must_use]
pub fn unreadable(place: Place, reason: impl fmt::Display) -> Finding {
    let name = place.path.clone().unwrap_or_else(|| "the file".to_owned());
    Finding::new(
        &UNREADABLE,
        format!("{name} cannot be read: {reason}."),
        "Check the path and the permissions.",
    )
    .at(place)
}

pub(super) fn empty(place: &Place) -> Finding {
    let next = "Export the certificate or key again; this file holds nothing.";
    Finding::new(&EMPTY, "The file is empty.", next).at(place.clone())
}

pub(super) fn too_large(size: usize, place: &Place) -> Finding {
    Finding::new(
        &TOO_LARGE,
        format!("The file has {size} bytes; certificates and keys have some thousand."),
        "Give the file that holds only the certificates or the key.",
    )
    .expected(format!("at most {} bytes", super::File::MAX_SIZE))
    .found(format!("{size} bytes"))
    .at(place.clone())
}

pub(super) fn not_recognised(text: &str, place: &Place) -> Finding {
    let start: String = text.trim_start().chars().take(8).collect();
    Finding::new(
        &NOT_RECOGNISED,
        "The file is neither PEM nor DER: there is no -----BEGIN line, no base64 of a certificate, no ASN.1.",
        "Give the certificate or key itself, as PEM (it begins with -----BEGIN CERTIFICATE-----) or DER.",
    )
    .expected("a certificate or a key, as PEM or DER")
    .found(format!("a file that begins with \"{}\"", start.escape_debug()))
    .at(place.clone())
}

pub(super) fn end_missing(label: &str, place: &Place) -> Finding {
    Finding::new(
        &TRUNCATED,
        format!("The block {label} has no -----END {label}----- line, although its bytes are all there."),
        format!("Add the line -----END {label}-----; TLS libraries refuse the file without it."),
    )
    .at(place.clone())
}

pub(super) fn truncated(label: &str, malformed: Malformed, place: &Place) -> Finding {
    Finding::new(
        &TRUNCATED,
        format!("The block {label} is cut off: {malformed}."),
        "Copy the whole file again; the missing bytes cannot be made up.",
    )
    .at(place.clone())
}

pub(super) fn bad_base64(label: &str, bad: &BadCharacter, place: &Place) -> Finding {
    let what = if bad.character == '=' || super::base64::value(bad.character).is_some() {
        "stands behind the padding".to_owned()
    } else {
        "is no character of base64".to_owned()
    };
    Finding::new(
        &BAD_BASE64,
        format!(
            "In the block {label}, line {}, column {}: {:?} {what}.",
            bad.line, bad.column, bad.character
        ),
        "Copy the file again without changing it: between BEGIN and END only A-Z, a-z, 0-9, '+', '/' and '=' may stand.",
    )
    .at(place.clone().line(bad.line).column(bad.column))
}

pub(super) fn not_der(label: &str, malformed: Malformed, place: &Place) -> Finding {
    Finding::new(
        &NOT_DER,
        format!("What the block {label} holds is not DER: {malformed}."),
        "Export the certificate or key again; the base64 is fine, its content is not.",
    )
    .at(place.clone())
}
