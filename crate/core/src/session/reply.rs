//! The body of a response (`RegistrationOperationStatus`, DPS REST models `device/models.tsp`).

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value, value::RawValue};

use super::{csr, mqtt::printable};
use crate::service::{Answer, Channel};

/// What a response of class 2xx says about the registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Not decided yet: `assigning`, `unassigned`, or a word that a later service invents.
    InProgress {
        /// The operation to ask for, if the reply names it.
        operation_id: Option<String>,
        /// The status word as it came.
        status: Option<String>,
    },
    /// The device has a hub.
    Assigned(Box<Assigned>),
    /// The operation failed or the enrollment is disabled; the second failure channel.
    Refused(Box<Answer>),
}

/// What DPS says of an assigned device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Host name of the IoT hub.
    pub assigned_hub: String,
    /// The device's name at the hub.
    pub device_id: String,
    /// The registration ID as the service repeats it.
    pub registration_id: Option<String>,
    /// `initialAssignment`, `deviceDataMigrated`, `deviceDataReset`, `reprovisionedToInitialAssignment`.
    pub substatus: Option<String>,
    /// What the custom allocation function gave, as JSON text.
    pub payload: Option<String>,
    /// When the registration was created, as the service wrote it.
    pub created: Option<String>,
    /// When it was last updated, as the service wrote it.
    pub updated: Option<String>,
    /// The registration's ETag.
    pub etag: Option<String>,
    /// The operation.
    pub operation_id: Option<String>,
    /// The certificates that were issued for a CSR (preview): leaf first, up to the root, DER. Empty without a CSR.
    pub issued_certificates: Vec<Vec<u8>>,
}

impl Reply {
    /// Reads the body of a response of class 2xx.
    ///
    /// The status word decides, not the three digits: a failed operation comes on 200.
    ///
    /// # Errors
    /// The body is not JSON, or lacks what its status word promises.
    pub fn parse(status: u16, body: &[u8]) -> Result<Self, ReplyError> {
        let json: Value = serde_json::from_slice(body)
            .map_err(|error| ReplyError::NotJson { reason: error.to_string(), body: evidence(body) })?;
        let Value::Object(object) = json else {
            return Err(ReplyError::Type { member: "the body", expected: "an object", body: evidence(body) });
        };
        let reader = Reader { object: &object, body };
        let word = reader.text("status")?;
        let operation_id = reader.text("operationId")?.filter(|id| !id.is_empty());
        if let Some(id) = operation_id.as_ref().filter(|id| id.len() > MAX_OPERATION_ID) {
            return Err(ReplyError::TooLong {
                member: "operationId",
                length: id.len(),
                body: evidence(body),
            });
        }
        let state = reader.object("registrationState")?;
        match word.as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("assigned") => {
                let state = state.ok_or_else(|| ReplyError::Missing {
                    member: "registrationState",
                    body: evidence(body),
                })?;
                assigned(&Reader { object: state, body }, operation_id).map(|it| Self::Assigned(Box::new(it)))
            }
            Some("failed" | "disabled") => {
                let empty = Map::new();
                let state = Reader { object: state.unwrap_or(&empty), body };
                Ok(Self::Refused(Box::new(failed(status, word, &state))))
            }
            None if operation_id.is_none() => {
                Err(ReplyError::Missing { member: "status", body: evidence(body) })
            }
            _ => Ok(Self::InProgress { operation_id, status: word }),
        }
    }
}

/// Longest operation ID taken, in bytes: it goes into a topic. Real ones have 55.
const MAX_OPERATION_ID: usize = 1024;

fn assigned(state: &Reader<'_>, operation_id: Option<String>) -> Result<Assigned, ReplyError> {
    let required = |member| {
        state
            .text(member)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| ReplyError::Missing { member, body: evidence(state.body) })
    };
    Ok(Assigned {
        assigned_hub: required("assignedHub")?,
        device_id: required("deviceId")?,
        registration_id: state.text("registrationId")?,
        substatus: state.text("substatus")?,
        payload: state
            .object
            .get("payload")
            .filter(|payload| !payload.is_null())
            .and_then(|_| payload(state.body)),
        created: state.text("createdDateTimeUtc")?,
        updated: state.text("lastUpdatedDateTimeUtc")?,
        etag: state.text("etag")?,
        operation_id,
        issued_certificates: state.certificates("issuedCertificateChain")?,
    })
}

