//! Who speaks on each line of a text, and about whom.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
};

use super::{
    reading::{host, program},
    statement::{Fact, Peer, Stage, Statement},
    subject::Subject,
    text::Text,
};
use crate::order;

/// A text of more lines than this is a log, and not what somebody picked out of one.
const LONG: u32 = 40;
/// On one of so many lines of such a log there is trouble, at most.
const SELDOM: u32 = 8;
/// How many lines of a long log are looked at together, with as many before and behind.
const PART: u32 = 32;
/// So many parts are looked at; what is further on is as the nearest of them before it.
const MOST_PARTS: usize = 64;
/// What DPS is called, in what a text says of Azure's devices.
const OF_DPS: [&str; 5] = ["dps", "prov", "scope", "registr", "central"];

/// Who speaks on each line, and about whom.
pub(super) struct Speaking {
    /// The lines that name the one whom the client talks to, in order; a line's own name counts before all others.
    peers: Vec<(u32, Peer)>,
    /// The lines of servers' logs.
    servers: Vec<u32>,
    /// The lines of other programs, and what they are called there.
    others: Vec<(u32, String)>,
    /// Whether the text says anywhere that it is about Azure's devices.
    is_ours: bool,
    /// The lines that name another service or program, and what it is called there.
    theirs: Vec<(u32, String)>,
    /// Whom a text means that names the hub and never DPS.
    only: Option<Peer>,
    /// On how many lines there is trouble.
    troubles: u32,
    /// The parts of the text that were looked at, and whether one of them is of something else than a device's connection.
    parts: RefCell<BTreeMap<u32, bool>>,
    /// Whether the text speaks of messages as a device sends them.
    speaks_of_messages: OnceCell<bool>,
}

impl Speaking {
    /// How far a server's line speaks for those around it.
    const SERVER_LINES: u32 = 8;

