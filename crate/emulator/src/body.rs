//! Bodies: what a register may carry, and what is answered (DPS REST models `RegistrationOperationStatus` and
//! `DeviceRegistrationResult`; shapes as in the traces and tests of the SDKs).

use std::time::SystemTime;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    behaviour::{Behaviour, Standing},
    json,
    matching::Verdict,
    operation::Operation,
    registration::{Registration, Substatus},
    timestamp,
};

/// The body of a register: all members are optional, and so is the body. Other members are ignored.
#[derive(Debug, Default)]
pub(crate) struct Register {
    pub(crate) registration_id: Option<String>,
    /// Base64 of a PKCS#10 request (preview).
    pub(crate) csr: Option<String>,
}

impl Register {
    /// Parses a body. White space counts as empty: one SDK sends a space where nothing is to be said.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        if json::without_zeros(body).trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let mut object: Map<String, Value> = json::read(body).map_err(|error| error.to_string())?;
        let mut text = |name| match json::take(&mut object, name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} is no string")),
        };
        Ok(Self { registration_id: text("registrationId")?, csr: text("csr")? })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationStatus<'a> {
    operation_id: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_state: Option<RegistrationState<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationState<'a> {
    /// Empty in what devices get to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    x509: Option<Map<String, Value>>,
    registration_id: &'a str,
    created_date_time_utc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_hub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    substatus: Option<Substatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    last_updated_date_time_utc: String,
    etag: String,
    /// What a custom allocation has to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a Map<String, Value>>,
    /// What was issued for a CSR (preview).
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    issued_certificate_chain: &'a [String],
}

/// `{"operationId":"4.…","status":"assigning"}`
pub(crate) fn assigning(operation: &Operation) -> String {
    to_json(&OperationStatus { operation_id: &operation.id, status: "assigning", registration_state: None })
}

/// The end of an operation that was not refused outright: `assigned`, `failed` or `disabled`.
pub(crate) fn finished(operation: &Operation, updated: SystemTime) -> String {
    let state = match &operation.registration {
        Some(registration) => assigned(registration),
        None => unassigned(operation, updated),
    };
    let operation_id = if operation.verdict == Verdict::Disabled { "" } else { &operation.id };
    to_json(&OperationStatus { operation_id, status: state.status, registration_state: Some(state) })
}

/// What a registration is, for who looks it up (`DeviceRegistrationResult`).
pub(crate) fn registration(registration: &Registration) -> String {
    to_json(&assigned(registration))
}

fn assigned(registration: &Registration) -> RegistrationState<'_> {
    RegistrationState {
        x509: Some(Map::new()),
        registration_id: &registration.registration_id,
        created_date_time_utc: timestamp::utc(registration.created),
        assigned_hub: Some(&registration.hub),
        device_id: Some(&registration.device_id),
        status: "assigned",
        substatus: Some(registration.substatus),
        error_code: None,
        error_message: None,
        last_updated_date_time_utc: timestamp::utc(registration.updated),
        etag: format!("\"{}\"", registration.etag),
        payload: registration.payload.as_ref(),
        issued_certificate_chain: &registration.issued,
    }
}

fn unassigned(operation: &Operation, updated: SystemTime) -> RegistrationState<'_> {
    let error = match &operation.verdict {
        Verdict::Failed { code, message } | Verdict::Refused { code, message } => {
            Some((*code, message.as_str()))
        }
        Verdict::Assigned { .. } | Verdict::Disabled => None,
    };
    RegistrationState {
        x509: None,
        registration_id: &operation.registration_id,
        created_date_time_utc: timestamp::utc(operation.created),
        assigned_hub: None,
        device_id: None,
        status: if error.is_some() { "failed" } else { "disabled" },
        substatus: None,
        error_code: error.map(|(code, _)| code),
        error_message: error.map(|(_, message)| message),
        last_updated_date_time_utc: timestamp::utc(updated),
        etag: format!("\"{}\"", operation.etag),
        payload: None,
        issued_certificate_chain: &[],
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    error_code: u32,
    tracking_id: String,
    message: &'a str,
    timestamp_utc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<Info>,
}

#[derive(Serialize)]
struct Info {
    emulator: String,
}

/// `{"errorCode":401002,"trackingId":"…","message":"…","timestampUtc":"…"}`, and `info` where DPS itself may
/// answer otherwise.
pub(crate) fn error(code: u32, message: &str, behaviour: &Behaviour, now: SystemTime) -> String {
    let info = (behaviour.standing == Standing::Assumed).then(|| Info { emulator: behaviour.to_string() });
    to_json(&ErrorBody {
        error_code: code,
        tracking_id: Uuid::new_v4().to_string(),
        message,
        timestamp_utc: timestamp::utc(now),
        info,
    })
}

/// Strings and numbers only: there is nothing in these types that cannot be written.
fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
