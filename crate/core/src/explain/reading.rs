//! What a text says: facts, each with the place it was read from, whatever client wrote it.
//!
//! What clients print are rows of [`super::lexicon`]. What has a form of its own, a body, a topic, a user name, a time
//! stamp, is read here, one file a form, each with the words that give it away. Nothing looks further than at what is near
//! its word, and at most so often for each word, so that the time is linear in the size of the text.

mod answer;
mod client;
mod clock;
mod command;
mod connack;
mod cut;
mod denied;
mod hexadecimal;
pub(super) mod host;
mod issuer;
mod meant;
mod members;
mod modem;
mod placeholder;
pub(super) mod program;
pub(super) mod prose;
mod reader;
mod scan;
mod search;
mod sentence;
mod setting;
mod source;
pub(super) mod stamp;
mod topic;
mod unfilled;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::LazyLock,
};

use cut::Beginning;
use meant::statement;
use search::Search;

use super::{
    columns,
    fold::Folding,
    hit::Hit,
    lexicon::Lexicon,
    statement::{Direction, Fact, Statement},
    text::Text,
};
use crate::{finding::catalogue as code, order, service::Channel};

/// What clients print, and what has a form of its own.
static SEARCH: LazyLock<Search> = LazyLock::new(|| {
    let of_forms = [
        answer::READERS,
        topic::READERS,
        clock::READERS,
        client::READERS,
        command::READERS,
        connack::READERS,
        hexadecimal::READERS,
        issuer::READERS,
        modem::READERS,
        unfilled::READERS,
    ];
    Search::new(Lexicon::get(), of_forms.into_iter().flatten())
});

/// Every fact of a text in the order of the text.
pub(super) fn facts(text: &Text) -> Vec<Fact> {
    let mut facts = Vec::new();
    // Where a whole word ends nothing was cut off.
    let mut whole = BTreeSet::new();
    let cut: Vec<Beginning<'_>> = SEARCH.beginnings(text.raw()).collect();
    let cut_ends: BTreeSet<usize> = order::gathered(cut.iter().map(|beginning| beginning.place.end));
    for (word, places, goes_on) in SEARCH.places(text.raw()).iter() {
        for place in places {
            let hit = Hit::new(text.raw(), text.bytes(), place.start, place.end);
            if cut_ends.contains(&place.end) {
                whole.insert(place.end);
            }
            facts.extend(read(word, &hit).map(|(statement, span)| {
                let statement = placeholder::instead(statement, span.start, text);
                Fact { span, statement, goes_on }
            }));
            let sentence = SEARCH.is_sign(word).then(|| sentence::read(&hit)).flatten();
            facts.extend(sentence.map(|statement| {
                let statement = Statement::Sentence(Box::new(statement));
                Fact { span: place.clone(), statement, goes_on }
            }));
        }
    }
    facts.extend(cut_off(text, cut.iter().filter(|beginning| !whole.contains(&beginning.place.end))));
    for part in columns::parts(text.raw()) {
        read_through(part, text, &mut facts);
    }
    // Of two that begin together the longer first: it says what the shorter is a part of.
    order::by_key(&mut facts, |fact| (fact.span.start, std::cmp::Reverse(fact.span.end)));
    let known: Vec<Range<usize>> = facts
        .iter()
        .filter(|fact| fact.statement == Statement::Nothing)
        .map(|fact| fact.span.clone())
        .collect();
    let mut told: Option<Range<usize>> = None;
    facts.retain(|fact| {
        if let Statement::Hint(_) = fact.statement {
            let is_known =
                |known: &Range<usize>| known.start <= fact.span.start && fact.span.end <= known.end;
            return !known.iter().any(is_known);
        }
        if !fact.statement.is_trouble() {
            return true;
        }
        let is_part = told.as_ref().is_some_and(|told| {
            fact.span.end <= told.end && (fact.span.start, fact.span.end) != (told.start, told.end)
        });
        if told.as_ref().is_none_or(|told| told.end < fact.span.end) {
            told = Some(fact.span.clone());
        }
        !is_part
            && fact.statement != Statement::Nothing
            && !is_no_report(text, fact.span.start)
            && !setting::is_value_behind(text.raw(), fact.span.end)
    });
    leave_out_tables(text, &mut facts);
    leave_out_the_way(text, &mut facts);
    leave_out_stages(text, &mut facts);
    take_sentences(text, &mut facts, &known);
    facts
}

/// How much a statement says of what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// That something failed.
    Failure,
    /// What failed.
    Something,
    /// Why.
    Reason,
}

impl Says {
    fn of(statement: &Statement) -> Self {
        let fails = [&code::CONNECTION_FAILED, &code::CONNECTION_CLOSED, &code::ANSWER_HIDDEN_BY_CLIENT];
        match statement {
            Statement::Symptom(symptom, _) if fails.contains(&symptom.definition) => Self::Failure,
            Statement::Symptom(symptom, _) if symptom.is_vague => Self::Something,
            Statement::Alert(_, Direction::Untold) => Self::Something,
            _ => Self::Reason,
        }
    }
}

