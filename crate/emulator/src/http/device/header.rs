//! The properties of messages as HTTP headers.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response,
    header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue},
};

use crate::{
    http::Answer,
    hub::{Properties, Queued},
    timestamp,
};

/// What stands before the names of a device's own properties.
const OWN: &str = "iothub-app-";

/// The headers of system properties, and the names that a hub gives those.
const SYSTEM: [(&str, &str); 7] = [
    ("iothub-messageid", "message-id"),
    ("iothub-correlationid", "correlation-id"),
    ("iothub-userid", "user-id"),
    ("iothub-to", "to"),
    ("iothub-contenttype", "content-type"),
    ("iothub-contentencoding", "content-encoding"),
    ("iothub-expiry", "absolute-expiry-time"),
];

/// The properties of a message from the headers of a request, or the members of a batch.
pub(super) fn properties<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Properties {
    let mut properties = Properties::default();
    for (name, value) in fields {
        let lower = name.to_ascii_lowercase();
        let own = lower.starts_with(OWN).then(|| name.get(OWN.len()..)).flatten();
        let known = SYSTEM.iter().find(|(header, _)| *header == lower).map(|(_, name)| *name);
        match (own, known) {
            // A name of the hub's that comes as one of the device's.
            (Some(own @ "iothub-creation-time-utc"), _) | (None, Some(own)) => {
                properties.system.insert(own.to_owned(), Some(value))
            }
            (Some(own), _) => properties.application.insert(own.to_owned(), Some(value)),
            (None, None) if lower.starts_with("iothub-") => properties.system.insert(lower, Some(value)),
            (None, None) => properties.application.insert(name.to_owned(), Some(value)),
        };
    }
    properties
}

/// A message to a device as an answer; its lock is the ETag.
pub(super) fn message(queued: &Queued, device_id: &str) -> Answer {
    let message = &queued.message;
    let mut answer = Response::new(Full::new(Bytes::from(message.body.clone())));
    let mut set = |name: &str, value: &str| {
        // A name or a value that no header can have is not delivered by HTTPS.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    };
    let lock = queued.lock.map(|lock| format!("\"{}\"", lock.token)).unwrap_or_default();
    set(CONTENT_TYPE.as_str(), "application/octet-stream");
    set(ETAG.as_str(), &lock);
    set("iothub-messageid", &message.message_id);
    set("iothub-sequencenumber", &queued.sequence.to_string());
    set("iothub-deliverycount", &queued.abandoned.to_string());
    set("iothub-to", &format!("/devices/{device_id}/messages/deviceBound"));
    let optional = [
        ("iothub-correlationid", &message.correlation_id),
        ("iothub-userid", &message.user_id),
        ("iothub-contenttype", &message.content_type),
        ("iothub-contentencoding", &message.content_encoding),
        ("iothub-ack", &message.ack),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            set(name, value);
        }
    }
    if message.time_to_live_seconds.is_some() {
        set("iothub-expiry", &timestamp::utc(queued.expires));
    }
    for (name, value) in &message.properties {
        set(&format!("{OWN}{name}"), value);
    }
    answer
}
