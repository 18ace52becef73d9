//! What an escape in a literal means.

use crate::cert::file::{
    frame::{
        language::{Dialect, Language},
        span::{is_at, string},
    },
    text::Glyph,
};

/// What a `\` at the end of a line of a string means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    /// The line break is none.
    Joined,
    /// Nor are the blanks that the next line begins with: Rust, OCaml, YAML, TOML.
    WithBlanks,
    /// Nor is anything up to the next `\`: Haskell.
    Gap,
    /// A line break: Lua.
    Break,
}

impl LineEnd {
    fn of(glyphs: &[Glyph], language: Language) -> Self {
        match language {
            Language::Rust | Language::Other | Language::Script(Dialect::OCaml) => Self::WithBlanks,
            Language::Script(Dialect::Lua) => Self::Break,
            Language::Script(Dialect::Haskell) => Self::Gap,
            Language::Script(Dialect::Other) if has_gaps(glyphs) => Self::Gap,
            _ => Self::Joined,
        }
    }
}

/// Whether a text is written with the gaps of Haskell: each next line goes on behind a `\`, and not all of them with what
/// would be an escape of OCaml.
fn has_gaps(glyphs: &[Glyph]) -> bool {
    let ends = glyphs.iter().enumerate().filter(|(at, _)| is_at(glyphs, *at, "\\\n"));
    let mut has_any = false;
    let mut has_other = false;
    for (at, _) in ends {
        let rest = glyphs.get(at + 2..).unwrap_or_default();
        let mut behind = rest.iter().map(|glyph| glyph.character).skip_while(|c| c.is_whitespace());
        if behind.next() != Some('\\') {
            return false;
        }
        has_any = true;
        has_other |= !behind.next().is_some_and(|c| c.is_ascii_digit());
    }
    has_any && has_other
}

/// How Haskell writes the bytes that are no characters, those of which another is the beginning behind it.
const CONTROLS: [(&str, char); 34] = [
    ("NUL", '\0'),
    ("SOH", '\u{1}'),
    ("STX", '\u{2}'),
    ("ETX", '\u{3}'),
    ("EOT", '\u{4}'),
    ("ENQ", '\u{5}'),
    ("ACK", '\u{6}'),
    ("BEL", '\u{7}'),
    ("BS", '\u{8}'),
    ("HT", '\t'),
    ("LF", '\n'),
    ("VT", '\u{b}'),
    ("FF", '\u{c}'),
    ("CR", '\r'),
    ("SO", '\u{e}'),
    ("SI", '\u{f}'),
    ("DLE", '\u{10}'),
    ("DC1", '\u{11}'),
    ("DC2", '\u{12}'),
    ("DC3", '\u{13}'),
    ("DC4", '\u{14}'),
    ("NAK", '\u{15}'),
    ("SYN", '\u{16}'),
    ("ETB", '\u{17}'),
    ("CAN", '\u{18}'),
    ("EM", '\u{19}'),
    ("SUB", '\u{1a}'),
    ("ESC", '\u{1b}'),
    ("FS", '\u{1c}'),
    ("GS", '\u{1d}'),
    ("RS", '\u{1e}'),
    ("US", '\u{1f}'),
    ("SP", ' '),
    ("DEL", '\u{7f}'),
];

/// The base of the digits behind a `\` in a text: eight in C, Perl and most others, ten in Lua, OCaml and Haskell.
///
/// Its name need not tell: where DER begins with `\048`, or `\10` ends a line of PEM, digits are not octal.
fn radix(glyphs: &[Glyph], language: Language) -> u32 {
    const DECIMAL: [&str; 4] = [r"\048\", r"\48\", r"-----\10", r"-----\010"];
    /// So many escapes that have a digit beyond seven are not there by chance.
    const ENOUGH: usize = 3;
    if matches!(language, Language::Script(Dialect::Haskell | Dialect::Lua | Dialect::OCaml)) {
        return 10;
    }
    let is_decimal = |at: usize| DECIMAL.iter().any(|text| is_at(glyphs, at, text));
    let is_beyond = |at: usize| {
        let digits = glyphs.get(at + 1..).unwrap_or_default().iter().take(3).map(|glyph| glyph.character);
        digits.take_while(char::is_ascii_digit).any(|digit| matches!(digit, '8' | '9'))
    };
    let (mut beyond, mut octal) = (0, 0);
    for (at, glyph) in glyphs.iter().enumerate() {
        match glyph.character {
            '\\' | '-' if is_decimal(at) => return 10,
            '\\' if is_beyond(at) => beyond += 1,
            '\\' => octal += 1,
            _ => {}
        }
    }
    if beyond >= ENOUGH && beyond * 8 > octal { 10 } else { 8 }
}

/// The escapes of a text's literals.
pub(super) struct Escapes<'a> {
    glyphs: &'a [Glyph],
    language: Language,
    /// The base of an escape in digits.
    radix: u32,
    line_end: LineEnd,
}

