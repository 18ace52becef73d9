//! What a text says: facts, each with the place it was read from, whatever client wrote it.
//!
//! What clients print are rows of [`super::lexicon`]. What has a form of its own, a body, a topic, a user name, a time
//! stamp, is read here, one file a form; [`READERS`] lists the words that give it away. Nothing looks further than at what
//! is near its word, and at most so often for each word, so that the time is linear in the size of the text.

pub(super) mod alert;
mod answer;
mod client;
mod clock;
mod command;
mod connack;
mod hexadecimal;
pub(super) mod host;
mod issuer;
mod members;
mod modem;
pub(super) mod program;
mod source;
pub(super) mod stamp;
mod topic;

use std::{ops::Range, sync::LazyLock};

use super::{
    catalogue::{Cause, Symptom},
    columns,
    lexicon::{Direction, Hit, Lexicon, Meaning, Stage},
    text::Text,
};
use crate::service::{Answer, Channel};

/// A word that gives a form away, and what reads it.
pub(super) struct Reader {
    pub(super) word: &'static str,
    pub(super) read: fn(&Hit<'_>) -> Option<Said>,
}

/// All of them.
pub(super) static READERS: LazyLock<Vec<&'static Reader>> = LazyLock::new(|| {
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
    ];
    of_forms.into_iter().flatten().collect()
});

/// One thing that a text says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// What is said there.
    pub(super) said: Said,
    /// Whether the word that gave it away stands more often than it is looked at.
    pub(super) goes_on: bool,
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
    /// A TLS alert. Whose log it is in, the rest of the text tells.
    Alert(u8, Direction),
    /// Something that can be behind a symptom.
    Hint(&'static Cause),
    /// DPS assigned this hub.
    Assigned { hub: String, device_id: Option<String> },
    /// Whom the client talks to from here on.
    Peer(Peer),
    /// What the MQTT user name or the REST path tells of the device.
    Device { id_scope: String, registration_id: String },
    /// How far the client came.
    Stage(Stage),
    /// A server speaks here, not a device.
    Server,
    /// Another program speaks here, of other things.
    Other,
    /// What is known and no trouble: nothing inside of it is one either.
    Nothing,
}

impl Said {
    /// Whether it is trouble, which a longer message around it says better.
    const fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::Mention(_) | Self::Status(_) | Self::Symptom(..) | Self::Alert(..) | Self::Nothing
        )
    }
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    Dps,
    Hub,
}

/// Every fact of a text in the order of the text.
pub(super) fn facts(text: &Text) -> Vec<Fact> {
    let lexicon = Lexicon::get();
    let mut facts = Vec::new();
    for (word, places, goes_on) in lexicon.places(text.raw()).iter() {
        for place in places {
            let hit = Hit::new(text.raw(), text.bytes(), place.start, place.end);
            let said = read(lexicon, word, &hit);
            facts.extend(said.map(|(said, span)| Fact { span, said, goes_on }));
        }
    }
    if let Some(blanked) = columns::blanked(text.raw()) {
        read_through(&blanked, text, &mut facts);
    }
    // Of two that begin together the longer first: it says what the shorter is a part of.
    facts.sort_by_key(|fact| (fact.span.start, std::cmp::Reverse(fact.span.end)));
    let mut told: Option<Range<usize>> = None;
    facts.retain(|fact| {
        if !fact.said.is_trouble() {
            return true;
        }
        let is_part = told.as_ref().is_some_and(|told| {
            fact.span.end <= told.end && (fact.span.start, fact.span.end) != (told.start, told.end)
        });
        if told.as_ref().is_none_or(|told| told.end < fact.span.end) {
            told = Some(fact.span.clone());
        }
        !is_part && fact.said != Said::Nothing && !is_no_report(text, fact.span.start)
    });
    facts
}

/// What stands at a place.
fn read<'h, 't>(
    lexicon: &'static Lexicon,
    word: usize,
    hit: &'h Hit<'t>,
) -> impl Iterator<Item = (Said, Range<usize>)> + use<'h, 't> {
    let of_rows = lexicon.rows(word).filter_map(move |row| row.read(hit, lexicon));
    let of_rows = of_rows.map(|(meaning, span)| (said(meaning), span));
    let of_readers = lexicon.readers(word).filter_map(|reader| (reader.read)(hit));
    of_rows.chain(of_readers.map(|said| (said, hit.start..hit.end)))
}

/// Adds what the text says through the columns of a log: messages that were broken in two, and what bodies have in other
/// lines.
fn read_through(blanked: &[u8], text: &Text, facts: &mut Vec<Fact>) {
    let lexicon = Lexicon::get();
    let shown = columns::blanked(text.bytes());
    let shown = shown.as_deref().unwrap_or(text.bytes());
    for (word, places, goes_on) in lexicon.places(blanked).iter() {
        for place in places {
            let hit = Hit::new(blanked, shown, place.start, place.end);
            if blanked.get(place.clone()).is_some_and(|part| part.contains(&b'\n')) {
                facts.extend(read(lexicon, word, &hit).map(|(said, span)| Fact { span, said, goes_on }));
                continue;
            }
            for reader in lexicon.readers(word) {
                let Some(Said::Answer(answer)) = (reader.read)(&hit) else { continue };
                for fact in facts.iter_mut().filter(|fact| fact.span == *place) {
                    if let Said::Answer(known) = &mut fact.said
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

/// Whether the line of a byte reports nothing. What is so long that it holds a whole log is not asked.
fn is_no_report(text: &Text, at: usize) -> bool {
    const LONGEST: usize = 400;
    let line = text.line(at);
    let of = |line: u32| Some(text.line_text(line)).filter(|text| text.len() <= LONGEST).unwrap_or_default();
    source::is_no_report(of(line), of(line.saturating_sub(1)))
}

fn said(meaning: Meaning) -> Said {
    match meaning {
        Meaning::Nothing => Said::Nothing,
        Meaning::Symptom(symptom) => Said::Symptom(symptom, None),
        Meaning::Hint(cause) => Said::Hint(cause),
        Meaning::Connack(code) => {
            let answer = Answer { channel: Channel::Connack, status: u16::from(code), ..Answer::default() };
            Said::Mention(Box::new(answer))
        }
        Meaning::Alert(number, direction) => Said::Alert(number, direction),
        Meaning::Code(code) => answer::coded(code),
        Meaning::Words(words) => answer::worded(words),
        Meaning::Status(status) => Said::Status(status),
        Meaning::Peer(peer) => Said::Peer(peer),
        Meaning::Stage(stage) => Said::Stage(stage),
        Meaning::Server => Said::Server,
        Meaning::Other => Said::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints what is read of a text, row by row: `EXPLAIN=path cargo test -p dps-x509-core --lib -- what_is_read --nocapture`.
    #[test]
    fn what_is_read() {
        let Some(path) = std::env::var_os("EXPLAIN") else { return };
        let text = Text::new(&std::fs::read(path).unwrap());
        let lexicon = Lexicon::get();
        for (word, places, _) in lexicon.places(text.raw()).iter() {
            for place in places {
                let hit = Hit::new(text.raw(), text.bytes(), place.start, place.end);
                for row in lexicon.rows(word) {
                    if let Some((meaning, span)) = row.read(&hit, lexicon) {
                        println!("{}: {} -> {meaning:?}", text.line(span.start), row.text);
                    }
                }
            }
        }
    }
}
