//! Messages without their end: a paste or a log that stops, `…` of `systemctl status`, `>` of a pager.
//!
//! What is there has to be most of a message, and all messages that begin so have to mean the same.

use std::{collections::BTreeSet, ops::Range};

use super::scan;
use crate::{explain::fold::Folded, order};

/// What a beginning has at least, in letters and digits.
const LEAST: usize = 16;
/// How far before its end a message is looked for, in bytes.
const REACH: usize = 300;
/// How many lines are asked whether they were cut off, from either end of a text.
const MOST: usize = 2_048;
/// What is written in place of the rest of a line.
const MARKS: [&[u8]; 6] = ["…".as_bytes(), b"... [truncated]", b"...", b">", b"[truncated]", b"(truncated)"];

/// Words in their order, each with its number.
#[derive(Debug, Default)]
pub(super) struct Beginnings(Vec<(Vec<u8>, usize)>);

/// A message without its end: where it is, and the words that begin so.
pub(super) struct Beginning<'w> {
    pub(super) place: Range<usize>,
    pub(super) words: &'w [(Vec<u8>, usize)],
}

impl Beginnings {
    /// Of words in the order of their numbers.
    pub(super) fn new(words: Vec<Vec<u8>>) -> Self {
        let numbered = words.into_iter().enumerate().map(|(number, word)| (word, number));
        let mut words: Vec<_> = numbered.filter(|(word, _)| word.len() > LEAST).collect();
        order::by(&mut words, Ord::cmp);
        Self(words)
    }

    /// Every message that was cut off.
    pub(super) fn of<'w>(&'w self, text: &[u8]) -> impl Iterator<Item = Beginning<'w>> {
        ends(text).into_iter().filter_map(move |end| self.before(text, end))
    }

    /// The longest beginning that stands before this end, unless a whole word does.
    fn before(&self, text: &[u8], end: usize) -> Option<Beginning<'_>> {
        let from = end.saturating_sub(REACH);
        let line =
            text.get(from..end)?.iter().rposition(|byte| *byte == b'\n').map_or(from, |at| from + at + 1);
        let tail = Folded::of(text, line, end);
        for (index, start) in tail.places.iter().enumerate() {
            let letters = tail.bytes.get(index..).filter(|letters| letters.len() >= LEAST)?;
            let before = index.checked_sub(1).and_then(|before| tail.places.get(before)).copied();
            if !scan::begins_word(text, *start, before) {
                continue;
            }
            let first = self.0.partition_point(|(word, _)| word.as_slice() < letters);
            let behind = self.0.get(first..).unwrap_or_default();
            let words = behind.get(..behind.partition_point(|(word, _)| word.starts_with(letters)))?;
            // Most of the shortest is there.
            let shortest = words.iter().map(|(word, _)| word.len()).min();
            match shortest {
                Some(shortest) if shortest == letters.len() => return None,
                Some(shortest) if letters.len() * 5 >= shortest * 3 => {
                    return Some(Beginning { place: *start..end, words });
                }
                _ => {}
            }
        }
        None
    }
}

/// Where something was cut off: the end of the text, and of every line that says so.
fn ends(text: &[u8]) -> BTreeSet<usize> {
    // How far before its end a line was cut off.
    let cut = |line: &[u8]| {
        let bare = line.trim_ascii_end();
        let mark = MARKS.iter().find(|mark| bare.ends_with(mark))?;
        Some(line.len() - bare.len() + mark.len())
    };
    let is_end = |byte: &u8| *byte == b'\n';
    let mut ends = BTreeSet::from([text.trim_ascii_end().len()]);
    let mut at = 0;
    for line in text.split(is_end).take(MOST) {
        at += line.len();
        ends.extend(cut(line).map(|length| at - length));
        at += 1;
    }
    let mut at = text.len();
    for line in text.rsplit(is_end).take(MOST) {
        ends.extend(cut(line).map(|length| at - length));
        at = at.saturating_sub(line.len() + 1);
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Vec<usize>)> {
        let words = [
            "connectionrefusednotauthorised",
            "connectionrefusednotauthorized",
            "unabletogetlocalissuer",
            "connectionrefused",
        ];
        let beginnings = Beginnings::new(words.map(|word| word.as_bytes().to_vec()).to_vec());
        let of = |it: Beginning<'_>| {
            (text.get(it.place).unwrap(), it.words.iter().map(|(_, number)| *number).collect())
        };
        beginnings.of(text.as_bytes()).map(of).collect()
    }

    #[test]
    fn messages_without_their_end_are_found() {
        for text in [
            "Error: Connection Refused: not autho",
            "Connection Refused: not autho…\nmore",
            "a\nNov 28 host app[1]: Connection Refused: not autho>\r\nmore",
            "Connection Refused: not autho... [truncated]\n",
        ] {
            let [(place, words)] = found(text).try_into().unwrap_or_else(|all| panic!("{text}: {all:?}"));
            assert_eq!(words, [0, 1], "{text}");
            assert!(place.starts_with("Connection Refused: not autho"), "{place}");
        }
    }

    #[test]
    fn what_is_whole_or_too_short_is_not() {
        for text in [
            "",
            "Connection refused",
            "Connection refused: not authorised",
            "Connection Refused: not autho\nmore",
            "unable to get",
            "disconnection refused not autho",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
