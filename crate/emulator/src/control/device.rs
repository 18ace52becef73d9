//! The calls about devices at their hubs.

use std::time::Duration;

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Owner,
    route::{failure, found},
};
use crate::{
    dps::Dps,
    event::EventSender,
    http::{Answer, empty},
    hub::{CloudMessage, Extent, Key, MethodCall, ServiceError, TwinChange, Wanted},
};

/// No message is waited for longer.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Answers a request for `/devices…` or `/messages`.
pub(super) async fn route(
    owner: &Owner,
    method: &Method,
    parts: &[&str],
    query: &[(String, String)],
    body: &Bytes,
) -> Answer {
    let Owner { dps, events, .. } = owner;
    let of_query = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let key = |device_id: &str| dps.hubs().find(of_query("hub"), device_id);
    let answer = match (method, parts) {
        (&Method::GET, ["devices"]) => Ok(found(&dps.hubs().entries())),
        (&Method::GET, ["devices", device_id, "twin"]) => key(device_id).and_then(|key| twin(dps, &key)),
        (&Method::PATCH, ["devices", device_id, "twin"]) => match key(device_id) {
            Ok(key) => change_twin(dps, events, &key, body).await,
            Err(error) => Err(error),
        },
        (&Method::POST, ["devices", device_id, "messages"]) => match key(device_id) {
            Ok(key) => send(dps, events, &key, body).await,
            Err(error) => Err(error),
        },
        (&Method::POST, ["devices", device_id, "methods"]) => match key(device_id) {
            Ok(key) => call(dps, events, &key, body).await,
            Err(error) => Err(error),
        },
        (&Method::POST, ["devices", device_id, "disconnect"]) => {
            key(device_id).and_then(|key| dps.hubs().disconnect(&key)).map(|was_connected| {
                if was_connected {
                    empty(StatusCode::NO_CONTENT)
                } else {
                    failure(StatusCode::CONFLICT, format!("{device_id} is not connected"))
                }
            })
        }
        (&Method::GET, ["messages"]) => match wanted(of_query) {
            Ok(wanted) => Ok(found(&dps.hubs().feed.list(&wanted).await)),
            Err(error) => Err(ServiceError::Invalid(error)),
        },
        _ => Ok(failure(StatusCode::NOT_FOUND, "there is no such call".to_owned())),
    };
    answer.unwrap_or_else(|error| failure(status(&error), error.to_string()))
}

fn twin(dps: &Dps, key: &Key) -> Result<Answer, ServiceError> {
    dps.device_document(key).map(|document| found(&document))
}

async fn change_twin(
    dps: &Dps,
    events: &EventSender,
    key: &Key,
    body: &[u8],
) -> Result<Answer, ServiceError> {
    let change: TwinChange = parse(body).map_err(ServiceError::Invalid)?;
    let shown = dps.device_document(key)?;
    check_twin(&parse(body).map_err(ServiceError::Invalid)?, &shown).map_err(ServiceError::Invalid)?;
    dps.change_twin(key, change, Extent::Partial, None, events).await?;
    twin(dps, key)
}

/// What is wrong with a change that a person wrote. The whole twin may come back as it was shown; whatever is not a
/// part of it is a mistake, and so is what changes nothing.
fn check_twin(change: &Value, shown: &Value) -> Result<(), String> {
    const WHAT: &str = "tags and properties.desired are what can be changed";
    let below = |of: &Value, name: &str| of.get(name).cloned().unwrap_or_default();
    let (wanted, has) = (below(change, "properties"), below(shown, "properties"));
    for (place, change, shown) in [("", change, shown), ("properties.", &wanted, &has)] {
        let mut names = change.as_object().into_iter().flat_map(|object| object.keys());
        if let Some(name) = names.find(|name| shown.get(name.as_str()).is_none()) {
            return Err(format!("a twin has no {place}{name:.100}; {WHAT}"));
        }
    }
    if [change.get("tags"), wanted.get("desired")].into_iter().flatten().any(|it| !it.is_null()) {
        Ok(())
    } else {
        Err(format!("it changes nothing: {WHAT}"))
    }
}

async fn send(dps: &Dps, events: &EventSender, key: &Key, body: &[u8]) -> Result<Answer, ServiceError> {
    let message: CloudMessage = parse(body).map_err(ServiceError::Invalid)?;
    let message_id = dps.send_message(key, message, events).await?;
    Ok(found(&json!({ "messageId": message_id })))
}

async fn call(dps: &Dps, events: &EventSender, key: &Key, body: &[u8]) -> Result<Answer, ServiceError> {
    let call: MethodCall = parse(body).map_err(ServiceError::Invalid)?;
    dps.call_method(key, &call, events).await.map(|answer| found(&answer))
}

fn wanted<'a>(of_query: impl Fn(&str) -> Option<&'a str>) -> Result<Wanted, String> {
    let number = |key: &str| {
        let text = of_query(key).unwrap_or("0");
        text.parse::<u64>().map_err(|_| format!("{key}={text:.100} is no number"))
    };
    let wait = Duration::from_secs(number("wait")?);
    if wait > LONGEST_WAIT {
        return Err(format!("wait={}: the longest is {} seconds", wait.as_secs(), LONGEST_WAIT.as_secs()));
    }
    Ok(Wanted { device_id: of_query("device").map(str::to_owned), after: number("after")?, wait })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    // Through a value, so that an array is not taken for an object with its members in order.
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !value.is_object() {
        return Err("it is no JSON object".to_owned());
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}

const fn status(error: &ServiceError) -> StatusCode {
    match error {
        ServiceError::NoDevice(_) | ServiceError::NotOnline => StatusCode::NOT_FOUND,
        ServiceError::Ambiguous(_) | ServiceError::QueueFull | ServiceError::Exists(_) => {
            StatusCode::CONFLICT
        }
        ServiceError::Invalid(_)
        | ServiceError::Message(_)
        | ServiceError::Twin(_)
        | ServiceError::Identity(_) => StatusCode::BAD_REQUEST,
        ServiceError::ETag | ServiceError::Lock => StatusCode::PRECONDITION_FAILED,
        ServiceError::NoAnswer => StatusCode::GATEWAY_TIMEOUT,
        ServiceError::TooManyCalls => StatusCode::TOO_MANY_REQUESTS,
        ServiceError::Unwritten => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
