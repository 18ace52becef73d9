//! Digital twins of IoT Plug and Play: a device's twin in the form of its model, and its commands (IoT Hub REST
//! reference, Digital Twin; `iot-pnp` concepts-digital-twin, concepts-convention).

use hyper::{
    Method, StatusCode,
    header::{HeaderValue, LOCATION},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    ServiceRequest,
    hub::{parse, with_etag},
};
use crate::{
    dps::Dps,
    event::EventSender,
    http::{Answer, empty, json},
    hub::{Extent, Key, MethodCall, ServiceError, TwinChange},
};

/// Answers a request about the digital twin of a device; `rest` is what stands behind its ID.
pub(super) async fn answer(
    request: &ServiceRequest<'_>,
    rest: &[&str],
    dps: &Dps,
    events: &EventSender,
    key: &Key,
) -> Result<Option<Answer>, ServiceError> {
    let answer = match (request.method, rest) {
        (&Method::GET, []) => {
            let twin = dps.device_document(key)?;
            let mut answer = with_etag(&twin);
            *answer.body_mut() = digital_twin(&key.1, &twin).to_string().into();
            answer
        }
        (&Method::PATCH, []) => {
            let change = change(&parse::<Vec<Operation>>(request.body)?)?;
            dps.change_twin(key, change, Extent::Partial, request.if_match(), events).await?;
            let mut answer = empty(StatusCode::ACCEPTED);
            if let Ok(location) = HeaderValue::try_from(format!("/digitaltwins/{}", key.1)) {
                answer.headers_mut().insert(LOCATION, location);
            }
            answer
        }
        (&Method::POST, ["commands", name]) => command(request, dps, events, key, name).await?,
        (&Method::POST, ["components", component, "commands", name]) => {
            command(request, dps, events, key, &format!("{component}*{name}")).await?
        }
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

/// A command is a direct method; one of a component has the component's name before a star.
async fn command(
    request: &ServiceRequest<'_>,
    dps: &Dps,
    events: &EventSender,
    key: &Key,
    name: &str,
) -> Result<Answer, ServiceError> {
    let payload = if request.body.is_empty() { None } else { Some(payload(request.body)?) };
    let mut call = MethodCall::new(name, payload);
    let seconds = |name: &str| request.of_query(name).and_then(|text| text.parse().ok());
    call.response_timeout_in_seconds = seconds("responseTimeoutInSeconds");
    call.connect_timeout_in_seconds = seconds("connectTimeoutInSeconds");
    let answered = dps.call_method(key, &call, events).await?;
    let mut answer = json(StatusCode::OK, answered.payload.to_string());
    answer.headers_mut().insert("x-ms-command-statuscode", answered.status.into());
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        answer.headers_mut().insert("x-ms-request-id", id);
    }
    Ok(answer)
}

/// What a command is given, as it is.
fn payload(body: &[u8]) -> Result<Value, ServiceError> {
    serde_json::from_slice(body)
        .map_err(|error| ServiceError::Invalid(format!("the payload cannot be used: {error}")))
}

/// What marks an object as a component.
const COMPONENT: &str = "__t";

fn is_component(value: &Value) -> bool {
    value.get(COMPONENT) == Some(&json!("c"))
}

fn digital_twin(device_id: &str, twin: &Value) -> Value {
    let section = |name: &str| twin.pointer(&format!("/properties/{name}")).cloned().unwrap_or_default();
    let (reported, desired) = (section("reported"), section("desired"));
    let metadata = |section: &Value| section.get("$metadata").cloned().unwrap_or_default();
    let version = desired.get("$version").cloned().unwrap_or_default();
    let mut document = interface(&reported, &desired, &metadata(&reported), &version);
    document.insert("$dtId".to_owned(), device_id.into());
    if let Some(Value::Object(metadata)) = document.get_mut("$metadata") {
        metadata.insert("$model".to_owned(), twin.get("modelId").cloned().unwrap_or_default());
    }
    document.into()
}

/// The properties of a device or of one of its components, with what is known of each.
fn interface(reported: &Value, desired: &Value, times: &Value, version: &Value) -> Map<String, Value> {
    let (mut document, mut metadata) = (Map::new(), Map::new());
    for (name, value) in reported.as_object().into_iter().flatten().filter(|(name, _)| is_property(name)) {
        if is_component(value) {
            let (desired, times) =
                (desired.get(name).unwrap_or(&Value::Null), times.get(name).unwrap_or(&Value::Null));
            document.insert(name.clone(), interface(value, desired, times, version).into());
            continue;
        }
        let mut known = Map::new();
        let time = times.get(name).and_then(|times| times.get("$lastUpdated")).cloned();
        known.extend(time.map(|time| ("lastUpdateTime".to_owned(), time)));
        // A writable property is reported together with the acknowledgement of what was desired.
        let acknowledged =
            value.get("value").filter(|_| value.get("ac").is_some() || value.get("av").is_some());
        for (short, long) in [("ac", "ackCode"), ("av", "ackVersion"), ("ad", "ackDescription")] {
            let said = acknowledged.and_then(|_| value.get(short)).cloned();
            known.extend(said.map(|said| (long.to_owned(), said)));
        }
        document.insert(name.clone(), acknowledged.unwrap_or(value).clone());
        metadata.insert(name.clone(), known.into());
    }
    for (name, value) in desired.as_object().into_iter().flatten().filter(|(name, _)| is_property(name)) {
        if is_component(value) {
            document
                .entry(name.clone())
                .or_insert_with(|| interface(&Value::Null, value, &Value::Null, version).into());
            continue;
        }
        let known = metadata.entry(name.clone()).or_insert_with(|| Map::new().into());
        if let Value::Object(known) = known {
            known.insert("desiredValue".to_owned(), value.clone());
            known.insert("desiredVersion".to_owned(), version.clone());
        }
    }
    document.insert("$metadata".to_owned(), metadata.into());
    document
}

fn is_property(name: &str) -> bool {
    !name.starts_with('$') && name != COMPONENT
}

/// One operation of a JSON patch (RFC 6902).
#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    value: Option<Value>,
}

