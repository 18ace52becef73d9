//! IoT Hub's REST API of the service, as far as twins, methods and lists of devices go (IoT Hub REST reference,
//! 2021-04-12).

use hyper::{
    Method, StatusCode,
    header::{ETAG, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Request;
use crate::{
    dps::Dps,
    event::EventSender,
    http::{Answer, json},
    hub::{Extent, Key, MethodCall, ServiceError, TwinChange},
    timestamp,
};

/// Answers a request whose token is good.
pub(super) async fn answer(request: &Request<'_>, dps: &Dps, events: &EventSender) -> Answer {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    // The host is a hub; whoever came by another name means the only hub that has the device.
    let key = |device_id: &str| {
        let hubs = dps.hubs();
        hubs.find(Some(request.host()), device_id).or_else(|_| hubs.find(None, device_id))
    };
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
        (&Method::GET, ["devices"]) => Ok(found(&dps.device_identities().into())),
        (&Method::POST, ["devices", "query"]) => query(request, dps),
        (&Method::GET, ["devices", device_id]) => {
            key(device_id).and_then(|key| dps.device_identity(&key)).map(|identity| found(&identity))
        }
        (&Method::GET, ["statistics", "devices"]) => {
            let total = dps.hubs().entries().len();
            let body =
                json!({ "totalDeviceCount": total, "enabledDeviceCount": total, "disabledDeviceCount": 0 });
            Ok(found(&body))
        }
        (&Method::GET, ["statistics", "service"]) => {
            let connected = dps.hubs().entries().iter().filter(|entry| entry.connected).count();
            Ok(found(&json!({ "connectedDeviceCount": connected })))
        }
        _ => {
            let words = format!("{} {} is not emulated", request.method, parts.join("/"));
            return error(StatusCode::NOT_IMPLEMENTED, "NotEmulated", &words);
        }
    };
    answer.unwrap_or_else(|problem| refused(&problem))
}

fn twin(dps: &Dps, key: &Key) -> Result<Answer, ServiceError> {
    dps.device_document(key).map(|document| with_etag(&document))
}

async fn change_twin(
    request: &Request<'_>,
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
    request: &Request<'_>,
    dps: &Dps,
    events: &EventSender,
    key: &Key,
) -> Result<Answer, ServiceError> {
    let call: MethodCall = parse(request.body)?;
    dps.call_method(key, &call, events).await.map(|answer| found(&json!(answer)))
}

/// `SELECT * FROM devices`, or of one device by its ID.
fn query(request: &Request<'_>, dps: &Dps) -> Result<Answer, ServiceError> {
    let body: Value = parse(request.body)?;
    let text = body.get("query").and_then(Value::as_str).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let wanted = match lower.as_slice() {
        ["select", "*", "from", "devices"] => None,
        ["select", "*", "from", "devices", "where", "deviceid", "=", _] => words.last().copied(),
        _ => {
            let words = format!(
                "of queries only SELECT * FROM devices [WHERE deviceId = '…'] is emulated: {text:.200}"
            );
            return Err(ServiceError::Invalid(words));
        }
    };
    let wanted = wanted.map(|id| id.trim_matches(['\'', '"']));
    let entries = dps.hubs().entries();
    let devices = entries.into_iter().filter(|entry| wanted.is_none_or(|id| id == entry.device_id));
    let documents = devices.filter_map(|entry| dps.device_document(&(entry.hub, entry.device_id)).ok());
    let mut answer = found(&documents.collect());
    answer.headers_mut().insert("x-ms-item-type", HeaderValue::from_static("Twin"));
    Ok(answer)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServiceError> {
    serde_json::from_slice(body)
        .map_err(|error| ServiceError::Invalid(format!("the body cannot be used: {error}")))
}

fn found(body: &Value) -> Answer {
    json(StatusCode::OK, body.to_string())
}

fn with_etag(document: &Value) -> Answer {
    let mut answer = found(document);
    let etag = document.get("etag").and_then(Value::as_str).unwrap_or_default();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{etag}\"")) {
        answer.headers_mut().insert(ETAG, etag);
    }
    answer
}

/// A refusal, in the forms that hubs were seen to use.
fn refused(problem: &ServiceError) -> Answer {
    let words = problem.to_string();
    match problem {
        ServiceError::NoDevice(_) => error(StatusCode::NOT_FOUND, "DeviceNotFound", &words),
        ServiceError::NotOnline => method_error(StatusCode::NOT_FOUND, 404_103, &words),
        ServiceError::NoAnswer => method_error(StatusCode::GATEWAY_TIMEOUT, 504_101, &words),
        ServiceError::ETag => error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", &words),
        ServiceError::Ambiguous(_) | ServiceError::Invalid(_) | ServiceError::Twin(_) => {
            error(StatusCode::BAD_REQUEST, "ArgumentInvalid", &words)
        }
        ServiceError::Message(_) => error(StatusCode::FORBIDDEN, "DeviceMaximumQueueDepthExceeded", &words),
        ServiceError::TooManyCalls => error(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException", &words),
        ServiceError::Unwritten => error(StatusCode::INTERNAL_SERVER_ERROR, "ServerError", &words),
    }
}

pub(super) fn error(status: StatusCode, code: &str, words: &str) -> Answer {
    let message = format!("ErrorCode:{code};{words}");
    let body = json!({ "Message": message, "ExceptionMessage": format!("Tracking ID:{}", Uuid::new_v4()) });
    json(status, body.to_string())
}

/// A refusal of a method has another one in its text.
fn method_error(status: StatusCode, code: u32, words: &str) -> Answer {
    let inner = json!({
        "errorCode": code,
        "trackingId": Uuid::new_v4(),
        "message": words,
        "timestampUtc": timestamp::utc(std::time::SystemTime::now()),
    });
    json(status, json!({ "Message": inner.to_string(), "ExceptionMessage": "" }).to_string())
}
