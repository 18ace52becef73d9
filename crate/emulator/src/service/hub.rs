//! IoT Hub's REST API of the service, as far as twins, methods and lists of devices go (IoT Hub REST reference,
//! 2021-04-12).

use std::time::SystemTime;

use hyper::{
    Method, StatusCode,
    header::{CONTENT_TYPE, ETAG, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ServiceRequest, digital_twin, members, page::page, registry, without_port};
use crate::{
    dps::Dps,
    event::{EventSender, MessageState, What},
    http::{Answer, empty, json},
    hub::{Extent, IdentityError, Key, MethodCall, Query, ServiceError, TwinChange},
    timestamp,
};

/// Answers a request whose token is good.
pub(super) async fn answer(request: &ServiceRequest<'_>, dps: &Dps, events: &EventSender) -> Answer {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    // The host is a hub; whoever came by another name means the only hub that has the device.
    let key = |device_id: &str| {
        let hubs = dps.hubs();
        hubs.find(Some(without_port(request.headers)), device_id).or_else(|_| hubs.find(None, device_id))
    };
    let host = without_port(request.headers).to_ascii_lowercase();
    let hub = dps.hub_names().into_iter().find(|hub| *hub == host);
    let hub = hub.as_deref();
    let answer = match (request.method, parts.as_slice()) {
        (&Method::GET, ["twins", device_id]) => key(device_id).and_then(|key| twin(dps, &key)),
        (&Method::PATCH | &Method::PUT, ["twins", device_id]) => match key(device_id) {
            Ok(key) => change_twin(request, dps, events, &key).await,
            Err(error) => Err(error),
        },
        (&Method::POST, ["twins", device_id, "methods"]) => match key(device_id) {
            Ok(key) => call(request, dps, events, &key).await,
            Err(error) => Err(error),
        },
        (&Method::GET, ["devices"]) => identities(request, dps, hub),
        (&Method::POST, ["devices", "query"]) => query(request, dps, hub),
        (&Method::GET, ["devices", device_id]) => {
            key(device_id).and_then(|key| dps.device_identity(&key)).map(|identity| found(&identity))
        }
        (&Method::PUT | &Method::DELETE, ["devices", device_id]) => {
            // Also one that is not there yet.
            let key = key(device_id).unwrap_or_else(|_| registry::new_key(dps, hub, device_id));
            registry::one(request, dps, &key).await
        }
        (&Method::POST, ["devices"]) => registry::several(request, dps, hub).await,
        (&Method::DELETE, ["devices", device_id, "commands"]) => {
            key(device_id).and_then(|key| purge(dps, &key, events))
        }
        (_, ["digitaltwins", device_id, rest @ ..]) => match key(device_id) {
            Ok(key) => match digital_twin::answer(request, rest, dps, events, &key).await {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) => return not_emulated(request, &parts),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        },
        (&Method::GET, ["messages", what, "feedback"]) if is_service_bound(what) => Ok(feedback(dps, hub)),
        (&Method::DELETE, ["messages", what, "feedback", token]) if is_service_bound(what) => {
            settle_feedback(dps, token, true)
        }
        (&Method::POST, ["messages", what, "feedback", token, "abandon"]) if is_service_bound(what) => {
            settle_feedback(dps, token, false)
        }
        (&Method::GET, ["statistics", "devices"]) => {
            let (enabled, disabled) = dps.hubs().count(hub);
            let total = enabled + disabled;
            let counts = [
                ("totalDeviceCount", total),
                ("enabledDeviceCount", enabled),
                ("disabledDeviceCount", disabled),
            ];
            Ok(found(
                &counts.into_iter().map(|(name, count)| (name.to_owned(), Value::from(count))).collect(),
            ))
        }
        (&Method::GET, ["statistics", "service"]) => {
            let connected = dps.hubs().entries_of(hub).filter(|entry| entry.connected).count();
            Ok(found(&json!({ "connectedDeviceCount": connected })))
        }
        _ => return not_emulated(request, &parts),
    };
    answer.unwrap_or_else(|problem| refused(&problem))
}

fn not_emulated(request: &ServiceRequest<'_>, parts: &[&str]) -> Answer {
    let words = format!("{} {} is not emulated", request.method, parts.join("/"));
    error(StatusCode::NOT_IMPLEMENTED, "NotEmulated", &words)
}

fn twin(dps: &Dps, key: &Key) -> Result<Answer, ServiceError> {
    dps.device_document(key).map(|document| with_etag(&document))
}

async fn change_twin(
    request: &ServiceRequest<'_>,
    dps: &Dps,
    events: &EventSender,
    key: &Key,
) -> Result<Answer, ServiceError> {
    let change: TwinChange = parse(request.body)?;
    let extent = if request.method == Method::PUT { Extent::Whole } else { Extent::Partial };
    dps.change_twin(key, change, extent, request.if_match(), events).await?;
    twin(dps, key)
}

async fn call(
    request: &ServiceRequest<'_>,
    dps: &Dps,
    events: &EventSender,
    key: &Key,
) -> Result<Answer, ServiceError> {
    let call: MethodCall = parse(request.body)?;
    dps.call_method(key, &call, events).await.map(|answer| found(&json!(answer)))
}

/// The devices of a hub, as its registry has them.
fn identities(request: &ServiceRequest<'_>, dps: &Dps, hub: Option<&str>) -> Result<Answer, ServiceError> {
    let top = match request.of_query("top") {
        None => MOST_IDENTITIES,
        Some(text) => {
            let top = text.parse().ok().filter(|top| (1..=MOST_IDENTITIES).contains(top));
            top.ok_or_else(|| {
                ServiceError::Invalid(format!("top {text:.100?} is not from 1 to {MOST_IDENTITIES}"))
            })?
        }
    };
    let entries = dps.hubs().entries_of(hub);
    let identities = entries.filter_map(|entry| dps.device_identity(&(entry.hub, entry.device_id)).ok());
    Ok(found(&identities.take(top).collect()))
}

/// How many devices a list has at most (Get Devices of the reference).
const MOST_IDENTITIES: usize = 1000;

/// A query over the twins of a hub.
fn query(request: &ServiceRequest<'_>, dps: &Dps, hub: Option<&str>) -> Result<Answer, ServiceError> {
    let body: Value = parse(request.body)?;
    let text = body.get("query").and_then(Value::as_str).unwrap_or_default();
    let query = Query::parse(text).map_err(|error| ServiceError::Invalid(error.to_string()))?;
    if query.collection() != "devices" {
        let words =
            format!("of queries only those FROM devices are emulated, and not {:.100}", query.collection());
        return Err(ServiceError::Invalid(words));
    }
    let entries = dps.hubs().entries_of(hub);
    let documents = entries.filter_map(|entry| dps.device_document(&(entry.hub, entry.device_id)).ok());
    let item = if query.is_whole() { "Twin" } else { "Raw" };
    page(request, query.run(documents), item).map_err(ServiceError::Invalid)
}

fn purge(dps: &Dps, key: &Key, events: &EventSender) -> Result<Answer, ServiceError> {
    let purged = dps.hubs().purge(key)?;
    for queued in &purged {
        let ((hub, device_id), message_id) = (key.clone(), queued.message.message_id.clone());
        events.tell(|| What::CloudMessage { hub, device_id, message_id, state: MessageState::DeadLettered });
    }
    Ok(found(&json!({ "totalMessagesPurged": purged.len(), "deviceId": key.1, "moduleId": null })))
}

fn is_service_bound(part: &str) -> bool {
    part.eq_ignore_ascii_case("serviceBound")
}

/// The next feedback message; its lock is the ETag.
fn feedback(dps: &Dps, hub: Option<&str>) -> Answer {
    dps.hubs().expire(SystemTime::now());
    let Some(batch) = dps.hubs().feedback.receive(hub, SystemTime::now()) else {
        return empty(StatusCode::NO_CONTENT);
    };
    let mut answer = found(&json!(batch.records));
    let kind = HeaderValue::from_static("application/vnd.microsoft.iothub.feedback.json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    if let Ok(etag) = HeaderValue::try_from(format!("\"{}\"", batch.token)) {
        answer.headers_mut().insert(ETAG, etag);
    }
    answer
}

