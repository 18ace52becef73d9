//! The registry of a hub: devices made, changed and deleted, one by one or several at once (IoT Hub REST reference,
//! Devices; Bulk Registry).

use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    ServiceRequest,
    hub::{found, parse, with_etag},
};
use crate::{
    dps::Dps,
    http::{Answer, empty},
    hub::{Key, Presence, ServiceError},
    registration::device_key,
};

/// Where a device goes that no hub has yet.
pub(super) fn new_key(dps: &Dps, hub: Option<&str>, device_id: &str) -> Key {
    let first = || dps.hub_names().into_iter().next().unwrap_or_default();
    device_key(&hub.map_or_else(first, str::to_owned), device_id)
}

/// Makes, changes or deletes a device. Who changes one that is there says so by `If-Match`.
pub(super) async fn one(request: &ServiceRequest<'_>, dps: &Dps, key: &Key) -> Result<Answer, ServiceError> {
    let etag = request.if_match();
    if request.method == Method::DELETE {
        return dps.remove_from_hub(key, etag).await.map(|()| empty(StatusCode::NO_CONTENT));
    }
    let presence = if etag.is_some() { Presence::Known } else { Presence::New };
    let document: Value = parse(request.body)?;
    dps.register_at_hub(key, &document, presence, etag).await.map(|identity| with_etag(&identity))
}

/// One of several devices.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Import {
    id: String,
    #[serde(default = "create")]
    import_mode: Mode,
    #[serde(rename = "etag")]
    e_tag: Option<String>,
    #[serde(flatten)]
    document: Map<String, Value>,
}

const fn create() -> Mode {
    Mode::Create
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mode {
    Create,
    Update,
    #[serde(rename = "updateIfMatchETag")]
    UpdateIfMatchETag,
    CreateOrUpdate,
    #[serde(rename = "createOrUpdateIfMatchETag")]
    CreateOrUpdateIfMatchETag,
    Delete,
    #[serde(rename = "deleteIfMatchETag")]
    DeleteIfMatchETag,
}

/// How many devices go in one call.
const MOST: usize = 100;

/// Several devices at once: each is done or not, and what is not is told.
pub(super) async fn several(
    request: &ServiceRequest<'_>,
    dps: &Dps,
    hub: Option<&str>,
) -> Result<Answer, ServiceError> {
    let devices: Vec<Import> = parse(request.body)?;
    if devices.len() > MOST {
        let words = format!("{} devices; {MOST} at most go in one call", devices.len());
        return Err(ServiceError::Invalid(words));
    }
    let mut errors = Vec::new();
    for device in devices {
        let id = device.id.clone();
        if let Err(problem) = import(device, dps, hub).await {
            errors.push(
                json!({ "deviceId": id, "errorCode": code(&problem), "errorStatus": problem.to_string() }),
            );
        }
    }
    Ok(found(&json!({ "isSuccessful": errors.is_empty(), "errors": errors, "warnings": [] })))
}

async fn import(device: Import, dps: &Dps, hub: Option<&str>) -> Result<(), ServiceError> {
    let Import { id, import_mode, e_tag, document } = device;
    let hubs = dps.hubs();
    let key = hubs.find(hub, &id).unwrap_or_else(|_| new_key(dps, hub, &id));
    let (presence, is_conditional) = match import_mode {
        Mode::Create => (Presence::New, false),
        Mode::Update => (Presence::Known, false),
        Mode::UpdateIfMatchETag => (Presence::Known, true),
        Mode::CreateOrUpdate => (Presence::Either, false),
        Mode::CreateOrUpdateIfMatchETag => (Presence::Either, true),
        Mode::Delete => return dps.remove_from_hub(&key, None).await,
        Mode::DeleteIfMatchETag => return dps.remove_from_hub(&key, e_tag.as_deref()).await,
    };
    let etag = e_tag.filter(|_| is_conditional);
    dps.register_at_hub(&key, &document.into(), presence, etag.as_deref()).await.map(drop)
}

/// The codes of the service SDKs' documentation, as far as they are known.
const fn code(problem: &ServiceError) -> u32 {
    match problem {
        ServiceError::NoDevice(_) => 404_001,
        ServiceError::Exists(_) => 409_001,
        ServiceError::ETag => 412_001,
        _ => 400_000,
    }
}
