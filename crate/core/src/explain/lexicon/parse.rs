//! The lexicon's text as rows and tables: `crate/core/lexicon/README.md` is its grammar.

use std::collections::HashSet;

use super::{
    meaning::{Meaning, direction_of},
    row::{Piece, Row, Says, is_number_alone},
    sentence::Sentences,
    table::Tables,
};
use crate::explain::fold::fold;

/// Words behind which any library's number may stand.
const INTRODUCING: [&str; 16] = [
    "error", "err", "errno", "ret", "return", "returned", "returns", "code", "rc", "status", "result",
    "failed", "failure", "reason", "fails", "gives",
];
/// Shortest word that may give a row away, in letters and digits; with a number behind it, or a word near it, less will do.
const SHORTEST: usize = 5;

/// What the rows under a heading are.
#[derive(Clone, Copy)]
enum Section {
    None,
    /// Words that mean this.
    Means(Meaning),
    /// Words with a number that says what they mean.
    ByNumber,
    /// Numbers of this table.
    Table(&'static str),
    /// Names of other programs.
    Programs,
    /// Words for something that sentences speak of; whether they say how it went.
    Concept(&'static str, bool),
    /// What concepts mean together.
    Sentences,
}

/// A row that means nothing, and why.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::explain) struct Mistake {
    /// The stack's file, by its name in the text.
    pub(in crate::explain) stack: String,
    pub(in crate::explain) row: String,
    pub(in crate::explain) what: &'static str,
}

/// What a text has, and what in it means nothing.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) rows: Vec<Row>,
    pub(super) tables: Tables,
    pub(super) sentences: Sentences,
    pub(super) programs: HashSet<&'static str>,
    pub(super) mistakes: Vec<Mistake>,
}

pub(super) fn parse(text: &'static str) -> Parsed {
    let mut parser = Parsed::default();
    let (mut stack, mut section) = ("", Section::None);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        let read = if let Some(name) = line.strip_prefix("stack: ") {
            (stack, section) = (name, Section::None);
            Ok(())
        } else if let Some(name) = line.strip_prefix("speaker: ") {
            if SPEAKERS.contains(&name) { Ok(()) } else { Err("names no speaker that is known") }
        } else if let Some(heading) = heading(line) {
            parser.heading(heading).map(|read| section = read)
        } else {
            match section {
                Section::None => Err("stands under no heading"),
                Section::Means(meaning) => parser.row(line, Says::Means(meaning)),
                Section::ByNumber => parser.row(line, Says::Number),
                Section::Table(table) => parser.number(table, line),
                Section::Concept(name, is_sign) => parser.sentences.take_words(name, is_sign, line),
                Section::Sentences => parser.sentences.take_rule(line),
                Section::Programs => {
                    parser.programs.extend(line.split(' '));
                    Ok(())
                }
            }
        };
        if let Err(what) = read {
            parser.mistakes.push(Mistake { stack: stack.to_owned(), row: line.to_owned(), what });
        }
    }
    parser.finish()
}

/// Who can speak in a file.
const SPEAKERS: [&str; 11] =
    ["dps", "hub", "dps-client", "edge", "tls", "mqtt", "amqp", "http", "proxy", "os", "modem"];

