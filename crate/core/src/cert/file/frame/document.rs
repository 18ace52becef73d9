//! Values of documents that are no quoted strings: YAML blocks, heredocs, XML text, LDIF, lines of settings.

use std::{cell::OnceCell, collections::BTreeMap, ops::Range};

use zeroize::Zeroizing;

use super::{
    language::Language,
    span::{dedent, is_at, lines, string},
    value::{Content, Frame, MIN_LENGTH, Value},
};
use crate::cert::file::{text::Glyph, wiped::Wiped};

pub(super) fn find(glyphs: &[Glyph], language: Language) -> Vec<Value> {
    let document = Document { glyphs, lines: lines(glyphs), language, ends: OnceCell::new() };
    let mut values = Vec::new();
    let mut number = 0;
    while number < document.lines.len() {
        match document.block(number) {
            Some((value, next)) => {
                values.extend(Some(value).filter(is_long));
                number = next.max(number + 1);
            }
            None => number += 1,
        }
    }
    if !is_web_page(glyphs) {
        values.extend(elements(glyphs).filter(is_long));
    }
    values
}

fn is_long(value: &Value) -> bool {
    matches!(&value.content, Content::Text(text) if text.len() >= MIN_LENGTH)
}

fn value(content: Wiped<Glyph>, span: Range<usize>) -> Value {
    Value { content: Content::Text(content), span, frame: Frame::Document, joints: Vec::new() }
}

struct Document<'a> {
    glyphs: &'a [Glyph],
    lines: Vec<Range<usize>>,
    language: Language,
    /// The lines that are a word alone, and so may end heredocs. Looked for once: a text may open as many as it has lines.
    ends: OnceCell<BTreeMap<String, Vec<usize>>>,
}

