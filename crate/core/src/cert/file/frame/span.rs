//! Ranges of glyphs: lines, words, and what is made blank.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::cert::file::{
    text::{self, Glyph, is_line_break},
    wiped::Wiped,
};

/// The glyphs with those in the ranges made blank; their line breaks stay.
pub(in crate::cert::file) fn blanked(glyphs: &[Glyph], ranges: &[Range<usize>]) -> Wiped<Glyph> {
    let mut out = Wiped::from(glyphs);
    for range in ranges {
        for glyph in out.get_mut(range.clone()).unwrap_or_default() {
            if !is_line_break(glyph.character) {
                glyph.character = ' ';
            }
        }
    }
    out
}

/// The lines of a text as ranges of glyphs, without their line breaks.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut from = 0;
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.character == '\n' || glyph.character == '\r' {
            let is_second = glyph.character == '\n'
                && index.checked_sub(1).and_then(|at| glyphs.get(at)).is_some_and(|g| g.character == '\r');
            if is_second {
                from = index + 1;
                continue;
            }
            lines.push(from..index);
            from = index + 1;
        }
    }
    lines.push(from..glyphs.len());
    lines
}

/// The characters of a range.
pub(super) fn string(glyphs: &[Glyph], range: Range<usize>) -> Zeroizing<String> {
    text::string(glyphs.get(range).unwrap_or_default())
}

/// Whether the glyphs at an index are these characters.
pub(super) fn is_at(glyphs: &[Glyph], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(offset, c)| glyphs.get(at + offset).is_some_and(|g| g.character == c))
}

/// Takes away so many blanks at most from the start of each line.
pub(super) fn dedent(content: &[Glyph], width: usize) -> Wiped<Glyph> {
    let mut out = Wiped::with_capacity(content.len());
    let mut column = 0;
    for glyph in content {
        match glyph.character {
            '\n' => column = 0,
            ' ' | '\t' if column < width => {
                column += 1;
                continue;
            }
            _ => column = width,
        }
        out.push(*glyph);
    }
    out
}
