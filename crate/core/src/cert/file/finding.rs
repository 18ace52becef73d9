//! What can be wrong with a file before anyone asks what it is for.

mod frame;
mod size;

use std::fmt;

pub(super) use self::frame::{
    changed_array, conflict, cut_array, encoding_changes, frame, in_comment, is_foreign, joints, no_number,
    wide_forms,
};
pub(super) use self::size::too_large;
pub(in crate::cert) use self::size::too_many;
use super::{
    body::{Broken, Damage, DamageKind, LineFault},
    foreign::Foreign,
    marker::{Marker, MarkerDamage},
    text::Glyph,
};
use crate::{
    cert::der::{Malformed, hex, kind::Kind},
    finding::{
        Definition, Finding, Place,
        Severity::{self, Error, Warning},
        catalogue, say,
    },
    text::is_invisible,
};

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
    &catalogue::WRITTEN_OTHERWISE,
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
    let finding = match &place.path {
        Some(path) => say::FileUnreadable::Named { path, why: &reason }.finding(),
        None => say::FileUnreadable::Unnamed { why: &reason }.finding(),
    };
    finding.at(place)
}

pub(super) fn empty(place: &Place) -> Finding {
    say::FileEmpty::File.finding().at(place.clone())
}

pub(super) fn not_recognised(bytes: &[u8], place: &Place) -> Finding {
    let start = bytes.get(..bytes.len().min(8)).unwrap_or_default();
    let text: String = String::from_utf8_lossy(bytes).trim().chars().take(8).collect();
    let is_text = !text.chars().any(|it| it == char::REPLACEMENT_CHARACTER || it.is_control());
    let start =
        if is_text { format!("\"{}\"", text.escape_debug()) } else { format!("the bytes {}", hex(start)) };
    say::FileNotRecognised::Unknown { start: &start }.finding().at(place.clone())
}

/// Whether it says that lines of PEM are named.
pub(super) fn is_mention(finding: &Finding) -> bool {
    finding.definition == &catalogue::FILE_NOT_RECOGNISED
}

pub(super) fn mentioned(place: &Place) -> Finding {
    say::FileNotRecognised::Mentioned.finding().at(place.clone())
}

pub(super) fn foreign(foreign: &Foreign<'_>, place: &Place) -> Finding {
    foreign.finding().at(place.clone())
}

pub(super) fn encoding(encoding: &str, place: &Place) -> Finding {
    let finding = if encoding.starts_with("UTF-16") || encoding.starts_with("UTF-32") {
        say::TextEncoding::Wide { encoding: &encoding }.finding().severity(Error)
    } else {
        say::TextEncoding::Narrow { encoding: &encoding }.finding().severity(Warning)
    };
    finding.at(place.clone().line(1))
}

pub(super) fn carriage_returns(place: &Place) -> Finding {
    say::Base64Layout::CarriageReturns.finding().severity(Error).at(place.clone().line(1))
}

pub(super) fn headers(label: &str, place: &Place) -> Finding {
    say::CharactersBetween::Headers { label: &label }.finding().severity(Error).at(place.clone())
}

/// What a body that could not be read is.
pub(super) fn broken(
    label: &str,
    broken: &Broken,
    place: &Place,
    place_of: impl Fn(Glyph) -> Place,
) -> Finding {
    let label = &label;
    match broken {
        Broken::Empty => say::FileTruncated::Empty { label }.finding().at(place.clone()),
        Broken::Cut(why) => say::FileTruncated::Cut { label, why }.finding().at(place.clone()),
        Broken::Stray(glyph) => {
            let (line, column, character) = (&glyph.line, &glyph.column, &shown(glyph.character));
            say::BadBase64::Stray { label, line, column, character }.finding().at(place_of(*glyph))
        }
        Broken::Misfit { announced, present } => {
            say::Base64HasWrongLength::Misfit { label, announced, present }.finding().at(place.clone())
        }
        Broken::Placeholder(glyph) => {
            say::FileTruncated::Placeholder { label, line: &glyph.line }.finding().at(place_of(*glyph))
        }
        Broken::Line { glyph, fault } => {
            let what = &fault_of(glyph.line, *fault);
            say::Base64HasWrongLength::Line { label, what }.finding().at(place_of(*glyph))
        }
        Broken::NotDer(why) => say::NotDer::Block { label, why }.finding().at(place.clone()),
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
            "its last line, line {line}, has {length} characters, and others were lost or added in it. All lines before it \
             have one length"
        ),
        LineFault::Twice => format!("line {line} is the line before it once more"),
        LineFault::Added => format!("line {line} does not belong there"),
        LineFault::Lost { until } if until <= line => format!("a line is missing in front of line {line}"),
        LineFault::Lost { until } => format!(
            "a line is missing in front of one of the lines {line} to {until}. Nothing tells which, since lines there hold \
             numbers only"
        ),
        LineFault::Swapped => format!("line {line} and the line behind it have changed places"),
    }
}

