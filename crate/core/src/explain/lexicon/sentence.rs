//! Sentences that nobody wrote down before: words for what failed, and for how it went, in any order.
//!
//! A program around a client has words of its own for what the client told it. Such words are few and stand together in
//! endless ways, so that the lexicon has the words, and which of them together mean what (`lexicon/sentences.txt`).

use std::collections::HashMap;

use super::meaning::Meaning;

/// What the words of a sentence mean together.
#[derive(Debug, Default)]
pub(in crate::explain) struct Sentences {
    /// Each concept's bit, by its name.
    bits: HashMap<&'static str, u64>,
    /// Whole words.
    words: HashMap<&'static str, u64>,
    /// How words begin: `verbind*`.
    beginnings: Vec<(&'static str, u64)>,
    /// Several words, and those of languages that do not set their words apart.
    phrases: Vec<(&'static str, u64)>,
    /// What gives a sentence away: the words for how it went.
    signs: Vec<String>,
    rules: Vec<Rule>,
}

/// Concepts that mean something together; of each group one has to be there.
#[derive(Debug)]
struct Rule {
    groups: Vec<u64>,
    meaning: Meaning,
}

/// A word of a sentence, in lower case, and whether the one before belongs to it: nothing but a blank is between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::explain) struct Word {
    pub(in crate::explain) text: String,
    pub(in crate::explain) is_joined: bool,
    /// Whether it is one with the word before, as in `CamelCase`.
    pub(in crate::explain) is_part: bool,
    /// Whether it begins what stands in brackets.
    pub(in crate::explain) is_added: bool,
}

impl Sentences {
    /// Takes a line of words for a concept.
    pub(super) fn take_words(
        &mut self,
        concept: &'static str,
        is_sign: bool,
        line: &'static str,
    ) -> Result<(), &'static str> {
        let next = self.bits.len();
        let bit = match self.bits.get(concept) {
            Some(bit) => *bit,
            None if next < 64 => *self.bits.entry(concept).or_insert(1 << next),
            None => return Err("is one concept too many"),
        };
        for word in line.split(", ") {
            if word.is_empty() || word.chars().any(char::is_uppercase) {
                return Err("has a word for a concept that is not in lower case");
            }
            if let Some(beginning) = word.strip_suffix('*') {
                if beginning.contains(' ') {
                    return Err("has several words for a concept of which one goes on");
                }
                self.beginnings.push((beginning, bit));
            } else if word.is_ascii() && !word.contains(' ') {
                *self.words.entry(word).or_default() |= bit;
            } else {
                self.phrases.push((word, bit));
            }
            if is_sign {
                let word = word.trim_end_matches('*');
                self.signs.push(word.to_owned());
                // The letters of ASCII are compared in any case, and those of others as they are.
                let mut rest = word.chars();
                let first = rest.next().filter(|first| !first.is_ascii()).map(char::to_uppercase);
                self.signs.extend(first.map(|first| first.chain(rest).collect()));
            }
        }
        Ok(())
    }

    /// Takes a rule: `certificate + own/key + expired = DX518.expired`.
    pub(super) fn take_rule(&mut self, line: &'static str) -> Result<(), &'static str> {
        let (concepts, meaning) = line.split_once(" = ").ok_or("has no = behind its concepts")?;
        let meaning = Meaning::named(meaning).ok_or("is no meaning that is known")?;
        let bit = |name| self.bits.get(name).copied();
        let group =
            |names: &'static str| names.split('/').map(bit).try_fold(0, |bits, one| Some(bits | one?));
        let groups: Option<Vec<u64>> = concepts.split(" + ").map(group).collect();
        let groups = groups.ok_or("names a concept that is not there")?;
        self.rules.push(Rule { groups, meaning });
        Ok(())
    }

    /// The words that give a sentence away.
    pub(in crate::explain) fn signs(&self) -> impl Iterator<Item = &str> {
        self.signs.iter().map(String::as_str)
    }

    /// Whether a word, in lower case, is one of them.
    pub(in crate::explain) fn is_sign(&self, word: &str) -> bool {
        self.signs.iter().any(|sign| sign == word)
    }

    /// What a sentence means.
    pub(in crate::explain) fn meaning(&self, sentence: &[Word]) -> Option<Meaning> {
        let concepts = self.concepts(sentence);
        let fits = |rule: &&Rule| rule.groups.iter().all(|group| concepts & group != 0);
        self.rules.iter().find(fits).map(|rule| rule.meaning)
    }

    /// Whether a sentence speaks of this.
    pub(in crate::explain) fn speaks_of(&self, concept: &str, sentence: &[Word]) -> bool {
        self.bits.get(concept).is_some_and(|bit| self.concepts(sentence) & bit != 0)
    }

    /// The rules that no sentence of one word a concept comes to.
    #[cfg(test)]
    pub(super) fn unreached(&self) -> Vec<String> {
        let fits = |concepts: u64, rule: &Rule| rule.groups.iter().all(|group| concepts & group != 0);
        let lowest = |group: &u64| 1 << group.trailing_zeros();
        let of = |rule: &Rule| rule.groups.iter().map(lowest).fold(0, |bits, bit: u64| bits | bit);
        let is_reached =
            |at: usize, rule: &Rule| self.rules.iter().position(|other| fits(of(rule), other)) == Some(at);
        let rules = self.rules.iter().enumerate();
        rules.filter(|(at, rule)| !is_reached(*at, rule)).map(|(_, rule)| format!("{rule:?}")).collect()
    }

    /// What a sentence speaks of.
    fn concepts(&self, sentence: &[Word]) -> u64 {
        let mut concepts = 0;
        let mut joined = String::from(" ");
        for word in sentence {
            let beginnings = self.beginnings.iter().filter(|(start, _)| word.text.starts_with(start));
            concepts |= beginnings.fold(0, |bits, (_, bit)| bits | bit);
            concepts |= self.words.get(word.text.as_str()).copied().unwrap_or_default();
            joined.push_str(&word.text);
            joined.push(' ');
        }
        for (phrase, bit) in &self.phrases {
            if concepts & bit == 0 && contains(&joined, phrase) {
                concepts |= bit;
            }
        }
        concepts
    }
}

/// Whether words that are joined by blanks have these; where words are not set apart they stand anywhere.
fn contains(joined: &str, phrase: &str) -> bool {
    if !phrase.is_ascii() {
        return joined.contains(phrase);
    }
    joined.match_indices(phrase).any(|(at, _)| {
        let is_blank = |at: Option<usize>| at.and_then(|at| joined.as_bytes().get(at)) == Some(&b' ');
        is_blank(at.checked_sub(1)) && is_blank(Some(at + phrase.len()))
    })
}
