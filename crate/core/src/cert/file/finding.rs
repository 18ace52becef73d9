//! What can be wrong with a file before anyone asks what it is for.

mod frame;

use std::fmt;

use self::frame::DECODED;
pub(super) use self::frame::{
    changed_array, conflict, cut_array, encoding_changes, frame, in_comment, is_foreign, joints, no_number,
};
use super::{
    body::{Broken, Damage, DamageKind, LineFault},
    foreign::Foreign,
    marker::{Marker, MarkerDamage},
    text::Glyph,
};
use crate::{
    cert::der::{Malformed, hex, kind::Kind},
    finding::{
        Definition, Finding, Marked, Place,
        Severity::{self, Error, Warning},
        catalogue,
    },
    text::is_invisible,
};

const REPAIR: Marked = Marked(
    "Use the repaired text ({do:repair}); its bytes are the same. Or copy the file again as it is, without an editor or a \
     mail program in between.",
);

/// What is read here all the same, and can be written anew: warnings. While a file is read, an error among them is what
/// OpenSSL does not read, as most clients do not.
static REPAIRABLE: [&Definition; 10] = [
    &catalogue::TEXT_ENCODING,
    &catalogue::MARKER_DAMAGED,
    &catalogue::MARKER_MISSING,
    &catalogue::STRING_LITERAL,
    &catalogue::CHARACTERS_BETWEEN,
    &catalogue::BASE64_LAYOUT,
    &catalogue::BASE64_PADDING,
    &catalogue::BYTES_BEHIND_THE_END,
    &catalogue::WRONG_LABEL,
    &catalogue::WRITTEN_AS_NUMBERS,
];

/// The kinds of what OpenSSL does not read, though it was read here: an error until now, a warning from now on.
pub(super) fn refused(findings: &mut [Finding]) -> Vec<&'static Definition> {
    let refused = findings.iter_mut().filter(|finding| finding.severity == Error && !is_loss(finding));
    let mut kinds: Vec<&'static Definition> = Vec::new();
    for finding in refused {
        finding.severity = Warning;
        if !kinds.contains(&finding.definition) {
            kinds.push(finding.definition);
        }
    }
    kinds
}

/// Whether something of the file could not be read.
pub(super) fn is_loss(finding: &Finding) -> bool {
    finding.severity > Severity::Note && !REPAIRABLE.contains(&finding.definition)
}

/// A file that its reader could not get at all, with the system's reason: the finding for callers that do the
/// reading.
#[must_use]
pub fn unreadable(place: Place, reason: impl fmt::Display) -> Finding {
    let name = place.path.clone().unwrap_or_else(|| "the file".to_owned());
    let message = format!("{name} cannot be read: {reason}.");
    Finding::new(&catalogue::FILE_UNREADABLE, message, "Check the path and the permissions.").at(place)
}

pub(super) fn empty(place: &Place) -> Finding {
    let next = "Export the certificate or key again; this file holds nothing.";
    Finding::new(&catalogue::FILE_EMPTY, "The file is empty.", next).at(place.clone())
}

pub(super) fn too_large(place: &Place) -> Finding {
    Finding::new(
        &catalogue::FILE_TOO_LARGE,
        format!(
            "The file has more than {} bytes; certificates and keys have some thousand.",
            super::File::MAX_SIZE
        ),
        "Give the file that holds only the certificates or the key.",
    )
    .expected(format!("at most {} bytes", super::File::MAX_SIZE))
    .at(place.clone())
}

pub(super) fn not_recognised(bytes: &[u8], place: &Place) -> Finding {
    let start = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    let text: String = String::from_utf8_lossy(bytes).trim().chars().take(8).collect();
    let is_text = !text.chars().any(|it| it == char::REPLACEMENT_CHARACTER || it.is_control());
    let start =
        if is_text { format!("\"{}\"", text.escape_debug()) } else { format!("the bytes {}", hex(start)) };
    Finding::new(
        &catalogue::FILE_NOT_RECOGNISED,
        "The file is neither PEM nor DER: there is no -----BEGIN line, no base64 of a certificate, no ASN.1.",
        "Give the certificate or key itself, as PEM (it begins with -----BEGIN CERTIFICATE-----) or DER.",
    )
    .expected("a certificate or a key, as PEM or DER")
    .found(format!("a file that begins with {start}"))
    .at(place.clone())
}

