//! A program that writes an object line by line: `echo LINE >> FILE`, `Serial.println("LINE");`.

use std::ops::Range;

use super::{
    span::{is_at, lines},
    value::{Content, Frame, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
/// More lines are no certificate.
const MAX_LINES: usize = 400;

/// The objects that are written so. What joins strings is no such program: there the strings are one.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    let lines = lines(glyphs);
    let mut values: Vec<Value> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let is_taken = values.last().is_some_and(|value| value.span.end > line.start);
        if !is_taken && let Some(writer) = Writer::of(glyphs, line) {
            values.extend(writer.object(glyphs, lines.get(number..).unwrap_or_default()));
        }
    }
    values
}

/// What stands around each line.
struct Writer<'a> {
    before: &'a [Glyph],
    /// What ends the line's own text: a quote, or what a shell does with the output.
    end: Option<char>,
}

impl<'a> Writer<'a> {
    fn of(glyphs: &'a [Glyph], line: &Range<usize>) -> Option<Self> {
        let marker = (line.start..line.end).find(|&at| is_at(glyphs, at, BEGIN))?;
        let before = glyphs.get(line.start..marker)?;
        let text: String = before.iter().map(|glyph| glyph.character).collect();
        let last = text.chars().last()?;
        let is_quoted = matches!(last, '"' | '\'');
        let word = text.trim_start().split([' ', '(', '.', '"', '\'']).next().unwrap_or_default();
        let is_command = word.len() > 1 && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '@');
        // Assemblers and lists of settings put a word in front of each line, too.
        let is_call =
            text.trim_end_matches(['"', '\'']).ends_with(['(', ' ']) && !text.contains(['=', ':', ',']);
        let is_echo = word.trim_start_matches('@').eq_ignore_ascii_case("echo") && !is_quoted;
        (is_command && is_call && is_quoted || is_echo)
            .then_some(Self { before, end: is_quoted.then_some(last) })
    }

    /// The text of a line, if it is written like the first.
    fn text(&self, glyphs: &'a [Glyph], line: &Range<usize>) -> Option<&'a [Glyph]> {
        let own = glyphs.get(line.clone())?;
        let is_it = own.iter().zip(self.before).filter(|(one, two)| one.character == two.character).count();
        let text = own.get(self.before.len()..).filter(|_| is_it == self.before.len())?;
        let is_end = |glyph: &Glyph| match self.end {
            Some(quote) => glyph.character == quote,
            None => matches!(glyph.character, '>' | '|' | '&'),
        };
        let text = text.get(..text.iter().position(is_end).unwrap_or(text.len()))?;
        let blanks = text.iter().rev().take_while(|glyph| glyph.character.is_whitespace()).count();
        // What writes no line break by itself has it in the string.
        let text = text.get(..text.len() - blanks)?;
        let escaped = text.len().checked_sub(2).filter(|&at| is_at(text, at, "\\n"));
        text.get(..escaped.unwrap_or(text.len()))
    }

    fn object(&self, glyphs: &'a [Glyph], lines: &[Range<usize>]) -> Option<Value> {
        let mut content = Wiped::default();
        for (number, line) in lines.iter().enumerate().take(MAX_LINES) {
            let text = self.text(glyphs, line)?;
            let last = *text.last().or(glyphs.get(line.start))?;
            content.extend_from_slice(text);
            content.push(Glyph { character: '\n', ..last });
            if is_at(text, 0, END) {
                let span = lines.first()?.start..line.end;
                let value = Value {
                    content: Content::Text(content),
                    span,
                    frame: Frame::Literal,
                    joints: Vec::new(),
                };
                return (number > 1).then_some(value);
            }
        }
        None
    }
}
