//! Many words looked for in one pass over a text, whatever its size.

use aho_corasick::{
    Input, Match,
    automaton::Automaton,
    nfa::contiguous::{Builder, NFA},
};

/// Words, in any case of ASCII letters.
///
/// One automaton by name: `AhoCorasick` chooses among three when it runs, and the browser would have to download all.
pub(super) struct Words(NFA);

impl Words {
    /// `None` for more words than an automaton holds.
    pub(super) fn new(words: impl Iterator<Item = &'static str>) -> Option<Self> {
        Builder::new().ascii_case_insensitive(true).build(words).ok().map(Self)
    }

    /// Every word that stands in the text, those inside others too, in the order of their ends.
    pub(super) fn find<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Match> + 'a {
        // It refuses only what was built for other kinds of matches.
        self.0.try_find_overlapping_iter(Input::new(text)).into_iter().flatten()
    }
}
