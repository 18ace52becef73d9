//! What clients print, and what it means: `crate/core/lexicon`, one file a stack, read once.
//!
//! A row is data, and its words stand nowhere else: `crate/core/lexicon/README.md` tells how they are written. One
//! automaton finds the words of all rows in one pass over the letters and digits of a text ([`super::fold`]).

mod meaning;
pub(super) mod number;
mod parse;
mod row;
mod scan;
mod table;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

pub(super) use meaning::{Direction, Meaning, Stage};
use parse::Parsed;
pub(super) use row::Hit;
use row::Row;
use scan::Automaton;
pub(super) use scan::Places;
use table::Table;

use super::{
    fold::fold,
    reading::{READERS, Reader},
};

/// The files of the lexicon as one text; the build script makes it.
const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/lexicon.txt"));

/// What is a table by name only: every extended code of the service, and OpenSSL's, which hold table and reason.
const CODES: &str = "dps";
const PACKED: &str = "openssl";

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(TEXT).0);

/// All rows of all files, ready to be looked for.
#[derive(Default)]
pub(super) struct Lexicon {
    rows: Vec<Row>,
    tables: HashMap<&'static str, Table>,
    /// Other programs, by the tags of their lines.
    programs: HashSet<&'static str>,
    /// For each literal of the automaton the rows that it gives away.
    rows_of: Vec<Vec<usize>>,
    /// For each literal what reads a form that it gives away.
    readers_of: Vec<Vec<&'static Reader>>,
    automaton: Option<Automaton>,
}

/// A row that means nothing, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The stack's file, by its name in the text.
    pub(super) stack: String,
    pub(super) row: String,
    pub(super) what: &'static str,
}

impl Lexicon {
    /// The lexicon.
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    /// Reads rows; those that mean nothing are left out and told.
    pub(super) fn read(text: &'static str) -> (Self, Vec<Mistake>) {
        let Parsed { rows, tables, programs, mistakes } = parse::parse(text);
        let mut lexicon = Self { rows, tables, programs, ..Self::default() };
        let mut literals: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut words: Vec<Vec<u8>> = Vec::new();
        let mut number_of = |word: Vec<u8>| {
            *literals.entry(word.clone()).or_insert_with(|| {
                words.push(word);
                words.len() - 1
            })
        };
        let of_rows: Vec<usize> = lexicon.rows.iter().map(|row| number_of(row.anchor().to_vec())).collect();
        let of_readers: Vec<usize> = READERS.iter().map(|reader| number_of(fold(reader.word))).collect();
        lexicon.rows_of.resize(words.len(), Vec::new());
        lexicon.readers_of.resize(words.len(), Vec::new());
        for (index, literal) in of_rows.into_iter().enumerate() {
            lexicon.rows_of.get_mut(literal).into_iter().for_each(|rows| rows.push(index));
        }
        for (reader, literal) in READERS.iter().zip(of_readers) {
            lexicon.readers_of.get_mut(literal).into_iter().for_each(|readers| readers.push(reader));
        }
        lexicon.automaton = Automaton::new(&words);
        (lexicon, mistakes)
    }

    /// Where the words of the lexicon stand in a text.
    pub(super) fn places(&self, text: &[u8]) -> Places {
        let is_number = |literal: usize| {
            self.rows(literal).all(Row::wants_number_behind) && self.readers(literal).next().is_none()
        };
        self.automaton.as_ref().map_or_else(Places::default, |automaton| automaton.scan(text, is_number))
    }

    /// The rows that a literal gives away.
    pub(super) fn rows(&self, literal: usize) -> impl Iterator<Item = &Row> {
        self.rows_of.get(literal).into_iter().flatten().filter_map(|row| self.rows.get(*row))
    }

    /// What reads the forms that a literal gives away.
    pub(super) fn readers(&self, literal: usize) -> impl Iterator<Item = &'static Reader> {
        self.readers_of.get(literal).into_iter().flatten().copied()
    }

    /// A program by the tag of its lines.
    pub(super) fn program(&self, tag: &str) -> Option<&'static str> {
        self.programs.get(tag).copied()
    }

    /// What a number means in a table.
    pub(super) fn number(&self, table: &str, token: &number::Token) -> Option<Meaning> {
        if table == CODES {
            let code = token.plain().filter(|code| (300_000..600_000).contains(code))?;
            return Some(Meaning::Code(code));
        }
        if table == PACKED {
            let (table, reason) = table::unpacked(token)?;
            return self.tables.get(table)?.meaning(&reason);
        }
        match table::composed(table) {
            [] => self.tables.get(table)?.meaning(token),
            tables => tables.iter().find_map(|name| self.tables.get(name)?.meaning(token)),
        }
    }

    /// A number of a table that means trouble, as one writes it.
    #[cfg(test)]
    fn example(&self, table: &str) -> Option<String> {
        let table = table::composed(table).first().copied().unwrap_or(table);
        self.tables.get(table)?.example()
    }
}

#[cfg(test)]
mod tests;