impl<'a> Escapes<'a> {
    /// Those of a text in a language.
    pub(super) fn of(glyphs: &'a [Glyph], language: Language) -> Self {
        Self { glyphs, language, radix: radix(glyphs, language), line_end: LineEnd::of(glyphs, language) }
    }

    const fn is_script(&self) -> bool {
        matches!(self.language, Language::Script(_))
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

    /// The length of the one at an index, and what it means. `octal_digits` is what [`Self::octal_digits_of_shell`] says of the string.
    pub(super) fn read(&self, at: usize, octal_digits: Option<usize>) -> (usize, Vec<char>) {
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
        if self.language == Language::Shell && octal_digits.is_none() {
            return match next_character {
                '\n' => (2, Vec::new()),
                '"' | '\\' | '$' | '`' => (2, vec![next_character]),
                _ => keeps(),
            };
        }
        match next_character {
            // Lua skips blanks and line breaks behind this.
            'z' if self.is_script() => {
                let rest = self.glyphs.get(at + 2..).unwrap_or_default();
                (2 + rest.iter().take_while(|glyph| glyph.character.is_whitespace()).count(), Vec::new())
            }
            'n' => (2, vec!['\n']),
            'r' => (2, vec!['\r']),
            't' => (2, vec!['\t']),
            'a' => (2, vec!['\u{7}']),
            'b' => (2, vec!['\u{8}']),
            'e' => (2, vec!['\u{1b}']),
            'f' => (2, vec!['\u{c}']),
            'v' => (2, vec!['\u{b}']),
            '"' | '\'' | '\\' | '/' | '`' | '$' | '?' => (2, vec![next_character]),
            '\r' if self.at(at + 2) == Some('\n') => self.line_end(at, 3),
            '\n' => self.line_end(at, 2),
            // Nothing: it ends a number in front of a digit.
            '&' if self.is_script() || self.radix == 10 => (2, Vec::new()),
            'A'..='Z' if self.is_script() || self.radix == 10 => match self.control(at + 1) {
                Some((length, character)) => (1 + length, vec![character]),
                None => keeps(),
            },
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
            '0' if self.language == Language::Rust => (2, vec!['\0']),
            digit if digit.is_digit(self.radix) => {
                let most = octal_digits.filter(|_| digit == '0').unwrap_or(3);
                let (length, value) = number(at + 1, most, self.radix);
                (1 + length, value.into_iter().collect())
            }
            other if matches!(self.language, Language::C | Language::JavaScript) => (2, vec![other]),
            _ => keeps(),
        }
    }

    /// What a line that ends with a `\` comes to, and with so many characters.
    fn line_end(&self, at: usize, length: usize) -> (usize, Vec<char>) {
        let rest = self.glyphs.get(at + length..).unwrap_or_default();
        let blanks = rest.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
        match self.line_end {
            LineEnd::WithBlanks => (length + blanks, Vec::new()),
            LineEnd::Gap if self.at(at + length + blanks) == Some('\\') => (length + blanks + 1, Vec::new()),
            LineEnd::Break => (length, vec!['\n']),
            LineEnd::Gap | LineEnd::Joined => (length, Vec::new()),
        }
    }

    /// The name of a control character, and what it stands for: the longest that fits.
    fn control(&self, at: usize) -> Option<(usize, char)> {
        let names = CONTROLS.iter().filter(|(name, _)| is_at(self.glyphs, at, name));
        names.max_by_key(|(name, _)| name.len()).map(|(name, character)| (name.len(), *character))
    }

    /// PowerShell escapes by backticks.
    fn is_backtick(&self, at: usize) -> bool {
        self.is_script() && matches!(self.at(at + 1), Some('n' | 'r' | 't' | '"' | '`'))
    }

    fn at(&self, index: usize) -> Option<char> {
        self.glyphs.get(index).map(|glyph| glyph.character)
    }

    /// How many octal digits an escape has in the string whose quote this is, where a shell undoes escapes at all: in
    /// `$'…'`, and in what `printf` or `echo -e` is given, which wants a zero in front of the three.
    pub(super) fn octal_digits_of_shell(&self, quote: usize) -> Option<usize> {
        let is_dollar =
            self.at(quote) == Some('\'') && quote.checked_sub(1).and_then(|at| self.at(at)) == Some('$');
        let printed = || digits_of_command(self.glyphs.get(..quote).unwrap_or_default());
        if is_dollar { Some(3) } else { printed() }
    }
}

/// The same for the command that a text ends with.
fn digits_of_command(before: &[Glyph]) -> Option<usize> {
    const COMMANDS: [(&str, usize); 7] = [
        ("printf", 3),
        ("printf --", 3),
        ("printf %b", 4),
        ("printf '%b'", 4),
        ("echo -e", 4),
        ("echo -ne", 4),
        ("echo -en", 4),
    ];
    const LONGEST: usize = 16;
    let from = before.len().saturating_sub(LONGEST);
    let text = string(before, from..before.len());
    COMMANDS.into_iter().find(|(command, _)| text.trim_end().ends_with(command)).map(|(_, digits)| digits)
}