impl Document<'_> {
    fn text(&self, number: usize) -> Option<Zeroizing<String>> {
        let line = self.lines.get(number)?;
        // Keys are short; a line of base64 need not be copied.
        Some(string(self.glyphs, line.start..line.end.min(line.start + 160)))
    }

    fn indentation(&self, number: usize) -> Option<usize> {
        let line = self.glyphs.get(self.lines.get(number)?.clone())?;
        let blanks = line.iter().take_while(|glyph| matches!(glyph.character, ' ' | '\t')).count();
        (blanks < line.len()).then_some(blanks)
    }

    /// The value that begins in a line, and the number of the line behind it.
    fn block(&self, number: usize) -> Option<(Value, usize)> {
        let text = self.text(number)?;
        if let Some(word) = heredoc(&text) {
            return self.heredoc(number, &word);
        }
        if text.trim_start().starts_with(ZIG) {
            return self.zig(number);
        }
        if let Some(is_folded) = yaml_block(&text) {
            return self.yaml(number, is_folded);
        }
        if let Some(key) = text.find(":: ").filter(|&at| is_key(text.get(..at).unwrap_or_default())) {
            return self.ldif(number, key + 3);
        }
        self.setting(number, &text)
    }

    fn range(&self, first: usize, behind: usize) -> Option<Range<usize>> {
        Some(self.lines.get(first)?.start..self.lines.get(behind.checked_sub(1)?)?.end)
    }

    fn heredoc(&self, number: usize, word: &str) -> Option<(Value, usize)> {
        let end = self.end_of_heredoc(number, word)?;
        let span = self.range(number + 1, end).filter(|span| !span.is_empty())?;
        let content = self.glyphs.get(span.start..self.lines.get(end)?.start)?;
        let opening = self.text(number).unwrap_or_default();
        let is_indented = ["<<-", "<<~", "<<<"].iter().any(|sign| opening.contains(sign));
        let width = if opening.contains("<<<") {
            // PHP takes away what stands in front of the word at the end.
            self.indentation(end).unwrap_or(0)
        } else {
            (number + 1..end).filter_map(|line| self.indentation(line)).min().unwrap_or(0)
        };
        let content = if is_indented { dedent(content, width) } else { content.into() };
        Some((value(content, span), end + 1))
    }

    /// The next line that ends a heredoc of this word.
    fn end_of_heredoc(&self, number: usize, word: &str) -> Option<usize> {
        let ends = self.ends.get_or_init(|| {
            let mut ends = BTreeMap::<_, Vec<_>>::new();
            for line in 0..self.lines.len() {
                if let Some(word) = self.text(line).as_ref().and_then(|text| ending(text)) {
                    ends.entry(word.to_owned()).or_default().push(line);
                }
            }
            ends
        });
        let lines = ends.get(word)?;
        lines.get(lines.partition_point(|line| *line <= number)).copied()
    }

    /// Lines of Zig, each behind its sign.
    fn zig(&self, number: usize) -> Option<(Value, usize)> {
        let is_of_it = |line: &usize| self.text(*line).is_some_and(|text| text.trim_start().starts_with(ZIG));
        let end = (number + 1..self.lines.len()).find(|line| !is_of_it(line)).unwrap_or(self.lines.len());
        let mut content = Wiped::default();
        for line in number..end {
            let range = self.lines.get(line)?;
            let from = range.start + self.indentation(line)? + ZIG.len();
            let last = *self.glyphs.get(range.end.checked_sub(1)?)?;
            content.extend_from_slice(self.glyphs.get(from..range.end)?);
            content.push(Glyph { character: '\n', ..last });
        }
        Some((value(content, self.range(number, end)?), end))
    }

    fn yaml(&self, number: usize, is_folded: bool) -> Option<(Value, usize)> {
        let own = self.indentation(number)?;
        // What a template says in between is not of the value, and may stand anywhere.
        let is_directive = |line: usize| self.text(line).is_some_and(|text| is_directive(&text));
        let indentation = |line: usize| self.indentation(line).filter(|_| !is_directive(line));
        let width = (number + 1..self.lines.len()).find_map(indentation).filter(|&w| w > own)?;
        let end = (number + 1..self.lines.len())
            .find(|&line| indentation(line).is_some_and(|blanks| blanks < width))
            .unwrap_or(self.lines.len());
        let span = self.range(number + 1, end)?;
        let directives: Vec<_> = (number + 1..end).filter(|&line| is_directive(line)).collect();
        let mut content = if directives.is_empty() {
            dedent(self.glyphs.get(span.clone())?, width)
        } else {
            let lines = (number + 1..end).filter(|line| !directives.contains(line));
            let kept: Wiped<Glyph> = lines.flat_map(|line| self.with_break(line)).copied().collect();
            dedent(&kept, width)
        };
        if is_folded {
            for glyph in content.iter_mut() {
                if glyph.character == '\n' {
                    glyph.character = ' ';
                }
            }
        }
        if let Some(last) = content.last().copied() {
            content.push(Glyph { character: '\n', ..last });
        }
        Some((value(content, span), end))
    }

    /// A line with its line break.
    fn with_break(&self, number: usize) -> &[Glyph] {
        let range = self.lines.get(number).map(|line| line.start);
        let end = self.lines.get(number + 1).map_or(self.glyphs.len(), |next| next.start);
        range.and_then(|start| self.glyphs.get(start..end)).unwrap_or_default()
    }

    /// RFC 2849: base64, continued in lines that begin with a blank.
    fn ldif(&self, number: usize, skip: usize) -> Option<(Value, usize)> {
        let continues = |line: &usize| self.text(*line).is_some_and(|text| text.starts_with(' '));
        let end = (number + 1..self.lines.len()).find(|line| !continues(line)).unwrap_or(self.lines.len());
        let span = self.range(number, end)?;
        let range = self.glyphs.get(span.start + skip..span.end)?;
        let content = range.iter().filter(|glyph| !glyph.character.is_whitespace()).copied().collect();
        Some((value(content, span.start + skip..span.end), end))
    }

    /// `KEY=value` and `key: value`, not quoted, the value in one line: base64, or PEM with its line breaks as `\n`.
    fn setting(&self, number: usize, text: &str) -> Option<(Value, usize)> {
        if !matches!(self.language, Language::Other | Language::Shell) {
            return None;
        }
        let sign = text.find(['=', ':'])?;
        if !is_key(text.get(..sign)?.trim_start_matches("export ")) {
            return None;
        }
        let after = text.get(sign + 1..)?;
        let blanks = after.len() - after.trim_start().len();
        let line = self.lines.get(number)?;
        let start = line.start + text.get(..sign)?.chars().count() + 1 + blanks;
        // systemd's credentials have a name in front, and go on in the next line.
        let own = after.trim_start();
        let below =
            own.trim_end().strip_suffix('\\').filter(|it| it.is_empty() || it.trim_end().ends_with(':'));
        let next = below.and_then(|_| self.text(number + 1)).unwrap_or_default();
        let begin = if below.is_some() { next.trim_start() } else { own };
        let start = match below {
            Some(_) => self.lines.get(number + 1)?.start + self.indentation(number + 1)?,
            None => start,
        };
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
        let run = begin.chars().take(MIN_LENGTH).take_while(|&c| is_base64(c)).count();
        if !(begin.starts_with("-----BEGIN ") || run == MIN_LENGTH) {
            return None;
        }
        // The first line of PEM has its break written out, or there is none to come.
        if begin.starts_with('-') && !begin.contains("\\n") {
            return None;
        }
        // Java's properties go on behind a '\'.
        let mut end = number + 1;
        while end < self.lines.len()
            && self.glyphs.get(self.lines.get(end - 1)?.clone())?.last().is_some_and(|g| g.character == '\\')
        {
            end += 1;
        }
        let span = start..self.lines.get(end - 1)?.end;
        let mut content = Wiped::default();
        let mut rest = self.glyphs.get(span.clone())?;
        while let [first, after @ ..] = rest {
            let escape = match after.first().map(|glyph| glyph.character) {
                Some('n') if first.character == '\\' => Some(Some('\n')),
                Some('r') if first.character == '\\' => Some(Some('\r')),
                Some('\n' | '\r') if first.character == '\\' => Some(None),
                Some(sign @ ('=' | ':' | '\\')) if first.character == '\\' => Some(Some(sign)),
                _ => None,
            };
            match escape {
                Some(meant) => {
                    content.extend(meant.map(|character| Glyph { character, ..*first }));
                    rest = after.get(1..).unwrap_or_default();
                    if meant.is_none() {
                        let blanks = rest.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
                        rest = rest.get(blanks..).unwrap_or_default();
                    }
                }
                None => {
                    content.push(*first);
                    rest = after;
                }
            }
        }
        Some((value(content, span), end))
    }
}

