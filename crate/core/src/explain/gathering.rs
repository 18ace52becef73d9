//! From facts to what happened: each thing once, the precise before the vague, and who said it.

use std::collections::BTreeSet;

use super::{
    catalogue::{Cause, Symptom},
    reading::{Fact, Peer, Said},
    text::Text,
};
use crate::{
    finding::Family,
    service::{Answer, Channel},
};

/// How far behind a topic its body is looked for, in bytes.
const BODY_FOLLOWS: usize = 2 * 1024;

/// What a text comes to.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    /// In the order of the text.
    pub(super) events: Vec<Event>,
    /// What can be behind them, and where it was read.
    pub(super) hints: Vec<(&'static Cause, usize)>,
    /// The hub, the device's name at it, and where it was read.
    pub(super) assigned: Option<(String, Option<String>, usize)>,
    /// ID scope and registration ID, as the client names itself.
    pub(super) device: Option<(String, String)>,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) what: What,
    /// Where it was read first.
    pub(super) at: std::ops::Range<usize>,
    /// On how many lines it stands, or how many answers it is.
    pub(super) times: usize,
    /// Who said it, as far as the text tells.
    pub(super) peer: Option<Peer>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Refused(Box<Answer>),
    Failed(&'static Symptom, Option<String>),
}

/// What makes two events the same one.
type Key = (&'static str, String);

impl What {
    fn key(&self) -> Key {
        match self {
            Self::Refused(answer) if answer.channel == Channel::Connack => {
                ("connack", answer.status.to_string())
            }
            Self::Refused(answer) => {
                let words = answer.message.as_deref().unwrap_or_default().trim_end_matches('.');
                (
                    "answer",
                    format!("{:?} {} {words} {:?}", answer.code, answer.status, answer.operation_status),
                )
            }
            Self::Failed(symptom, word) => (symptom.message, word.clone().unwrap_or_default()),
        }
    }
}

impl Gathering {
    pub(super) fn of(facts: &[Fact], text: &Text) -> Self {
        let answers: Vec<(usize, &Answer)> = facts
            .iter()
            .filter_map(|fact| match &fact.said {
                Said::Answer(answer) => Some((fact.span.start, answer.as_ref())),
                _ => None,
            })
            .collect();
        let mentions: Vec<&Answer> = facts
            .iter()
            .filter_map(|fact| match &fact.said {
                Said::Mention(answer) => Some(answer.as_ref()),
                _ => None,
            })
            .collect();
        let mut gathering = Self::default();
        let mut seen = Seen::default();
        let mut peer = facts.iter().find_map(|fact| match fact.said {
            Said::Peer(peer) => Some(peer),
            Said::Device { .. } | Said::Status(_) => Some(Peer::Dps),
            _ => None,
        });
        for fact in facts {
            let what = match &fact.said {
                Said::Peer(other) => {
                    peer = Some(*other);
                    continue;
                }
                Said::Device { id_scope, registration_id } => {
                    peer = Some(Peer::Dps);
                    gathering.device.get_or_insert_with(|| (id_scope.clone(), registration_id.clone()));
                    continue;
                }
                Said::Hint(cause) => {
                    // The first of a kind is enough to be shown.
                    if gathering.hints.iter().all(|(known, _)| known != cause) {
                        gathering.hints.push((cause, fact.span.start));
                    }
                    continue;
                }
                Said::Assigned { hub, device_id } => {
                    gathering.assigned = Some((hub.clone(), device_id.clone(), fact.span.start));
                    continue;
                }
                Said::Answer(answer) => What::Refused(answer.clone()),
                Said::Mention(answer) if is_told_better(answer, &answers, &mentions) => continue,
                Said::Mention(answer) => What::Refused(answer.clone()),
                Said::Status(status) if has_body(*status, fact.span.start, &answers, &mentions) => continue,
                Said::Status(status) => {
                    What::Refused(Box::new(Answer { status: *status, ..Answer::default() }))
                }
                Said::Symptom(symptom, word) => What::Failed(symptom, word.clone()),
            };
            gathering.add(&mut seen, what, fact.span.clone(), text.line(fact.span.start), peer);
        }
        gathering.leave_out_the_vague();
        gathering
    }

    fn add(
        &mut self,
        seen: &mut Seen,
        what: What,
        at: std::ops::Range<usize>,
        line: u32,
        peer: Option<Peer>,
    ) {
        // An answer is told by its tracking ID, anything else by its line.
        let mark = match &what {
            What::Refused(answer) => answer.tracking_id.clone().unwrap_or_else(|| line.to_string()),
            What::Failed(..) => line.to_string(),
        };
        let key = what.key();
        let is_new = seen.marks.insert((key.clone(), mark));
        match seen.keys.iter().position(|known| *known == key) {
            Some(index) => {
                if let Some(event) = self.events.get_mut(index) {
                    event.times += usize::from(is_new);
                }
            }
            None if self.events.len() < Self::MOST_EVENTS => {
                seen.keys.push(key);
                self.events.push(Event { what, at, times: 1, peer });
            }
            None => {}
        }
    }

    /// More kinds of trouble than these in one text help nobody.
    const MOST_EVENTS: usize = 24;

    /// A line that says "TLS failed" is nothing of its own beside one that says why.
    fn leave_out_the_vague(&mut self) {
        let is_of_tls = |symptom: &Symptom| symptom.definition.family == Family::Tls;
        // A client that cannot use its own files does not come through TLS either.
        let is_of_files = |symptom: &Symptom| {
            let family = symptom.definition.family;
            family.is_about_files() || family.is_about_keys()
        };
        let precise = |event: &Event| match &event.what {
            What::Failed(symptom, _) => !symptom.is_vague && (is_of_tls(symptom) || is_of_files(symptom)),
            What::Refused(_) => false,
        };
        if self.events.iter().any(precise) {
            self.events.retain(|event| match &event.what {
                What::Failed(symptom, _) => !(symptom.is_vague && is_of_tls(symptom)),
                What::Refused(_) => true,
            });
        }
    }
}

/// What has been seen already: kinds of events, and each on which line or in which answer.
#[derive(Default)]
struct Seen {
    keys: Vec<Key>,
    marks: BTreeSet<(Key, String)>,
}

/// Whether a body, or a mention with words, says more of the same.
fn is_told_better(mention: &Answer, answers: &[(usize, &Answer)], mentions: &[&Answer]) -> bool {
    if mention.channel == Channel::Connack {
        return false;
    }
    let has_words = |answer: &Answer| mention.message.as_deref().is_some_and(|words| says(answer, words));
    let whole = answers.iter().any(|(_, answer)| match mention.code {
        Some(code) => answer.code == Some(code),
        None => has_words(answer),
    });
    let better =
        |other: &&Answer| other.code == mention.code && other.message.is_some() && mention.message.is_none();
    whole || mentions.iter().any(better)
}

fn says(answer: &Answer, words: &str) -> bool {
    answer.message.as_deref().is_some_and(|message| message.contains(words))
}

/// Whether the status of a topic is that of an answer in the text, or its body follows, whatever code that has.
fn has_body(status: u16, at: usize, answers: &[(usize, &Answer)], mentions: &[&Answer]) -> bool {
    let is_class = |answer: &Answer| answer.channel != Channel::Connack && answer.class() == Some(status);
    let follows = |(start, answer): &(usize, &Answer)| {
        is_class(answer) || (at..at + BODY_FOLLOWS).contains(start) && answer.channel == Channel::Request
    };
    answers.iter().any(follows) || mentions.iter().any(|mention| is_class(mention))
}
