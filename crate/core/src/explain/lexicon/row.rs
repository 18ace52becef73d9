//! One way in which a client says something, and whether a place in a text is that.

use std::ops::Range;

use super::{meaning::Meaning, table::Tables};
use crate::explain::{alert, fold::Folded, hit::Hit, number, statement::Direction};

/// A row: words with gaps and numbers between them.
#[derive(Debug)]
pub(in crate::explain) struct Row {
    pub(super) pieces: Vec<Piece>,
    /// Which of the pieces the automaton looks for.
    pub(super) anchor: usize,
    /// Of these one stands on the same line; none are asked for if there are none.
    pub(super) near: Vec<&'static str>,
    /// Whether these are names, one of which may stand in a line around, where the number is written as codes are.
    pub(super) is_named: bool,
    /// With one of these on the same line it means something else.
    pub(super) unless: Vec<&'static str>,
    pub(super) says: Says,
    /// As it is written, for whoever reads a test's message.
    pub(in crate::explain) text: &'static str,
}

/// A part of a row.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::explain) enum Piece {
    /// Letters and digits.
    Word(Vec<u8>),
    /// Anything on the line.
    Gap,
    /// A number of this table.
    Number(&'static str),
    /// A TLS alert by number or name.
    Alert(Direction),
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::explain) enum Says {
    /// Always this.
    Means(Meaning),
    /// What its number means.
    Number,
}

/// Whether a row is digits and no word.
pub(super) fn is_number_alone(pieces: &[Piece]) -> bool {
    matches!(pieces, [Piece::Word(word)] if word.iter().all(u8::is_ascii_digit))
}

impl Row {
    /// The word that gives the row away.
    pub(in crate::explain) fn anchor(&self) -> &[u8] {
        match self.pieces.get(self.anchor) {
            Some(Piece::Word(word)) => word,
            _ => &[],
        }
    }

    /// Whether the row is one run of words.
    pub(in crate::explain) fn is_words(&self) -> bool {
        matches!(*self.pieces, [Piece::Word(_)])
    }

    /// Whether the row goes on in the middle of a word behind so many letters and digits; `CamelCase` has words too.
    pub(in crate::explain) fn breaks_word(&self, letters: usize) -> bool {
        let mut letters_of = self.text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
        let (last, next) = (letters_of.by_ref().take(letters).last(), letters_of.next());
        self.text.is_ascii()
            && last.zip(next).is_some_and(|((before, last), (at, next))| {
                at == before + 1
                    && last.is_ascii_alphabetic()
                    && next.is_ascii_alphabetic()
                    && !(last.is_ascii_lowercase() && next.is_ascii_uppercase())
            })
    }

    /// Whether the row is nothing without a number right behind its word.
    pub(in crate::explain) fn wants_number_behind(&self) -> bool {
        matches!(self.pieces.get(self.anchor + 1), Some(Piece::Number(_)))
    }

    /// What the row says at a place, and the whole of what it was read from.
    pub(super) fn read(&self, hit: &Hit<'_>, tables: &Tables) -> Option<(Meaning, Range<usize>)> {
        let mut found = None;
        let end = self.read_behind(hit, tables, &mut found)?;
        let start = self.read_before(hit)?;
        let is_near = || self.near.iter().any(|word| hit.has(word));
        let is_named = || {
            let is_code = |part: &[u8]| matches!(part, [b'-', b'0'..=b'9'] | [b'0', b'x' | b'X']);
            let number = hit.text.get(hit.end..end).unwrap_or_default();
            number.windows(2).any(is_code) && self.near.iter().any(|word| hit.has_around(word))
        };
        if !(self.near.is_empty() || is_near() || self.is_named && is_named())
            || self.unless.iter().any(|word| is_there(word, hit))
            || is_number_alone(&self.pieces) && number::counts(hit.before())
        {
            return None;
        }
        let meaning = match self.says {
            Says::Means(meaning) => meaning,
            Says::Number => found?,
        };
        Some((meaning, start..end))
    }

