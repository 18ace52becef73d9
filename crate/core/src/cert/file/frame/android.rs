//! Strings of Android's resources, as `getString` gives them: escapes undone, blanks and line breaks outside of quotes one
//! blank (developer.android.com, "String resources", "Handle special characters").

use super::{
    document::entities,
    span::{is_at, string},
    value::{Content, Frame, MIN_LENGTH, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// The strings of a file of resources; of another document none.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    const NEAR: usize = 1 << 12;
    if !string(glyphs, 0..glyphs.len().min(NEAR)).contains("<resources") {
        return Vec::new();
    }
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        let is_element =
            glyph.character == '<' && (is_at(glyphs, at, "<string ") || is_at(glyphs, at, "<item"));
        if !is_element {
            at += 1;
            continue;
        }
        // What does not end here ends nowhere.
        let Some((value, behind)) = element(glyphs, at) else { break };
        values.extend(value);
        at = behind;
    }
    values
}

/// The text of an element, if it is long enough for an object, and where it ends.
fn element(glyphs: &[Glyph], at: usize) -> Option<(Option<Value>, usize)> {
    let find = |from: usize, sign: char| {
        glyphs.get(from..)?.iter().position(|glyph| glyph.character == sign).map(|offset| from + offset)
    };
    let mut start = find(at, '>')? + 1;
    let is_data = is_at(glyphs, start, "<![CDATA[");
    start += if is_data { 9 } else { 0 };
    let end = find(start, if is_data { ']' } else { '<' })?;
    let content = glyphs.get(start..end).filter(|content| content.len() >= MIN_LENGTH);
    let value = content.map(|content| {
        let content = if is_data { content.into() } else { entities(content) };
        let content = Content::Text(meant(&content));
        Value { content, span: start..end, frame: Frame::Document, joints: Vec::new() }
    });
    Some((value, end))
}

fn meant(content: &[Glyph]) -> Wiped<Glyph> {
    let mut out = Wiped::<Glyph>::with_capacity(content.len());
    let (mut is_quoted, mut blank) = (false, None);
    let mut rest = content;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if first.character.is_whitespace() && !is_quoted {
            blank = Some(Glyph { character: ' ', ..*first }).filter(|_| !out.is_empty());
            continue;
        }
        out.extend(blank.take());
        match (first.character, behind.first().map(|next| next.character)) {
            ('"', _) => is_quoted = !is_quoted,
            ('\\', Some(escape)) => {
                let character = match escape {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                };
                out.push(Glyph { character, ..*first });
                rest = behind.get(1..).unwrap_or_default();
            }
            _ => out.push(*first),
        }
    }
    out
}
