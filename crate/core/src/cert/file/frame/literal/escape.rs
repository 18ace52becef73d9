//! What an escape in a literal means.

use crate::cert::file::{
    frame::{
        language::Language,
        span::{is_at, string},
    },
    text::Glyph,
};

/// The escapes of a text's literals.
pub(super) struct Escapes<'a> {
    glyphs: &'a [Glyph],
    language: Language,
    /// The base of an escape in digits.
    radix: u32,
}

/// The base of the digits behind a `\` in a text: eight in C, Perl and most others, ten in Lua, OCaml and Haskell.
///
/// Its name need not tell: where DER begins with `\048`, or `\10` ends a line of PEM, digits are not octal.
fn radix(glyphs: &[Glyph]) -> u32 {
    const DECIMAL: [&str; 4] = [r"\048\", r"\48\", r"-----\10", r"-----\010"];
    let is_decimal = |at: usize| DECIMAL.iter().any(|text| is_at(glyphs, at, text));
    let mut signs = glyphs.iter().enumerate().filter(|(_, glyph)| matches!(glyph.character, '\\' | '-'));
    if signs.any(|(at, _)| is_decimal(at)) { 10 } else { 8 }
}

impl<'a> Escapes<'a> {
    /// Those of a text in a language.
    pub(super) fn of(glyphs: &'a [Glyph], language: Language) -> Self {
        Self { glyphs, language, radix: radix(glyphs) }
    }

    /// Whether one begins at an index of a string that has escapes.
    pub(super) fn begin(&self, at: usize) -> bool {
        match self.at(at) {
            Some('$') => self.language == Language::StructuredText,
            Some('\\') => self.language != Language::StructuredText,
            Some('`') => self.is_backtick(at),
            _ => false,
        }
    }

    /// The length of the one at an index, and what it means.
    pub(super) fn read(&self, at: usize) -> (usize, Vec<char>) {
        let next = self.at(at + 1);
        let number = |from: usize, most: usize, radix: u32| {
            let digits: String = string(self.glyphs, from..(from + most).min(self.glyphs.len()))
                .chars()
                .take_while(|c| c.is_digit(radix))
                .collect();
            let value = u32::from_str_radix(&digits, radix).ok().and_then(char::from_u32);
            (digits.len(), value)
        };
        let keeps = || (2, std::iter::once('\\').chain(next).collect());
        let Some(next_character) = next else { return (1, vec!['\\']) };
        if self.language == Language::StructuredText {
            return match next_character {
                'N' | 'n' | 'L' | 'l' => (2, vec!['\n']),
                'R' | 'r' => (2, vec!['\r']),
                'T' | 't' => (2, vec!['\t']),
                '$' | '\'' | '"' => (2, vec![next_character]),
                _ => match number(at + 1, 2, 16) {
                    (2, value) => (3, value.into_iter().collect()),
                    _ => (1, vec!['$']),
                },
            };
        }
        if self.language == Language::Shell && !self.is_ansi_c(at) {
            return match next_character {
                '\n' => (2, Vec::new()),
                '"' | '\\' | '$' | '`' => (2, vec![next_character]),
                _ => keeps(),
            };
        }
        match next_character {
            // Lua skips blanks and line breaks behind this.
            'z' if self.language == Language::Script => {
                let rest = self.glyphs.get(at + 2..).unwrap_or_default();
                (2 + rest.iter().take_while(|glyph| glyph.character.is_whitespace()).count(), Vec::new())
            }
            'n' => (2, vec!['\n']),
            'r' => (2, vec!['\r']),
            't' => (2, vec!['\t']),
            '"' | '\'' | '\\' | '/' | '`' | '$' | '?' => (2, vec![next_character]),
            '\r' if self.at(at + 2) == Some('\n') => (3 + self.skipped(at + 3), Vec::new()),
            '\n' => (2 + self.skipped(at + 2), Vec::new()),
            'x' => match number(at + 2, 2, 16) {
                (0, _) => keeps(),
                (length, value) => (2 + length, value.into_iter().collect()),
            },
            'u' if self.at(at + 2) == Some('{') => {
                let (length, value) = number(at + 3, 6, 16);
                (4 + length, value.into_iter().collect())
            }
            'u' => match number(at + 2, 4, 16) {
                (4, value) => (6, value.into_iter().collect()),
                _ => keeps(),
            },
            digit if digit.is_digit(self.radix) => {
                let (length, value) = number(at + 1, 3, self.radix);
                (1 + length, value.into_iter().collect())
            }
            other if matches!(self.language, Language::C | Language::JavaScript) => (2, vec![other]),
            _ => keeps(),
        }
    }

    /// Rust skips the blanks behind a line break that is taken away; Haskell goes on behind another `\`.
    fn skipped(&self, from: usize) -> usize {
        let rest = self.glyphs.get(from..).unwrap_or_default();
        let blanks = rest.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
        match self.language {
            // And so do YAML and TOML.
            Language::Rust | Language::Other => blanks,
            Language::Script if self.at(from + blanks) == Some('\\') => blanks + 1,
            _ => 0,
        }
    }

    /// PowerShell escapes by backticks.
    fn is_backtick(&self, at: usize) -> bool {
        self.language == Language::Script && matches!(self.at(at + 1), Some('n' | 'r' | 't' | '"' | '`'))
    }

    fn at(&self, index: usize) -> Option<char> {
        self.glyphs.get(index).map(|glyph| glyph.character)
    }

    /// Whether an escape of a shell stands in `$'…'`.
    fn is_ansi_c(&self, at: usize) -> bool {
        let before = self.glyphs.get(..at).unwrap_or_default();
        let quote = before.iter().rposition(|glyph| matches!(glyph.character, '\'' | '"'));
        quote
            .is_some_and(|quote| quote > 0 && self.at(quote) == Some('\'') && self.at(quote - 1) == Some('$'))
    }
}
