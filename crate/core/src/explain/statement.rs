//! What a text can say: facts, each with its place, and the words for who says it of whom.

use std::ops::Range;

use super::catalogue::{Cause, Symptom};
use crate::service::Answer;

/// One thing that a text says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// What is said there.
    pub(super) statement: Statement,
    /// Whether the word that gave it away stands more often than it is looked at.
    pub(super) goes_on: bool,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    /// The service refused: a whole body, with all that it tells.
    Answer(Box<Answer>),
    /// A code or the service's words in a sentence; whatever a body says of the same code is better.
    Mention(Box<Answer>),
    /// The three digits of a response topic, or of an SDK's sentence.
    Status(u16),
    /// A client's own complaint, with its word for it.
    Symptom(&'static Symptom, Option<String>),
    /// What the words of a sentence say together, where no row says it better.
    Sentence(Box<Self>),
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
    /// The text is about Azure's devices, whoever speaks on its other lines.
    Ours,
    /// The text is about another service or program, unless it says elsewhere that it is about Azure's devices.
    Theirs,
    /// A platform or a tool that clients of MQTT have as well; the text is about it where it speaks of no messages.
    Aside,
    /// What is known and no trouble: nothing inside of it is one either.
    Nothing,
}

impl Statement {
    /// Whether it is trouble, which a longer message around it says better.
    pub(super) const fn is_trouble(&self) -> bool {
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

/// Which way an alert went, seen from who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Received,
    Sent,
    Untold,
}

/// How far a client came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// TLS is done, and DPS let it in.
    Connected,
    /// DPS assigned a hub.
    Assigned,
    /// The hub let it in.
    HubConnected,
}
