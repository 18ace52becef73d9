//! The one pass over a text: an automaton that steps over letters and digits, and the places that it found.

use std::{collections::VecDeque, ops::Range};

use aho_corasick::{
    Anchored,
    automaton::Automaton as _,
    nfa::contiguous::{Builder, NFA},
};

use crate::{
    explain::{fold::Folding, number},
    order,
};

/// How often a word is looked at, from either end of a text: in a long log the first and the newest say what there is.
pub(super) const MOST_LOOKS: usize = 1_024;
/// Longest word of the lexicon, in letters and digits; a power of two.
const LONGEST: usize = 256;
/// Longest gap within a word, in bytes: quotes, dots, an indentation.
const GAP: usize = 24;
/// A word that goes on in another line is as long as this, and its first line is one that a terminal breaks.
const BROKEN: usize = 14;

/// One automaton by name: `AhoCorasick` chooses among three when it runs, and the browser would have to download all.
#[derive(Debug)]
pub(super) struct Automaton {
    nfa: NFA,
    lengths: Vec<usize>,
}

/// Where words stand, by the number of each; of the many that there are a text has few.
#[derive(Debug, Default)]
pub(super) struct Places {
    slots: Vec<(usize, Slot)>,
}

/// The places of one word: the first ones and the last ones.
#[derive(Debug, Default)]
struct Slot {
    first: Vec<Range<usize>>,
    last: VecDeque<Range<usize>>,
    has_more: bool,
}

impl Places {
    /// Every word's places, and whether there were more.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = &Range<usize>>, bool)> {
        self.slots.iter().map(|(word, slot)| (*word, slot.first.iter().chain(&slot.last), slot.has_more))
    }
}

impl Slot {
    fn push(&mut self, place: Range<usize>) {
        if self.first.len() < MOST_LOOKS {
            self.first.push(place);
            return;
        }
        if self.last.len() == MOST_LOOKS {
            self.last.pop_front();
            self.has_more = true;
        }
        self.last.push_back(place);
    }
}

impl Automaton {
    /// `None` for more words than an automaton holds.
    pub(super) fn new(words: &[Vec<u8>]) -> Option<Self> {
        let nfa = Builder::new().build(words).ok()?;
        Some(Self { nfa, lengths: words.iter().map(Vec::len).collect() })
    }

    /// Finds every word, those inside of others too. A word that is nothing without a number behind it counts with one.
    pub(super) fn scan(&self, text: &[u8], is_number: impl Fn(usize) -> bool) -> Places {
        // For each word the number of its slot, from one on.
        let mut slot_of = vec![0_usize; self.lengths.len()];
        let mut slots = Vec::<(usize, Slot)>::new();
        let Ok(mut state) = self.nfa.start_state(Anchored::No) else { return Places::default() };
        // The places of the letters and digits behind us.
        let mut trail = Trail([0; LONGEST]);
        for (count, (place, byte)) in Folding::new(text).enumerate() {
            trail.push(count, place);
            state = self.nfa.next_state(Anchored::No, state, byte);
            if !self.nfa.is_special(state) || !self.nfa.is_match(state) {
                continue;
            }
            for index in 0..self.nfa.match_len(state) {
                let word = self.nfa.match_pattern(state, index).as_usize();
                let length = self.lengths.get(word).copied().unwrap_or(LONGEST);
                if length >= LONGEST || length > count + 1 {
                    continue;
                }
                let first = count + 1 - length;
                let start = trail.at(first);
                let before = first.checked_sub(1).map(|before| trail.at(before));
                let end = place + 1;
                if begins_word(text, start, before)
                    && ends_word(text, end)
                    && is_together(text, length, (first..=count).map(|at| trail.at(at)))
                    && (!is_number(word) || number::behind(text, end).is_some())
                    && let Some(slot) = slot_of.get_mut(word)
                {
                    if *slot == 0 {
                        slots.push((word, Slot::default()));
                        *slot = slots.len();
                    }
                    let own = slot.checked_sub(1).and_then(|slot| slots.get_mut(slot));
                    own.into_iter().for_each(|(_, slot)| slot.push(start..end));
                }
            }
        }
        order::by_key(&mut slots, |(word, _)| *word);
        Places { slots }
    }
}

/// The places of the last letters and digits, by their numbers.
struct Trail([usize; LONGEST]);

impl Trail {
    fn push(&mut self, count: usize, place: usize) {
        self.0.get_mut(count % LONGEST).into_iter().for_each(|slot| *slot = place);
    }

    fn at(&self, count: usize) -> usize {
        self.0.get(count % LONGEST).copied().unwrap_or_default()
    }
}

/// Whether a word begins here: behind anything but a letter or digit, or at a capital of CamelCase.
pub(super) fn begins_word(text: &[u8], start: usize, before: Option<usize>) -> bool {
    // What was left out in between was an escape, whatever letters it has.
    if before.is_none_or(|before| before + 1 != start) {
        return true;
    }
    let of = |at: usize| text.get(at).copied().unwrap_or_default();
    let (before, first) = (before.map(of).unwrap_or_default(), of(start));
    // Where words are not set apart, one begins anywhere.
    if !before.is_ascii() || !first.is_ascii() {
        return true;
    }
    before.is_ascii_lowercase() && first.is_ascii_uppercase()
        || before.is_ascii_digit() != first.is_ascii_digit() && first.is_ascii_alphabetic()
}

/// Whether a word ends here: before anything but a letter or digit, or where CamelCase goes on.
fn ends_word(text: &[u8], end: usize) -> bool {
    let of = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or_default();
    let (last, next) = (of(end.checked_sub(1)), of(Some(end)));
    !next.is_ascii_alphanumeric()
        || last.is_ascii_lowercase() && next.is_ascii_uppercase()
        || last.is_ascii_alphabetic() && next.is_ascii_digit()
}

/// Whether letters belong to one message: near each other, and in one line unless a long word was broken in two.
fn is_together(text: &[u8], length: usize, mut places: impl Iterator<Item = usize>) -> bool {
    let Some(mut last) = places.next() else { return false };
    for place in places {
        if place - last > 1 {
            let between = text.get(last + 1..place).unwrap_or_default();
            let is_broken = between.contains(&b'\n');
            // `4010` at the end of a line and `02` below are one code.
            let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
            let is_number = matches!(between, b"\n" | b"\r\n") && is_digit(last) && is_digit(place);
            if is_broken && !is_number && (length < BROKEN || begins_anew(text, place))
                || !is_broken && between.len() > GAP
                || between.len() > 8 * GAP
            {
                return false;
            }
        }
        last = place;
    }
    true
}

/// Whether a line begins here with the level of a new message: `ERROR: …`, `Warning] …`.
fn begins_anew(text: &[u8], at: usize) -> bool {
    const LEVELS: [&[u8]; 9] =
        [b"error", b"err", b"warn", b"warning", b"info", b"debug", b"fatal", b"critical", b"notice"];
    let rest = text.get(at..text.len().min(at + 12)).unwrap_or_default();
    let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, behind) = rest.split_at_checked(word).unwrap_or_default();
    matches!(behind.first(), Some(b':' | b']')) && LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level))
}