    pub(super) fn of(facts: &[Fact], text: &Text) -> Self {
        let (mut peers, mut servers, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let (mut is_ours, mut theirs, mut aside) = (false, Vec::new(), Vec::new());
        let (mut names_hub, mut names_dps) = (false, false);
        let (mut troubles, mut trouble) = (0, 0);
        let called = |fact: &Fact| {
            let name = text.bytes().get(fact.span.clone()).unwrap_or_default();
            String::from_utf8_lossy(name).into_owned()
        };
        for fact in facts {
            let line = text.line(fact.span.start);
            match fact.statement {
                Statement::Peer(peer) => peers.push((line, peer)),
                Statement::Device { .. } => peers.push((line, Peer::Dps)),
                Statement::Server => servers.push(line),
                Statement::Other => others.push((line, called(fact))),
                Statement::Theirs => theirs.push((line, called(fact))),
                Statement::Aside => aside.push((line, called(fact))),
                _ => {}
            }
            if fact.statement.is_trouble() && trouble != line {
                (troubles, trouble) = (troubles + 1, line);
            }
            if fact.statement == Statement::Ours {
                let name = called(fact).to_ascii_lowercase();
                names_hub |= name.contains("iot hub") || name.contains("iothub");
                names_dps |= OF_DPS.iter().any(|word| name.contains(word));
            }
            is_ours |= matches!(
                fact.statement,
                Statement::Ours
                    | Statement::Peer(_)
                    | Statement::Device { .. }
                    | Statement::Stage(_)
                    | Statement::Assigned { .. }
                    | Statement::Answer(_)
            );
            // What DPS assigned to a device it goes to next.
            if matches!(fact.statement, Statement::Stage(Stage::Assigned) | Statement::Assigned { .. }) {
                peers.push((line + 1, Peer::Hub));
            }
        }
        // Stable: what a line says itself stays behind what follows from the one before it.
        order::by_key(&mut peers, |(line, _)| *line);
        let only = (names_hub && !names_dps && peers.is_empty() && !speaks_of_provisioning(text))
            .then_some(Peer::Hub);
        let (parts, spoken) = (RefCell::default(), OnceCell::new());
        if !aside.is_empty() && !*spoken.get_or_init(|| speaks_of_messages(text)) {
            theirs.append(&mut aside);
            order::by_key(&mut theirs, |(line, _)| *line);
        }
        Self { peers, servers, others, is_ours, theirs, only, troubles, parts, speaks_of_messages: spoken }
    }

    /// Whether the text says anywhere that it is about Azure's devices.
    pub(super) const fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The service or program that the whole text is about, as it is called nearest above this line, or first; none where the
    /// text is about Azure's devices, or does not say.
    pub(super) fn of_text(&self, line: u32) -> Option<&str> {
        let behind = self.theirs.partition_point(|(known, _)| *known <= line);
        let above = behind.checked_sub(1).and_then(|last| self.theirs.get(last));
        above.or_else(|| self.theirs.first()).filter(|_| !self.is_ours).map(|(_, name)| name.as_str())
    }

    /// The server whose log this line is of, in a text that never speaks of Azure: some broker's, and no device's.
    pub(super) fn of_server(&self, line: u32) -> Option<String> {
        (!self.is_ours && self.at(line).1).then(|| "the log of a server".to_owned())
    }

    /// The log of something else that this line is of, by what stands near it, in a text that never speaks of Azure.
    pub(super) fn of_log(&self, line: u32, text: &Text) -> Option<String> {
        if self.is_ours {
            return None;
        }
        let part = if text.lines() <= 3 * PART { 0 } else { line / PART };
        let mut parts = self.parts.borrow_mut();
        let known = parts.range(..=part).next_back().map(|(known, is_other)| (*known, *is_other));
        let is_full = parts.len() >= MOST_PARTS;
        let is_other = match known {
            Some((known, is_other)) if known == part || is_full => is_other,
            _ => {
                let first = (part * PART).saturating_sub(PART).max(1);
                let last = text.lines().min(part.saturating_add(if part == 0 { 3 } else { 2 }) * PART);
                let near = (first..=last).map(|line| text.raw_line(line));
                let subject = Subject::of(near);
                // What is for the most part trouble is what a client printed again and again.
                let is_long = text.lines() > LONG && self.troubles.saturating_mul(SELDOM) <= text.lines();
                let is_other = subject.is_of_something_else() || is_long && !subject.may_be_of_device();
                parts.insert(part, is_other);
                is_other
            }
        };
        is_other.then(|| "a log that speaks of no device's connection".to_owned())
    }

    /// The other host that a text, which never speaks of Azure, says that it dials, a few lines above this one.
    pub(super) fn dialled(&self, line: u32, text: &Text) -> Option<String> {
        const ABOVE: u32 = 12;
        if self.is_ours {
            return None;
        }
        (line.saturating_sub(ABOVE).max(1)..line).rev().find_map(|line| {
            let host = host::dialled(text.raw_line(line))?;
            // In a modem's command it may stand where a password may stand.
            let is_shown = text.line_text(line).windows(host.len()).any(|part| part == host.as_bytes());
            Some(if is_shown { host } else { "another host".to_owned() })
        })
    }

    /// The other host whose address stands near this line, in a text that speaks neither of Azure nor of messages.
    pub(super) fn addressed(&self, line: u32, text: &Text) -> Option<String> {
        const NEAR: u32 = 8;
        if self.is_ours || *self.speaks_of_messages.get_or_init(|| speaks_of_messages(text)) {
            return None;
        }
        let above = (line.saturating_sub(NEAR).max(1)..=line).rev();
        let below = line + 1..=line.saturating_add(NEAR).min(text.lines());
        above.chain(below).find_map(|line| host::addressed(text.line_text(line)))
    }

    /// The other program that wrote this line.
    pub(super) fn of_other(&self, line: u32, text: &Text) -> Option<String> {
        let first = self.others.partition_point(|(known, _)| *known < line);
        let told = self.others.get(first).filter(|(known, _)| *known == line).map(|(_, name)| name.clone());
        let here = text.line_text(line);
        told.or_else(|| program::other(here).map(str::to_owned))
            .filter(|_| !host::is_azure(here.get(..here.len().min(1024)).unwrap_or_default()))
    }

    /// What else this line is about: it names another host. What is further in, or says what caused it, is about the host
    /// of the line above.
    pub(super) fn elsewhere(&self, line: u32, text: &Text) -> Option<String> {
        let mut line = line;
        for _ in 0..4 {
            let here = text.line_text(line);
            // Its own words for who answers count before any host.
            let own = self.peers.partition_point(|(known, _)| *known < line);
            if self.peers.get(own).is_some_and(|(known, _)| *known == line) {
                return None;
            }
            if let Some(host) = host::other(here) {
                return Some(host);
            }
            let lower = here.get(..here.len().min(40)).unwrap_or_default().to_ascii_lowercase();
            let goes_on = here.first().is_some_and(u8::is_ascii_whitespace)
                || lower.trim_ascii_start().starts_with(b"caused by")
                || lower.trim_ascii_start().starts_with(b"--->");
            if !goes_on {
                return None;
            }
            line = line.checked_sub(1)?;
        }
        None
    }

    /// The other host that this line, in a text that never speaks of Azure, did not reach through a proxy.
    pub(super) fn behind_a_proxy(&self, line: u32, text: &Text) -> Option<String> {
        host::behind_a_proxy(text.line_text(line)).filter(|_| !self.is_ours)
    }

    /// Whom this line itself says that it is about.
    pub(super) fn of_line(&self, line: u32) -> Option<Peer> {
        let behind = self.peers.partition_point(|(known, _)| *known <= line);
        let last = behind.checked_sub(1).and_then(|last| self.peers.get(last));
        last.filter(|(known, _)| *known == line).map(|(_, peer)| *peer)
    }

    /// Whom this line is about, and whether a server wrote it: what the line says itself, else what was said before it,
    /// else what is said first.
    pub(super) fn at(&self, line: u32) -> (Option<Peer>, bool) {
        let behind = self.peers.partition_point(|(known, _)| *known <= line);
        let before = behind.checked_sub(1).and_then(|last| self.peers.get(last));
        let peer = before.or_else(|| self.peers.first()).map(|(_, peer)| *peer).or(self.only);
        let next = self.servers.partition_point(|known| *known < line.saturating_sub(Self::SERVER_LINES));
        let is_server = self.servers.get(next).is_some_and(|known| *known <= line + Self::SERVER_LINES);
        (peer, is_server)
    }
}

/// Whether a text of some size has the word for what DPS does.
fn speaks_of_provisioning(text: &Text) -> bool {
    has_word(text, b"provision")
}

/// Whether a text of some size has a word for how a device talks to its cloud.
fn speaks_of_messages(text: &Text) -> bool {
    const WORDS: [&[u8]; 10] = [
        b"mqtt",
        b"amqp",
        b"8883",
        b"5671",
        b"iot",
        b"esp-tls",
        b"esp_tls",
        b"device",
        b"mosquitto",
        b"emqx",
    ];
    WORDS.iter().any(|word| has_word(text, word))
}

/// Whether a word stands near either end of a text, in whatever case.
fn has_word(text: &Text, word: &[u8]) -> bool {
    const MOST: usize = 64 * 1024;
    let text = text.raw();
    let (first, last) = (text.len().min(MOST), text.len().saturating_sub(MOST));
    [text.get(..first), text.get(last..)]
        .into_iter()
        .flatten()
        .any(|part| part.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// Whether a line is about a socket of this machine, which is not the network. The daemon of IoT Edge talks to those of the
/// identity service and of the container engine, and to nothing else.
pub(super) fn is_local(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 4] = [b"unix:", b"http+unix", b"fd://", b"aziot-edged["];
    let is_socket = |part: &[u8]| {
        part.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b".sock"))
            && part.get(5).is_none_or(|next| !next.is_ascii_alphabetic())
    };
    (0..line.len()).any(|at| line.get(at..).is_some_and(is_socket))
        || WORDS.iter().any(|word| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}
