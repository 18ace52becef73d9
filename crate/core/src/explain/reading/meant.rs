//! What a row of the lexicon means, as a fact.

use super::answer;
use crate::{
    explain::{lexicon::Meaning, statement::Statement},
    service::{Answer, Channel},
};

pub(super) fn statement(meaning: Meaning) -> Statement {
    match meaning {
        Meaning::Nothing => Statement::Nothing,
        Meaning::Symptom(symptom) => Statement::Symptom(symptom, None),
        Meaning::Hint(cause) => Statement::Hint(cause),
        Meaning::Connack(code) => {
            let answer = Answer { channel: Channel::Connack, status: u16::from(code), ..Answer::default() };
            Statement::Mention(Box::new(answer))
        }
        Meaning::Alert(number, direction) => Statement::Alert(number, direction),
        Meaning::Code(code) => answer::coded(code),
        Meaning::Words(words) => answer::worded(words),
        Meaning::Status(status) => Statement::Status(status),
        Meaning::Peer(peer) => Statement::Peer(peer),
        Meaning::Stage(stage) => Statement::Stage(stage),
        Meaning::Server => Statement::Server,
        Meaning::Other => Statement::Other,
        Meaning::Ours => Statement::Ours,
        Meaning::Theirs => Statement::Theirs,
        Meaning::Aside => Statement::Aside,
    }
}
