//! From the characters between two markers, or from anywhere, to DER: guided by the length that DER announces.
//!
//! What a person or a program put between the characters of base64 (indentation, quotes, line numbers, mail
//! quoting, invisible spaces) is not known beforehand. So there are several [`Reading`]s of the same characters, from
//! the plainest to the boldest, and one is right when its bytes are exactly the DER that they announce, well-formed
//! to the innermost element. That leaves no room for a lost or an added byte.

mod diagnosis;
mod layout;
mod pick;
mod reading;
mod source;
mod well_formed;

use zeroize::Zeroizing;

pub(super) use self::{
    reading::{Broken, Damage, DamageKind, LineFault, Whole},
    well_formed::is_well_formed,
};
use self::{
    reading::{Reading, bytes_of, characters_for},
    source::Source,
};
use super::{
    base64::value,
    text::{Glyph, Octets},
};
use crate::cert::der::{Element, Elements, Malformed, Problem, ber};

/// Reads the glyphs from `start` to `end`.
pub(super) fn read(glyphs: &[Glyph], start: usize, end: usize) -> Result<Whole, Broken> {
    let source = Source::new(glyphs, start, end);
    let plain = source.plain();
    if plain.is_empty() {
        return Err(diagnosis::placeholder(&source).unwrap_or(Broken::Empty));
    }
    fitting(&source, &plain).map_err(|broken| broken.unwrap_or_else(|| failure(&source, &plain)))
}

/// The same where nobody asks why it cannot be read.
pub(super) fn read_whole(glyphs: &[Glyph], start: usize, end: usize) -> Option<Whole> {
    let source = Source::new(glyphs, start, end);
    let plain = source.plain();
    if plain.is_empty() { None } else { fitting(&source, &plain).ok() }
}

/// What the characters come to, or what was wrong with them where that came to light.
fn fitting(source: &Source<'_>, plain: &Reading) -> Result<Whole, Option<Broken>> {
    if source.is_long() {
        return fitting_as_it_is(source, plain).ok_or(None);
    }
    let mut best_excess = None;
    // Which word of a line is meant is a guess: two that fit and differ are none.
    let mut framed: Vec<(Reading, Zeroizing<Vec<u8>>)> = Vec::new();
    for (reading, kind) in source.readings(plain.clone()) {
        let bytes = bytes_of(&reading);
        // One character behind groups of four is none of base64: it came in somewhere, and what stands behind it is
        // not what it was. Behind what fits may stand anything.
        let has_odd_end = reading.len() % 4 == 1;
        match fit(&bytes) {
            Fit::Exact if has_odd_end => {}
            Fit::Exact if kind == Some(DamageKind::Framed) => framed.push((reading, bytes)),
            Fit::Exact if framed.is_empty() => return Ok(source.whole(&reading, bytes, kind)),
            Fit::Excess(needed) if best_excess.is_none() => best_excess = Some((reading, needed)),
            _ => {}
        }
    }
    if let Some((first, others)) = framed.split_first() {
        return if others.iter().all(|(_, bytes)| *bytes == first.1) {
            Ok(source.whole(&first.0, first.1.clone(), Some(DamageKind::Framed)))
        } else {
            Err(None)
        };
    }
    if let Some((reading, needed)) = best_excess
        && let Some(whole) = source.whole_at_boundary(&reading, needed)
    {
        return Ok(whole);
    }
    for reading in source.lines_of_one_length() {
        let bytes = bytes_of(&reading);
        if reading.len() % 4 != 1 && matches!(fit(&bytes), Fit::Exact) {
            return Ok(source.whole(&reading, bytes, Some(DamageKind::Framed)));
        }
    }
    // Nothing is lost or added, the certificate itself is malformed inside: that is for its reader to say.
    let bytes = bytes_of(plain);
    if plain.len() % 4 != 1
        && Element::read(&bytes, 0)
            .is_ok_and(|element| element.tag == 0x30 && element.bytes.len() == bytes.len())
    {
        let damage = source.damage(plain);
        if let Some(swapped @ Broken::Line { fault: LineFault::Swapped, .. }) = diagnosis::line(source, plain)
        {
            return Err(Some(swapped));
        }
        if !damage.iter().any(|damage| damage.kind == DamageKind::Stray) {
            let end = plain.last().map_or(source.start, |&(_, index)| index + 1);
            return Ok(Whole { der: bytes, damage, end });
        }
    }
    Err(None)
}

