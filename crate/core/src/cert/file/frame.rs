//! What stands around an object in a text and is taken away where the text is used: string literals and arrays of
//! programs, values of documents.
//!
//! Each gives [`Value`]s: the characters or bytes that come out of it, every one with the place where it was written.
//! They are judged like a file of their own. What no frame gives stays for the reader of plain texts.

mod android;
mod array;
mod call;
mod diff;
mod document;
mod language;
mod literal;
mod log;
mod numeral;
mod quoted;
mod span;
mod table;
mod unclosed;
mod value;
mod writer;

use std::ops::Range;

use self::language::Language;
pub(super) use self::{
    span::blanked,
    value::{Content, Frame, Value},
};
use super::text::Glyph;
use crate::order;

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
    let mut values = array::find(glyphs, &comments, language);
    values.extend(android::find(glyphs));
    values.extend(document::find(glyphs, language));
    values.extend(unclosed::find(glyphs));
    values.extend(quoted::find(glyphs));
    values.extend(writer::find(glyphs));
    values.extend(call::find(glyphs));
    values.extend(numeral::find(glyphs, language));
    values.extend(table::find(glyphs));
    order::by_key(&mut values, |value| value.span.start);
    // How far the values go that begin up to each of them.
    let reaches: Vec<_> = values
        .iter()
        .scan(0, |reach, value| {
            *reach = value.span.end.max(*reach);
            Some((value.span.start, *reach))
        })
        .collect();
    let is_inside = |span: &Range<usize>| {
        let up_to = reaches.partition_point(|(start, _)| *start <= span.start);
        up_to.checked_sub(1).and_then(|at| reaches.get(at)).is_some_and(|(_, reach)| *reach >= span.end)
    };
    values.extend(strings.into_iter().filter(|string| !is_inside(&string.span)));
    order::by_key(&mut values, |value| value.span.start);
    Frames { values, comments }
}