/// Takes what sentences say together for what is said, on the lines of which nothing else says as much. On the line of what is
/// known and no trouble nothing is said.
fn take_sentences(text: &Text, facts: &mut Vec<Fact>, known: &[Range<usize>]) {
    let mut told: BTreeMap<u32, Says> = BTreeMap::new();
    for fact in facts.iter() {
        if fact.statement.is_trouble() || matches!(fact.statement, Statement::Answer(_)) {
            let says = told.entry(text.line(fact.span.start)).or_insert(Says::Failure);
            *says = (*says).max(Says::of(&fact.statement));
        }
    }
    // Words of a message that is known are no sentence of their own.
    let mut reach = 0;
    let known: BTreeSet<u32> = known.iter().map(|known| text.line(known.start)).collect();
    facts.retain_mut(|fact| {
        let Statement::Sentence(said) = &fact.statement else {
            if fact.statement.is_trouble() {
                reach = reach.max(fact.span.end);
            }
            return true;
        };
        if fact.span.end <= reach {
            return false;
        }
        let said = (**said).clone();
        let says_more = told.get(&text.line(fact.span.start)).is_none_or(|told| *told < Says::of(&said));
        let is_known = known.contains(&text.line(fact.span.start));
        let is_said = says_more && !is_known && !is_no_report(text, fact.span.start);
        fact.statement = said;
        is_said
    });
}

/// A line that has code after code is a table of them, and reports none.
fn leave_out_tables(text: &Text, facts: &mut Vec<Fact>) {
    const MOST: usize = 3;
    let mut told: BTreeMap<u32, BTreeSet<u16>> = BTreeMap::new();
    let code = |statement: &Statement| match statement {
        Statement::Mention(answer) if answer.channel == Channel::Connack => Some(answer.status),
        Statement::Alert(number, _) => Some(0x100 + u16::from(*number)),
        _ => None,
    };
    for fact in facts.iter() {
        if let Some(code) = code(&fact.statement) {
            told.entry(text.line(fact.span.start)).or_default().insert(code);
        }
    }
    let listed = listed(text, &told);
    told.retain(|line, codes| {
        (codes.len() > MOST || listed.contains(line)) && text.line_text(*line).len() < LONGEST
    });
    facts.retain(|fact| code(&fact.statement).is_none() || !told.contains_key(&text.line(fact.span.start)));
}

/// The lines of a table that has a code a line: each another, three of them or more, or two that begin with their number.
fn listed(text: &Text, told: &BTreeMap<u32, BTreeSet<u16>>) -> BTreeSet<u32> {
    let mut listed = BTreeSet::new();
    let lines: Vec<(u32, &BTreeSet<u16>)> = told.iter().map(|(line, codes)| (*line, codes)).collect();
    for run in lines.chunk_by(|(line, _), (next, _)| line + 1 == *next) {
        let different: BTreeSet<u16> =
            run.iter().flat_map(|(_, codes)| codes.iter().copied().take(1)).collect();
        let is_numbered = || run.iter().all(|(line, _)| source::is_of_list(text.line_text(*line)));
        if different.len() == run.len() && (run.len() > 2 || run.len() == 2 && is_numbered()) {
            listed.extend(run.iter().map(|(line, _)| line));
        }
    }
    listed
}

/// Who was given a return code had a connection: what is refused on that line is the CONNECT.
fn leave_out_the_way(text: &Text, facts: &mut Vec<Fact>) {
    let is_code = |fact: &&Fact| matches!(&fact.statement, Statement::Mention(answer) if answer.channel == Channel::Connack);
    let coded: BTreeSet<u32> =
        order::gathered(facts.iter().filter(is_code).map(|fact| text.line(fact.span.start)));
    let is_refused = |fact: &Fact| matches!(fact.statement, Statement::Symptom(symptom, _) if symptom.definition == &code::CONNECTION_REFUSED);
    facts.retain(|fact| {
        let line = text.line(fact.span.start);
        !(is_refused(fact) && coded.contains(&line) && text.line_text(line).len() < LONGEST)
    });
}

/// On a line that tells a failure no stage was reached: `Received CONNACK (0, 5)` has a flag of 0.
fn leave_out_stages(text: &Text, facts: &mut Vec<Fact>) {
    let fails = |fact: &&Fact| {
        matches!(fact.statement, Statement::Mention(_) | Statement::Symptom(..) | Statement::Alert(..))
    };
    let failed: BTreeSet<u32> =
        order::gathered(facts.iter().filter(fails).map(|fact| text.line(fact.span.start)));
    facts.retain(|fact| {
        let line = text.line(fact.span.start);
        let is_stage = matches!(fact.statement, Statement::Stage(_));
        !(is_stage && failed.contains(&line) && text.line_text(line).len() < LONGEST)
    });
}