/// `[DX506.untold]`, and not `[Errno {errno}]`.
fn heading(line: &'static str) -> Option<&'static str> {
    let heading = line.strip_prefix('[')?.strip_suffix(']')?;
    let is_heading = heading.starts_with("numbers: ")
        || heading.starts_with("flags: ")
        || heading == "by number"
        || ["concept ", "sign "].iter().any(|kind| heading.starts_with(kind))
        || ["programs", "sentences"].contains(&heading)
        || Meaning::named(heading).is_some()
        || heading.starts_with("DX");
    is_heading.then_some(heading)
}

impl Parsed {
    fn heading(&mut self, heading: &'static str) -> Result<Section, &'static str> {
        if heading == "by number" {
            return Ok(Section::ByNumber);
        }
        if heading == "programs" {
            return Ok(Section::Programs);
        }
        if heading == "sentences" {
            return Ok(Section::Sentences);
        }
        for (kind, is_sign) in [("concept ", false), ("sign ", true)] {
            if let Some(name) = heading.strip_prefix(kind) {
                return Ok(Section::Concept(name, is_sign));
            }
        }
        let Some((kind, rest)) = heading.split_once(": ") else {
            return Meaning::named(heading).map(Section::Means).ok_or("is no meaning that is known");
        };
        let (name, list) = rest.split_once(" | ").unwrap_or((rest, ""));
        let table = self.tables.named(name);
        table.is_flags = kind == "flags";
        if let Some(list) = list.strip_prefix("named: ") {
            table.near.extend(words(list));
            table.is_named = true;
        } else if !matches!(list, "" | "distinct") {
            table.near.extend(words(list.strip_prefix("near: ").ok_or("has no near: or named: list")?));
        }
        Ok(Section::Table(name))
    }

    /// `-0x2700 = DX506.untold | MBEDTLS_ERR_X509_CERT_VERIFY_FAILED ; other words | near: tls`
    fn number(&mut self, table: &'static str, line: &'static str) -> Result<(), &'static str> {
        let (value, rest) = line.split_once(" = ").ok_or("has no = behind its number")?;
        let (name, names) = rest.split_once(" | ").unwrap_or((rest, ""));
        let meaning = Meaning::named(name).ok_or("is no meaning that is known")?;
        let (sign, digits) = value.strip_prefix('-').map_or((1, value), |digits| (-1, digits));
        let value = match digits.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        let value = sign * value.map_err(|_| "is no number")?;
        self.tables.named(table).insert(value, meaning);
        for words in names.split(" ; ").filter(|words| !words.is_empty() && !words.starts_with("near: ")) {
            self.row(words, Says::Means(meaning))?;
        }
        Ok(())
    }

    /// `words {table} more words | near: one, other | unless: third`
    fn row(&mut self, text: &'static str, says: Says) -> Result<(), &'static str> {
        let mut parts = text.split(" | ");
        let words_of_row = parts.next().unwrap_or_default();
        let (mut near, mut unless) = (Vec::new(), Vec::new());
        for part in parts {
            if let Some(list) = part.strip_prefix("near: ") {
                near = words(list);
            } else if let Some(list) = part.strip_prefix("unless: ") {
                unless = words(list);
            } else {
                return Err("has something behind | that is neither near: nor unless:");
            }
        }
        if near.iter().chain(&unless).any(|word| word.chars().any(char::is_uppercase)) {
            return Err("asks for a word near it that is not in lower case");
        }
        let pieces = pieces(words_of_row)?;
        let length = |piece: &Piece| if let Piece::Word(word) = piece { word.len() } else { 0 };
        // What stands before a number is looked for, so that the number is read behind it.
        let is_number = |piece: &Piece| matches!(piece, Piece::Number(_) | Piece::Alert(_));
        let before = pieces.iter().position(is_number).unwrap_or(pieces.len());
        let anchor = (0..before).rev().max_by_key(|at| pieces.get(*at).map_or(0, length)).unwrap_or(0);
        let longest = pieces.get(anchor).map_or(0, length);
        let has_number = pieces.iter().any(is_number);
        if near.is_empty() && is_number_alone(&pieces) {
            return Err("is a number alone, which any counter reaches");
        }
        if longest < if has_number || !near.is_empty() { 2 } else { SHORTEST } {
            return Err("is so short that it means anything");
        }
        if matches!(says, Says::Number) != has_number {
            return Err("has a number that says nothing, or none that says something");
        }
        self.rows.push(Row { pieces, anchor, near, is_named: false, unless, says, text });
        Ok(())
    }

    /// Adds what holds for every table that says where its numbers stand: they may follow any word for a failure.
    fn finish(mut self) -> Self {
        for row in &self.rows {
            for piece in &row.pieces {
                if let Piece::Number(table) = piece
                    && !self.tables.has(table)
                {
                    let what = "names a table that is not there";
                    self.mistakes.push(Mistake { stack: String::new(), row: row.text.to_owned(), what });
                }
            }
        }
        for (name, near, is_named) in self.tables.near() {
            // The system's numbers are the system's, whatever library speaks of them.
            for word in INTRODUCING.into_iter().filter(|word| *word != "errno" || name.starts_with("errno")) {
                let pieces = vec![Piece::Word(fold(word)), Piece::Number(name)];
                let (near, unless) = (near.clone(), Vec::new());
                let says = Says::Number;
                self.rows.push(Row { pieces, anchor: 0, near, is_named, unless, says, text: word });
            }
        }
        self
    }
}

fn words(list: &'static str) -> Vec<&'static str> {
    list.split(", ").filter(|word| !word.is_empty()).collect()
}

/// Words, `{}` for a gap, `{table}` for a number, `{alert sent}` for an alert.
fn pieces(text: &'static str) -> Result<Vec<Piece>, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, more) = rest.split_once('{').unwrap_or((rest, ""));
        let folded = fold(word);
        if !folded.is_empty() {
            pieces.push(Piece::Word(folded));
        }
        if rest.len() == word.len() {
            break;
        }
        let (name, behind) = more.split_once('}').ok_or("has a { without its }")?;
        let mut words = name.split(' ');
        pieces.push(match (words.next(), words.next()) {
            (Some(""), None) => Piece::Gap,
            (Some("alert" | "tls-alert"), direction) => {
                Piece::Alert(direction_of(direction).ok_or("names no direction that is known")?)
            }
            (Some(table), None) => Piece::Number(table),
            _ => return Err("has a { } that is neither a gap, a table nor an alert"),
        });
        rest = behind;
    }
    Ok(pieces)
}
