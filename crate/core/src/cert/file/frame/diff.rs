//! A diff: the file as it is after the change.

use std::ops::Range;

use super::{
    span::{is_at, lines, string},
    value::{Content, Frame, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// The new side of a unified diff; `None` if the text is none.
pub(super) fn new_side(glyphs: &[Glyph]) -> Option<Value> {
    let lines = lines(glyphs);
    let starts = |line: &Range<usize>, text: &str| is_at(glyphs, line.start, text);
    lines.iter().find(|line| starts(line, "@@ -") && string(glyphs, (*line).clone()).contains(" +"))?;
    let (mut content, mut is_inside) = (Wiped::default(), false);
    for line in &lines {
        let first = glyphs.get(line.start).map(|glyph| glyph.character);
        if starts(line, "@@ -") {
            is_inside = true;
        } else if starts(line, "diff --git") || starts(line, "--- a/") || starts(line, "+++ b/") {
            is_inside = false;
        } else if is_inside && matches!(first, Some('+' | ' ')) {
            content.extend_from_slice(glyphs.get(line.start + 1..line.end).unwrap_or_default());
            content.extend(glyphs.get(line.end).map(|glyph| Glyph { character: '\n', ..*glyph }));
        }
    }
    Some(Value {
        content: Content::Text(content),
        span: 0..glyphs.len(),
        frame: Frame::Lines,
        joints: Vec::new(),
    })
}