pub(super) fn foreign(foreign: &Foreign, place: &Place) -> Finding {
    if foreign.is_hardware {
        let message =
            format!("This is {}: the key itself stays where it is, and is not compared.", foreign.what);
        return Finding::new(&catalogue::ANOTHER_FORMAT, message, foreign.next_step)
            .severity(Severity::Note)
            .found(foreign.what.clone())
            .at(place.clone());
    }
    let message = format!("This is {}, not an X.509 certificate or its key.", foreign.what);
    Finding::new(&catalogue::ANOTHER_FORMAT, message, foreign.next_step)
        .found(foreign.what.clone())
        .at(place.clone())
}

pub(super) fn encoding(encoding: &str, place: &Place) -> Finding {
    let is_wide = encoding.starts_with("UTF-16");
    let who = if is_wide { "TLS libraries" } else { "strict TLS libraries" };
    Finding::new(
        &catalogue::TEXT_ENCODING,
        format!("The file is written as {encoding}. PEM is plain ASCII, and {who} find nothing in it."),
        "Save it as plain text (ASCII, or UTF-8 without a byte order mark); Windows PowerShell's > writes UTF-16.",
    )
    .severity(if is_wide { Error } else { Warning })
    .expected("ASCII")
    .found(encoding)
    .at(place.clone().line(1))
}

pub(super) fn carriage_returns(place: &Place) -> Finding {
    let message =
        "The lines end in a carriage return alone, as on old Macs; clients see a single line and refuse it.";
    Finding::new(&catalogue::BASE64_LAYOUT, message, REPAIR).severity(Error).at(place.clone().line(1))
}

pub(super) fn headers(label: &str, place: &Place) -> Finding {
    let message =
        format!("Header lines stand in the block {label}, between BEGIN and the base64; clients refuse it.");
    Finding::new(&catalogue::CHARACTERS_BETWEEN, message, REPAIR).severity(Error).at(place.clone())
}

/// What a body that could not be read is.
pub(super) fn broken(
    label: &str,
    broken: &Broken,
    place: &Place,
    place_of: impl Fn(Glyph) -> Place,
) -> Finding {
    match broken {
        Broken::Empty => Finding::new(
            &catalogue::FILE_TRUNCATED,
            format!("There is nothing in the block {label}."),
            "Copy the whole file again.",
        )
        .at(place.clone()),
        Broken::Cut(malformed) => Finding::new(
            &catalogue::FILE_TRUNCATED,
            format!("The block {label} is cut off: {malformed}."),
            "Copy the whole file again; the missing bytes cannot be made up.",
        )
        .at(place.clone()),
        Broken::Stray(glyph) => Finding::new(
            &catalogue::BAD_BASE64,
            format!(
                "In the block {label}, line {}, column {}: {} does not belong into base64, and without it the bytes do \
                 not come out right either.",
                glyph.line,
                glyph.column,
                shown(glyph.character)
            ),
            "Copy the file again without changing it: between BEGIN and END only A-Z, a-z, 0-9, '+', '/' and '=' may \
             stand.",
        )
        .at(place_of(*glyph)),
        Broken::Misfit { announced, present } => Finding::new(
            &catalogue::BASE64_HAS_WRONG_LENGTH,
            format!(
                "The block {label} has {present} bytes and announces {announced}: characters were added somewhere, and \
                 nothing tells where."
            ),
            "Copy the file again without changing it.",
        )
        .expected(format!("{announced} bytes"))
        .found(format!("{present} bytes"))
        .at(place.clone()),
        Broken::Placeholder(glyph) => Finding::new(
            &catalogue::FILE_TRUNCATED,
            format!(
                "In line {}, the block {label} has a placeholder in place of its base64: this is an example to be filled in.",
                glyph.line
            ),
            "Put your certificate or key there: everything from -----BEGIN to -----END.",
        )
        .at(place_of(*glyph)),
        Broken::Line { glyph, fault } => Finding::new(
            &catalogue::BASE64_HAS_WRONG_LENGTH,
            format!("The block {label} was damaged: {}.", fault_of(glyph.line, *fault)),
            "Copy the file again without changing it; what is lost cannot be made up.",
        )
        .at(place_of(*glyph)),
        Broken::NotDer(malformed) => Finding::new(
            &catalogue::NOT_DER,
            format!("What the block {label} holds is not DER: {malformed}."),
            "Export the certificate or key again; the base64 is fine, its content is not.",
        )
        .at(place.clone()),
    }
}

