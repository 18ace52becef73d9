//! The calls of a device at its hub by HTTPS (IoT Hub REST reference, device: Send Device Event, Receive Device Bound
//! Notification and its settlement).
//!
//! ```text
//! POST   /devices/{deviceId}/messages/events
//! GET    /devices/{deviceId}/messages/deviceBound
//! DELETE /devices/{deviceId}/messages/deviceBound/{lockToken}[?reject]
//! POST   /devices/{deviceId}/messages/deviceBound/{lockToken}/abandon
//! ```

mod header;

use std::time::SystemTime;

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Answer, empty};
use crate::{
    behaviour,
    certificate::Presented,
    dps::Dps,
    event::{EventSender, MessageState, What},
    hub::{DeviceMessage, Fate, HubUserName, Key, Queued, Sender, ServiceError, Settlement},
    json,
    service::{hub_error, refused_by_hub, request_parts, without_port},
};

/// A request of a device.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeviceRequest<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
}

/// Most bytes of a message (`iot-hub-devguide-quotas-throttling`).
const LARGEST: usize = 256 * 1024;

/// Answers a request of a device; `None` if it is none.
pub(super) fn answer(
    request: DeviceRequest<'_>,
    dps: &Dps,
    presented: Option<&Presented>,
    events: &EventSender,
) -> Option<Answer> {
    let cased = |(place, part): (usize, String)| match place {
        // The device's ID and a lock are what they are; words of the interface come in any case.
        1 | 4 => part,
        _ => part.to_ascii_lowercase(),
    };
    let parts: Vec<String> = request_parts(request.path).into_iter().enumerate().map(cased).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["devices", device_id, rest @ ..] = parts.as_slice() else { return None };
    let words = match rest {
        ["messages", ..] => None,
        ["files", ..] => Some("file upload is not emulated"),
        // What a module itself asks for; the modules of a device are the service's to list.
        ["modules", _, "messages" | "files", ..] => Some("modules are not emulated"),
        _ => return None,
    };
    if let Some(words) = words {
        let evidence = format!("{} of a device by HTTPS: {words}", request.method);
        events.tell(|| What::Applied { behaviour: &behaviour::HUB_NOT_EMULATED, evidence });
        return Some(hub_error(StatusCode::NOT_IMPLEMENTED, "NotEmulated", words));
    }
    let key = match admitted(request, device_id, dps, presented) {
        Ok(key) => key,
        Err((behaviour, evidence)) => {
            let words = format!("Unauthorized: {evidence}");
            events.tell(|| What::Applied { behaviour, evidence });
            return Some(hub_error(StatusCode::UNAUTHORIZED, "IotHubUnauthorizedAccess", &words));
        }
    };
    let answer = match (request.method, rest) {
        (&Method::POST, ["messages", "events"]) => telemetry(request, dps, &key, events),
        (&Method::GET, ["messages", "devicebound"]) => Ok(receive(dps, &key, events)),
        (&Method::DELETE, ["messages", "devicebound", token]) => {
            let is_rejected =
                request.query.split('&').any(|pair| pair == "reject" || pair.starts_with("reject="));
            let settlement = if is_rejected { Settlement::Reject } else { Settlement::Complete };
            settle(dps, &key, token, settlement, events)
        }
        (&Method::POST, ["messages", "devicebound", token, "abandon"]) => {
            settle(dps, &key, token, Settlement::Abandon, events)
        }
        _ => return Some(empty(StatusCode::METHOD_NOT_ALLOWED)),
    };
    Some(answer.unwrap_or_else(|problem| refused_by_hub(&problem)))
}

