//! Comments and literals of a program.

use std::ops::Range;

use super::{
    bracket,
    escape::Escapes,
    piece::{Piece, begins_object, indentation, is_json, without_margin},
    sql::Sql,
};
use crate::cert::file::{
    frame::{
        language::Language,
        span::{dedent, is_at, string},
    },
    text::Glyph,
    wiped::Wiped,
};

/// How a literal is written.
#[derive(Clone, Copy)]
struct Form<'a> {
    /// What ends it.
    end: &'a str,
    /// Whether `\` begins an escape.
    has_escapes: bool,
    /// Whether it may go over several lines.
    is_multiline: bool,
}

pub(super) struct Lexer<'a> {
    glyphs: &'a [Glyph],
    language: Language,
    escapes: Escapes<'a>,
    pub(super) pieces: Vec<Piece>,
    pub(super) comments: Vec<Range<usize>>,
    /// How many glyphs may still be looked at for literals that do not end.
    budget: usize,
    sql: Sql,
    is_json: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn read(glyphs: &'a [Glyph], language: Language) -> Self {
        let mut lexer = Self {
            glyphs,
            language,
            escapes: Escapes::of(glyphs, language),
            pieces: Vec::new(),
            comments: Vec::new(),
            budget: 8 * glyphs.len(),
            sql: Sql::of(glyphs, language),
            is_json: language == Language::Other && is_json(glyphs),
        };
        let mut at = 0;
        while at < glyphs.len() {
            at = lexer.step(at);
        }
        lexer
    }

    const fn is_script(&self) -> bool {
        matches!(self.language, Language::Script(_))
    }

    fn at(&self, index: usize) -> Option<char> {
        self.glyphs.get(index).map(|glyph| glyph.character)
    }

    /// Reads what begins at an index, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        match self.at(at) {
            Some('-') if is_at(self.glyphs, at, "-----BEGIN ") => self.behind_block(at),
            Some('/') if is_at(self.glyphs, at, "/*") => self.comment(at, "*/"),
            Some('<') if is_at(self.glyphs, at, "<!--") => self.comment(at, "-->"),
            Some('/')
                if is_at(self.glyphs, at, "//")
                    && self.language.has_slash_comments()
                    && self.is_loose(at) =>
            {
                self.comment(at, "\n")
            }
            Some('#')
                if self.language.has_hash_comments()
                    && self.is_loose(at)
                    && !self.is_directive(at)
                    && !self.is_number(at) =>
            {
                self.comment(at, "\n")
            }
            Some('`') if matches!(self.language, Language::Go | Language::JavaScript) => {
                let has_escapes = self.language == Language::JavaScript;
                self.literal(at, at + 1, Form { end: "`", has_escapes, is_multiline: true })
            }
            // A text block of Jsonnet.
            Some('|') if is_at(self.glyphs, at, "|||") && begins_object(self.glyphs, at + 3) => {
                self.literal(at, at + 3, Form { end: "|||", has_escapes: false, is_multiline: true })
            }
            Some('\'') => self.apostrophe(at),
            Some('"') => self.quote(at),
            Some('[' | '{' | 'q' | '%' | '$' | 'r') if self.is_script() => self.bracketed(at),
            _ => at + 1,
        }
    }

    /// A string between brackets, if it begins an object.
    fn bracketed(&mut self, at: usize) -> usize {
        match bracket::opened(self.glyphs, at) {
            Some((from, end)) => {
                self.literal(at, from, Form { end: &end, has_escapes: false, is_multiline: true })
            }
            None => at + 1,
        }
    }

    /// A block of PEM outside of literals is none of a program's.
    fn behind_block(&self, at: usize) -> usize {
        let rest = self.glyphs.get(at + 10..).unwrap_or_default();
        let next = rest.iter().enumerate().find(|(offset, g)| {
            let is_marker = |word| g.character == '-' && is_at(rest, *offset, word);
            is_marker("-----END ") || is_marker("-----BEGIN ") || matches!(g.character, '"' | '\'' | '`')
        });
        let is_end = |offset| is_at(rest, offset, "-----END ");
        next.map_or(at + 10, |(offset, _)| at + 10 + offset + if is_end(offset) { 9 } else { 0 })
    }

    fn comment(&mut self, at: usize, end: &str) -> usize {
        let mut to = at + 2;
        while to < self.glyphs.len() && !is_at(self.glyphs, to, end) {
            to += 1;
        }
        let to = (to + end.len()).min(self.glyphs.len());
        self.comments.push(at..to);
        to
    }

    /// Whether a sign of a comment stands where one can begin, and not inside of a URL or of base64.
    fn is_loose(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.at(before));
        before
            .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | ',' | ')' | '(' | '{' | '}' | '"' | '\\'))
    }

    /// `#x30`, `#(`, `#u8(` and `#vu8(` of Lisp, `#13` of Pascal.
    fn is_number(&self, at: usize) -> bool {
        let is_character =
            self.is_script() && self.at(at + 1).is_some_and(|c| c.is_ascii_digit() || c == '$');
        let is_number = self.at(at + 2).is_some_and(|c| c.is_ascii_hexdigit());
        let is_list = ["#(", "#u8(", "#vu8("].iter().any(|list| is_at(self.glyphs, at, list));
        is_list || is_character || self.at(at + 1) == Some('x') && is_number
    }

    fn is_directive(&self, at: usize) -> bool {
        let word = string(self.glyphs, at + 1..(at + 8).min(self.glyphs.len()));
        ["define", "include", "if", "endif", "pragma", "else", "undef", "error"]
            .iter()
            .any(|directive| word.starts_with(directive))
    }

    fn apostrophe(&mut self, at: usize) -> usize {
        match self.language {
            Language::C
            | Language::CSharp
            | Language::Go
            | Language::Java
            | Language::Kotlin
            | Language::Rust => {
                // A character: it may be a quote.
                match (self.at(at + 1), self.at(at + 2), self.at(at + 3)) {
                    (Some('\\'), _, Some('\'')) => at + 4,
                    (_, Some('\''), _) => at + 3,
                    _ => at + 1,
                }
            }
            Language::Swift => at + 1,
            Language::Python | Language::Dart | Language::Script(_) | Language::Other
                if is_at(self.glyphs, at, "'''") =>
            {
                let has_escapes = self.language != Language::Other && !self.is_raw(at);
                self.literal(at, at + 3, Form { end: "'''", has_escapes, is_multiline: true })
            }
            // Indented strings of Nix.
            Language::Script(_) if is_at(self.glyphs, at, "''") && begins_object(self.glyphs, at + 2) => {
                self.literal(at, at + 2, Form { end: "''", has_escapes: false, is_multiline: true })
            }
            Language::Python | Language::Dart | Language::JavaScript => {
                let has_escapes = !self.is_raw(at);
                self.literal(at, at + 1, Form { end: "'", has_escapes, is_multiline: false })
            }
            Language::StructuredText => {
                self.literal(at, at + 1, Form { end: "'", has_escapes: true, is_multiline: false })
            }
            Language::Shell | Language::Script(_) | Language::Other => {
                let has_escapes =
                    self.escapes.octal_digits_of_shell(at).is_some() || self.sql.has_escapes(self.glyphs, at);
                let is_multiline = begins_object(self.glyphs, at + 1);
                self.literal(at, at + 1, Form { end: "'", has_escapes, is_multiline })
            }
        }
    }

    fn quote(&mut self, at: usize) -> usize {
        let prefix = self.prefix(at);
        let has_triple =
            !matches!(self.language, Language::C | Language::Go | Language::JavaScript | Language::Rust);
        if self.language == Language::C && prefix.ends_with('R') {
            let rest = self.glyphs.get(at + 1..).unwrap_or_default();
            let delimiter: String =
                rest.iter().take(17).map(|g| g.character).take_while(|&c| c != '(').collect();
            let end = format!("){delimiter}\"");
            let from = at + 2 + delimiter.chars().count();
            return self.literal(at, from, Form { end: &end, has_escapes: false, is_multiline: true });
        }
        if self.language == Language::Rust && prefix.contains('r') {
            let hashes = "#".repeat(prefix.matches('#').count());
            let end = format!("\"{hashes}");
            return self.literal(at, at + 1, Form { end: &end, has_escapes: false, is_multiline: true });
        }
        if has_triple && is_at(self.glyphs, at, "\"\"\"") {
            let is_raw = matches!(self.language, Language::Kotlin | Language::CSharp) || self.is_raw(at);
            return self.literal(
                at,
                at + 3,
                Form { end: "\"\"\"", has_escapes: !is_raw, is_multiline: true },
            );
        }
        let is_verbatim = self.language == Language::CSharp && prefix.contains('@');
        let is_multiline = is_verbatim
            || self.language == Language::Rust
            || matches!(self.language, Language::Shell | Language::Script(_) | Language::Other)
                && begins_object(self.glyphs, at + 1);
        let has_escapes = !(is_verbatim || self.is_raw(at));
        self.literal(at, at + 1, Form { end: "\"", has_escapes, is_multiline })
    }

    /// Letters and signs right in front of a quote.
    fn prefix(&self, at: usize) -> String {
        let before = self.glyphs.get(at.saturating_sub(6)..at).unwrap_or_default();
        let count = before
            .iter()
            .rev()
            .take_while(|g| g.character.is_ascii_alphanumeric() || matches!(g.character, '#' | '@' | '$'))
            .count();
        before.iter().skip(before.len() - count).map(|glyph| glyph.character).collect()
    }

    fn is_raw(&self, at: usize) -> bool {
        matches!(self.language, Language::Python | Language::Dart) && self.prefix(at).contains(['r', 'R'])
    }

    /// Reads a literal from its opening sign at `quote` and its content from `from`.
    fn literal(&mut self, quote: usize, from: usize, form: Form<'_>) -> usize {
        let mut content = Wiped::default();
        let mut at = from;
        let octal_digits =
            (self.language == Language::Shell).then(|| self.escapes.octal_digits_of_shell(quote)).flatten();
        let end = loop {
            let Some(glyph) = self.glyphs.get(at).filter(|_| at - from <= self.budget) else {
                self.budget = self.budget.saturating_sub(at - from);
                return quote + 1;
            };
            let character = glyph.character;
            if is_at(self.glyphs, at, form.end) {
                // A doubled quote stands for itself in C#'s verbatim strings and in single quotes of YAML.
                let is_doubled =
                    !form.has_escapes && form.end.len() == 1 && is_at(self.glyphs, at + 1, form.end);
                if !is_doubled || self.language == Language::Rust || form.end == "`" {
                    break at;
                }
                content.push(*glyph);
                at += 2;
            } else if form.has_escapes && self.escapes.begin(at) {
                let (length, meant) = self.escapes.read(at, octal_digits);
                content.extend(meant.iter().map(|&character| Glyph {
                    character,
                    is_escaped: true,
                    ..*glyph
                }));
                at += length;
            } else if matches!(character, '\n' | '\r') && !form.is_multiline {
                return quote + 1;
            } else {
                // A Windows line break in a literal is one line break for most languages.
                if !(character == '\r' && is_at(self.glyphs, at + 1, "\n")) {
                    content.push(*glyph);
                }
                at += 1;
            }
        };
        let behind = end + form.end.chars().count();
        let is_break = |glyph: &Glyph| glyph.character == '\n' && !glyph.is_escaped;
        let has_line_breaks = self.is_json && form.end == "\"" && content.iter().any(is_break);
        let mut content = self.block(content, quote, end, behind, form);
        // What was an escape is a character like others now.
        for glyph in content.iter_mut() {
            glyph.is_escaped = false;
        }
        let start = quote - self.prefix(quote).chars().count();
        self.pieces.push(Piece { span: start..behind, content, has_line_breaks });
        behind
    }

    /// What a language takes off a literal of several lines.
    fn block(
        &self,
        content: Wiped<Glyph>,
        quote: usize,
        end: usize,
        behind: usize,
        form: Form<'_>,
    ) -> Wiped<Glyph> {
        let is_folded = self.language == Language::Other && !self.is_json;
        if matches!(form.end, "\"" | "'") && is_folded && form.is_multiline {
            return self.folded(content, quote);
        }
        if !["\"\"\"", "'''", "''", "|||"].contains(&form.end) {
            return content;
        }
        let first_break = content.iter().position(|glyph| !matches!(glyph.character, ' ' | '\t' | '\r'));
        let begins_line =
            first_break.and_then(|at| content.get(at)).is_some_and(|glyph| glyph.character == '\n');
        let body =
            first_break.filter(|_| begins_line).and_then(|at| content.get(at + 1..)).unwrap_or(&content);
        match self.language {
            Language::Java => dedent(body, indentation(body)),
            Language::Swift | Language::CSharp => {
                let before = self.glyphs.get(..end).unwrap_or_default();
                let closing = before.iter().rev().take_while(|g| matches!(g.character, ' ' | '\t')).count();
                dedent(body, closing)
            }
            Language::Kotlin if is_at(self.glyphs, behind, ".trimIndent()") => {
                // Unlike Java's, its last line does not count.
                let last = body.iter().rposition(|glyph| glyph.character == '\n').unwrap_or(body.len());
                let body = body.get(..last).unwrap_or(body);
                dedent(body, indentation(body))
            }
            Language::Kotlin if is_at(self.glyphs, behind, ".trimMargin()") => without_margin(body),
            Language::Script(_) if is_at(self.glyphs, behind, ".stripMargin") => without_margin(body),
            _ if self.is_script() || form.end == "|||" => {
                let last = body.iter().rposition(|glyph| !glyph.character.is_whitespace());
                dedent(body, indentation(last.and_then(|last| body.get(..=last)).unwrap_or(body)))
            }
            Language::Other => body.into(),
            _ => content,
        }
    }

    /// YAML makes a blank of a line break in a quoted string; a settings file keeps it.
    fn folded(&self, content: Wiped<Glyph>, quote: usize) -> Wiped<Glyph> {
        let before = self.glyphs.get(..quote).unwrap_or_default();
        let sign = before.iter().rev().map(|glyph| glyph.character).find(|&c| c != ' ');
        if !matches!(sign, Some(':' | '-')) {
            return content;
        }
        let lines: Vec<&[Glyph]> =
            content.split(|glyph| glyph.character == '\n' && !glyph.is_escaped).collect();
        if lines.len() < 2 {
            return content;
        }
        // One line break is a blank; of several, one less stays.
        let (mut out, mut breaks) = (Wiped::<Glyph>::with_capacity(content.len()), 0);
        for (number, line) in lines.iter().enumerate() {
            let blanks = if number == 0 { 0 } else { line.iter().take_while(|g| g.character == ' ').count() };
            let line = line.get(blanks..).unwrap_or_default();
            if let Some(last) = out.last().copied().filter(|_| number > 0) {
                breaks += 1;
                if !line.is_empty() {
                    let character = if breaks > 1 { '\n' } else { ' ' };
                    out.extend(std::iter::repeat_n(Glyph { character, ..last }, (breaks - 1).max(1)));
                    breaks = 0;
                }
            }
            out.extend_from_slice(line);
        }
        out
    }
}
