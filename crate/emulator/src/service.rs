//! The service's side over HTTPS, as Microsoft's service SDKs call it: IoT Hub's REST API for twins, methods and
//! devices, and that of DPS for enrollments. Who calls it has a connection string of the emulator's own.

mod digital_twin;
mod hub;
mod key;
mod members;
mod page;
mod provisioning;
mod registry;

use std::time::SystemTime;

use hyper::{HeaderMap, Method, StatusCode, header, header::HeaderValue};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

pub(crate) use hub::{error as hub_error, refused as refused_by_hub};
pub use key::ServiceKey;

use crate::{
    behaviour,
    dps::Dps,
    event::{EventSender, What},
    http::Answer,
};

/// What paths of a hub's service begin with, in lower case; some of them only to be told that they are not emulated.
const OF_HUB: [&str; 8] =
    ["twins", "devices", "statistics", "messages", "modules", "jobs", "configurations", "digitaltwins"];
/// What paths of DPS's service begin with.
const OF_DPS: [&str; 3] = ["enrollments", "enrollmentgroups", "registrations"];

/// A request of a service.
#[derive(Debug)]
pub(crate) struct ServiceRequest<'a> {
    pub(crate) method: &'a Method,
    /// The parts of its path, decoded.
    parts: Vec<String>,
    query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl<'a> ServiceRequest<'a> {
    /// `None` if the path is none of a service.
    pub(crate) fn parse(
        method: &'a Method,
        path: &str,
        query: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Option<Self> {
        let parts = request_parts(path);
        let first = parts.first()?.to_ascii_lowercase();
        let is_service = OF_HUB.contains(&first.as_str()) || OF_DPS.contains(&first.as_str());
        is_service.then_some(Self { method, parts, query, headers, body })
    }

    /// The parts of the path, the first one in lower case.
    fn parts(&self) -> Vec<String> {
        let mut parts = self.parts.clone();
        if let Some(first) = parts.first_mut() {
            first.make_ascii_lowercase();
        }
        parts
    }

    /// A value of the query.
    fn of_query(&self, key: &str) -> Option<&str> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn if_match(&self) -> Option<&str> {
        self.headers.get(header::IF_MATCH).and_then(|etag| etag.to_str().ok())
    }
}

/// Answers a request of a service.
pub(crate) async fn answer(
    request: &ServiceRequest<'_>,
    key: &ServiceKey,
    dps: &Dps,
    events: &EventSender,
) -> Answer {
    let authorization = request.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_of_hub = request.parts().first().is_some_and(|first| OF_HUB.contains(&first.as_str()));
    if let Err(reason) = key.check(authorization.unwrap_or_default(), SystemTime::now()) {
        let reason = format!("the SAS token of the service is refused: {reason}");
        return if is_of_hub {
            hub::error(StatusCode::UNAUTHORIZED, "IotHubUnauthorizedAccess", &reason)
        } else {
            provisioning::error(401_000, &reason)
        };
    }
    let mut answer = if is_of_hub {
        hub::answer(request, dps, events).await
    } else {
        provisioning::answer(request, dps).await
    };
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        answer.headers_mut().entry("x-ms-request-id").or_insert(id);
    }
    if answer.status() == StatusCode::NOT_IMPLEMENTED {
        let evidence =
            format!("{} /{} of a service, which is not emulated", request.method, request.parts.join("/"));
        events.tell(|| What::Applied { behaviour: &behaviour::HUB_NOT_EMULATED, evidence });
    }
    answer
}

/// The parts of a path, decoded.
pub(crate) fn request_parts(path: &str) -> Vec<String> {
    let parts = path.trim_matches('/').split('/');
    parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
}

/// The host that a request is for, without the port.
pub(crate) fn without_port(headers: &HeaderMap) -> &str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}
