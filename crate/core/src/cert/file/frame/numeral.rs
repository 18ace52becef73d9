//! Bytes in one long number: `0x3082…` of SQL, `[3082…]` of a device tree.

use std::ops::Range;

use super::{
    language::Language,
    span::is_at,
    value::{Content, Frame, Value},
};
use crate::cert::{
    der::Element,
    file::text::{Glyph, Octets},
};

/// Shorter ones are numbers.
const MIN_DIGITS: usize = 64;

/// Those that are an object and nothing else, in one number or in several that a program joins. What is shown of memory
/// and packets can look alike, so that the text has to be a program or a setting.
pub(super) fn find(glyphs: &[Glyph], language: Language) -> Vec<Value> {
    let is_script = matches!(language, Language::Script(_));
    let mut values = Vec::new();
    let mut at = 0;
    while at < glyphs.len() {
        let start = at;
        at += 1;
        if is_script && is_at(glyphs, start, "0x") {
            let mut parts = vec![digits(glyphs, start + 2)];
            while let Some(next) = parts.last().and_then(|part| next(glyphs, part.end)) {
                parts.push(digits(glyphs, next));
            }
            at = parts.last().map_or(at, |part| part.end.max(at));
            values.extend(object(glyphs, &parts, start..at));
        } else if is_at(glyphs, start, "[") && is_set(glyphs, start) {
            let part = digits(glyphs, start + 1);
            at = part.end;
            if is_at(glyphs, at, "]") {
                values.extend(object(glyphs, &[part], start..at));
            }
        }
    }
    values
}

/// The digits from an index on.
fn digits(glyphs: &[Glyph], from: usize) -> Range<usize> {
    let is_digit = |glyph: &&Glyph| glyph.character.is_ascii_hexdigit();
    from..from + glyphs.get(from..).unwrap_or_default().iter().take_while(is_digit).count()
}

/// Where the digits of the number begin that a sign joins to the one that ends at an index.
fn next(glyphs: &[Glyph], end: usize) -> Option<usize> {
    let joins = |glyph: &&Glyph| glyph.character.is_whitespace() || matches!(glyph.character, '+' | '|');
    let rest = glyphs.get(end..)?;
    let gap = rest.iter().take_while(joins).count();
    let has_sign = rest.iter().take(gap).any(|glyph| !glyph.character.is_whitespace());
    (has_sign && is_at(glyphs, end + gap, "0x")).then_some(end + gap + 2)
}

/// Whether a sign of equality stands in front of an index, blanks aside.
fn is_set(glyphs: &[Glyph], at: usize) -> bool {
    let before = glyphs.get(..at).unwrap_or_default();
    let last = before.iter().rev().map(|glyph| glyph.character).find(|c| !c.is_whitespace());
    last == Some('=')
}

fn object(glyphs: &[Glyph], parts: &[Range<usize>], span: Range<usize>) -> Option<Value> {
    let count = parts.iter().map(Range::len).sum::<usize>();
    if count < MIN_DIGITS {
        return None;
    }
    let mut octets = Octets::with_capacity(count / 2);
    for part in parts {
        let (pairs, rest) = glyphs.get(part.clone())?.as_chunks::<2>();
        for [high, low] in pairs {
            let byte = high.character.to_digit(16)? << 4 | low.character.to_digit(16)?;
            octets.push(u8::try_from(byte).ok()?, *high);
        }
        if !rest.is_empty() {
            return None;
        }
    }
    let is_whole = Element::read(&octets.bytes, 0).is_ok_and(|it| it.bytes.len() == octets.bytes.len());
    is_whole.then_some(Value {
        content: Content::Octets(octets),
        span,
        frame: Frame::Array,
        joints: Vec::new(),
    })
}