    /// Reads the pieces behind the anchor; where they end.
    fn read_behind(&self, hit: &Hit<'_>, tables: &Tables, found: &mut Option<Meaning>) -> Option<usize> {
        let line_end = hit.end + hit.after().len();
        let (mut at, mut is_gap) = (hit.end, false);
        for piece in self.pieces.iter().skip(self.anchor + 1) {
            match piece {
                Piece::Gap => is_gap = true,
                Piece::Word(word) => {
                    let place = Folded::of(hit.text, at, line_end).find(word)?;
                    (at, is_gap) = (place.end, false);
                }
                Piece::Number(table) => {
                    let mut known = numbers(hit.text, at, line_end, is_gap)
                        .filter(|(_, place)| is_of_http(table) || !number::is_status(hit.text, place))
                        .filter_map(|(token, place)| Some((tables.number(table, &token)?, place)));
                    let (first, more) = (known.next()?, known.next());
                    // Behind a gap a number that is no trouble may be another one: `CONNACK (0, 5)`.
                    let (meaning, place) =
                        if first.0 == Meaning::Nothing { more.unwrap_or(first) } else { first };
                    *found = Some(meaning);
                    (at, is_gap) = (place.end, false);
                }
                Piece::Alert(direction) => {
                    let (number, end) = alert::behind(hit.text, at)?;
                    *found = Some(Meaning::Alert(number, *direction));
                    (at, is_gap) = (end, false);
                }
            }
        }
        Some(at)
    }

    /// Looks for the pieces before the anchor; where they begin.
    fn read_before(&self, hit: &Hit<'_>) -> Option<usize> {
        if self.anchor == 0 {
            return Some(hit.start);
        }
        let mut from = hit.start - hit.before().len();
        let mut start = None;
        for piece in self.pieces.get(..self.anchor)? {
            if let Piece::Word(word) = piece {
                let place = Folded::of(hit.text, from, hit.start).find(word)?;
                start.get_or_insert(place.start);
                from = place.end;
            }
        }
        Some(start.unwrap_or(hit.start))
    }
}

/// Whether a line has a word; `at+` asks whether this very word is a modem's command, and not its answer on the same line:
/// `AT+QMTOPEN returns 0,-1` is what somebody tells of the answer.
fn is_there(word: &str, hit: &Hit<'_>) -> bool {
    let is_told = || matches!(hit.after(), [b' ', letter, ..] if letter.is_ascii_lowercase());
    if word == "at+" {
        return hit.before().to_ascii_lowercase().ends_with(b"at+") && !is_told();
    }
    hit.has(word)
}

/// Whether a table is of the statuses of HTTP.
fn is_of_http(table: &str) -> bool {
    table.starts_with("http") || table == "status"
}

/// The number at a place, or every number of the line behind it.
fn numbers(
    text: &[u8],
    from: usize,
    to: usize,
    is_gap: bool,
) -> impl Iterator<Item = (number::Token, Range<usize>)> {
    let mut at = Some(from);
    std::iter::from_fn(move || {
        loop {
            let from = at?;
            let found = number::behind(text, from);
            at = match (&found, is_gap) {
                (Some((_, place)), true) => Some(place.end),
                (None, true) if from < to => text
                    .get(from..to)?
                    .iter()
                    .skip_while(|byte| byte.is_ascii_alphanumeric())
                    .position(u8::is_ascii_alphanumeric)
                    .map(|skipped| {
                        let word = text.get(from..to).unwrap_or_default().iter();
                        from + word.take_while(|byte| byte.is_ascii_alphanumeric()).count() + skipped
                    })
                    .filter(|next| *next > from),
                _ => None,
            };
            if found.is_some() || at.is_none() {
                return found.filter(|(_, place)| place.start < to);
            }
        }
    })
}
