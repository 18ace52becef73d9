//! One literal, and what its lines begin with.

use std::ops::Range;

use crate::cert::file::{
    frame::span::{is_at, string},
    text::Glyph,
    wiped::Wiped,
};

/// One literal: where it is written, and what it means.
pub(super) struct Piece {
    pub(super) span: Range<usize>,
    pub(super) content: Wiped<Glyph>,
    /// Whether it is one of JSON, and has line breaks that JSON does not have there.
    pub(super) has_line_breaks: bool,
}

/// Whether a text that is no program is JSON, by how it begins: an object, or a list of something.
pub(super) fn is_json(glyphs: &[Glyph]) -> bool {
    let mut characters = glyphs.iter().map(|glyph| glyph.character).filter(|c| !c.is_whitespace());
    match characters.next() {
        Some('{') => matches!(characters.next(), Some('"')),
        Some('[') => matches!(characters.next(), Some('{' | '[' | '"')),
        _ => false,
    }
}

/// The blanks that all lines begin with, empty ones aside; the last line counts also if it has nothing else.
pub(super) fn indentation(content: &[Glyph]) -> usize {
    let lines: Vec<&[Glyph]> = content.split(|glyph| glyph.character == '\n').collect();
    let blanks = |line: &&[Glyph]| line.iter().take_while(|g| matches!(g.character, ' ' | '\t')).count();
    let last = lines.len().saturating_sub(1);
    let counted =
        lines.iter().enumerate().filter(|(number, line)| *number == last || blanks(line) < line.len());
    counted.map(|(_, line)| blanks(line)).min().unwrap_or(0)
}

/// Each line behind the bar that marks its margin.
pub(super) fn without_margin(content: &[Glyph]) -> Wiped<Glyph> {
    let mut out = Wiped::with_capacity(content.len());
    for line in content.split_inclusive(|glyph| glyph.character == '\n') {
        let bar = line.iter().position(|glyph| glyph.character == '|').map_or(0, |at| at + 1);
        out.extend_from_slice(line.get(bar..).unwrap_or_default());
    }
    out
}

/// Whether a quote of several lines begins an object, and not a word of prose.
pub(super) fn begins_object(glyphs: &[Glyph], at: usize) -> bool {
    let start = string(glyphs, at..(at + 40).min(glyphs.len()));
    let start = start.trim_start_matches(['\\', '\n', '\r', ' ', '\t', '|']);
    start.starts_with("-----BEGIN") || start.starts_with("MII") || is_at(glyphs, at, "LS0t")
}
