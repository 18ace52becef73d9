//! The body of a response (`RegistrationOperationStatus`, DPS REST models `device/models.tsp`).

mod assigned;
mod error;
mod object;
#[cfg(test)]
mod tests;

pub use assigned::Assigned;
pub use error::ReplyError;
pub(super) use object::{evidence, no_object};

use crate::{
    name::RegistrationId,
    service::{Answer, Channel},
};
use object::{MAX_SHOWN, Object};

/// What a response of class 2xx says about the registration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Not decided yet: `assigning`, `unassigned`, or a word that a later service invents.
    InProgress {
        /// The operation to ask for, if the reply names it.
        operation_id: Option<String>,
        /// The status word as it came.
        status: Option<String>,
    },
    /// The device has a hub.
    Assigned(Box<Assigned>),
    /// The operation failed or the enrollment is disabled; the second failure channel.
    Refused(Box<Answer>),
}

/// The statuses that DPS answers a registration with (DPS REST `device`): done, and accepted but not done yet.
const DONE: u16 = 200;
const ACCEPTED: u16 = 202;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "whoever reads an answer makes it")]
pub struct Asked<'a> {
    /// Whose registration.
    pub registration_id: &'a RegistrationId,
    /// How the operation stands; `None` where none was asked about yet.
    pub operation_id: Option<&'a str>,
}

/// Longest operation ID taken, in bytes: it goes into a topic. Real ones have 55.
const MAX_OPERATION_ID: usize = 1024;

impl Reply {
    /// Reads the body of a response of class 2xx.
    ///
    /// The status words decide, not the three digits: a failed operation comes on 200. There are two words, the
    /// operation's and the registration state's; a failure in either is one, and the device is assigned when nothing
    /// says anything else: neither word, nor 202, nor an operation that is not the one that was asked about. Such an
    /// answer is asked for once more. Whatever they say, it is about the registration that was asked for.
    ///
    /// # Errors
    /// DPS gives no such status; the body is not JSON, says something twice, names another registration ID, lacks what
    /// its status words promise, or assigns something that is no hub.
    pub fn parse(status: u16, body: &[u8], asked: Asked<'_>) -> Result<Self, ReplyError> {
        if ![DONE, ACCEPTED].contains(&status) {
            return Err(ReplyError::Status { status, expected: "200 or 202", body: evidence(body) });
        }
        let operation = Object::parse(body)?;
        let outer = operation.text("status")?;
        let operation_id = operation.text("operationId")?.filter(|id| !id.is_empty());
        if let Some(id) = operation_id.as_ref().filter(|id| id.len() > MAX_OPERATION_ID) {
            let (member, length, most) = ("operationId", id.len(), MAX_OPERATION_ID);
            return Err(ReplyError::TooLong { member, length, most, body: evidence(body) });
        }
        let state = operation.object("registrationState")?;
        if let Some(found) = state.as_ref().and_then(|state| another(state, asked.registration_id)) {
            return Err(ReplyError::OtherRegistration {
                asked: asked.registration_id.to_string(),
                found,
                body: evidence(body),
            });
        }
        let inner = state.as_ref().map(|state| state.text("status")).transpose()?.flatten();
        let words = [Word::of(outer.as_deref()), Word::of(inner.as_deref())];
        let is_asked = operation_id.as_deref().zip(asked.operation_id).is_none_or(|(it, asked)| it == asked);
        match words {
            [Word::Failed, _] => Ok(Self::Refused(Box::new(failed(status, outer, state.as_ref(), body)))),
            [_, Word::Failed] => Ok(Self::Refused(Box::new(failed(status, inner, state.as_ref(), body)))),
            [Word::Assigned, Word::Assigned | Word::Absent] | [Word::Absent, Word::Assigned]
                if status == DONE && is_asked =>
            {
                let missing = || ReplyError::Missing { member: "registrationState", body: evidence(body) };
                let state = state.ok_or_else(missing)?;
                Ok(Self::Assigned(Box::new(Assigned::read(&state, operation_id)?)))
            }
            [Word::Absent, Word::Absent] if operation_id.is_none() => {
                Err(ReplyError::Missing { member: "status", body: evidence(body) })
            }
            _ => Ok(Self::InProgress { operation_id, status: outer.or(inner) }),
        }
    }
}

/// The registration ID of a state that is about another one than was asked for. Case does not count (DPS
/// concepts-service), and a state that names none is about the one that was asked for.
fn another(state: &Object<'_>, asked: &RegistrationId) -> Option<String> {
    // What is no text names nobody, and may not hide what the state says of a failure.
    let named = state.text("registrationId").ok().flatten()?;
    let is_asked = named.is_empty() || named.eq_ignore_ascii_case(asked.as_str());
    (!is_asked).then(|| named.chars().take(MAX_SHOWN).collect())
}

/// What a status word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Absent,
    Assigned,
    /// `failed` and `disabled`.
    Failed,
    /// `assigning`, `unassigned`, and what is not known.
    Open,
}

impl Word {
    fn of(word: Option<&str>) -> Self {
        match word.map(str::to_ascii_lowercase).as_deref() {
            None => Self::Absent,
            Some("assigned") => Self::Assigned,
            Some("failed" | "disabled") => Self::Failed,
            Some(_) => Self::Open,
        }
    }
}

fn failed(status: u16, word: Option<String>, state: Option<&Object<'_>>, body: &[u8]) -> Answer {
    let lenient = |member| state.and_then(|state| state.lenient(member));
    Answer {
        channel: Channel::Operation,
        status,
        code: state.and_then(Object::code),
        message: lenient("errorMessage"),
        tracking_id: lenient("trackingId"),
        timestamp: lenient("lastUpdatedDateTimeUtc"),
        info: state.and_then(Object::info),
        operation_status: word,
        body: evidence(body),
    }
}

/// Reads the body of a response of class 3xx to 5xx: the first failure channel. A body that is no JSON
/// object is kept as evidence; the status alone is an answer already.
#[must_use]
pub fn refusal(status: u16, body: &[u8]) -> Answer {
    let object = Object::parse(body).ok();
    let lenient = |member| object.as_ref().and_then(|object| object.lenient(member));
    Answer {
        channel: Channel::Request,
        status,
        code: object.as_ref().and_then(Object::code),
        message: lenient("message"),
        tracking_id: lenient("trackingId"),
        timestamp: lenient("timestampUtc"),
        info: object.as_ref().and_then(Object::info),
        operation_status: None,
        body: evidence(body),
    }
}
