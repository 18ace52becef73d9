//! Strings between brackets, which several script languages have for texts of several lines.

use super::piece::begins_object;
use crate::cert::file::{frame::span::is_at, text::Glyph};

/// How they begin and end: `$/…/$` of Groovy, `r"(…)"` of R, `[[…]]` of Lua, `{|…|}` of OCaml, `q{…}` of Perl and Ruby,
/// `{…}` of Tcl.
const BRACKETS: [(&str, &str); 14] = [
    ("$/", "/$"),
    ("r\"(", ")\""),
    ("[[", "]]"),
    ("[=[", "]=]"),
    ("[==[", "]==]"),
    ("{|", "|}"),
    ("q{", "}"),
    ("q(", ")"),
    ("q[", "]"),
    ("q|", "|"),
    ("qq{", "}"),
    ("qq(", ")"),
    ("Q{", "}"),
    ("{", "}"),
];

/// Where the content of the string begins whose bracket is at an index, and what ends it; `None` if it begins no object.
pub(super) fn opened(glyphs: &[Glyph], at: usize) -> Option<(usize, String)> {
    if let Some((from, end)) = named(glyphs, at) {
        return Some((from, end));
    }
    let opens = |(start, _): &&(&str, &str)| {
        is_at(glyphs, at, start) && begins_object(glyphs, at + start.chars().count())
    };
    let (start, end) = BRACKETS.iter().find(opens)?;
    Some((at + start.chars().count(), (*end).to_owned()))
}

/// OCaml's may have a name: `{pem|…|pem}`.
fn named(glyphs: &[Glyph], at: usize) -> Option<(usize, String)> {
    const LONGEST: usize = 16;
    if !is_at(glyphs, at, "{") {
        return None;
    }
    let rest = glyphs.get(at + 1..)?.iter().take(LONGEST).map(|glyph| glyph.character);
    let name: String = rest.take_while(|&c| c.is_ascii_lowercase() || c == '_').collect();
    let bar = at + 1 + name.len();
    let is_it = !name.is_empty() && is_at(glyphs, bar, "|") && begins_object(glyphs, bar + 1);
    is_it.then(|| (bar + 1, format!("|{name}}}")))
}
