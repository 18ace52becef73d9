//! One character of a file.

use zeroize::Zeroize;

/// One character and where it stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) struct Glyph {
    pub(in crate::cert::file) character: char,
    /// From 1.
    pub(in crate::cert::file) line: u32,
    /// In characters from 1.
    pub(in crate::cert::file) column: u32,
    /// Whether it was written as an escape.
    pub(in crate::cert::file) is_escaped: bool,
}

impl Glyph {
    /// Where it stands, without what it is.
    pub(in crate::cert::file) const fn place(self) -> Self {
        Self { character: '\0', ..self }
    }
}

/// A place is no secret.
impl Zeroize for Glyph {
    fn zeroize(&mut self) {
        self.character.zeroize();
    }
}

/// Characters that end a line somewhere.
pub(in crate::cert::file) const fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
