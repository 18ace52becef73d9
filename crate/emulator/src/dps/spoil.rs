//! What scripted faults do to an answer, whatever protocol it goes out by.

use std::time::SystemTime;

use dps_x509_core::service::known;
use serde_json::Value;

use super::{Dps, Reply, refusal};
use crate::{
    behaviour, body,
    fault::{Action, Happening},
    matching::{Applicant, Verdict},
    operation::Operation,
};

impl Dps {
    /// The answer in place of carrying out the request, where a fault wants that.
    pub(super) fn instead(
        &self,
        happenings: &[Happening],
        device: Applicant<'_>,
        now: SystemTime,
    ) -> Option<Reply> {
        happenings.iter().find_map(|happening| match happening.action {
            Action::Throttled(retry_after) => {
                let known = known::THROTTLED;
                let reply = refusal(known.code, known.message, &behaviour::FAULT, now);
                Some(Reply { retry_after: Some(retry_after), ..reply })
            }
            Action::InternalError => {
                let known = known::INTERNAL;
                Some(refusal(known.code, known.message, &behaviour::FAULT, now))
            }
            Action::FailedOperation => {
                let known = known::INVALID_CERTIFICATE;
                let verdict = Verdict::Failed { code: known.code, message: known.message.to_owned() };
                let mut operation = Operation::new(device.registration_id, None, verdict, 0, now);
                let updated = operation.finish(now);
                let body = body::finished(&operation, updated);
                Some(Reply { status: 200, retry_after: None, body })
            }
            _ => None,
        })
    }
}

/// Damages an answer.
pub(super) fn spoil(mut reply: Reply, happenings: &[Happening]) -> Reply {
    for happening in happenings {
        match &happening.action {
            Action::NoRetryAfter => reply.retry_after = None,
            Action::RetryAfter(retry_after) => reply.retry_after = Some(*retry_after),
            Action::MalformedJson => {
                reply.body.truncate(reply.body.floor_char_boundary(reply.body.len() / 2))
            }
            Action::UnknownStatus => reply.body = with_unknown_status(&reply.body),
            _ => {}
        }
    }
    reply
}

/// The body with a `status` that is none, wherever it has one.
fn with_unknown_status(body: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
    for pointer in ["/status", "/registrationState/status"] {
        if let Some(status) = value.pointer_mut(pointer) {
            *status = Value::from("dreaming");
        }
    }
    value.to_string()
}