pub(super) fn cut_der(malformed: Malformed, place: &Place) -> Finding {
    say::FileTruncated::Der { why: &malformed }.finding().at(place.clone())
}

pub(super) fn bytes_behind(from: usize, count: usize, place: &Place) -> Finding {
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let finding = say::BytesBehindTheEnd::Bytes { count: &count }.finding();
    finding.at(place.clone().bytes(offset(from)..offset(from + count)))
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
            findings
                .push(say::MarkerMissing::End { label: &label }.finding().severity(Error).at(place.clone()));
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
        let what = capital(&words.join(", and "));
        say::MarkerDamaged { what: &what, label: &label }.finding().severity(Error).at(first)
    }));
    findings
}

/// With a capital letter.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().collect();
    first + letters.as_str()
}

pub(super) fn begin_missing(closing: Option<&Marker>, place: &Place) -> Finding {
    let finding = match closing {
        Some(end) => say::MarkerMissing::Begin { label: &end.label }.finding(),
        None => say::MarkerMissing::Both.finding(),
    };
    finding.severity(Error).at(place.clone())
}

pub(super) fn wrong_label(label: &str, kind: Kind, place: &Place) -> Finding {
    let Some(right) = kind.label() else { return no_label(label, kind, place) };
    // OpenSSL tries every kind of private key under the label of any.
    let is_key = |kind| matches!(kind, Kind::PrivateKey(_));
    let severity = if is_key(kind) && is_key(Kind::of_label(label)) { Warning } else { Error };
    let finding = say::WrongLabel::Other { label: &label, what: &kind, right: &right }.finding();
    finding.severity(severity).at(place.clone())
}

/// What has no form in PEM, in a block all the same: what `certutil -encode device.pfx` makes.
fn no_label(label: &str, kind: Kind, place: &Place) -> Finding {
    say::WrongLabel::Store { label: &label, what: &kind }.finding().severity(Error).at(place.clone())
}

pub(super) fn escaped(place: &Place) -> Finding {
    say::StringLiteral::Escapes.finding().severity(Error).at(place.clone())
}

pub(super) fn written_as_bytes(how: &str, place: &Place) -> Finding {
    say::WrittenOtherwise::Bytes { how: &how }.finding().severity(Error).at(place.clone())
}

/// Whether objects stand in bytes that are more.
pub(super) fn is_of_other_bytes(finding: &Finding) -> bool {
    finding.definition == &catalogue::WRITTEN_OTHERWISE
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
        let finding = damaged(definition, &label, &words.join(", and "), severity == Error);
        findings.push(finding.severity(severity).at(place_of(one.glyph)));
    }
    findings
}

/// What is told of one kind of damage.
fn damaged(
    definition: &'static Definition,
    label: &dyn fmt::Display,
    what: &dyn fmt::Display,
    is_refused: bool,
) -> Finding {
    match (definition, is_refused) {
        (it, true) if it == &catalogue::STRING_LITERAL => {
            say::StringLiteral::Refused { label, what }.finding()
        }
        (it, false) if it == &catalogue::STRING_LITERAL => {
            say::StringLiteral::Damaged { label, what }.finding()
        }
        (it, true) if it == &catalogue::CHARACTERS_BETWEEN => {
            say::CharactersBetween::Refused { label, what }.finding()
        }
        (it, false) if it == &catalogue::CHARACTERS_BETWEEN => {
            say::CharactersBetween::Damaged { label, what }.finding()
        }
        (it, true) if it == &catalogue::BASE64_PADDING => {
            say::Base64Padding::Refused { label, what }.finding()
        }
        (it, false) if it == &catalogue::BASE64_PADDING => {
            say::Base64Padding::Damaged { label, what }.finding()
        }
        (it, true) if it == &catalogue::BYTES_BEHIND_THE_END => {
            say::BytesBehindTheEnd::Refused { label, what }.finding()
        }
        (it, false) if it == &catalogue::BYTES_BEHIND_THE_END => {
            say::BytesBehindTheEnd::Damaged { label, what }.finding()
        }
        (_, true) => say::Base64Layout::Refused { label, what }.finding(),
        (_, false) => say::Base64Layout::Damaged { label, what }.finding(),
    }
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
