//! The rows of a table as PostgreSQL dumps it: behind `COPY … FROM stdin;`, a field up to each tab, line breaks as escapes.

use super::{
    span::{is_at, lines, string},
    value::{Content, Frame, MIN_LENGTH, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// The fields that are long enough for an object.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    const LONGEST: usize = 400;
    let mut values = Vec::new();
    let mut is_inside = false;
    for line in lines(glyphs) {
        if is_at(glyphs, line.start, "COPY ") {
            let heading = string(glyphs, line.start..line.end.min(line.start + LONGEST));
            is_inside = heading.to_ascii_lowercase().trim_end().ends_with(" from stdin;");
        } else if is_at(glyphs, line.start, "\\.") {
            is_inside = false;
        } else if is_inside {
            let mut start = line.start;
            let fields = glyphs.get(line).unwrap_or_default().split(|glyph| glyph.character == '\t');
            for field in fields {
                let span = start..start + field.len();
                start = span.end + 1;
                if field.len() >= MIN_LENGTH {
                    let content = Content::Text(unescaped(field));
                    values.push(Value { content, span, frame: Frame::Document, joints: Vec::new() });
                }
            }
        }
    }
    values
}

fn unescaped(field: &[Glyph]) -> Wiped<Glyph> {
    let mut content = Wiped::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, behind)) = rest.split_first() {
        let meant = match behind.first().map(|next| next.character) {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('\\') => Some('\\'),
            _ => None,
        };
        let meant = meant.filter(|_| first.character == '\\');
        content.push(Glyph { character: meant.unwrap_or(first.character), ..*first });
        rest = behind.get(usize::from(meant.is_some())..).unwrap_or_default();
    }
    content
}
