//! What a text says: facts, each with the place it was read from, whatever client wrote it.
//!
//! A client's words are rows of a table, one file a subject; [`TABLES`] lists them. One automaton finds all the words
//! in one pass, and a row looks no further than at the [`WINDOW`] around its word, so that the time is linear in the
//! size of the text.

mod alert;
mod answer;
mod client;
mod clock;
mod connack;
mod hub;
mod identity;
mod members;
mod network;
mod proxy;
mod topic;
mod trust;

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::{
    catalogue::{Cause, Symptom, cause, symptom},
    text::Text,
    words::Words,
};
use crate::service::Answer;

/// Every table.
static TABLES: [&[Row]; 11] = [
    answer::ROWS,
    topic::ROWS,
    connack::ROWS,
    alert::ROWS,
    trust::ROWS,
    network::ROWS,
    proxy::ROWS,
    identity::ROWS,
    clock::ROWS,
    hub::ROWS,
    client::ROWS,
];

/// How far a row looks around its word, in bytes on either side, and not beyond the line.
const WINDOW: usize = 400;
/// How often one word is looked at, and how often it counts. What is repeated so often says nothing new.
const MOST_LOOKS: u32 = 65_536;
const MOST_FACTS: u32 = 2_048;

static WORDS: LazyLock<Option<Words>> =
    LazyLock::new(|| Words::new(TABLES.iter().flat_map(|rows| rows.iter()).map(|row| row.word)));

/// One way in which clients say something.
pub(super) struct Row {
    /// The word that gives it away, in any case.
    word: &'static str,
    /// Of these one stands on the same line; none are asked for if there are none.
    near: &'static [&'static str],
    /// With one of these on the same line it means something else.
    unless: &'static [&'static str],
    says: Says,
}

/// What a row says.
enum Says {
    /// The same wherever it stands.
    Symptom(&'static Symptom),
    /// CONNACK with this return code.
    Connack(u8),
    /// What is not wrong by itself, and a cause of something else.
    Hint(&'static Cause),
    /// What a closer look tells.
    Read(fn(&Hit<'_>) -> Option<Said>),
}

impl Row {
    const fn new(word: &'static str, says: Says) -> Self {
        Self { word, near: &[], unless: &[], says }
    }

    const fn symptom(word: &'static str, symptom: &'static Symptom) -> Self {
        Self::new(word, Says::Symptom(symptom))
    }

    const fn read(word: &'static str, read: fn(&Hit<'_>) -> Option<Said>) -> Self {
        Self::new(word, Says::Read(read))
    }

    const fn near(mut self, words: &'static [&'static str]) -> Self {
        self.near = words;
        self
    }

    const fn unless(mut self, words: &'static [&'static str]) -> Self {
        self.unless = words;
        self
    }
}

/// A word that was found.
pub(super) struct Hit<'t> {
    text: &'t [u8],
    start: usize,
    end: usize,
}

impl<'t> Hit<'t> {
    /// What follows the word on its line.
    fn after(&self) -> &'t [u8] {
        let rest = self.text.get(self.end..self.text.len().min(self.end + WINDOW)).unwrap_or_default();
        rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// What precedes the word on its line.
    fn before(&self) -> &'t [u8] {
        let rest = self.text.get(self.start.saturating_sub(WINDOW)..self.start).unwrap_or_default();
        rest.rsplit(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// The line around the word, in lower case.
    fn line(&self) -> Vec<u8> {
        let word = self.text.get(self.start..self.end).unwrap_or_default();
        [self.before(), word, self.after()].concat().to_ascii_lowercase()
    }

    /// The number that follows, decimal or hexadecimal with `0x`, and how long it is.
    fn number(&self) -> Option<u32> {
        let after = self.after();
        let hexadecimal = after.strip_prefix(b"0x").or_else(|| after.strip_prefix(b"0X"));
        let (digits, radix) = hexadecimal.map_or((after, 10), |digits| (digits, 16));
        let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
        let length = digits.iter().take(10).take_while(|byte| is_digit(byte)).count();
        let digits = std::str::from_utf8(digits.get(..length)?).ok()?;
        u32::from_str_radix(digits, radix).ok()
    }
}

/// One thing that a text says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// What is said there.
    pub(super) said: Said,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The service refused: a whole body, with all that it tells.
    Answer(Box<Answer>),
    /// A code or the service's words in a sentence; whatever a body says of the same code is better.
    Mention(Box<Answer>),
    /// The three digits of a response topic, or of an SDK's sentence.
    Status(u16),
    /// A client's own complaint, with its word for it.
    Symptom(&'static Symptom, Option<String>),
    /// Something that can be behind a symptom.
    Hint(&'static Cause),
    /// DPS assigned this hub.
    Assigned { hub: String, device_id: Option<String> },
    /// Whom the client talks to from here on.
    Peer(Peer),
    /// What the MQTT user name or the REST path tells of the device.
    Device { id_scope: String, registration_id: String },
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    Dps,
    Hub,
}

/// Every fact of a text, in the order of the text.
pub(super) fn facts(text: &Text) -> Vec<Fact> {
    let Some(words) = &*WORDS else { return Vec::new() };
    let rows: Vec<&Row> = TABLES.iter().flat_map(|rows| rows.iter()).collect();
    let mut counts: HashMap<usize, (u32, u32)> = HashMap::new();
    let mut facts: Vec<Fact> = Vec::new();
    for found in words.find(text.bytes()) {
        let index = found.pattern().as_usize();
        let (looks, counted) = counts.entry(index).or_default();
        let is_within = *looks < MOST_LOOKS && *counted < MOST_FACTS;
        let Some(row) = rows.get(index).filter(|_| is_within) else { continue };
        *looks += 1;
        let hit = Hit { text: text.bytes(), start: found.start(), end: found.end() };
        if let Some(said) = row.read_hit(&hit) {
            *counted += 1;
            facts.push(Fact { span: hit.start..hit.end, said });
        }
    }
    facts.sort_by_key(|fact| fact.span.start);
    facts
}

impl Row {
    fn read_hit(&self, hit: &Hit<'_>) -> Option<Said> {
        if !(self.near.is_empty() && self.unless.is_empty()) {
            let line = hit.line();
            let has = |word: &&str| line.windows(word.len()).any(|part| part == word.as_bytes());
            if !self.near.is_empty() && !self.near.iter().any(has) || self.unless.iter().any(has) {
                return None;
            }
        }
        match self.says {
            Says::Symptom(symptom) => Some(Said::Symptom(symptom, None)),
            Says::Hint(cause) => Some(Said::Hint(cause)),
            Says::Connack(code) => Some(connack::refused(code)),
            Says::Read(read) => read(hit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_match() {
        for row in TABLES.iter().flat_map(|rows| rows.iter()) {
            assert!(row.word.len() >= 3, "{}: so short a word means anything", row.word);
            for word in row.near.iter().chain(row.unless) {
                assert_eq!(*word, word.to_ascii_lowercase(), "{}", row.word);
            }
        }
    }
}
