//! What clients print, and what it means: `crate/core/lexicon`, one file a stack, read once.
//!
//! A row is data, and its words stand nowhere else: `crate/core/lexicon/README.md` tells how they are written. [`super::reading`]
//! finds them all in one pass over the letters and digits of a text ([`super::fold`]).

mod meaning;
mod parse;
mod row;
mod sentence;
mod table;

use std::{collections::HashSet, ops::Range, sync::OnceLock};

pub(super) use meaning::Meaning;
pub(super) use parse::Mistake;
use parse::Parsed;
pub(super) use row::Row;
pub(super) use sentence::{Sentences, Word};
use table::Tables;

use super::{hit::Hit, number::Token};

/// The files of the lexicon as one text; the build script makes it.
#[cfg(feature = "explain")]
const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/lexicon.txt"));
/// Whoever builds without it gives it before a text is read.
#[cfg(not(feature = "explain"))]
const TEXT: &str = "";

static LEXICON: OnceLock<Lexicon> = OnceLock::new();

/// The text of the lexicon, for whoever ships it beside a module that takes it.
#[cfg(feature = "explain")]
#[must_use]
pub const fn lexicon_text() -> &'static str {
    TEXT
}

/// Takes the text of the lexicon, which the web package carries beside the module and every other build inside; the first one
/// counts, given before any text is explained.
pub fn take_lexicon(text: String) {
    LEXICON.get_or_init(|| Lexicon::read(text.leak()).0);
}

/// What means nothing in a lexicon's text, by its rows; none of it is taken. For tests with arbitrary texts, which stay in memory.
#[doc(hidden)]
#[must_use]
pub fn lexicon_mistakes(text: String) -> Vec<String> {
    let (_, mistakes) = Lexicon::read(text.leak());
    mistakes.into_iter().map(|mistake| mistake.row).collect()
}

/// All rows of all files, ready to be looked for.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    rows: Vec<Row>,
    tables: Tables,
    sentences: Sentences,
    /// Other programs, by the tags of their lines.
    programs: HashSet<&'static str>,
    /// The words of all rows, in lower case, once they are asked for.
    words: OnceLock<HashSet<String>>,
}

impl Lexicon {
    /// The lexicon.
    pub(super) fn get() -> &'static Self {
        LEXICON.get_or_init(|| Self::read(TEXT).0)
    }

    /// Reads rows; those that mean nothing are left out and told.
    pub(super) fn read(text: &'static str) -> (Self, Vec<Mistake>) {
        let Parsed { rows, tables, sentences, programs, mistakes } = parse::parse(text);
        (Self { rows, tables, sentences, programs, words: OnceLock::new() }, mistakes)
    }

    /// Every row.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What words mean that stand together in a sentence.
    pub(super) const fn sentences(&self) -> &Sentences {
        &self.sentences
    }

    /// What a row says at a place, and the whole of what it was read from.
    pub(super) fn read_row(&self, row: &Row, hit: &Hit<'_>) -> Option<(Meaning, Range<usize>)> {
        row.read(hit, &self.tables)
    }

    /// A program by the tag of its lines.
    pub(super) fn program(&self, tag: &str) -> Option<&'static str> {
        self.programs.get(tag).copied()
    }

    /// Whether a run of letters, in lower case, is a word of some client's message.
    pub(super) fn knows(&self, word: &str) -> bool {
        let words = self.words.get_or_init(|| {
            let is_no_letter = |character: char| !character.is_ascii_alphabetic();
            let words = self.rows.iter().flat_map(|row| row.text.split(is_no_letter));
            words.filter(|word| word.len() > 1).map(str::to_ascii_lowercase).collect()
        });
        words.contains(word)
    }

    /// What a number means in a table.
    pub(super) fn number(&self, table: &str, token: &Token) -> Option<Meaning> {
        self.tables.number(table, token)
    }
}

#[cfg(test)]
mod tests;
