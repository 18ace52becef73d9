//! Answers on their way out, and the faults by script that meet them.

use bytes::Bytes;

use super::Step;
use crate::{
    event::{CloseReason, What},
    fault::{Action, Happening},
    mqtt::{self, Packet},
};

/// Sends a packet as well as the faults let it.
pub(super) fn send(packet: &Packet, happenings: &[Happening]) -> Vec<Step> {
    let told = happenings.iter().map(|happening| Step::Tell(What::Fault { happening: happening.clone() }));
    let mut steps: Vec<Step> = told.collect();
    let mut copies = 1;
    for happening in happenings {
        let end = || Step::Close(CloseReason::Fault(happening.action.to_string()));
        match happening.action {
            Action::Delay(delay) => steps.push(Step::Pause(delay)),
            Action::Duplicate => copies = 2,
            Action::Drop => return steps,
            Action::Close => {
                steps.push(end());
                return steps;
            }
            Action::Half => {
                let bytes = mqtt::encode(packet).unwrap_or_default();
                steps.extend([Step::SendBytes(bytes.slice(..bytes.len() / 2)), end()]);
                return steps;
            }
            Action::Garbage => {
                // No packet begins with a zero, so nobody can take it for one.
                let bytes = [&[0], &happening.dice[..]].concat();
                steps.push(Step::SendBytes(Bytes::from(bytes)));
                return steps;
            }
            Action::Connack(code) => {
                steps.extend([Step::Send(Packet::ConnAck { code, session_present: false }), end()]);
                return steps;
            }
            _ => {}
        }
    }
    steps.extend((0..copies).map(|_| Step::Send(packet.clone())));
    steps
}

/// The `$rid` that an answer has.
pub(super) fn rid<'a>(rid: &'a str, happenings: &[Happening]) -> &'a str {
    let is_wrong = happenings.iter().any(|happening| happening.action == Action::WrongRid);
    match (is_wrong, rid) {
        (false, rid) => rid,
        (true, "wrong") => "another",
        (true, _) => "wrong",
    }
}

/// Whether the keys of an answer's query are turned round.
pub(super) fn is_reordered(happenings: &[Happening]) -> bool {
    happenings.iter().any(|happening| happening.action == Action::ReorderedQuery)
}