/// Whether this names a value: `tls.crt`, `- userCertificate;binary`.
fn is_key(text: &str) -> bool {
    let text = text.trim().trim_start_matches("- ").trim_matches('"');
    !text.is_empty()
        && text.len() <= 80
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ';' | '/'))
}

/// What each line of a string of Zig begins with.
const ZIG: &str = "\\\\";

/// The word of a heredoc that a line may end; PHP writes on behind it.
fn ending(line: &str) -> Option<&str> {
    Some(line.trim().trim_end_matches([';', ',', ')'])).filter(|word| is_word(word))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The word that ends a heredoc of HCL, a shell, Perl, PHP or Ruby.
fn heredoc(text: &str) -> Option<String> {
    let (_, word) = text.split_once("<<")?;
    let word = word.trim_start_matches(['<', '-', '~', ' ']).trim();
    let behind = |c: char| c.is_whitespace() || matches!(c, ';' | '.' | ',' | ')');
    let word = word.split_once(behind).map_or(word, |(word, _)| word);
    let word = word.trim_matches(['"', '\'']);
    is_word(word).then(|| word.to_owned())
}

/// Whether a line is one of a template and not of what it becomes: of Helm, Jinja or ERB.
fn is_directive(text: &str) -> bool {
    let text = text.trim();
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(start, end)| text.starts_with(start) && text.ends_with(end))
}