fn fault_of(line: u32, fault: LineFault) -> String {
    match fault {
        LineFault::Length { length, usual, others: 0 } => {
            format!("line {line} has {length} characters, the others {usual}")
        }
        LineFault::Length { length, usual, others } => {
            format!(
                "line {line} has {length} characters, and {others} more lines are not {usual} long as most are"
            )
        }
        LineFault::Last { length } => format!(
            "its last line, line {line}, has {length} characters, and others were lost or added in it; all lines before it \
             have one length"
        ),
        LineFault::Twice => format!("line {line} is the line before it once more"),
        LineFault::Added => format!("line {line} does not belong there"),
        LineFault::Lost { until } if until <= line => format!("a line is missing in front of line {line}"),
        LineFault::Lost { until } => format!(
            "a line is missing in front of one of the lines {line} to {until}; nothing tells which, since lines there hold \
             numbers only"
        ),
        LineFault::Swapped => format!("line {line} and the line behind it have changed places"),
    }
}

pub(super) fn cut_der(malformed: Malformed, place: &Place) -> Finding {
    Finding::new(
        &catalogue::FILE_TRUNCATED,
        format!("The file begins like DER and is cut off or was changed on its way: {malformed}."),
        "Copy the file again, in binary mode.",
    )
    .at(place.clone())
}

pub(super) fn bytes_behind(from: usize, count: usize, place: &Place) -> Finding {
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Finding::new(
        &catalogue::BYTES_BEHIND_THE_END,
        format!("Behind the DER stand {count} bytes that are none of it."),
        "Cut them off; strict readers refuse the file.",
    )
    .at(place.clone().bytes(offset(from)..offset(from + count)))
}

