//! The service's side over HTTPS, as Microsoft's service SDKs call it: IoT Hub's REST API for twins, methods and
//! devices, and that of DPS for enrollments. Who calls it has a connection string of the emulator's own.

mod hub;
mod key;
mod provisioning;

use std::time::SystemTime;

use hyper::{HeaderMap, Method, StatusCode, header};
use percent_encoding::percent_decode_str;

pub use key::ServiceKey;

use crate::{
    behaviour,
    dps::Dps,
    event::{EventSender, What},
    http::Answer,
};

/// A request of a service.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    /// The parts of its path, decoded.
    parts: Vec<String>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl<'a> Request<'a> {
    /// `None` if the path is none of a service.
    pub(crate) fn parse(
        method: &'a Method,
        path: &str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Option<Self> {
        let parts = path.trim_matches('/').split('/');
        let parts: Vec<String> =
            parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect();
        let first = parts.first()?.to_ascii_lowercase();
        let is_service = matches!(
            first.as_str(),
            "twins" | "devices" | "statistics" | "enrollments" | "enrollmentgroups" | "registrations"
        );
        is_service.then_some(Self { method, parts, headers, body })
    }

    /// The parts of the path, the first one in lower case.
    fn parts(&self) -> Vec<String> {
        let mut parts = self.parts.clone();
        if let Some(first) = parts.first_mut() {
            first.make_ascii_lowercase();
        }
        parts
    }

    /// Whether it is a device that asks: for its messages, or to upload a file.
    fn is_of_device(&self) -> bool {
        let parts = self.parts();
        let is_device = parts.first().is_some_and(|first| first == "devices");
        is_device && parts.get(2).is_some_and(|what| what == "messages" || what == "files")
    }

    /// The host that it is for, without the port.
    fn host(&self) -> &str {
        let host = self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }

    fn if_match(&self) -> Option<&str> {
        self.headers.get(header::IF_MATCH).and_then(|etag| etag.to_str().ok())
    }
}

/// Answers a request of a service.
pub(crate) async fn answer(
    request: &Request<'_>,
    key: &ServiceKey,
    dps: &Dps,
    events: &EventSender,
) -> Answer {
    let authorization = request.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if request.is_of_device() {
        let evidence = format!("{} of a device by HTTPS, which is not emulated", request.method);
        events.tell(|| What::Applied { behaviour: &behaviour::HUB_NOT_EMULATED, evidence });
        let words = "messages and files of devices by HTTPS are not emulated; use MQTT";
        return hub::error(StatusCode::NOT_IMPLEMENTED, "NotEmulated", words);
    }
    let is_of_hub = request
        .parts()
        .first()
        .is_some_and(|first| matches!(first.as_str(), "twins" | "devices" | "statistics"));
    if let Err(reason) = key.check(authorization.unwrap_or_default(), SystemTime::now()) {
        let reason = format!("the SAS token of the service is refused: {reason}");
        return if is_of_hub {
            hub::error(StatusCode::UNAUTHORIZED, "IotHubUnauthorizedAccess", &reason)
        } else {
            provisioning::error(401_000, &reason)
        };
    }
    if is_of_hub { hub::answer(request, dps, events).await } else { provisioning::answer(request, dps).await }
}