/// Whether a YAML block scalar begins behind this line, and whether it is folded.
fn yaml_block(text: &str) -> Option<bool> {
    let text = text.split(" #").next()?.trim_end();
    let (key, sign) = text.rsplit_once(' ')?;
    // An anchor or a tag may stand in between.
    let mut key = key.trim();
    while let Some((before, _)) = key.rsplit_once(' ').filter(|(_, word)| word.starts_with(['&', '!'])) {
        key = before.trim();
    }
    let is_folded = sign.starts_with('>');
    let is_sign = (is_folded || sign.starts_with('|'))
        && sign.get(1..)?.chars().all(|c| matches!(c, '+' | '-' | '0'..='9'));
    let is_entry = key == "-" || key.strip_suffix(':').is_some_and(is_key);
    (is_sign && is_entry).then_some(is_folded)
}

/// HTML shows; nobody takes values out of it.
fn is_web_page(glyphs: &[Glyph]) -> bool {
    let mut start = string(glyphs, 0..glyphs.len().min(1 << 14));
    start.make_ascii_lowercase();
    ["<html", "<!doctype html", "<pre", "<br", "<p>", "<div", "<td", "<code"]
        .iter()
        .any(|tag| start.contains(tag))
}

/// Longer character data is read as plain text.
const MAX_DATA: usize = 1 << 16;

/// The text of elements of XML, entities and CDATA undone.
fn elements(glyphs: &[Glyph]) -> impl Iterator<Item = Value> {
    let opens = glyphs.iter().enumerate().filter(|(_, glyph)| glyph.character == '>').map(|(at, _)| at + 1);
    // Where the character data ends that was looked at last, and that which was taken: in it, nothing else begins.
    let (mut closed, mut taken) = (0, 0);
    opens.filter_map(move |start| {
        if start < taken {
            return None;
        }
        let rest = glyphs.get(start..)?;
        let is_data = is_at(rest, 0, "<![CDATA[");
        let (from, end) = if is_data {
            if closed < start + 9 {
                closed =
                    (start + 9..glyphs.len()).find(|&at| is_at(glyphs, at, "]]>")).unwrap_or(glyphs.len());
            }
            let end = Some(closed - start).filter(|end| *end < rest.len().min(MAX_DATA))?;
            taken = closed;
            (9, end)
        } else {
            (0, rest.iter().position(|glyph| matches!(glyph.character, '<' | '>'))?)
        };
        let is_element = is_data || is_at(rest, end, "</");
        let content = rest.get(from..end).filter(|content| is_element && content.len() >= MIN_LENGTH)?;
        let span = start + from..start + end;
        let content = if is_data { content.into() } else { entities(content) };
        Some(value(trimmed(content), span))
    })
}

/// Line breaks and blanks around the text of an element are its author's.
fn trimmed(content: Wiped<Glyph>) -> Wiped<Glyph> {
    let from = content.iter().position(|glyph| !glyph.character.is_whitespace()).unwrap_or(0);
    if from == 0 { content } else { content.get(from..).unwrap_or_default().into() }
}

pub(super) fn entities(content: &[Glyph]) -> Wiped<Glyph> {
    const NAMED: [(&str, char); 12] = [
        ("&#10;", '\n'),
        ("&#xA;", '\n'),
        ("&#xa;", '\n'),
        ("&#13;", '\r'),
        ("&#xD;", '\r'),
        ("&#xd;", '\r'),
        ("&#43;", '+'),
        ("&#47;", '/'),
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
    ];
    let mut out = Wiped::with_capacity(content.len());
    let mut rest = content;
    while let Some((first, after)) = rest.split_first() {
        let entity = NAMED.iter().find(|(name, _)| first.character == '&' && is_at(rest, 0, name));
        if let Some((name, character)) = entity {
            out.push(Glyph { character: *character, ..*first });
            rest = rest.get(name.len()..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}
