//! From facts to what happened: each thing once, the precise before the vague, and who said it.

mod event;
mod overcome;

use std::{collections::BTreeSet, ops::Range};

use event::Key;
pub(super) use event::{Event, What};

use super::{
    alert,
    catalogue::{
        Cause, Symptom, cause,
        symptom::{connection_failed, hub_refuses_device, identity_not_usable, server_silent},
    },
    hub,
    reading::stamp,
    speaking::{Speaking, is_local},
    statement::{Fact, Peer, Stage, Statement},
    text::Text,
};
use crate::{
    cert::UnixTime,
    finding::{Definition, Family, catalogue},
    order,
    service::{Answer, Channel},
};

/// How far behind a topic its body is looked for, in bytes.
const BODY_FOLLOWS: usize = 2 * 1024;

/// What a text comes to.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// In the order of the text.
    pub(super) events: Vec<Event>,
    /// What can be behind them, and where it was read.
    pub(super) hints: Vec<(&'static Cause, usize)>,
    /// The hub, the device's name at it, and where it was read.
    pub(super) assigned: Option<(String, Option<String>, usize)>,
    /// ID scope and registration ID, as the client names itself.
    pub(super) device: Option<(String, String)>,
    /// What is told of other hosts and programs: what they are called, the code, and where it was read.
    pub(super) elsewhere: Vec<(String, &'static Definition, usize)>,
    /// How far the client came at last, and where it says so.
    pub(super) stage: Option<(Stage, usize)>,
    /// Whether the text says that it is about Azure's devices.
    is_ours: bool,
}

impl Occurrences {
    pub(super) fn of(facts: &[Fact], text: &Text) -> Self {
        let answers: Vec<(usize, &Answer)> = facts
            .iter()
            .filter_map(|fact| match &fact.statement {
                Statement::Answer(answer) => Some((fact.span.start, answer.as_ref())),
                _ => None,
            })
            .collect();
        let mentions: Vec<&Answer> = facts
            .iter()
            .filter_map(|fact| match &fact.statement {
                Statement::Mention(answer) => Some(answer.as_ref()),
                _ => None,
            })
            .collect();
        let mut occurrences = Self::default();
        let mut seen = Seen::default();
        let speaking = Speaking::of(facts, text);
        // What is said there is said of one's own chain, and not of the server's.
        let of_own = facts.iter().filter(|fact| {
            matches!(fact.statement, Statement::Symptom(symptom, _) if symptom == &identity_not_usable::OWN_CHAIN)
        });
        let own: BTreeSet<u32> = order::gathered(of_own.map(|fact| text.line(fact.span.start)));
        for fact in facts {
            let line = text.line(fact.span.start);
            let (peer, is_server) = speaking.at(line);
            if let Statement::Other = fact.statement {
                continue;
            }
            let alerted = match fact.statement {
                Statement::Alert(number, direction) => alert::statement(number, direction, is_server),
                _ => None,
            };
            let what = match alerted.as_ref().unwrap_or(&fact.statement) {
                Statement::Peer(_)
                | Statement::Server
                | Statement::Other
                | Statement::Ours
                | Statement::Theirs
                | Statement::Aside
                | Statement::Nothing
                | Statement::Sentence(_)
                | Statement::Alert(..) => continue,
                Statement::Stage(stage) => {
                    let is_of_hub = peer == Some(Peer::Hub) && *stage == Stage::Connected;
                    let stage = if is_of_hub { Stage::HubConnected } else { *stage };
                    occurrences.stage = Some((stage, fact.span.start));
                    continue;
                }
                Statement::Device { id_scope, registration_id } => {
                    occurrences.device.get_or_insert_with(|| (id_scope.clone(), registration_id.clone()));
                    continue;
                }
                Statement::Hint(cause) => {
                    // The first of a kind is enough to be shown.
                    if occurrences.hints.iter().all(|(known, _)| known != cause) {
                        occurrences.hints.push((cause, fact.span.start));
                    }
                    continue;
                }
                Statement::Assigned { hub, device_id } => {
                    occurrences.assigned = Some((hub.clone(), device_id.clone(), fact.span.start));
                    continue;
                }
                // What DPS's client shows of it the hub said to DPS, and not to the device.
                Statement::Answer(answer)
                    if hub::wrote(answer)
                        && !(speaking.of_line(line) == Some(Peer::Dps) && hub::says_its_words(answer)) =>
                {
                    What::Failed(hub::symptom(answer.class().unwrap_or_default()), None)
                }
                Statement::Answer(answer) => What::Refused(answer.clone()),
                Statement::Mention(answer) if is_told_better(answer, &answers, &mentions) => continue,
                Statement::Mention(answer) if peer == Some(Peer::Hub) && hub::has_its_words(answer) => {
                    What::Failed(&hub_refuses_device::UNAUTHORIZED, None)
                }
                Statement::Mention(answer) => What::Refused(answer.clone()),
                Statement::Status(status) if has_body(*status, fact.span.start, &answers, &mentions) => {
                    continue;
                }
                Statement::Status(status) if peer == Some(Peer::Hub) => {
                    What::Failed(hub::symptom(*status), None)
                }
                Statement::Status(status) => {
                    What::Refused(Box::new(Answer { status: *status, ..Answer::default() }))
                }
                Statement::Symptom(symptom, word) => What::Failed(symptom, word.clone()),
            };
            if let What::Failed(symptom, _) = &what
                && symptom.definition.family == Family::Tls
                && symptom.definition != &catalogue::IDENTITY_NOT_USABLE
                && own.contains(&line)
            {
                continue;
            }
            let what = match what {
                What::Failed(symptom, _)
                    if symptom.definition.family == Family::Network
                        && is_local(text.around(fact.span.start)) =>
                {
                    What::Failed(&connection_failed::DAEMON, None)
                }
                What::Failed(symptom, _) if symptom == &server_silent::SILENT && peer == Some(Peer::Hub) => {
                    What::Failed(&server_silent::HUB, None)
                }
                other => other,
            };
            if let Some((other, definition)) = elsewhere(&what, &speaking, &fact.span, text) {
                let is_known =
                    |known: &(String, &Definition, usize)| known.0 == other && known.1 == definition;
                if occurrences.elsewhere.len() < Self::MOST_EVENTS
                    && !occurrences.elsewhere.iter().any(is_known)
                {
                    occurrences.elsewhere.push((other, definition, fact.span.start));
                }
                continue;
            }
            occurrences.add(&mut seen, what, fact, line, peer);
        }
        occurrences.leave_out_the_vague(&seen.told);
        occurrences.is_ours = speaking.is_ours();
        // What another program fails at has the other program's reasons.
        let is_theirs = !occurrences.elsewhere.is_empty() || speaking.of_text(1).is_some();
        if !occurrences.is_ours && occurrences.events.is_empty() && is_theirs {
            occurrences.hints.clear();
        }
        occurrences
    }

    fn add(&mut self, seen: &mut Seen, what: What, fact: &Fact, line: u32, peer: Option<Peer>) {
        // An answer is told by its tracking ID, anything else by its line.
        let mark = match &what {
            What::Refused(answer) => answer.tracking_id.clone().unwrap_or_else(|| line.to_string()),
            What::Failed(..) => line.to_string(),
        };
        let is_vague = matches!(&what, What::Failed(symptom, _) if symptom.is_vague);
        if !is_vague {
            seen.told.insert(line);
        }
        let key = what.key();
        let is_new = seen.marks.insert((key.clone(), mark));
        match seen.keys.iter().position(|known| *known == key) {
            Some(index) => {
                if let Some(event) = self.events.get_mut(index) {
                    event.times += usize::from(is_new);
                    event.goes_on |= fact.goes_on;
                }
            }
            None if self.events.len() < Self::MOST_EVENTS => {
                seen.keys.push(key);
                let (at, goes_on) = (fact.span.clone(), fact.goes_on);
                self.events.push(Event { what, at, line, times: 1, goes_on, peer });
            }
            None => {}
        }
    }

    /// The lines of failures after which the client came further than that.
    pub(super) fn overcome(&self) -> Vec<u32> {
        overcome::lines(&self.events)
    }

    /// Adds the clock as what can be behind the rest, by the time stamps of the log and the time now.
    pub(super) fn look_at_the_clock(&mut self, text: &Text, now: Option<UnixTime>) {
        let clock = &cause::DEVICE_CLOCK_WRONG;
        let is_of_time = |event: &Event| match &event.what {
            What::Failed(symptom, _) => symptom.definition == &catalogue::SERVER_CERTIFICATE_NOT_YET_VALID,
            What::Refused(_) => false,
        };
        // Old logs of others are no device's with a clock that is behind.
        let is_of_device = self.is_ours || !self.events.is_empty();
        if !is_of_device || self.hints.iter().any(|(known, _)| *known == clock) {
            return;
        }
        let Some((last, at)) = stamp::last(text) else { return };
        // An old log was written long ago; only if it speaks of times as well was it by a clock that is behind.
        let is_behind = self.events.iter().any(is_of_time) && stamp::is_long_ago(last, now);
        if stamp::is_wrong(last, now) || is_behind {
            self.hints.push((clock, at));
        }
    }

    /// More kinds of trouble than these in one text help nobody.
    const MOST_EVENTS: usize = 24;

    /// What says only that something failed is nothing beside what says why, and neither is an end without a reason on the
    /// line that has the reason.
    fn leave_out_the_vague(&mut self, told: &BTreeSet<u32>) {
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
        let has_answer = self.events.iter().any(|event| match &event.what {
            What::Refused(answer) => answer.code.is_some(),
            What::Failed(..) => false,
        });
        // Where the way failed, no answer came that could be hidden.
        let is_of_way = |event: &&Event| matches!(&event.what, What::Failed(symptom, _) if matches!(symptom.definition.family, Family::Network | Family::Tls));
        let way = self.events.iter().filter(is_of_way).map(|event| event.line).min();
        let is_empty = |event: &Event| match &event.what {
            // What a client hides, the text has after all.
            What::Failed(symptom, _)
                if (has_answer || way.is_some_and(|line| line < event.line))
                    && symptom.definition == &catalogue::ANSWER_HIDDEN_BY_CLIENT =>
            {
                true
            }
            What::Failed(symptom, _) => {
                symptom.is_vague
                    && [
                        &catalogue::CONNECTION_FAILED,
                        &catalogue::ANSWER_HIDDEN_BY_CLIENT,
                        &catalogue::CONNECT_REFUSED,
                        &catalogue::TLS_ALERT,
                    ]
                    .contains(&symptom.definition)
            }
            What::Refused(_) => false,
        };
        let is_beside = |event: &Event| match &event.what {
            What::Failed(symptom, _) => symptom.is_vague && told.contains(&event.line),
            What::Refused(_) => false,
        };
        let says_something = self.events.iter().any(|event| !is_empty(event));
        // Neither does it hide one, where all that is said of the way is that it failed.
        let hides_nothing = |event: &Event| {
            way.is_some_and(|line| line < event.line)
                && matches!(&event.what, What::Failed(symptom, _) if symptom.definition == &catalogue::ANSWER_HIDDEN_BY_CLIENT)
        };
        self.events
            .retain(|event| !(says_something && is_empty(event) || is_beside(event) || hides_nothing(event)));
        // Of those that say next to nothing the alert says most.
        let is_alert = |event: &Event| matches!(&event.what, What::Failed(symptom, _) if symptom.definition == &catalogue::TLS_ALERT);
        if !says_something && self.events.iter().any(is_alert) {
            self.events.retain(is_alert);
        }
        if self.events.iter().any(precise) {
            self.events.retain(|event| match &event.what {
                What::Failed(symptom, _) => !(symptom.is_vague && is_of_tls(symptom)),
                What::Refused(_) => true,
            });
        }
    }
}

/// Whose trouble this is, if it is none of a device's, and what it is there.
fn elsewhere(
    what: &What,
    speaking: &Speaking,
    span: &Range<usize>,
    text: &Text,
) -> Option<(String, &'static Definition)> {
    let line = text.line(span.start);
    // The lines of a message that was broken in two are not so many things.
    let is_broken = text.line(span.end.saturating_sub(1)) != line;
    let of_text = || speaking.of_text(line).map(str::to_owned);
    match what {
        What::Failed(symptom, _) => {
            let family = symptom.definition.family;
            let is_of_way = matches!(family, Family::Network | Family::Tls);
            // What every program may fail at.
            let of_log = || {
                let is_common =
                    matches!(family, Family::Network | Family::Tls | Family::Proxy | Family::Client)
                        || family.is_about_files()
                        || family.is_about_keys();
                (is_common && !is_broken).then(|| speaking.of_log(line, text)).flatten()
            };
            let of_way = || {
                if family == Family::Proxy {
                    return speaking.behind_a_proxy(line, text);
                }
                if is_of_way {
                    speaking
                        .elsewhere(line, text)
                        .or_else(|| speaking.dialled(line, text))
                        .or_else(|| speaking.addressed(line, text))
                } else {
                    None
                }
            };
            let other = speaking.of_other(line, text).or_else(of_way).or_else(of_text).or_else(of_log);
            Some((other.or_else(|| speaking.of_server(line))?, symptom.definition))
        }
        // A code of DPS is nobody else's.
        What::Refused(answer) if answer.code.is_none() => {
            // Return codes are those of MQTT.
            let is_common = answer.channel != Channel::Connack && !is_broken;
            let of_log = || is_common.then(|| speaking.of_log(line, text)).flatten();
            let of_server = || is_common.then(|| speaking.of_server(line)).flatten();
            Some((of_text().or_else(of_log).or_else(of_server)?, answer.to_finding().definition))
        }
        What::Refused(_) => None,
    }
}

/// What has been seen already: kinds of events, and each on which line or in which answer.
#[derive(Default)]
struct Seen {
    keys: Vec<Key>,
    marks: BTreeSet<(Key, String)>,
    /// The lines that say why.
    told: BTreeSet<u32>,
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
