//! The REST API of DPS for enrollments, groups and registrations (DPS REST reference, service, 2021-10-01).

use std::{collections::HashSet, time::SystemTime};

use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{ServiceRequest, members, page::page};
use crate::{
    dps::{Dps, EnrollmentError, EnrollmentKind},
    http::{Answer, empty, json},
    hub::Query,
    timestamp,
};

/// Answers a request whose token is good.
pub(super) async fn answer(request: &ServiceRequest<'_>, dps: &Dps) -> Answer {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let kind = match parts.first() {
        Some(&"enrollments") => EnrollmentKind::Individual,
        Some(&"enrollmentgroups") => EnrollmentKind::Group,
        _ => return registrations(request, dps, &parts).await,
    };
    let answer = match (request.method, parts.get(1..).unwrap_or_default()) {
        (&Method::POST, []) if kind == EnrollmentKind::Individual => bulk(request, dps).await,
        (&Method::POST, ["query"]) => query(request, dps.enrollment_documents(kind), kind),
        (&Method::GET, [id]) => dps.enrollment_document(kind, id).map(|document| found(&document)),
        (&Method::PUT, [id]) => match members::read(request.body) {
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

/// A query over the enrollments of a kind; `*` and nothing mean all of them (Query of the reference).
fn query(
    request: &ServiceRequest<'_>,
    documents: Vec<Value>,
    kind: EnrollmentKind,
) -> Result<Answer, EnrollmentError> {
    let body: Value =
        members::read(request.body).map_err(|error| EnrollmentError::Invalid(error.to_string()))?;
    let text = body.get("query").and_then(Value::as_str).unwrap_or_default().trim();
    let rows = if matches!(text, "" | "*") {
        documents
    } else {
        let query = Query::parse(text).map_err(|error| EnrollmentError::Invalid(error.to_string()))?;
        if query.collection() != kind.collection() {
            let words =
                format!("it asks FROM {:.100}, and here are {}", query.collection(), kind.collection());
            return Err(EnrollmentError::Invalid(words));
        }
        query.run(documents)
    };
    page(request, rows, kind.item_type()).map_err(EnrollmentError::Invalid)
}

/// Several enrollments at once (Run Bulk Operation of the reference).
#[derive(Deserialize)]
struct Bulk {
    mode: Mode,
    enrollments: Vec<Map<String, Value>>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mode {
    Create,
    Update,
    #[serde(rename = "updateIfMatchETag")]
    UpdateIfMatchETag,
    Delete,
}

impl Bulk {
    /// More in one call are refused, as documented.
    const MOST: usize = 10;
}

/// Each stands for itself: those that cannot be done are listed, the others are done. One that is there twice has the
/// whole call refused (`run_bulk_operation.js` of azure-iot-sdk-node).
async fn bulk(request: &ServiceRequest<'_>, dps: &Dps) -> Result<Answer, EnrollmentError> {
    let Bulk { mode, enrollments } =
        members::read(request.body).map_err(|error| EnrollmentError::Invalid(error.to_string()))?;
    if enrollments.len() > Bulk::MOST {
        let words = format!("{} enrollments; {} at most go in one call", enrollments.len(), Bulk::MOST);
        return Err(EnrollmentError::Invalid(words));
    }
    let id_of = |document: &Map<String, Value>| {
        document.get("registrationId").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut ids = HashSet::new();
    let mut given = enrollments.iter().map(id_of).filter(|id| !id.is_empty());
    if let Some(twice) = given.find(|id| !ids.insert(id.to_ascii_lowercase())) {
        return Err(EnrollmentError::Invalid(format!("{twice:.200?} is twice in one call")));
    }
    let mut errors = Vec::new();
    for document in enrollments {
        let id = id_of(&document);
        if let Err(problem) = bulk_one(mode, &id, document, dps).await {
            let (code, words) = (problem.code(), problem.to_string());
            errors.push(json!({ "registrationId": id, "errorCode": code, "errorStatus": words }));
        }
    }
    Ok(found(&json!({ "isSuccessful": errors.is_empty(), "errors": errors })))
}

async fn bulk_one(
    mode: Mode,
    id: &str,
    document: Map<String, Value>,
    dps: &Dps,
) -> Result<(), EnrollmentError> {
    let kind = EnrollmentKind::Individual;
    let is_known = dps.enrollment_document(kind, id);
    match mode {
        Mode::Create if is_known.is_ok() => Err(EnrollmentError::Exists(id.to_owned())),
        Mode::Create => dps.enroll(kind, id, document, None).await.map(drop),
        Mode::Delete => dps.delete_enrollment(kind, id, None).await,
        Mode::Update | Mode::UpdateIfMatchETag => {
            is_known?;
            let etag = document.get("etag").and_then(Value::as_str).map(str::to_owned);
            let etag = etag.filter(|_| mode == Mode::UpdateIfMatchETag);
            dps.enroll(kind, id, document, etag.as_deref()).await.map(drop)
        }
    }
}

async fn registrations(request: &ServiceRequest<'_>, dps: &Dps, parts: &[&str]) -> Answer {
    let not_found = |id: &str| error(404_201, &format!("{id} is not registered"));
    match (request.method, parts.get(1..).unwrap_or_default()) {
        (&Method::POST, [group, "query"]) => {
            page(request, dps.registration_documents(group), "DeviceRegistration")
                .unwrap_or_else(|words| error(400_000, &words))
        }
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

fn not_emulated(request: &ServiceRequest<'_>, parts: &[&str]) -> Answer {
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
