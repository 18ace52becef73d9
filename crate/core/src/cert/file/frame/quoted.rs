//! Strings in strings whose outer one has no quotes of its own, or doubles those of the inner one: `-DCERT=\"…\"` of compiler
//! flags, a formula in a cell of a table.

use std::ops::Range;

use super::{
    span::is_at,
    value::{Content, Frame, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// More slashes are no string in a string.
const MOST_SLASHES: usize = 7;

/// All of them.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    let quotes = (0..glyphs.len()).filter(|&at| is_at(glyphs, at, "\"-----BEGIN "));
    let mut values: Vec<Value> = Vec::new();
    for quote in quotes {
        if values.last().is_none_or(|value| value.span.end <= quote) {
            values.extend(escaped(glyphs, quote).or_else(|| cell(glyphs, quote)));
        }
    }
    values
}

fn slashes_before(glyphs: &[Glyph], at: usize) -> usize {
    let before = glyphs.get(..at).unwrap_or_default();
    before.iter().rev().take(MOST_SLASHES + 1).take_while(|glyph| glyph.character == '\\').count()
}

/// A string whose quotes are escaped, and so its escapes once more: `\"…\\n…\"`.
fn escaped(glyphs: &[Glyph], quote: usize) -> Option<Value> {
    let depth = slashes_before(glyphs, quote);
    if !(1..=MOST_SLASHES).contains(&depth) {
        return None;
    }
    let is_quote = |at: &usize| is_at(glyphs, *at, "\"");
    let end = (quote + 1..glyphs.len()).find(is_quote).filter(|&end| slashes_before(glyphs, end) == depth)?;
    let mut content = Wiped::default();
    let mut at = quote + 1;
    while let Some(glyph) = glyphs.get(at).filter(|_| at < end - depth) {
        let rest = glyphs.get(at..).unwrap_or_default();
        let slashes = rest.iter().take_while(|glyph| glyph.character == '\\').count();
        // Each string around doubles them.
        let meant = match rest.get(slashes).map(|glyph| glyph.character) {
            Some('n') if slashes == depth + 1 => Some('\n'),
            Some('r') if slashes == depth + 1 => Some('\r'),
            _ => None,
        };
        match meant {
            Some(character) => content.push(Glyph { character, ..*glyph }),
            None => content.extend_from_slice(rest.get(..slashes.max(1)).unwrap_or_default()),
        }
        at += if meant.is_some() { slashes + 1 } else { slashes.max(1) };
    }
    Some(value(content, quote - depth..end + 1))
}

/// A cell of a table that has quotes inside, each of them doubled: RFC 4180 section 2.
fn cell(glyphs: &[Glyph], quote: usize) -> Option<Value> {
    const LONGEST_START: usize = 400;
    const LONGEST: usize = 1 << 16;
    let inner = quote.checked_sub(1).filter(|&at| is_at(glyphs, at, "\""))?;
    let is_start = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| glyphs.get(before)).map(|glyph| glyph.character);
        is_at(glyphs, *at, "\"") && matches!(before, None | Some('\n' | '\r' | ',' | ';' | '\t' | '|'))
    };
    let start = (inner.saturating_sub(LONGEST_START)..inner).rev().find(is_start)?;
    let mut content = Wiped::default();
    let mut at = start + 1;
    while let Some(glyph) = glyphs.get(at).filter(|_| content.len() < LONGEST) {
        match (glyph.character, glyphs.get(at + 1).map(|next| next.character)) {
            ('"', Some('"')) => at += 2,
            ('"', None | Some('\n' | '\r' | ',' | ';' | '\t' | '|')) => {
                return Some(value(content, start..at + 1));
            }
            ('"', Some(_)) => return None,
            _ => at += 1,
        }
        content.push(*glyph);
    }
    None
}

const fn value(content: Wiped<Glyph>, span: Range<usize>) -> Value {
    Value { content: Content::Text(content), span, frame: Frame::Literal, joints: Vec::new() }
}