/// `registrationState.payload` letter by letter: what a person's own function gave is not ours to rewrite.
fn payload(body: &[u8]) -> Option<String> {
    type Members = BTreeMap<String, Box<RawValue>>;
    let reply: Members = serde_json::from_slice(body).ok()?;
    let state: Members = serde_json::from_str(reply.get("registrationState")?.get()).ok()?;
    Some(state.get("payload")?.get().to_owned())
}

fn failed(status: u16, word: Option<String>, state: &Reader<'_>) -> Answer {
    Answer {
        channel: Channel::Operation,
        status,
        code: state.code(),
        message: state.lenient("errorMessage"),
        tracking_id: state.lenient("trackingId"),
        timestamp: state.lenient("lastUpdatedDateTimeUtc"),
        info: state.info(),
        operation_status: word,
        body: evidence(state.body),
    }
}

/// Reads the body of a response of class 3xx to 5xx: the first failure channel. A body that is no JSON
/// object is kept as evidence; the status alone is an answer already.
#[must_use]
pub fn refusal(status: u16, body: &[u8]) -> Answer {
    let object = match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    let reader = Reader { object: &object, body };
    Answer {
        channel: Channel::Request,
        status,
        code: reader.code(),
        message: reader.lenient("message"),
        tracking_id: reader.lenient("trackingId"),
        timestamp: reader.lenient("timestampUtc"),
        info: reader.info(),
        operation_status: None,
        body: evidence(body),
    }
}

/// A JSON object together with the body it came in.
struct Reader<'a> {
    object: &'a Map<String, Value>,
    body: &'a [u8],
}

impl<'a> Reader<'a> {
    fn text(&self, member: &'static str) -> Result<Option<String>, ReplyError> {
        match self.object.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(ReplyError::Type { member, expected: "a string", body: evidence(self.body) }),
        }
    }

    /// An array of base64 texts; absent is empty.
    fn certificates(&self, member: &'static str) -> Result<Vec<Vec<u8>>, ReplyError> {
        let certificates = match self.object.get(member) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().and_then(csr::certificate)).collect()
            }
            Some(_) => None,
        };
        let expected = "an array of certificates in base64";
        certificates.ok_or_else(|| ReplyError::Type { member, expected, body: evidence(self.body) })
    }

    fn object(&self, member: &'static str) -> Result<Option<&'a Map<String, Value>>, ReplyError> {
        match self.object.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(ReplyError::Type { member, expected: "an object", body: evidence(self.body) }),
        }
    }

    /// A member of an error body, which must never hide the error itself (azure-iot-sdk-java#289).
    fn lenient(&self, member: &str) -> Option<String> {
        match self.object.get(member)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn code(&self) -> Option<u32> {
        match self.object.get("errorCode")? {
            Value::Number(number) => number.as_u64().and_then(|code| u32::try_from(code).ok()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
        .filter(|code| *code != 0)
    }

    fn info(&self) -> Option<String> {
        self.object.get("info").filter(|info| !info.is_null()).map(Value::to_string)
    }
}

/// As much of a body as is kept.
fn evidence(body: &[u8]) -> String {
    let kept = body.get(..body.len().min(Answer::MAX_BODY)).unwrap_or_default();
    String::from_utf8_lossy(kept).into_owned()
}

/// Why a body of class 2xx cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyError {
    /// It is not JSON.
    NotJson {
        /// The parser's word, with line and column.
        reason: String,
        /// The body.
        body: String,
    },
    /// A member that the status promises is absent or empty.
    Missing {
        /// Its name.
        member: &'static str,
        /// The body.
        body: String,
    },
    /// A member is longer than can be sent back.
    TooLong {
        /// Its name.
        member: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The body.
        body: String,
    },
    /// A member has another JSON type than documented.
    Type {
        /// Its name.
        member: &'static str,
        /// The documented type.
        expected: &'static str,
        /// The body.
        body: String,
    },
}

impl ReplyError {
    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &str {
        match self {
            Self::NotJson { body, .. }
            | Self::Missing { body, .. }
            | Self::TooLong { body, .. }
            | Self::Type { body, .. } => body,
        }
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { reason, .. } => {
                write!(f, "the body is not JSON: {}", printable(reason.as_bytes()))
            }
            Self::Missing { member, .. } => write!(f, "the body lacks \"{member}\""),
            Self::TooLong { member, length, .. } => {
                write!(f, "\"{member}\" in the body has {length} bytes, at most {MAX_OPERATION_ID} are taken")
            }
            Self::Type { member, expected, .. } => write!(f, "\"{member}\" in the body is not {expected}"),
        }
    }
}

