//! Strings of SQL whose escapes are undone: the standard has none, and some databases do.

use crate::cert::file::{
    frame::{language::Language, span::string},
    text::Glyph,
};

/// Which SQL a text is, as far as that is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sql {
    /// None.
    No,
    /// One of MySQL, whose single quotes have escapes.
    Escaped,
    /// Another, or another script.
    Other,
}

impl Sql {
    /// MySQL has its own quotes around names.
    pub(super) fn of(glyphs: &[Glyph], language: Language) -> Self {
        const NEAR: usize = 1 << 14;
        if !matches!(language, Language::Script(_)) {
            return Self::No;
        }
        let start = string(glyphs, 0..glyphs.len().min(NEAR));
        let is_mysql =
            ["INSERT INTO `", "CREATE TABLE `", "UPDATE `"].iter().any(|words| start.contains(words));
        if is_mysql { Self::Escaped } else { Self::Other }
    }

    /// Whether the string whose quote this is has escapes: behind PostgreSQL's `E`, and where SQLite or the `sprintf` of
    /// Octave replaces them.
    pub(super) fn has_escapes(self, glyphs: &[Glyph], quote: usize) -> bool {
        const NEAR: usize = 8;
        let before = || string(glyphs, quote.saturating_sub(NEAR)..quote);
        match self {
            Self::No => false,
            Self::Escaped => true,
            Self::Other => {
                [" E", "(E", ",E", "replace(", "printf("].iter().any(|start| before().ends_with(start))
            }
        }
    }
}