/// What is wrong with the two lines around a block that could be read.
pub(super) fn markers(
    begin: &Marker,
    closing: Option<&Marker>,
    damage: &[Damage],
    place: &Place,
    place_of: impl Fn(Glyph) -> Place,
) -> Vec<Finding> {
    // What stands in front of every line stands in front of these two as well.
    let is_framed = damage.iter().any(Damage::is_around_lines);
    let counts = |damage: &MarkerDamage| !(is_framed && damage.is_position());
    let label = begin.label.as_str();
    let mut findings = Vec::new();
    let mut wrong = Vec::new();
    if let Some(damage) = begin.damage.filter(counts) {
        wrong.push((format!("the BEGIN line of {label} {}", damage.words()), place.clone()));
    }
    match closing {
        None => {
            findings.push(
                Finding::new(
                    &catalogue::MARKER_MISSING,
                    format!("The block {label} has no -----END {label}----- line, although its bytes are all there."),
                    format!("Add the line -----END {label}-----; TLS libraries refuse the file without it."),
                )
                .severity(Error)
                .at(place.clone()),
            );
        }
        Some(end) => {
            if let Some(damage) = end.damage.filter(counts) {
                let which = if wrong.is_empty() {
                    format!("the END line of {label}")
                } else {
                    "its END line".to_owned()
                };
                wrong.push((format!("{which} {}", damage.words()), place_of(end.glyph)));
            }
            if end.label != label {
                let what = format!("the block begins as \"{label}\" and ends as \"{}\"", end.label);
                wrong.push((what, place_of(end.glyph)));
            }
        }
    }
    let first = wrong.first().map(|(_, place)| place.clone());
    findings.extend(first.map(|first| {
        let words: Vec<_> = wrong.into_iter().map(|(what, _)| what).collect();
        Finding::new(&catalogue::MARKER_DAMAGED, sentence(&words.join(", and ")), REPAIR)
            .severity(Error)
            .expected(format!("-----BEGIN {label}----- and -----END {label}-----"))
            .at(first)
    }));
    findings
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

pub(super) fn begin_missing(closing: Option<&Marker>, place: &Place) -> Finding {
    let message = match closing {
        Some(end) => format!(
            "The -----BEGIN {0}----- line in front of this base64 is missing; its END line is there.",
            end.label
        ),
        None => "This is base64 without the lines -----BEGIN …----- and -----END …-----.".to_owned(),
    };
    Finding::new(&catalogue::MARKER_MISSING, message, REPAIR).severity(Error).at(place.clone())
}

pub(super) fn wrong_label(label: &str, kind: Kind, place: &Place) -> Finding {
    let Some(right) = kind.label() else { return no_label(label, kind, place) };
    // OpenSSL tries every kind of private key under the label of any.
    let is_key = |kind| matches!(kind, Kind::PrivateKey(_));
    let severity = if is_key(kind) && is_key(Kind::of_label(label)) { Warning } else { Error };
    Finding::new(
        &catalogue::WRONG_LABEL,
        format!("The block says {label}, but it holds {kind}."),
        format!("Write {right} into its BEGIN and END lines; many readers go by the label alone."),
    )
    .severity(severity)
    .expected(format!("-----BEGIN {right}-----"))
    .found(format!("-----BEGIN {label}-----"))
    .at(place.clone())
}

/// What has no form in PEM, in a block all the same: what `certutil -encode device.pfx` makes.
fn no_label(label: &str, kind: Kind, place: &Place) -> Finding {
    Finding::new(
        &catalogue::WRONG_LABEL,
        format!("The block says {label}, but it holds {kind}, which no client reads as PEM."),
        Marked(
            "Take what is inside as PEM ({do:repair}). The store itself comes out with `grep -v -e ----- FILE | openssl \
             base64 -d -out device.pfx`.",
        ),
    )
    .severity(Error)
    .expected("the certificate and the key, each as PEM")
    .found(format!("-----BEGIN {label}-----"))
    .at(place.clone())
}

pub(super) fn escaped(place: &Place) -> Finding {
    let message = "Characters are written as escapes, such as \\n or %0A; no client reads that as a file.";
    Finding::new(&catalogue::STRING_LITERAL, message, DECODED).severity(Error).at(place.clone())
}

pub(super) fn written_as_bytes(how: &str, place: &Place) -> Finding {
    Finding::new(
        &catalogue::WRITTEN_AS_NUMBERS,
        format!("The bytes are written as {how}. No client reads that as a file."),
        DECODED,
    )
    .severity(Error)
    .at(place.clone())
}

/// Whether objects stand in bytes that are more.
pub(super) fn is_of_other_bytes(finding: &Finding) -> bool {
    finding.definition == &catalogue::WRITTEN_AS_NUMBERS
}

/// One finding a family of damage, at its first place. `is_shifted` says that BEGIN or END do not stand alone on their
/// lines either.
pub(super) fn damage(
    label: &str,
    damage: &[Damage],
    is_shifted: bool,
    place_of: impl Fn(Glyph) -> Place,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let is_in_source = damage.iter().any(|one| {
        [&catalogue::STRING_LITERAL, &catalogue::CHARACTERS_BETWEEN].contains(&definition_of(one.kind))
    });
    for one in damage {
        let definition = definition_of(one.kind);
        // Lines cannot be measured with something else in them.
        if is_in_source && definition == &catalogue::BASE64_LAYOUT && one.kind != DamageKind::OddLine {
            continue;
        }
        if findings.iter().any(|finding| finding.definition == definition) {
            continue;
        }
        let family = || damage.iter().filter(|other| definition_of(other.kind) == definition);
        let words: Vec<_> = family().map(|d| words_of(*d)).collect();
        let severity = family().map(|d| severity_of(d.kind, is_shifted)).max().unwrap_or(definition.severity);
        let clients = if severity == Error { "; clients refuse it" } else { "" };
        let message = format!("The base64 of {label} can be read, but {}{clients}.", words.join(", and "));
        let next = if definition == &catalogue::STRING_LITERAL { DECODED } else { REPAIR };
        findings.push(Finding::new(definition, message, next).severity(severity).at(place_of(one.glyph)));
    }
    findings
}

/// What OpenSSL reads all the same is a warning.
const fn severity_of(kind: DamageKind, is_shifted: bool) -> Severity {
    match kind {
        DamageKind::Indented if is_shifted => Error,
        DamageKind::Indented | DamageKind::Blanks | DamageKind::LineLength | DamageKind::OddLine => Warning,
        _ => Error,
    }
}

const fn definition_of(kind: DamageKind) -> &'static Definition {
    match kind {
        DamageKind::Literal
        | DamageKind::Escaped
        | DamageKind::LostBackslash
        | DamageKind::QuotedPrintable => &catalogue::STRING_LITERAL,
        DamageKind::BlankForPlus
        | DamageKind::Invisible
        | DamageKind::Framed
        | DamageKind::Prefixed
        | DamageKind::UrlSafe
        | DamageKind::Stray => &catalogue::CHARACTERS_BETWEEN,
        DamageKind::BlankLine
        | DamageKind::Indented
        | DamageKind::Blanks
        | DamageKind::LineLength
        | DamageKind::OddLine => &catalogue::BASE64_LAYOUT,
        DamageKind::Overlong => &catalogue::BYTES_BEHIND_THE_END,
        DamageKind::Padding => &catalogue::BASE64_PADDING,
    }
}