impl std::error::Error for ReplyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Reply, ReplyError> {
        Reply::parse(200, body.as_bytes())
    }

    #[test]
    fn an_assignment_is_read() {
        let reply = parse(
            r#"{"operationId":"4.d0","status":"assigned","registrationState":{"x509":{},"registrationId":"d",
                "assignedHub":"contoso.azure-devices.net","deviceId":"my-device-id1","status":"assigned",
                "substatus":"initialAssignment","etag":"\"e\"","payload":{"b":1,"a":[2]}}}"#,
        );
        let Ok(Reply::Assigned(assigned)) = reply else { panic!("{reply:?}") };
        assert_eq!(assigned.assigned_hub, "contoso.azure-devices.net");
        assert_eq!(assigned.device_id, "my-device-id1");
        assert_eq!(assigned.etag.as_deref(), Some("\"e\""));
        assert_eq!(assigned.payload.as_deref(), Some(r#"{"b":1,"a":[2]}"#));
    }

    #[test]
    fn payloads_of_every_kind() {
        for (member, payload) in [("", None), (r#","payload":null"#, None), (r#","payload":{}"#, Some("{}"))]
        {
            let body = format!(
                r#"{{"operationId":"4","status":"assigned","registrationState":{{"assignedHub":"h","deviceId":"d"{member}}}}}"#
            );
            let Ok(Reply::Assigned(assigned)) = parse(&body) else { panic!("{body}") };
            assert_eq!(assigned.payload.as_deref(), payload);
        }
    }

    #[test]
    fn both_failure_channels_carry_the_same_facts() {
        let Ok(Reply::Refused(answer)) = parse(
            r#"{"operationId":"4","status":"failed","registrationState":{"status":"failed","errorCode":400207,
                "errorMessage":"Custom allocation failed with status code: 400","lastUpdatedDateTimeUtc":"2020-04-10T03:11:13Z"}}"#,
        ) else {
            panic!()
        };
        assert_eq!(
            (answer.code, answer.channel, answer.class()),
            (Some(400_207), Channel::Operation, Some(400))
        );
        assert_eq!(answer.timestamp.as_deref(), Some("2020-04-10T03:11:13Z"));

        let answer = refusal(
            401,
            br#"{"errorCode":401002,"trackingId":"8ad0463c","message":"Invalid certificate.","timestampUtc":"2020-04-10T05:24:22Z"}"#,
        );
        assert_eq!((answer.code, answer.status), (Some(401_002), 401));
        assert_eq!(answer.message.as_deref(), Some("Invalid certificate."));
        assert_eq!(answer.tracking_id.as_deref(), Some("8ad0463c"));
    }

    #[test]
    fn disabled_needs_no_operation() {
        let Ok(Reply::Refused(answer)) =
            parse(r#"{"operationId":"","status":"disabled","registrationState":{"status":"disabled"}}"#)
        else {
            panic!()
        };
        assert_eq!(answer.operation_status.as_deref(), Some("disabled"));
    }

    #[test]
    fn unknown_words_are_data() {
        assert_eq!(
            parse(r#"{"operationId":"4","status":"unknown status123!@#"}"#),
            Ok(Reply::InProgress {
                operation_id: Some("4".to_owned()),
                status: Some("unknown status123!@#".to_owned())
            })
        );
    }

    #[test]
    fn bodies_that_break_their_promise() {
        for (body, expected) in [
            ("123", "Type"),
            ("", "NotJson"),
            (r#"{"operationId":"4","status":"assigned","registrat"#, "NotJson"),
            (r#"{"operationId":"4","status":"assigned","registrationState":123}"#, "Type"),
            (r#"{"operationId":"4","status":"assigned","registrationState":{"assignedHub":"h"}}"#, "Missing"),
            (r#"{"operationId":"4","status":"assigned","registrationState":{"deviceId":"d"}}"#, "Missing"),
            (r#"{"operationId":"4","status":"assigned"}"#, "Missing"),
            (r#"{"operationId":4,"status":"assigning"}"#, "Type"),
            ("{}", "Missing"),
        ] {
            let error = parse(body).unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{body}: {error:?}");
        }
    }

    #[test]
    fn an_error_without_a_readable_body_is_still_an_answer() {
        for body in [&b""[..], b"<html>", b"[1]", b"\xff"] {
            let answer = refusal(503, body);
            assert_eq!((answer.status, answer.code, answer.is_transient()), (503, None, true));
        }
    }
}
