//! What a row of the lexicon means, as a fact.

use super::answer;
use crate::{
    explain::{lexicon::Meaning, said::Said},
    service::{Answer, Channel},
};

pub(super) fn said(meaning: Meaning) -> Said {
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