fn settle_feedback(dps: &Dps, token: &str, is_complete: bool) -> Result<Answer, ServiceError> {
    let token: Uuid = token.trim_matches('"').parse().map_err(|_| ServiceError::Lock)?;
    match dps.hubs().feedback.settle(token, is_complete, SystemTime::now()) {
        true => Ok(empty(StatusCode::NO_CONTENT)),
        false => Err(ServiceError::Lock),
    }
}

pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServiceError> {
    members::read(body).map_err(|error| ServiceError::Invalid(format!("the body cannot be used: {error}")))
}

pub(super) fn found(body: &Value) -> Answer {
    json(StatusCode::OK, body.to_string())
}

pub(super) fn with_etag(document: &Value) -> Answer {
    let mut answer = found(document);
    let etag = document.get("etag").and_then(Value::as_str).unwrap_or_default();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{etag}\"")) {
        answer.headers_mut().insert(ETAG, etag);
    }
    answer
}

/// A refusal, in the forms that hubs were seen to use.
pub(crate) fn refused(problem: &ServiceError) -> Answer {
    let words = problem.to_string();
    match problem {
        ServiceError::NoDevice(_) => error(StatusCode::NOT_FOUND, "DeviceNotFound", &words),
        ServiceError::NotOnline => method_error(StatusCode::NOT_FOUND, (404_103, "DeviceNotOnline"), &words),
        ServiceError::NoAnswer => {
            method_error(StatusCode::GATEWAY_TIMEOUT, (504_101, "GatewayTimeout"), &words)
        }
        ServiceError::ETag => error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", &words),
        ServiceError::Lock => error(StatusCode::PRECONDITION_FAILED, "DeviceMessageLockLost", &words),
        ServiceError::Exists(_) => error(StatusCode::CONFLICT, "DeviceAlreadyExists", &words),
        ServiceError::Identity(IdentityError::NotEmulated(_)) => {
            error(StatusCode::NOT_IMPLEMENTED, "NotEmulated", &words)
        }
        ServiceError::Ambiguous(_)
        | ServiceError::Invalid(_)
        | ServiceError::Message(_)
        | ServiceError::Twin(_)
        | ServiceError::Identity(_) => error(StatusCode::BAD_REQUEST, "ArgumentInvalid", &words),
        ServiceError::QueueFull => error(StatusCode::FORBIDDEN, "DeviceMaximumQueueDepthExceeded", &words),
        ServiceError::TooManyCalls => error(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", &words),
        ServiceError::Unwritten => error(StatusCode::INTERNAL_SERVER_ERROR, "ServerError", &words),
    }
}

pub(crate) fn error(status: StatusCode, code: &str, words: &str) -> Answer {
    let message = format!("ErrorCode:{code};{words}");
    let body = json!({ "Message": message, "ExceptionMessage": format!("Tracking ID:{}", Uuid::new_v4()) });
    named(json(status, body.to_string()), code)
}

/// An answer with the name of its error in a header, which some SDKs go by.
fn named(mut answer: Answer, code: &str) -> Answer {
    if let Ok(code) = HeaderValue::try_from(code) {
        answer.headers_mut().insert("iothub-errorcode", code);
    }
    answer
}

/// A refusal of a method has another one in its text.
fn method_error(status: StatusCode, (code, name): (u32, &str), words: &str) -> Answer {
    let inner = json!({
        "errorCode": code,
        "trackingId": Uuid::new_v4(),
        "message": words,
        "timestampUtc": timestamp::utc(SystemTime::now()),
    });
    named(json(status, json!({ "Message": inner.to_string(), "ExceptionMessage": "" }).to_string()), name)
}
