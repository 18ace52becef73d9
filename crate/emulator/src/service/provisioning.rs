//! The REST API of DPS for enrollments, groups and registrations (DPS REST reference, service, 2021-10-01).

use std::time::SystemTime;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Request;
use crate::{
    dps::{Dps, EnrollmentError, EnrollmentKind},
    http::{Answer, empty, json},
    timestamp,
};

/// Answers a request whose token is good.
pub(super) async fn answer(request: &Request<'_>, dps: &Dps) -> Answer {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let kind = match parts.first() {
        Some(&"enrollments") => EnrollmentKind::Individual,
        Some(&"enrollmentgroups") => EnrollmentKind::Group,
        _ => return registrations(request, dps, &parts).await,
    };
    let answer = match (request.method, parts.get(1..).unwrap_or_default()) {
        (&Method::POST, ["query"]) => Ok(found(&dps.enrollment_documents(kind).into())),
        (&Method::GET, [id]) => dps.enrollment_document(kind, id).map(|document| found(&document)),
        (&Method::PUT, [id]) => match serde_json::from_slice(request.body) {
            Ok(Value::Object(document)) => {
                dps.enroll(kind, id, document, request.if_match()).await.map(|document| found(&document))
            }
            _ => Err(EnrollmentError::Invalid("the body is no JSON object".to_owned())),
        },
        (&Method::DELETE, [id]) => {
            dps.delete_enrollment(kind, id, request.if_match()).await.map(|()| empty(StatusCode::NO_CONTENT))
        }
        (&Method::POST, [id, "attestationmechanism"]) => {
            let attestation = |document: Value| document.get("attestation").cloned().unwrap_or_default();
            dps.enrollment_document(kind, id).map(|document| found(&attestation(document)))
        }
        _ => return not_emulated(request, &parts),
    };
    answer.unwrap_or_else(|problem| error(problem.code(), &problem.to_string()))
}

async fn registrations(request: &Request<'_>, dps: &Dps, parts: &[&str]) -> Answer {
    let not_found = |id: &str| error(404_201, &format!("{id} is not registered"));
    match (request.method, parts.get(1..).unwrap_or_default()) {
        (&Method::POST, [group, "query"]) => found(&dps.registration_documents(group).into()),
        (&Method::GET, [id]) => dps.registration_document(id).map_or_else(|| not_found(id), |it| found(&it)),
        (&Method::DELETE, [id]) => match dps.delete_registration(id) {
            Some(ticket) => match crate::control::lasts(ticket).await {
                true => empty(StatusCode::NO_CONTENT),
                false => error(500_000, "the state cannot be written"),
            },
            None => not_found(id),
        },
        _ => not_emulated(request, parts),
    }
}

fn not_emulated(request: &Request<'_>, parts: &[&str]) -> Answer {
    let words = format!("{} {} is not emulated", request.method, parts.join("/"));
    json(StatusCode::NOT_IMPLEMENTED, body(501_000, &words).to_string())
}

fn found(document: &Value) -> Answer {
    json(StatusCode::OK, document.to_string())
}

/// A refusal: the first three digits of its code are the status.
pub(super) fn error(code: u32, words: &str) -> Answer {
    let status = u16::try_from(code / 1000).ok().and_then(|status| StatusCode::from_u16(status).ok());
    json(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body(code, words).to_string())
}

fn body(code: u32, words: &str) -> Value {
    json!({
        "errorCode": code,
        "trackingId": Uuid::new_v4(),
        "message": words,
        "timestampUtc": timestamp::utc(SystemTime::now()),
    })
}
