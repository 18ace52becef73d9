//! Which rows and which forms a word of a text gives away.

use std::collections::{HashMap, HashSet};

use super::{
    cut::{Beginning, Beginnings},
    reader::Reader,
    scan::{Automaton, Places},
};
use crate::explain::{
    fold::fold,
    lexicon::{Lexicon, Row},
};

/// The words of the lexicon and of the forms, ready to be looked for together.
#[derive(Default)]
pub(super) struct Search {
    /// For each word the rows that it gives away.
    rows_of: Vec<Vec<&'static Row>>,
    /// For each word what reads a form that it gives away.
    readers_of: Vec<Vec<&'static Reader>>,
    /// Which words give a sentence away.
    signs: HashSet<usize>,
    /// For each word whether it is nothing without a number right behind it.
    is_numbered: Vec<bool>,
    automaton: Option<Automaton>,
    beginnings: Beginnings,
}

impl Search {
    pub(super) fn new(lexicon: &'static Lexicon, readers: impl Iterator<Item = &'static Reader>) -> Self {
        let mut search = Self::default();
        let (mut numbers, mut words) = (HashMap::new(), Vec::new());
        let mut number_of = |word: Vec<u8>| -> usize {
            *numbers.entry(word).or_insert_with_key(|word| {
                words.push(word.clone());
                words.len() - 1
            })
        };
        for row in lexicon.rows() {
            add(&mut search.rows_of, number_of(row.anchor().to_vec()), row);
        }
        for reader in readers {
            add(&mut search.readers_of, number_of(fold(reader.word)), reader);
        }
        search.signs = lexicon.sentences().signs().map(|word| number_of(fold(word))).collect();
        let is_numbered = |word: usize| {
            search.rows(word).all(Row::wants_number_behind)
                && search.readers(word).next().is_none()
                && !search.is_sign(word)
        };
        search.is_numbered = (0..words.len()).map(is_numbered).collect();
        search.automaton = Automaton::new(&words);
        search.beginnings = Beginnings::new(words);
        search
    }

    /// Where the words stand in a text.
    pub(super) fn places(&self, text: &[u8]) -> Places {
        let is_numbered = |word: usize| self.is_numbered.get(word).copied().unwrap_or(false);
        self.automaton.as_ref().map_or_else(Places::default, |automaton| automaton.scan(text, is_numbered))
    }

    /// What in a text is the beginning of words and was cut off.
    pub(super) fn beginnings<'w>(&'w self, text: &[u8]) -> impl Iterator<Item = Beginning<'w>> {
        self.beginnings.of(text)
    }

    /// The rows that a word gives away.
    pub(super) fn rows(&self, word: usize) -> impl Iterator<Item = &'static Row> {
        self.rows_of.get(word).into_iter().flatten().copied()
    }

    /// Whether a word gives a sentence away.
    pub(super) fn is_sign(&self, word: usize) -> bool {
        self.signs.contains(&word)
    }

    /// What reads the forms that a word gives away.
    pub(super) fn readers(&self, word: usize) -> impl Iterator<Item = &'static Reader> {
        self.readers_of.get(word).into_iter().flatten().copied()
    }
}

/// Adds something for a word.
fn add<T>(of: &mut Vec<Vec<T>>, word: usize, what: T) {
    if of.len() <= word {
        of.resize_with(word + 1, Vec::new);
    }
    if let Some(those) = of.get_mut(word) {
        those.push(what);
    }
}
