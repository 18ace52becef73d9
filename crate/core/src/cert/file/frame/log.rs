//! A log in JSON: each line is a document of its own, and what was logged stands in one member of it, whatever that is called
//! (Docker's `log`, journald's `MESSAGE`, pino's `msg`).

use super::{
    span::{is_at, lines},
    value::{Content, Frame, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// Fewer lines are no log of an object.
const MIN_LINES: usize = 3;
/// Members of a line that are looked at.
const MAX_MEMBERS: usize = 32;

/// What was logged; `None` if the text is none.
pub(super) fn logged(glyphs: &[Glyph]) -> Option<Value> {
    let documents: Vec<&[Glyph]> = lines(glyphs)
        .into_iter()
        .filter(|line| is_at(glyphs, line.start, "{\""))
        .filter_map(|line| glyphs.get(line))
        .collect();
    if documents.len() < MIN_LINES {
        return None;
    }
    // The name of the member in which an object begins, and no whole one stands.
    let name = documents.iter().find_map(|line| {
        let begins = |(_, value): &(String, Wiped<Glyph>)| {
            contains(value, "-----BEGIN ") && !contains(value, "-----END ")
        };
        members(line).into_iter().find(begins).map(|(name, _)| name)
    })?;
    let mut content = Wiped::default();
    for line in documents {
        let Some((_, value)) = members(line).into_iter().find(|(own, _)| *own == name) else { continue };
        let Some(last) = value.last().copied() else { continue };
        content.extend_from_slice(&value);
        if last.character != '\n' {
            content.push(Glyph { character: '\n', ..last });
        }
    }
    let span = 0..glyphs.len();
    Some(Value { content: Content::Text(content), span, frame: Frame::Lines, joints: Vec::new() })
}

/// What a debugger shows of a string, in pieces, each behind its address: `0x400 <cert+200>: "…"...`.
pub(super) fn shown_in_pieces(glyphs: &[Glyph]) -> Option<Value> {
    let pieces =
        lines(glyphs).into_iter().filter(|line| is_at(glyphs, line.start, "0x")).filter_map(|line| {
            let line = glyphs.get(line)?;
            let colon = line
                .iter()
                .position(|glyph| glyph.character == ':')
                .filter(|&colon| is_at(line, colon, ":\t\""))?;
            let (piece, behind) = string(line, colon + 3);
            // Three dots say that more follows.
            (is_at(line, behind, "...") || behind >= line.len()).then_some(piece)
        });
    let mut content = Wiped::default();
    pieces.for_each(|piece| content.extend_from_slice(&piece));
    let span = 0..glyphs.len();
    contains(&content, "-----BEGIN ").then_some(Value {
        content: Content::Text(content),
        span,
        frame: Frame::Lines,
        joints: Vec::new(),
    })
}

fn contains(glyphs: &[Glyph], text: &str) -> bool {
    (0..glyphs.len()).any(|at| is_at(glyphs, at, text))
}

/// The strings in a line of JSON that have a name.
fn members(line: &[Glyph]) -> Vec<(String, Wiped<Glyph>)> {
    let (mut out, mut name, mut at) = (Vec::new(), None, 0);
    while out.len() < MAX_MEMBERS
        && let Some(quote) = line.iter().skip(at).position(|glyph| glyph.character == '"')
    {
        let (value, behind) = string(line, at + quote + 1);
        let sign = line.iter().skip(behind).map(|glyph| glyph.character).find(|&c| c != ' ');
        match (sign, name.take()) {
            (Some(':'), _) => name = Some(value.iter().map(|glyph| glyph.character).collect()),
            (_, Some(name)) => out.push((name, value)),
            _ => {}
        }
        at = behind;
    }
    out
}

/// A string from behind its quote, its escapes undone, and where it ends.
fn string(line: &[Glyph], from: usize) -> (Wiped<Glyph>, usize) {
    let (mut value, mut at) = (Wiped::default(), from);
    while let Some(glyph) = line.get(at).filter(|glyph| glyph.character != '"') {
        let next = line.get(at + 1).map(|glyph| glyph.character);
        let (character, length) = match (glyph.character, next) {
            ('\\', Some('n')) => ('\n', 2),
            ('\\', Some('r')) => ('\r', 2),
            ('\\', Some('t')) => ('\t', 2),
            ('\\', Some(other)) => (other, 2),
            (other, _) => (other, 1),
        };
        value.push(Glyph { character, ..*glyph });
        at += length;
    }
    (value, at + 1)
}
