//! From the characters between two markers, or from anywhere, to DER: guided by the length that DER announces.
//!
//! What a person or a program put between the characters of base64 (indentation, quotes, line numbers, mail
//! quoting, invisible spaces) is not known beforehand. So there are several [`Reading`]s of the same characters, from
//! the plainest to the boldest, and one is right when its bytes are exactly the DER that they announce, well-formed
//! to the innermost element. That leaves no room for a lost or an added byte.

mod source;

use zeroize::Zeroizing;

use self::source::Source;
use super::{
    base64::value,
    text::{Glyph, Octets},
};
use crate::cert::der::{Element, Elements, Malformed, Problem, ber};

/// Whole DER, as it was read out of a run of characters.
pub(super) struct Whole {
    /// One or more elements, nothing behind them.
    pub(super) der: Zeroizing<Vec<u8>>,
    /// What had to be overlooked; nothing for base64 in lines of 64.
    pub(super) damage: Vec<Damage>,
    /// Index behind the last glyph that was needed.
    pub(super) end: usize,
}

/// Why a run of characters cannot be read.
pub(super) enum Broken {
    /// No character of base64.
    Empty,
    /// The base64 is fine and its bytes end too early.
    Cut(Malformed),
    /// A character that base64 does not have, and the bytes do not come out right without it either.
    Stray(Glyph),
    /// More or fewer characters than the DER announces, without a place that would tell which.
    Misfit {
        /// Bytes that the DER announces.
        announced: usize,
        /// Bytes that are there.
        present: usize,
    },
    /// The bytes are no DER.
    NotDer(Malformed),
}

/// Something that is not plain base64 in lines, and where it is seen first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) kind: DamageKind,
    pub(super) glyph: Glyph,
}

impl Damage {
    /// Whether something stands in front of or behind the lines, so that BEGIN and END do not stand alone either.
    pub(super) const fn is_around_lines(&self) -> bool {
        matches!(
            self.kind,
            DamageKind::Literal
                | DamageKind::Escaped
                | DamageKind::LostBackslash
                | DamageKind::Framed
                | DamageKind::Stray
                | DamageKind::Indented
        )
    }

    /// Whether only lines and padding are not as they should be.
    pub(super) const fn is_layout(&self) -> bool {
        matches!(
            self.kind,
            DamageKind::BlankLine
                | DamageKind::Indented
                | DamageKind::Blanks
                | DamageKind::LineLength
                | DamageKind::Padding
        )
    }
}

/// What had to be overlooked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DamageKind {
    /// Characters that have no width or look like a space.
    Invisible,
    /// Quotes, commas, brackets: a string of some programming language.
    Literal,
    /// Characters in front of or behind each line: quoting, comments, line numbers.
    Framed,
    /// Base64 for URLs, with `-` and `_`.
    UrlSafe,
    /// Quoted-printable mail: `=3D` for `=`.
    QuotedPrintable,
    /// Blanks in place of `+`, as a form that is not encoded leaves them.
    BlankForPlus,
    /// The `n` of `\n`, its backslash lost.
    LostBackslash,
    /// Line breaks and others as escapes.
    Escaped,
    /// Other characters in between.
    Stray,
    /// Empty lines between the lines.
    BlankLine,
    /// Blanks in front of a line.
    Indented,
    /// Blanks behind or inside a line.
    Blanks,
    /// Lines that have not the length of the others, or are too long.
    LineLength,
    /// More characters behind the end of the DER.
    Overlong,
    /// Padding that does not fit.
    Padding,
}

/// One way to pick the characters of base64 out of a text: their values, and the indices of their glyphs.
type Reading = Vec<(u32, usize)>;

/// Reads glyphs `range` of `glyphs`.
pub(super) fn read(glyphs: &[Glyph], start: usize, end: usize) -> Result<Whole, Broken> {
    let source = Source::new(glyphs, start, end);
    let plain = source.plain();
    if plain.is_empty() {
        return Err(Broken::Empty);
    }
    let mut best_excess = None;
    for (reading, kind) in source.readings(plain.clone()) {
        let bytes = bytes_of(&reading);
        match fit(&bytes) {
            Fit::Exact => return Ok(source.whole(&reading, bytes, kind)),
            Fit::Excess(needed) if best_excess.is_none() => best_excess = Some((reading, needed)),
            _ => {}
        }
    }
    if let Some((reading, needed)) = best_excess
        && let Some(whole) = source.whole_at_boundary(&reading, needed)
    {
        return Ok(whole);
    }
    for reading in source.lines_of_one_length() {
        let bytes = bytes_of(&reading);
        if matches!(fit(&bytes), Fit::Exact) {
            return Ok(source.whole(&reading, bytes, Some(DamageKind::Framed)));
        }
    }
    // Nothing is lost or added, the certificate itself is malformed inside: that is for its reader to say.
    let bytes = bytes_of(&plain);
    if Element::read(&bytes, 0).is_ok_and(|element| element.tag == 0x30 && element.bytes.len() == bytes.len())
    {
        let damage = source.damage(&plain);
        if !damage.iter().any(|damage| damage.kind == DamageKind::Stray) {
            let end = plain.last().map_or(start, |&(_, index)| index + 1);
            return Ok(Whole { der: bytes, damage, end });
        }
    }
    Err(source.failure(&plain))
}

