//! String literals, read as their language does: escapes, raw strings, text blocks, and strings that a program puts
//! together.

mod escape;
mod lexer;
mod piece;

use std::ops::Range;

use self::{lexer::Lexer, piece::Piece};
use super::{
    language::Language,
    span::is_at,
    value::{Content, Frame, MIN_LENGTH, Value},
};
use crate::cert::file::text::Glyph;

/// The strings of a text, put together, and its comments.
pub(super) struct Strings {
    pub(super) values: Vec<Value>,
    pub(super) comments: Vec<Range<usize>>,
}

pub(super) fn find(glyphs: &[Glyph], language: Language) -> Strings {
    let Lexer { pieces, comments, .. } = Lexer::read(glyphs, language);
    let gaps = Gaps { glyphs, comments: &comments };
    let mut values = Vec::new();
    let mut from = 0;
    while from < pieces.len() {
        let (value, behind) = gaps.join(&pieces, from);
        values.extend(
            value.filter(|value| matches!(&value.content, Content::Text(text) if text.len() >= MIN_LENGTH)),
        );
        from = behind;
    }
    Strings { values, comments }
}

/// How a line break is called where strings are put together: PHP, C#, Visual Basic, Java, Python, Delphi.
const NEW_LINES: [&str; 9] = [
    "PHP_EOL",
    "Environment.NewLine",
    "vbCrLf",
    "vbNewLine",
    "vbLf",
    "System.lineSeparator()",
    "os.linesep",
    "#13#10",
    "#10",
];

/// What an assembler puts in front of each string of several.
const DIRECTIVES: [&str; 3] = [".ascii", "db", ".byte"];

/// Whether what stands between two literals makes one of them: nothing, signs that join, and names of a line break.
fn joins(gap: &str) -> bool {
    let is_joining = |rest: &str| rest.chars().all(|c| matches!(c, '+' | '\\' | '.' | '&' | '_' | '@' | '<'));
    if DIRECTIVES.contains(&gap) || is_joining(gap) {
        return true;
    }
    NEW_LINES
        .iter()
        .filter_map(|word| gap.split_once(word))
        .any(|(one, two)| is_joining(one) && is_joining(two))
}

/// Whether one object goes over several strings: it begins in the first, and ends in the last.
fn is_split(pieces: &[Piece], first: usize, last: usize) -> bool {
    let has = |at: usize, text: &str| {
        let content = pieces.get(at).map(|piece| piece.content.as_slice()).unwrap_or_default();
        (0..content.len()).any(|at| is_at(content, at, text))
    };
    has(first, "-----BEGIN ") && !has(first, "-----END ") && has(last, "-----END ")
}

/// What stands between literals.
struct Gaps<'a> {
    glyphs: &'a [Glyph],
    comments: &'a [Range<usize>],
}

impl Gaps<'_> {
    /// The signs between two literals, without comments and blanks.
    fn between(&self, start: usize, end: usize) -> String {
        let mut out = String::new();
        let mut at = start;
        // The comments are in order; those in the gap are few.
        let first = self.comments.partition_point(|comment| comment.end <= start);
        for comment in self.comments.iter().skip(first).take_while(|comment| comment.start < end) {
            out.push_str(&self.signs(at, comment.start.max(at)));
            at = comment.end.min(end);
        }
        out.push_str(&self.signs(at, end));
        out
    }

    fn signs(&self, start: usize, end: usize) -> String {
        let range = self.glyphs.get(start..end).unwrap_or_default();
        let signs = range.iter().map(|glyph| glyph.character).filter(|c| !c.is_whitespace());
        signs.take(64).collect()
    }

    /// The signs in front of a literal, the nearest last.
    fn before(&self, end: usize) -> String {
        self.signs(end.saturating_sub(32), end)
    }

    /// The value that begins with a literal, and the number of the first literal that is none of it.
    fn join(&self, pieces: &[Piece], from: usize) -> (Option<Value>, usize) {
        let Some(first) = pieces.get(from) else { return (None, from + 1) };
        let gap = |at: usize| {
            let (one, two) = (pieces.get(at)?, pieces.get(at + 1)?);
            Some(self.between(one.span.end, two.span.start))
        };
        let run = |start: usize, joins: fn(&str) -> bool| {
            let mut last = start;
            while gap(last).is_some_and(|gap| joins(&gap)) {
                last += 1;
            }
            last
        };
        let is_list = |gap: &str| gap == ",";
        let opening = self.before(first.span.start);
        // "\n".join([…]) of Python; String.join("\n", …) of Java, C# and Perl: the separator comes first.
        let is_argument = opening.ends_with("join(") || opening.ends_with("Join(");
        let starts_list =
            gap(from).is_some_and(|gap| gap.starts_with(".join(") || is_argument && gap.starts_with(','));
        if starts_list {
            let last = run(from + 1, is_list);
            return (self.value(pieces, from + 1, last, &first.content), last + 1);
        }
        if gap(from).as_deref() == Some(",") {
            let last = run(from, is_list);
            let has_breaks = first.content.last().is_some_and(|glyph| glyph.character == '\n');
            if opening.ends_with("concat!(") || has_breaks && is_split(pieces, from, last) {
                return (self.value(pieces, from, last, &[]), last + 1);
            }
            // […].join("\n") of JavaScript.
            if let Some(separator) =
                gap(last).filter(|gap| gap.starts_with("].join(")).and(pieces.get(last + 1))
            {
                return (self.value(pieces, from, last, &separator.content), last + 2);
            }
            // A list of lines, as JSON has it for want of strings in several lines.
            if is_split(pieces, from, last) {
                let line_break = first.content.last().map(|glyph| Glyph { character: '\n', ..*glyph });
                return (self.value(pieces, from, last, line_break.as_slice()), last + 1);
            }
        }
        // No document has two strings side by side.
        let last = run(from, joins);
        (self.value(pieces, from, last, &[]), last + 1)
    }

    fn value(&self, pieces: &[Piece], first: usize, last: usize, separator: &[Glyph]) -> Option<Value> {
        let pieces = pieces.get(first..=last)?;
        let span = pieces.first()?.span.start..pieces.last()?.span.end;
        let mut content: Vec<Glyph> = Vec::new();
        let mut joints = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            if number > 0 {
                let before = pieces.get(number - 1)?.span.end;
                let gap = self.between(before, piece.span.start);
                if NEW_LINES.iter().any(|word| gap.contains(word)) {
                    let glyph = *self.glyphs.get(before)?;
                    content.push(Glyph { character: '\n', is_escaped: false, ..glyph });
                }
                content.extend_from_slice(separator);
                if content.last().is_some_and(|last| last.character != '\n') {
                    let end = pieces.get(number - 1)?.span.end;
                    joints.push((content.len(), *self.glyphs.get(end.checked_sub(1)?)?));
                }
            }
            content.extend_from_slice(&piece.content);
        }
        Some(Value { content: Content::Text(content), span, frame: Frame::Literal, joints })
    }
}
