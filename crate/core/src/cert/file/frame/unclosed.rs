//! An object over several strings, one a line, where a quote is missing at a line: what would come out of it if it were there.

use std::ops::Range;

use super::{
    span::{is_at, lines},
    value::{Content, Frame, Value},
};
use crate::cert::file::{base64, text::Glyph, wiped::Wiped};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
/// More lines are no certificate.
const MAX_LINES: usize = 400;
/// With more quotes missing, the lines are no strings.
const MOST_ODD: usize = 2;

/// A line that is one string, and where a quote is missing.
struct Row {
    content: Range<usize>,
    /// Behind its quote.
    end: usize,
    missing: Option<usize>,
    /// Whether a comma stands behind it: it is one of a list, and its line break may be its author's.
    is_listed: bool,
}

/// The objects with such a line.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    let lines = lines(glyphs);
    let mut values = Vec::new();
    let mut number = 0;
    while let Some(line) = lines.get(number) {
        let begin = (line.start..line.end).find(|&at| is_at(glyphs, at, BEGIN));
        let rest = lines.get(number..).unwrap_or_default();
        let read = begin.map(|begin| ['"', '\''].map(|quote| rows(glyphs, rest, begin, quote)));
        // The rows of one object are looked at once.
        number += read.iter().flatten().map(Vec::len).max().unwrap_or(0).max(1);
        let objects = read.into_iter().flatten().zip(begin.into_iter().cycle());
        values.extend(objects.filter_map(|(rows, begin)| object(glyphs, rows, begin)).next());
    }
    values
}

fn holds(glyphs: &[Glyph], row: &Row, marker: &str) -> bool {
    row.content.clone().any(|at| is_at(glyphs, at, marker))
}

/// The lines from that with BEGIN on that are strings.
fn rows(glyphs: &[Glyph], lines: &[Range<usize>], begin: usize, quote: char) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.iter().take(MAX_LINES) {
        let start = if rows.is_empty() { begin } else { line.start };
        let Some(row) = row(glyphs, start..line.end, quote, rows.is_empty()) else { break };
        rows.push(row);
    }
    rows
}

fn object(glyphs: &[Glyph], mut rows: Vec<Row>, begin: usize) -> Option<Value> {
    // What stands behind the last object is of something else.
    rows.truncate(rows.iter().rposition(|row| holds(glyphs, row, END))? + 1);
    let odd = rows.iter().filter_map(|row| row.missing);
    let (count, missing) = (odd.clone().count(), odd.min()?);
    if count > MOST_ODD || rows.len() < count + 2 {
        return None;
    }
    let mut content = Wiped::default();
    for row in &rows {
        let mut rest = glyphs.get(row.content.clone())?;
        while let [first, behind @ ..] = rest {
            let meant = match behind.first().map(|next| next.character) {
                Some('n') if first.character == '\\' => Some('\n'),
                Some('r') if first.character == '\\' => Some('\r'),
                _ => None,
            };
            content.push(Glyph { character: meant.unwrap_or(first.character), ..*first });
            rest = behind.get(usize::from(meant.is_some())..).unwrap_or_default();
        }
        if row.is_listed && content.last().is_some_and(|last| last.character != '\n') {
            let last = *content.last()?;
            content.push(Glyph { character: '\n', ..last });
        }
    }
    let glyph = glyphs.get(missing)?;
    let frame = Frame::Unclosed { line: glyph.line, column: glyph.column };
    let span = start_of_string(glyphs, begin)..rows.last()?.end;
    Some(Value { content: Content::Text(content), span, frame, joints: Vec::new() })
}

/// Where the string begins whose content does: at its quote, or at the letters in front of that.
fn start_of_string(glyphs: &[Glyph], begin: usize) -> usize {
    const LONGEST: usize = 8;
    let before = glyphs.get(begin.saturating_sub(LONGEST)..begin).unwrap_or_default();
    let belongs = |glyph: &&Glyph| !glyph.character.is_whitespace();
    begin - before.iter().rev().take_while(belongs).count()
}

/// A line as a string, with or without its quotes. `None` for one that has more in it.
fn row(glyphs: &[Glyph], line: Range<usize>, quote: char, is_first: bool) -> Option<Row> {
    let at = |index: usize| glyphs.get(index).map(|glyph| glyph.character);
    let is_blank =
        |index: usize| at(index).is_some_and(|c| c.is_whitespace() || matches!(c, '+' | '.' | '&'));
    let (mut start, mut end) = (line.start, line.end);
    let has_opening = if is_first {
        start.checked_sub(1).and_then(at) == Some(quote)
    } else {
        while start < end && is_blank(start) {
            start += 1;
        }
        let has_opening = at(start) == Some(quote);
        start += usize::from(has_opening);
        has_opening
    };
    let mut is_listed = false;
    while end > start {
        let last = at(end - 1)?;
        // A slash at the end is one of a macro of several lines.
        let ends_line =
            |c: char| c.is_whitespace() || matches!(c, '+' | '.' | '&' | ',' | ';' | ')' | ']' | '}' | '\\');
        if !ends_line(last) {
            break;
        }
        is_listed |= last == ',';
        end -= 1;
    }
    let has_closing = end > start && at(end - 1) == Some(quote);
    let behind = end;
    end -= usize::from(has_closing);
    let content = start..end;
    let missing = if !has_opening {
        Some(start)
    } else if !has_closing {
        Some(end.saturating_sub(1))
    } else {
        None
    };
    (!content.is_empty() && is_of_object(glyphs.get(content.clone())?)).then_some(Row {
        content,
        end: behind,
        missing,
        is_listed,
    })
}

/// Whether it is a marker, or base64, with a line break as an escape at its end.
fn is_of_object(content: &[Glyph]) -> bool {
    let mut end = content.len();
    while let [.., slash, letter] = content.get(..end).unwrap_or_default()
        && slash.character == '\\'
        && matches!(letter.character, 'n' | 'r')
    {
        end -= 2;
    }
    let own = content.get(..end).unwrap_or_default();
    let is_marker = own.first().is_some_and(|first| first.character == '-');
    let is_letter =
        |glyph: &Glyph| glyph.character.is_ascii_alphanumeric() || matches!(glyph.character, '-' | ' ');
    let is_digit = |glyph: &Glyph| base64::value(glyph.character).is_some() || glyph.character == '=';
    !own.is_empty() && if is_marker { own.iter().all(is_letter) } else { own.iter().all(is_digit) }
}
