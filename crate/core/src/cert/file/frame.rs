//! What stands around an object in a text and is taken away where the text is used: string literals and arrays of
//! programs, values of documents.
//!
//! Each gives [`Value`]s: the characters or bytes that come out of it, every one with the place where it was written.
//! They are judged like a file of their own. What no frame gives stays for the reader of plain texts.

mod array;
mod diff;
mod document;
mod language;
mod literal;

use std::ops::Range;

use super::text::{Glyph, Octets};
pub(super) use language::Language;

/// What comes out of a frame.
pub(super) struct Value {
    pub(super) content: Content,
    /// The glyphs of the text that it was written with.
    pub(super) span: Range<usize>,
    pub(super) frame: Frame,
    /// Where a string of several ends without a line break: its last glyph, by the index of the next string's first
    /// glyph in the content.
    pub(super) joints: Vec<(usize, Glyph)>,
}

/// Text or bytes.
pub(super) enum Content {
    Text(Vec<Glyph>),
    Octets(Octets),
}

/// Who takes a frame away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// A compiler: strings.
    Literal,
    /// A compiler: numbers.
    Array,
    /// A parser of documents.
    Document,
    /// Nobody: lines of a diff.
    Diff,
}

/// The values of a text, and what is comment in it.
pub(super) struct Frames {
    /// In the order of the text; they may overlap, and the first that leaves whole objects wins.
    pub(super) values: Vec<Value>,
    /// As ranges of glyphs.
    pub(super) comments: Vec<Range<usize>>,
}

/// Shorter values hold no object.
const MIN_LENGTH: usize = 48;

/// Looks for frames. `path` may tell the language.
pub(super) fn find(glyphs: &[Glyph], path: Option<&str>) -> Frames {
    if let Some(value) = diff::new_side(glyphs) {
        return Frames { values: vec![value], comments: Vec::new() };
    }
    let language = Language::of(glyphs, path);
    let literal::Strings { values: strings, comments } = literal::find(glyphs, language);
    let mut values = array::find(glyphs, &comments);
    let inside = |span: &Range<usize>, others: &[Value]| {
        others.iter().any(|other| other.span.start <= span.start && span.end <= other.span.end)
    };
    values.extend(document::find(glyphs, language));
    let strings: Vec<_> = strings.into_iter().filter(|string| !inside(&string.span, &values)).collect();
    values.extend(strings);
    values.sort_by_key(|value| value.span.start);
    Frames { values, comments }
}

/// The glyphs with those in the ranges made blank; their line breaks stay.
pub(super) fn blanked(glyphs: &[Glyph], ranges: &[Range<usize>]) -> Vec<Glyph> {
    let mut out = glyphs.to_vec();
    for range in ranges {
        for glyph in out.get_mut(range.clone()).unwrap_or_default() {
            if !super::text::is_line_break(glyph.character) {
                glyph.character = ' ';
            }
        }
    }
    out
}

/// The lines of a text as ranges of glyphs, without their line breaks.
fn lines(glyphs: &[Glyph]) -> Vec<Range<usize>> {
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
fn string(glyphs: &[Glyph], range: Range<usize>) -> String {
    glyphs.get(range).unwrap_or_default().iter().map(|glyph| glyph.character).collect()
}

/// Whether the glyphs at an index are these characters.
fn is_at(glyphs: &[Glyph], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(offset, c)| glyphs.get(at + offset).is_some_and(|g| g.character == c))
}