/// How far base64 that begins here can reach, by the length that its first bytes announce; four times as many
/// characters in between are allowed for.
pub(super) fn reach(glyphs: &[Glyph], start: usize, end: usize) -> usize {
    const HEADER: usize = 8;
    let range = glyphs.get(start..end.min(glyphs.len())).unwrap_or_default();
    let digits: Reading =
        range.iter().filter_map(|glyph| Some((value(glyph.character)?, start))).take(HEADER).collect();
    let announced = match Element::read(&bytes_of(&digits), 0) {
        Err(Malformed { problem: Problem::ContentCut { declared, .. }, .. }) => declared + HEADER,
        _ => HEADER,
    };
    end.min(start + 5 * characters_for(announced) + 1024)
}

/// How bytes compare with the DER that they begin with.
enum Fit {
    Exact,
    /// Whole DER of this many bytes, and more behind it.
    Excess(usize),
    No,
}

fn fit(bytes: &[u8]) -> Fit {
    if bytes.starts_with(&[0x30, 0x80]) && ber::to_definite(bytes).is_some() {
        return Fit::Exact;
    }
    let Ok(first) = Element::read(bytes, 0) else { return Fit::No };
    if !matches!(first.tag, 0x30 | 0x06) || !is_well_formed(&first, MAX_DEPTH) {
        return Fit::No;
    }
    if first.bytes.len() == bytes.len() {
        return Fit::Exact;
    }
    // OpenSSL's TRUSTED CERTIFICATE has a second element behind the certificate.
    let all = Elements::new(bytes)
        .all(|element| element.is_ok_and(|e| e.tag == 0x30 && is_well_formed(&e, MAX_DEPTH)));
    if all { Fit::Exact } else { Fit::Excess(first.bytes.len()) }
}

/// Deeper than any certificate or key.
const MAX_DEPTH: u32 = 24;

/// Whether everything inside is made of whole elements.
pub(super) fn is_well_formed(element: &Element<'_>, depth: u32) -> bool {
    !element.is_constructed()
        || depth > 0
            && element.children().all(|child| child.is_ok_and(|child| is_well_formed(&child, depth - 1)))
}

fn bytes_of(reading: &[(u32, usize)]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(reading.len() / 4 * 3 + 3));
    let (mut accumulator, mut bits) = (0_u32, 0_u32);
    for &(digit, _) in reading {
        accumulator = (accumulator << 6) | digit;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (accumulator >> bits).to_be_bytes();
            out.push(byte);
            accumulator &= (1 << bits) - 1;
        }
    }
    out
}

/// The bytes of all characters of base64 in a range, whatever else is there.
pub(super) fn raw(glyphs: &[Glyph], start: usize, end: usize) -> Zeroizing<Vec<u8>> {
    let range = glyphs.get(start..end.min(glyphs.len())).unwrap_or_default();
    bytes_of(
        &range
            .iter()
            .zip(start..)
            .filter_map(|(glyph, index)| Some((value(glyph.character)?, index)))
            .collect::<Vec<_>>(),
    )
}

/// The same with the place of each byte; the base64 of URLs counts where there is no other.
pub(super) fn octets(glyphs: &[Glyph], start: usize, end: usize) -> Octets {
    let range = glyphs.get(start..end.min(glyphs.len())).unwrap_or_default();
    let is_plain = range.iter().any(|glyph| matches!(glyph.character, '+' | '/'));
    let digit = |character| match character {
        '-' if !is_plain => Some(62),
        '_' if !is_plain => Some(63),
        other => value(other),
    };
    let reading: Reading = range
        .iter()
        .zip(start..)
        .filter_map(|(glyph, index)| Some((digit(glyph.character)?, index)))
        .collect();
    let bytes = bytes_of(&reading);
    let place = |byte: usize| reading.get(byte * 8 / 6).and_then(|&(_, index)| glyphs.get(index)).copied();
    let glyphs = (0..bytes.len()).filter_map(place).collect();
    Octets { bytes, glyphs, bad: None }
}

/// Characters of base64 that `bytes` bytes need, padding left out.
const fn characters_for(bytes: usize) -> usize {
    (bytes * 8).div_ceil(6)
}
