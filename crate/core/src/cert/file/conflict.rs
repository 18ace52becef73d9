//! What Git leaves in a file that it could not merge: both versions, between lines of its own.

use super::text::{Glyph, Text, is_line_break};

/// The three lines of a conflict, each with its signs at the beginning.
const SIGNS: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];

/// The first line of the first conflict.
pub(super) fn find(text: &Text) -> Option<Glyph> {
    let mut lines = text.glyphs.split(|glyph| is_line_break(glyph.character));
    let mut starting = |signs: &str| {
        lines.find(|line| line.iter().map(|glyph| glyph.character).take(signs.len()).eq(signs.chars()))
    };
    let [ours, middle, theirs] = SIGNS;
    let first = starting(ours)?.first().copied();
    starting(middle)?;
    starting(theirs)?;
    first
}