/// The same of a long text, for which every other reading takes too long.
fn fitting_as_it_is(source: &Source<'_>, plain: &Reading) -> Option<Whole> {
    let bytes = bytes_of(plain);
    match fit(&bytes) {
        Fit::Exact if plain.len() % 4 != 1 => Some(source.whole(plain, bytes, None)),
        Fit::Excess(needed) => source.whole_at_boundary(plain, needed),
        _ => None,
    }
}

/// Reads what is encrypted in blocks of so many octets. No byte of it tells whether it is whole: base64 with nothing in
/// between is taken as it is, and else the longest reading that has whole blocks, in lines of one length.
pub(super) fn read_opaque(glyphs: &[Glyph], start: usize, end: usize, block: usize) -> Result<Whole, Broken> {
    let source = Source::new(glyphs, start, end);
    let plain = source.plain();
    if plain.is_empty() {
        return Err(Broken::Empty);
    }
    let is_whole = |reading: &Reading| {
        let bytes = reading.len() * 6 / 8;
        reading.len() % 4 != 1 && bytes.is_multiple_of(block) && bytes > 0
    };
    if is_whole(&plain) && source.has_base64_only() {
        let bytes = bytes_of(&plain);
        return Ok(source.whole(&plain, bytes, None));
    }
    // OpenSSL writes lines of 64; of several whose padding fits, what leaves the most is least likely to have lost
    // something.
    let readings = (!source.is_long()).then(|| source.readings(plain.clone())).into_iter().flatten();
    let framed = readings.filter(|(reading, _)| is_whole(reading));
    let framed = framed.filter_map(|(reading, kind)| {
        let width = diagnosis::regular_width(&source, &reading)?;
        let is_prefixed = kind == Some(DamageKind::Prefixed);
        let is_padded = source.is_padded(&reading);
        Some(((width == 64, width.is_multiple_of(4), is_padded, reading.len(), is_prefixed), reading, kind))
    });
    if let Some((_, reading, kind)) = framed.max_by_key(|(rank, ..)| *rank) {
        let bytes = bytes_of(&reading);
        return Ok(source.whole(&reading, bytes, kind));
    }
    Err(diagnosis::placeholder(&source).or_else(|| diagnosis::line(&source, &plain)).unwrap_or(
        Broken::Misfit { announced: plain.len() * 6 / 8 / block * block, present: plain.len() * 6 / 8 },
    ))
}

/// Why nothing fits: what somebody wrote in place of base64, a character that is none, the line that differs.
fn failure(source: &Source<'_>, plain: &Reading) -> Broken {
    if source.is_long() {
        return source.failure(plain);
    }
    let diagnosed = diagnosis::placeholder(source).or_else(|| diagnosis::line(source, plain));
    match source.failure(plain) {
        // A sign of a frame is what all lines have; one that only some have is the damage.
        stray @ Broken::Stray(_) => match (diagnosed, source.rare_stray()) {
            (Some(placeholder @ Broken::Placeholder(_)), _) => placeholder,
            (_, Some(rare)) => Broken::Stray(rare),
            (Some(line), None) => line,
            (None, None) => stray,
        },
        broken => diagnosed.unwrap_or(broken),
    }
}

/// How far base64 that begins here can reach, by the length that its first bytes announce; four times as many
/// characters in between are allowed for.
pub(super) fn reach(glyphs: &[Glyph], start: usize, end: usize) -> usize {
    const HEADER: usize = 8;
    /// What BER without a length may have: a store that NSS wrote.
    const INDEFINITE: usize = 16 * 1024;
    let range = glyphs.get(start..end.min(glyphs.len())).unwrap_or_default();
    let digits: Reading =
        range.iter().filter_map(|glyph| Some((value(glyph.character)?, start))).take(HEADER).collect();
    let announced = match Element::read(&bytes_of(&digits), 0) {
        Err(Malformed { problem: Problem::ContentCut { declared, .. }, .. }) => declared + HEADER,
        Err(Malformed { problem: Problem::IndefiniteLength, .. }) => INDEFINITE,
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

/// The bytes of all characters of base64 in a range, whatever else is there, with the place of each; the base64 of URLs counts where there is no other.
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
    let place = |byte: usize| {
        reading.get(byte * 8 / 6).and_then(|&(_, index)| glyphs.get(index)).map(|it| it.place())
    };
    let glyphs = (0..bytes.len()).filter_map(place).collect();
    Octets { bytes: bytes.into(), glyphs, bad: None }
}
