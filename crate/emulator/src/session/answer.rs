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
    let (mut copies, mut pause) = (1, None);
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
            Action::Garbage | Action::Oversize => {
                steps.push(Step::SendBytes(foreign(happening)));
                return steps;
            }
            Action::Trickle(delay) => pause = Some(delay),
            Action::Reset => {
                steps.push(Step::Reset);
                return steps;
            }
            Action::Connack(code) => {
                steps.extend([Step::Send(Packet::ConnAck { code, session_present: false }), end()]);
                return steps;
            }
            _ => {}
        }
    }
    match pause {
        None => steps.extend((0..copies).map(|_| Step::Send(packet.clone()))),
        Some(delay) => {
            let bytes = mqtt::encode(packet).unwrap_or_default().repeat(copies);
            for byte in bytes {
                steps.push(Step::SendBytes(Bytes::from(vec![byte])));
                // The shortest sleep is a millisecond.
                steps.extend((!delay.is_zero()).then_some(Step::Pause(delay)));
            }
        }
    }
    steps
}

/// Ends a connection after DISCONNECT as well as the faults let it.
pub(super) fn end(happenings: &[Happening]) -> Vec<Step> {
    let told = happenings.iter().map(|happening| Step::Tell(What::Fault { happening: happening.clone() }));
    let mut steps: Vec<Step> = told.collect();
    for happening in happenings {
        match happening.action {
            Action::Delay(delay) => steps.push(Step::Pause(delay)),
            Action::Drop => return steps,
            Action::Garbage | Action::Oversize => steps.push(Step::SendBytes(foreign(happening))),
            Action::Reset => steps.push(Step::Reset),
            _ => {}
        }
    }
    steps.push(Step::Close(CloseReason::Disconnected));
    steps
}

/// Bytes in the place of an answer.
fn foreign(happening: &Happening) -> Bytes {
    match happening.action {
        // A PUBLISH of the largest length that MQTT can write (3.1.1 section 2.2.3), and the beginning of its topic.
        Action::Oversize => {
            Bytes::from([&[0x30, 0xff, 0xff, 0xff, 0x7f, 0, 32], &happening.dice[..]].concat())
        }
        // No packet begins with a zero, so nobody can take it for one.
        _ => Bytes::from([&[0], &happening.dice[..]].concat()),
    }
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