fn words_of(damage: Damage) -> String {
    let character = damage.glyph.character;
    match damage.kind {
        DamageKind::Invisible => {
            format!("the invisible character U+{:04X} stands in it", u32::from(character))
        }
        DamageKind::Literal => "quotes or other signs of a string in source code stand in it".to_owned(),
        DamageKind::Escaped => "its line breaks are written as escapes such as \\n".to_owned(),
        DamageKind::LostBackslash => "of each \\n the backslash is lost or another sign".to_owned(),
        DamageKind::QuotedPrintable => "it is written as quoted-printable mail, with =3D for =".to_owned(),
        DamageKind::BlankForPlus => "blanks stand in place of its '+'".to_owned(),
        DamageKind::Framed | DamageKind::Prefixed => {
            "something stands in front of or behind its lines (quoting, comments, numbers)".to_owned()
        }
        DamageKind::UrlSafe => "it is the base64 of URLs, with '-' and '_'".to_owned(),
        DamageKind::Stray => format!("{} stands in it", shown(character)),
        DamageKind::BlankLine => "there are empty lines in it".to_owned(),
        DamageKind::Indented => "its lines are indented".to_owned(),
        DamageKind::Blanks => "there are blanks in its lines or at their ends".to_owned(),
        DamageKind::OddLine => format!("line {} has another length than the others", damage.glyph.line),
        DamageKind::LineLength => "its lines do not have 64 characters each".to_owned(),
        DamageKind::Overlong => "more characters stand behind the end of its bytes".to_owned(),
        DamageKind::Padding => "its '=' at the end do not fit".to_owned(),
    }
}

fn shown(character: char) -> String {
    if is_invisible(character) {
        format!("U+{:04X}", u32::from(character))
    } else {
        format!("\"{character}\"")
    }
}
