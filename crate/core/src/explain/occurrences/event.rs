//! One thing that happened, and when two are the same.

use std::ops::Range;

use crate::{
    explain::{catalogue::Symptom, statement::Peer},
    service::{Answer, Channel},
};

/// One thing that happened.
#[derive(Debug)]
pub(in crate::explain) struct Event {
    pub(in crate::explain) what: What,
    /// Where it was read first.
    pub(in crate::explain) at: Range<usize>,
    /// The line of it.
    pub(in crate::explain) line: u32,
    /// On how many lines it stands, or how many answers it is.
    pub(in crate::explain) times: usize,
    /// Whether there may be more of them than were looked at.
    pub(in crate::explain) goes_on: bool,
    /// Who said it, as far as the text tells.
    pub(in crate::explain) peer: Option<Peer>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::explain) enum What {
    Refused(Box<Answer>),
    Failed(&'static Symptom, Option<String>),
}

/// What makes two events the same one.
pub(super) type Key = (&'static str, String);

impl What {
    pub(super) fn key(&self) -> Key {
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
            Self::Failed(symptom, word) => (symptom.name, word.clone().unwrap_or_default()),
        }
    }
}
