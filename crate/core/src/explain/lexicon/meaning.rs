//! What a row means.

use crate::explain::{
    catalogue::{Cause, Symptom, cause, symptom},
    statement::{Direction, Peer, Stage},
};

/// What a client's words or a number mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::explain) enum Meaning {
    /// Known, and no trouble: a call that goes on, a table's success.
    Nothing,
    /// A code of the catalogue as clients report it: `DX506.untold`.
    Symptom(&'static Symptom),
    /// A code of the catalogue that can be behind others: `hint DX551`.
    Hint(&'static Cause),
    /// CONNACK with this return code.
    Connack(u8),
    /// A TLS alert, and which way it went.
    Alert(u8, Direction),
    /// An extended code of the service.
    Code(u32),
    /// The service's own words, without a code.
    Words(&'static str),
    /// The status of an answer.
    Status(u16),
    /// Whom the client talks to.
    Peer(Peer),
    /// How far it came.
    Stage(Stage),
    /// A server speaks, not the device.
    Server,
    /// Another program speaks, of other things.
    Other,
    /// The text is about Azure's devices.
    Ours,
    /// The text is about another service or program.
    Theirs,
    /// The same, where it speaks of no messages.
    Aside,
}

impl Meaning {
    /// What a heading, or the right side of a number, calls it.
    pub(super) fn named(name: &'static str) -> Option<Self> {
        let mut words = name.split(' ');
        let (kind, value, more) = (words.next()?, words.next(), words.next());
        Some(match (kind, value, more) {
            ("nothing", None, None) => Self::Nothing,
            ("server", None, None) => Self::Server,
            ("other", None, None) => Self::Other,
            ("ours", None, None) => Self::Ours,
            ("theirs", None, None) => Self::Theirs,
            ("theirs", Some("aside"), None) => Self::Aside,
            ("connack", Some(code), None) => Self::Connack(code.parse().ok()?),
            ("alert", Some(number), direction) => Self::Alert(number.parse().ok()?, direction_of(direction)?),
            ("dps", Some(code), None) => Self::Code(code.parse().ok()?),
            ("status", Some(status), None) => Self::Status(status.parse().ok()?),
            ("words", Some(_), _) => Self::Words(name.strip_prefix("words ")?),
            ("hint", Some(code), None) => {
                Self::Hint(cause::ALL.into_iter().find(|cause| cause.definition.code == code)?)
            }
            ("peer", Some("dps"), None) => Self::Peer(Peer::Dps),
            ("peer", Some("hub"), None) => Self::Peer(Peer::Hub),
            ("stage", Some("connected"), None) => Self::Stage(Stage::Connected),
            ("stage", Some("assigned"), None) => Self::Stage(Stage::Assigned),
            ("stage", Some("hub-connected"), None) => Self::Stage(Stage::HubConnected),
            (name, None, None) => {
                Self::Symptom(symptom::NAMED.iter().find(|(known, _)| *known == name).map(|(_, it)| *it)?)
            }
            _ => return None,
        })
    }
}

pub(super) fn direction_of(word: Option<&str>) -> Option<Direction> {
    match word {
        None => Some(Direction::Untold),
        Some("received") => Some(Direction::Received),
        Some("sent") => Some(Direction::Sent),
        Some(_) => None,
    }
}