/// Longest line that is asked whether it is a report: what is longer holds a whole log.
const LONGEST: usize = 400;

/// What stands at a place.
fn read<'h, 't>(
    word: usize,
    hit: &'h Hit<'t>,
) -> impl Iterator<Item = (Statement, Range<usize>)> + use<'h, 't> {
    let of_rows = SEARCH.rows(word).filter_map(move |row| Lexicon::get().read_row(row, hit));
    let of_rows = of_rows.map(|(meaning, span)| (statement(meaning), span));
    // Readers look at what is around a word for themselves.
    let of_rows = of_rows
        .filter(|(said, span)| !matches!(said, Statement::Stage(_)) || !denied::is_one(hit.text, span));
    let of_readers = SEARCH.readers(word).filter_map(|reader| (reader.read)(hit));
    of_rows.chain(of_readers.map(|statement| (statement, hit.start..hit.end)))
}

/// What messages without their end say, where all that begin so say the same.
fn cut_off<'b>(text: &Text, cut: impl Iterator<Item = &'b Beginning<'b>>) -> impl Iterator<Item = Fact> {
    cut.filter_map(|beginning| {
        let hit = Hit::new(text.raw(), text.bytes(), beginning.place.start, beginning.place.end);
        let letters = Folding::from(text.raw(), beginning.place.start);
        let letters = letters.take_while(|(place, _)| *place < beginning.place.end).count();
        let rows = beginning.words.iter().flat_map(|(_, word)| SEARCH.rows(*word));
        // Of a message with gaps or numbers nobody knows the rest, and behind a whole word nothing need be missing.
        let mut said = rows.map(|row| {
            let is_cut = row.is_words() && row.breaks_word(letters);
            let meaning = is_cut.then(|| Lexicon::get().read_row(row, &hit)).flatten();
            meaning.map(|(meaning, _)| statement(meaning))
        });
        let first = said.next()??;
        said.all(|other| other.as_ref() == Some(&first)).then(|| Fact {
            span: beginning.place.clone(),
            statement: first,
            goes_on: false,
        })
    })
}

/// Adds what a part of the text says through the columns of a log: messages that were broken in two, and what bodies have in
/// other lines.
fn read_through(part: Range<usize>, text: &Text, facts: &mut Vec<Fact>) {
    let of = |bytes| columns::blanked(<[u8]>::get(bytes, part.clone()).unwrap_or_default());
    let Some(blanked) = of(text.raw()) else { return };
    let shown = of(text.bytes());
    let shown = shown.as_deref().or_else(|| text.bytes().get(part.clone())).unwrap_or_default();
    let in_text = |span: Range<usize>| part.start + span.start..part.start + span.end;
    for (word, places, goes_on) in SEARCH.places(&blanked).iter() {
        for place in places {
            let hit = Hit::new(&blanked, shown, place.start, place.end);
            if blanked.get(place.clone()).is_some_and(|part| part.contains(&b'\n')) {
                facts.extend(read(word, &hit).map(|(statement, span)| Fact {
                    span: in_text(span),
                    statement,
                    goes_on,
                }));
                continue;
            }
            let here = in_text(place.clone());
            for reader in SEARCH.readers(word) {
                let Some(Statement::Answer(answer)) = (reader.read)(&hit) else { continue };
                for fact in facts.iter_mut().filter(|fact| fact.span == here) {
                    if let Statement::Answer(known) = &mut fact.statement
                        && known.message.is_none()
                        && known.code == answer.code
                    {
                        known.clone_from(&answer);
                    }
                }
            }
        }
    }
}

/// Whether what stands at a byte reports nothing.
fn is_no_report(text: &Text, at: usize) -> bool {
    let line = text.line(at);
    let of = |line: u32| Some(text.line_text(line)).filter(|text| text.len() <= LONGEST).unwrap_or_default();
    source::is_no_report(of(line), of(line.saturating_sub(1))) || source::is_in_address(text.raw(), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints what is read of a text, row by row: `EXPLAIN=path cargo test -p dps-x509-core --lib -- what_is_read --nocapture`.
    #[test]
    fn what_is_read() {
        let Some(path) = std::env::var_os("EXPLAIN") else { return };
        let text = Text::new(&std::fs::read(path).unwrap());
        for (word, places, _) in SEARCH.places(text.raw()).iter() {
            for place in places {
                let hit = Hit::new(text.raw(), text.bytes(), place.start, place.end);
                for row in SEARCH.rows(word) {
                    if let Some((meaning, span)) = Lexicon::get().read_row(row, &hit) {
                        println!("{}: {} -> {meaning:?}", text.line(span.start), row.text);
                    }
                }
            }
        }
    }
}