type Refused = (&'static behaviour::Behaviour, String);

/// The device that a certificate stands for.
fn admitted(
    request: DeviceRequest<'_>,
    device_id: &str,
    dps: &Dps,
    presented: Option<&Presented>,
) -> Result<Key, Refused> {
    let hubs = dps.hubs();
    let host = without_port(request.headers);
    let found = hubs.find(Some(host), device_id).or_else(|_| hubs.find(None, device_id));
    let (host, device_id) = found.unwrap_or_else(|_| (host.to_owned(), device_id.to_owned()));
    let user_name =
        HubUserName { host: host.clone(), device_id: device_id.clone(), module_id: None, model_id: None };
    match dps.admit_to_hub(&user_name, presented, SystemTime::now()) {
        Ok(()) => Ok((host, device_id)),
        Err(refused) => Err((refused.behaviour, refused.evidence)),
    }
}

fn telemetry(
    request: DeviceRequest<'_>,
    dps: &Dps,
    key: &Key,
    events: &EventSender,
) -> Result<Answer, ServiceError> {
    let now = SystemTime::now();
    let sender = Sender { hub: &key.0, device_id: &key.1, model_id: None };
    let is_batch =
        request.headers.get(hyper::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(
            |value| value.to_ascii_lowercase().starts_with("application/vnd.microsoft.iothub.json"),
        );
    if request.body.len() > LARGEST {
        let words = format!("the message has {} bytes, the limit is {LARGEST}", request.body.len());
        return Err(ServiceError::Invalid(words));
    }
    let messages = if is_batch {
        let each = batch(request.body).map_err(ServiceError::Invalid)?.into_iter();
        each.map(|(body, properties)| {
            let properties = header::properties(properties.iter().map(|(name, value)| {
                (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            }));
            DeviceMessage::with(sender, properties, &body, false, now)
        })
        .collect()
    } else {
        let fields = request.headers.iter();
        let fields = fields
            .filter(|(name, _)| name.as_str().starts_with("iothub-"))
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        vec![DeviceMessage::with(sender, header::properties(fields), request.body, false, now)]
    };
    for message in messages {
        let message = dps.hubs().tell(key, message, now).shown();
        events.tell(|| What::Telemetry { message: Box::new(message) });
    }
    Ok(empty(StatusCode::NO_CONTENT))
}

/// The body and the properties of a message in a batch.
type Item = (Bytes, Map<String, Value>);

/// A batch: `[{"body": …, "base64Encoded": true, "properties": {…}}]`.
fn batch(body: &[u8]) -> Result<Vec<Item>, String> {
    let list: Vec<Map<String, Value>> =
        json::read(body).map_err(|error| format!("the batch cannot be used: {error}"))?;
    let one = |mut item: Map<String, Value>| {
        let body = json::take(&mut item, "body");
        let text = body.as_ref().and_then(Value::as_str).ok_or("a message of the batch has no body")?;
        let is_plain = json::take(&mut item, "base64Encoded") == Some(Value::Bool(false));
        let bytes = if is_plain {
            text.as_bytes().to_vec()
        } else {
            Base64::decode_vec(text).map_err(|_| "a body of the batch is no base64")?
        };
        let properties = match json::take(&mut item, "properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        };
        Ok((Bytes::from(bytes), properties))
    };
    list.into_iter().map(one).collect()
}

fn receive(dps: &Dps, key: &Key, events: &EventSender) -> Answer {
    let (found, expired) = dps.hubs().receive(key, SystemTime::now());
    expired.iter().for_each(|queued| tell(key, queued, MessageState::DeadLettered, events));
    let Some(queued) = found else { return empty(StatusCode::NO_CONTENT) };
    tell(key, &queued, MessageState::Invisible, events);
    header::message(&queued, &key.1)
}

fn settle(
    dps: &Dps,
    key: &Key,
    token: &str,
    settlement: Settlement,
    events: &EventSender,
) -> Result<Answer, ServiceError> {
    let token: Uuid = token.trim_matches('"').parse().map_err(|_| ServiceError::Lock)?;
    let (queued, fate) = dps.hubs().settle(key, token, settlement, SystemTime::now())?;
    let state = match fate {
        Some(Fate::Success) => MessageState::Completed,
        Some(_) => MessageState::DeadLettered,
        None => MessageState::Enqueued,
    };
    tell(key, &queued, state, events);
    Ok(empty(StatusCode::NO_CONTENT))
}

fn tell(key: &Key, queued: &Queued, state: MessageState, events: &EventSender) {
    let (hub, device_id) = key.clone();
    let message_id = queued.message.message_id.clone();
    events.tell(|| What::CloudMessage { hub, device_id, message_id, state });
}
