//! String literals, read as their language does: escapes, raw strings, text blocks, and strings that a program puts
//! together.

mod bracket;
mod escape;
mod lexer;
mod piece;
mod sql;

use std::ops::Range;

use self::{lexer::Lexer, piece::Piece};
use super::{
    language::Language,
    span::is_at,
    value::{Content, Frame, MIN_LENGTH, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

/// The strings of a text, put together, and its comments.
pub(super) struct Strings {
    pub(super) values: Vec<Value>,
    pub(super) comments: Vec<Range<usize>>,
}

pub(super) fn find(glyphs: &[Glyph], language: Language) -> Strings {
    let Lexer { pieces, comments, .. } = Lexer::read(glyphs, language);
    let gaps = Gaps { glyphs, comments: &comments };
    let mut values = Vec::new();
    let mut list = None;
    let mut from = 0;
    while from < pieces.len() {
        let (value, behind) = gaps.join(&pieces, from, &mut list);
        values.extend(
            value.filter(|value| matches!(&value.content, Content::Text(text) if text.len() >= MIN_LENGTH)),
        );
        from = behind;
    }
    Strings { values, comments }
}

/// How a line break is called where strings are put together: PHP, C#, Visual Basic, Java, Python, Delphi, Ada, MATLAB,
/// SQL, AutoIt, ABAP.
const NEW_LINES: [&str; 18] = [
    "PHP_EOL",
    "Environment.NewLine",
    "vbCrLf",
    "vbNewLine",
    "vbLf",
    "System.lineSeparator()",
    "os.linesep",
    "#13#10",
    "#10",
    "ASCII.LF",
    "newline",
    "chr(10)",
    "CHR(10)",
    "char(10)",
    "CHAR(10)",
    "@CRLF",
    "@LF",
    "cl_abap_char_utilities=>newline",
];

/// What an assembler puts in front of each string of several.
const DIRECTIVES: [&str; 3] = [".ascii", "db", ".byte"];

/// Whether what stands between two literals makes one of them: nothing, signs that join, and names of a line break, which
/// may be an argument between two others.
fn joins(gap: &str) -> bool {
    let is_joining =
        |rest: &str| rest.chars().all(|c| matches!(c, '+' | '\\' | '.' | '&' | '_' | '@' | '<' | '|'));
    if DIRECTIVES.contains(&gap) || is_joining(gap) {
        return true;
    }
    NEW_LINES
        .iter()
        .filter_map(|word| gap.split_once(word))
        .any(|(one, two)| is_joining(one) && is_joining(two) || (one, two) == (",", ","))
}

/// Whether what stands between two literals makes a list of them.
fn is_list(gap: &str) -> bool {
    gap == ","
}

/// Whether what stands between two words of a shell makes them words of one command: blanks, and lines that go on.
fn is_next_word(gap: &str) -> bool {
    gap.chars().all(|c| c == '\\')
}

/// What `printf` puts behind each word by this format.
fn line_format(content: &[Glyph]) -> Option<&[Glyph]> {
    if is_at(content, 0, "%s") { content.get(2..).filter(|behind| is_at(behind, 0, "\n")) } else { None }
}

/// Longest text between two lines of an object, in characters. Each string of a list costs as much.
const MAX_SEPARATOR: usize = 16;

/// Literals with a comma between each two, as long as there are any. Looked at once, whichever of them a value may begin with.
#[derive(Debug, Clone, Copy)]
struct List {
    first: usize,
    last: usize,
    /// Whether an object ends in the last one.
    ends_object: bool,
    /// Whether a program joins all of them: `].join(` of JavaScript.
    is_joined: bool,
}

fn has(piece: &Piece, text: &str) -> bool {
    (0..piece.content.len()).any(|at| is_at(&piece.content, at, text))
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
    fn join(&self, pieces: &[Piece], from: usize, known: &mut Option<List>) -> (Option<Value>, usize) {
        let Some(first) = pieces.get(from) else { return (None, from + 1) };
        let gap = |at: usize| self.gap(pieces, at);
        let opening = self.before(first.span.start);
        // "\n".join([…]) of Python; String.join("\n", …) of Java, C# and Perl: the separator comes first.
        let is_argument = opening.ends_with("join(") || opening.ends_with("Join(");
        let starts_list =
            gap(from).is_some_and(|gap| gap.starts_with(".join(") || is_argument && gap.starts_with(','));
        if starts_list {
            let last = self.run(pieces, from + 1, is_list);
            return (self.value(pieces, from + 1, last, &first.content), last + 1);
        }
        // printf '%s\n' '…' '…' of a shell: each word on a line of its own.
        let behind_word = line_format(&first.content).filter(|_| opening.ends_with("printf"));
        if let Some(separator) = behind_word.filter(|_| gap(from).is_some_and(|gap| is_next_word(&gap))) {
            let last = self.run(pieces, from + 1, is_next_word);
            return (self.value(pieces, from + 1, last, separator), last + 1);
        }
        // (join "\n" ["…" "…"]) of Clojure.
        if opening.ends_with("join") && gap(from).as_deref() == Some("[") {
            let last = self.run(pieces, from + 1, str::is_empty);
            return (self.value(pieces, from + 1, last, &first.content), last + 1);
        }
        if gap(from).as_deref() == Some(",") {
            let list = self.list(pieces, from, known);
            let last = list.last;
            // One object goes over several strings: it begins in the first, and ends in the last.
            let is_split = list.ends_object && has(first, "-----BEGIN ") && !has(first, "-----END ");
            let has_breaks = first.content.last().is_some_and(|glyph| glyph.character == '\n');
            // CONCAT(…) of SQL.
            let is_concat =
                opening.ends_with("concat!(") || opening.to_ascii_lowercase().ends_with("concat(");
            if is_concat || has_breaks && is_split {
                return (self.value(pieces, from, last, &[]), last + 1);
            }
            // […].join("\n") of JavaScript.
            if let Some(separator) = pieces.get(last + 1).filter(|_| list.is_joined) {
                return (self.value(pieces, from, last, &separator.content), last + 2);
            }
            // A list of lines, as JSON has it for want of strings in several lines.
            if is_split {
                let line_break = first.content.last().map(|glyph| Glyph { character: '\n', ..*glyph });
                return (self.value(pieces, from, last, line_break.as_slice()), last + 1);
            }
        }
        // No document has two strings side by side.
        let last = self.run(pieces, from, joins);
        (self.value(pieces, from, last, &[]), last + 1)
    }

    /// The signs between a literal and the next one.
    fn gap(&self, pieces: &[Piece], at: usize) -> Option<String> {
        let (one, two) = (pieces.get(at)?, pieces.get(at + 1)?);
        Some(self.between(one.span.end, two.span.start))
    }

    /// The last literal of those that are joined.
    fn run(&self, pieces: &[Piece], start: usize, joins: fn(&str) -> bool) -> usize {
        let mut last = start;
        while self.gap(pieces, last).is_some_and(|gap| joins(&gap)) {
            last += 1;
        }
        last
    }

    /// The list that a literal is in.
    fn list(&self, pieces: &[Piece], from: usize, known: &mut Option<List>) -> List {
        if let Some(list) = known.filter(|list| (list.first..=list.last).contains(&from)) {
            return list;
        }
        let last = self.run(pieces, from, is_list);
        let ends_object = pieces.get(last).is_some_and(|piece| has(piece, "-----END "));
        let is_joined = self.gap(pieces, last).is_some_and(|gap| gap.starts_with("].join("));
        *known.insert(List { first: from, last, ends_object, is_joined })
    }

    fn value(&self, pieces: &[Piece], first: usize, last: usize, separator: &[Glyph]) -> Option<Value> {
        if separator.len() > MAX_SEPARATOR {
            return None;
        }
        let pieces = pieces.get(first..=last)?;
        let span = pieces.first()?.span.start..pieces.last()?.span.end;
        let mut content = Wiped::default();
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
        let is_broken = pieces.iter().any(|piece| piece.has_line_breaks);
        let frame = if is_broken { Frame::LineBreaks } else { Frame::Literal };
        Some(Value { content: Content::Text(content), span, frame, joints })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::file::text::Text;

    /// What stands between the lines is a line break, and no text that a list multiplies.
    #[test]
    fn a_list_is_put_together_by_what_separates_lines() {
        let taken = |text: &str| -> usize {
            let text = Text::decode(text.as_bytes());
            let strings = find(&text.glyphs, Language::of(&text.glyphs, None));
            let lengths = strings.values.iter().map(|value| match &value.content {
                Content::Text(glyphs) => glyphs.len(),
                Content::Octets(octets) => octets.bytes.len(),
            });
            lengths.sum()
        };
        let lines = "\"".to_owned() + &vec!["A".repeat(64); 4].join("\",\"") + "\"";
        let long = "-".repeat(200);
        for (written, expected) in [
            (format!("k = \"\\n\".join([{lines}])"), 4 * 64 + 3),
            (format!("k = [{lines}].join(\"\\n\")"), 4 * 64 + 3),
            (format!("k = \"{long}\".join([{lines}])"), 0),
            (format!("k = [{lines}].join(\"{long}\")"), 0),
        ] {
            assert_eq!(taken(&written), expected, "{written}");
        }
    }
}
