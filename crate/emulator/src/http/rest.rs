//! The REST calls of a device (DPS REST reference, Runtime Registration; `iot-dps-https-x509-support`).
//!
//! ```text
//! PUT  /{idScope}/registrations/{registrationId}/register?api-version=…
//! GET  /{idScope}/registrations/{registrationId}/operations/{operationId}?api-version=…
//! POST /{idScope}/registrations/{registrationId}?api-version=…
//! ```

use dps_x509_core::name::{ApiVersion, IdScope};
use hyper::{
    Method, StatusCode, Uri,
    header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Answer, Unanswered};
use crate::{
    certificate::Presented,
    dps::{Dps, Outcome, Reply},
    event::{EventSender, What},
    fault::{Action, Happening},
    matching::Applicant,
    session::Now,
};

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    Register,
    OperationStatus(String),
    Registration,
}

/// The answer to a call; `None` where there is no such thing.
pub(super) async fn reply(
    dps: &Dps,
    presented: Option<&Presented>,
    events: &EventSender,
    method: &Method,
    uri: &Uri,
    body: &[u8],
) -> Option<(Reply, Vec<Happening>)> {
    let now = Now::read();
    let (id_scope, registration_id, call) = parse(uri.path())?;
    let id_scope = IdScope::new(&id_scope).ok()?;
    let (asked, none) = (api_version(uri), ApiVersion::default());
    let device = Applicant {
        id_scope: &id_scope,
        registration_id: &registration_id,
        api_version: asked.as_ref().unwrap_or(&none),
        presented,
    };
    let is_allowed = match call {
        Call::Register => method == Method::PUT,
        Call::OperationStatus(_) => method == Method::GET,
        Call::Registration => method == Method::POST,
    };
    let outcome = if !is_allowed {
        Outcome::of(Reply { status: 405, retry_after: None, body: String::new() })
    } else if asked.is_none() {
        dps.refuse_request(device, "the query has no api-version", now.wall)
    } else {
        match call {
            Call::Register => dps.register(device, body, now),
            Call::OperationStatus(operation_id) => dps.operation_status(device, &operation_id, now),
            Call::Registration => dps.registration(device, now.wall),
        }
    };
    if let Some(decision) = outcome.decision {
        events.tell(|| What::Decided { decision: Box::new(decision) });
    }
    if let Some(ticket) = outcome.ticket
        && ticket.await.is_err()
    {
        return Some((Reply { status: 500, retry_after: None, body: String::new() }, Vec::new()));
    }
    Some((outcome.reply, outcome.happenings))
}

fn parse(path: &str) -> Option<(String, String, Call)> {
    let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let [id_scope, "registrations", registration_id, rest @ ..] = parts.as_slice() else { return None };
    let call = match rest {
        ["register"] => Call::Register,
        ["operations", operation_id] => Call::OperationStatus(decode(operation_id)),
        [] => Call::Registration,
        _ => return None,
    };
    Some((decode(id_scope), decode(registration_id), call))
}

fn api_version(uri: &Uri) -> Option<ApiVersion> {
    let mut pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(key, value)| {
        ApiVersion::new(value).ok().filter(|_| key.eq_ignore_ascii_case("api-version"))
    })
}

/// What faults do to an answer as a whole. Those that damage bytes leave nothing that HTTP could carry: the
/// connection ends.
pub(super) async fn suffer(happenings: &[Happening], events: &EventSender) -> Result<(), Unanswered> {
    for happening in happenings {
        events.tell(|| What::Fault { happening: happening.clone() });
        match happening.action {
            Action::Delay(delay) => tokio::time::sleep(delay).await,
            Action::Drop
            | Action::Close
            | Action::Half
            | Action::Garbage
            | Action::Oversize
            | Action::Trickle(_)
            | Action::Reset
            | Action::Duplicate => return Err(Unanswered),
            _ => {}
        }
    }
    Ok(())
}

/// The reply as HTTP: `retry-after` and `location` with a 202, `x-ms-error-code` with an error.
pub(super) fn response(reply: &Reply, uri: &Uri) -> Answer {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if reply.body.is_empty() {
        return super::empty(status);
    }
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let mut answer = super::json(status, reply.body.clone());
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            answer.headers_mut().insert(name, value);
        }
    };
    if let Some(retry_after) = reply.retry_after {
        set(RETRY_AFTER, retry_after.as_secs().to_string());
    }
    if let (202, Some(operation_id)) = (reply.status, body.get("operationId").and_then(Value::as_str)) {
        let path = uri.path();
        let base = path.strip_suffix("/register").or(path.split("/operations/").next()).unwrap_or(path);
        let query = uri.query().unwrap_or_default();
        set(LOCATION, format!("{base}/operations/{operation_id}?{query}"));
    }
    if let Some(code) = body.get("errorCode") {
        set(HeaderName::from_static("x-ms-error-code"), code.to_string());
    }
    answer
}