/// The change of desired properties that a patch comes to.
fn change(operations: &[Operation]) -> Result<TwinChange, ServiceError> {
    let invalid = |words: String| Err(ServiceError::Invalid(words));
    let mut desired = Map::new();
    for Operation { op, path, value } in operations {
        let value = match (op.as_str(), value) {
            ("add" | "replace", Some(value)) => value.clone(),
            ("remove", _) => Value::Null,
            _ => {
                return invalid(format!(
                    "the operation {op:.50?} with its value is none of add, replace and remove"
                ));
            }
        };
        let names: Vec<String> =
            path.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
        match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["", name] if !name.is_empty() => desired.insert((*name).to_owned(), of_component(value)),
            ["", component, name] if !component.is_empty() && !name.is_empty() => {
                let slot =
                    desired.entry((*component).to_owned()).or_insert_with(|| json!({ COMPONENT: "c" }));
                slot.as_object_mut().and_then(|slot| slot.insert((*name).to_owned(), value))
            }
            _ => return invalid(format!("the path {path:.200?} is none of a property")),
        };
    }
    let change = json!({ "properties": { "desired": desired } });
    serde_json::from_value(change).map_err(|error| ServiceError::Invalid(error.to_string()))
}

/// A whole component is told by its `$metadata`.
fn of_component(value: Value) -> Value {
    match value {
        Value::Object(mut object) => {
            if object.remove("$metadata").is_some() {
                object.insert(COMPONENT.to_owned(), "c".into());
            }
            object.into()
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_in_the_form_of_its_model() {
        let twin = json!({
            "modelId": "dtmi:a;1",
            "properties": {
                "reported": {
                    "serial": "x",
                    "target": {"value": 20, "ac": 200, "av": 2, "ad": "done"},
                    "thermostat1": {"__t": "c", "max": 31},
                    "$version": 3,
                    "$metadata": {"serial": {"$lastUpdated": "T"}, "thermostat1": {"max": {"$lastUpdated": "U"}}},
                },
                "desired": {"target": 21, "thermostat2": {"__t": "c", "target": 5}, "$version": 4, "$metadata": {}},
            },
        });
        let expected = json!({
            "$dtId": "device",
            "serial": "x",
            "target": 20,
            "thermostat1": {"max": 31, "$metadata": {"max": {"lastUpdateTime": "U"}}},
            "thermostat2": {"$metadata": {"target": {"desiredValue": 5, "desiredVersion": 4}}},
            "$metadata": {
                "$model": "dtmi:a;1",
                "serial": {"lastUpdateTime": "T"},
                "target": {
                    "ackCode": 200, "ackVersion": 2, "ackDescription": "done", "desiredValue": 21, "desiredVersion": 4,
                },
            },
        });
        assert_eq!(digital_twin("device", &twin), expected);
    }

    #[test]
    fn a_patch_comes_to_desired_properties() {
        let of = |patch: Value| change(&serde_json::from_value::<Vec<Operation>>(patch).unwrap());
        let desired = of(json!([
            {"op": "add", "path": "/target", "value": 42},
            {"op": "replace", "path": "/thermostat1/target", "value": 5},
            {"op": "remove", "path": "/old"},
            {"op": "add", "path": "/thermostat2", "value": {"$metadata": {}, "target": 6}},
        ]));
        let expected = json!({
            "target": 42, "thermostat1": {"__t": "c", "target": 5}, "old": null, "thermostat2": {"__t": "c", "target": 6},
        });
        assert_eq!(Value::from(desired.unwrap().properties.desired.unwrap()), expected);
        for bad in [
            json!([{"op": "move", "path": "/a", "from": "/b"}]),
            json!([{"op": "add", "path": "/a"}]),
            json!([{"op": "add", "path": "a", "value": 1}]),
            json!([{"op": "add", "path": "/a/b/c", "value": 1}]),
            json!([{"op": "add", "path": "", "value": 1}]),
        ] {
            assert!(of(bad.clone()).is_err(), "{bad}");
        }
    }
}
