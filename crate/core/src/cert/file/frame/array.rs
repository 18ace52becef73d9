//! Arrays of numbers: each pair of brackets by itself, comments left out, in hexadecimal, decimal or octal, with the
//! casts and suffixes that languages want.

use std::ops::Range;

use super::{
    span::{blanked, is_at},
    value::{Content, Frame, Value},
};
use crate::cert::file::text::{Glyph, Octets};

/// Fewer numbers are no object.
const MIN_NUMBERS: usize = 16;

/// What stands beside a number in some language and is none of it.
const CASTS: [&str; 12] = [
    "(byte)",
    "(Byte)",
    "(sbyte)",
    "(char)",
    "(unsigned char)",
    "(uint8_t)",
    "(int8_t)",
    "(u8)",
    ".toByte()",
    "as u8",
    ".toUByte()",
    "(byte) ",
];

/// All arrays of bytes. One that holds something else among its numbers ends there.
pub(super) fn find(glyphs: &[Glyph], comments: &[Range<usize>]) -> Vec<Value> {
    let mut cleared = blanked(glyphs, comments);
    clear_casts(&mut cleared);
    let mut values = Vec::new();
    let mut open = None;
    for (index, glyph) in cleared.iter().enumerate() {
        match glyph.character {
            '{' | '[' | '(' => open = Some(index),
            '}' | ']' | ')' => {
                if let Some(start) = open.take() {
                    values.extend(list(&cleared, start + 1, index).map(|octets| Value {
                        content: Content::Octets(octets),
                        span: start..index + 1,
                        frame: Frame::Array,
                        joints: Vec::new(),
                    }));
                }
            }
            _ => {}
        }
    }
    values
}

fn clear_casts(glyphs: &mut [Glyph]) {
    for at in 0..glyphs.len() {
        if !glyphs.get(at).is_some_and(|glyph| matches!(glyph.character, '(' | '.' | 'a')) {
            continue;
        }
        for cast in CASTS {
            if is_at(glyphs, at, cast) {
                for glyph in glyphs.get_mut(at..at + cast.chars().count()).unwrap_or_default() {
                    glyph.character = ' ';
                }
            }
        }
    }
}

/// The numbers of a list; `None` if it is no list of bytes.
fn list(glyphs: &[Glyph], start: usize, end: usize) -> Option<Octets> {
    let range = glyphs.get(start..end)?;
    // Cheap, before the list is cut up.
    if range.len() < 2 * MIN_NUMBERS {
        return None;
    }
    let tokens = tokens(range);
    if tokens.len() < MIN_NUMBERS {
        return None;
    }
    let has_leading_zero =
        |token: &[Glyph]| matches!(token, [a, b, ..] if a.character == '0' && b.character.is_ascii_digit());
    let is_octal = tokens.iter().any(|token| has_leading_zero(token))
        && tokens
            .iter()
            .filter(|token| has_leading_zero(token))
            .all(|token| token.iter().all(|g| g.character.is_digit(8)));
    let mut octets = Octets::with_capacity(tokens.len());
    for token in &tokens {
        let first = token.first()?;
        match number(token, is_octal) {
            Some(byte) => octets.push(byte, *first),
            // Something that is no number: the bytes up to it are an object or begin like one, or this is no list.
            None => {
                octets.bad = (octets.bytes.len() >= 4).then_some(*first);
                octets.bad?;
                break;
            }
        }
    }
    Some(octets)
}

/// What stands between commas and blanks; a quoted character is one.
fn tokens(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    let separates = |c: char| c == ',' || c == ';' || c.is_whitespace();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if separates(glyph.character) {
            at += 1;
            continue;
        }
        let rest = glyphs.get(at..).unwrap_or_default();
        let length = match rest {
            [q, e, _, z, ..] if q.character == '\'' && e.character == '\\' && z.character == '\'' => 4,
            [q, _, z, ..] if q.character == '\'' && z.character == '\'' => 3,
            _ => rest.iter().take_while(|glyph| !separates(glyph.character)).count().max(1),
        };
        tokens.extend(rest.get(..length));
        at += length;
    }
    tokens
}

fn number(token: &[Glyph], is_octal: bool) -> Option<u8> {
    let text: String = token.iter().take(12).map(|glyph| glyph.character).collect();
    if let Some(character) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        let mut characters = character.chars();
        return match (characters.next()?, characters.next()) {
            ('\\', Some('n')) => Some(b'\n'),
            ('\\', Some('r')) => Some(b'\r'),
            ('\\', Some('0')) => Some(0),
            ('\\', Some('t')) => Some(b'\t'),
            ('\\', Some(other)) | (other, None) => u8::try_from(other).ok(),
            _ => None,
        };
    }
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.as_str()),
    };
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match lower.strip_prefix("0x").or_else(|| lower.strip_prefix("\\x")) {
        Some(digits) => (digits, 16),
        None if is_octal && lower.len() > 1 && lower.starts_with('0') => (lower.as_str(), 8),
        None => (lower.as_str(), 10),
    };
    let digits = digits.strip_suffix("u8").unwrap_or(digits).trim_end_matches(['u', 'l']);
    let value = i32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['+', '-']))?;
    match value {
        0..=255 if !is_negative => u8::try_from(value).ok(),
        1..=128 if is_negative => u8::try_from(256 - value).ok(),
        _ => None,
    }
}
