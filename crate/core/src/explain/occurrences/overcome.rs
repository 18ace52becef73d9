//! What a text shows to have been got over: a failure on the way to an answer that came after all.

use super::{Event, What};
use crate::{
    finding::{Family, catalogue},
    service::Channel,
};

/// How far a client had come when this happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    /// It was on the way to the server.
    Way,
    /// It had the server, and TLS was under way.
    Tls,
    /// It had TLS, and the server judged its CONNECT.
    Connect,
    /// It was connected, and was answered.
    Answer,
}

/// The lines of what was got over: who was answered had come through TLS by then.
pub(super) fn lines(events: &[Event]) -> Vec<u32> {
    events.iter().filter(|event| is_overcome(event, events)).map(|event| event.line).collect()
}

fn is_overcome(event: &Event, events: &[Event]) -> bool {
    let Some(reached) = reached(event) else { return false };
    events.iter().any(|other| {
        let is_same_peer = event.peer.is_none() || other.peer.is_none() || event.peer == other.peer;
        is_same_peer
            && other.line > event.line
            && self::reached(other).is_some_and(|further| further > reached)
    })
}

/// Of what says it beyond doubt.
fn reached(event: &Event) -> Option<Reached> {
    match &event.what {
        What::Refused(answer) if answer.channel == Channel::Connack => Some(Reached::Connect),
        What::Refused(answer) => answer.code.map(|_| Reached::Answer),
        What::Failed(symptom, _) if symptom.definition == &catalogue::CONNECT_REFUSED => {
            Some(Reached::Connect)
        }
        What::Failed(symptom, _) => match symptom.definition.family {
            Family::Network | Family::Proxy => Some(Reached::Way),
            Family::Tls => Some(Reached::Tls),
            _ => None,
        },
    }
}
