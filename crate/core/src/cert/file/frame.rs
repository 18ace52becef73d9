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
mod log;
mod span;
mod value;
mod writer;

use std::ops::Range;

use self::language::Language;
pub(super) use self::{
    span::blanked,
    value::{Content, Frame, Value},
};
use super::text::Glyph;

/// The values of a text, and what is comment in it.
pub(super) struct Frames {
    /// In the order of the text; they may overlap, and the first that leaves whole objects wins.
    pub(super) values: Vec<Value>,
    /// As ranges of glyphs.
    pub(super) comments: Vec<Range<usize>>,
}

/// Looks for frames. `path` may tell the language.
pub(super) fn find(glyphs: &[Glyph], path: Option<&str>) -> Frames {
    if let Some(value) =
        diff::new_side(glyphs).or_else(|| log::logged(glyphs)).or_else(|| log::shown_in_pieces(glyphs))
    {
        return Frames { values: vec![value], comments: Vec::new() };
    }
    let language = Language::of(glyphs, path);
    let literal::Strings { values: strings, comments } = literal::find(glyphs, language);
    let mut values = array::find(glyphs, &comments);
    let inside = |span: &Range<usize>, others: &[Value]| {
        others.iter().any(|other| other.span.start <= span.start && span.end <= other.span.end)
    };
    values.extend(document::find(glyphs, language));
    values.extend(writer::find(glyphs));
    let strings: Vec<_> = strings.into_iter().filter(|string| !inside(&string.span, &values)).collect();
    values.extend(strings);
    values.sort_by_key(|value| value.span.start);
    Frames { values, comments }
}
