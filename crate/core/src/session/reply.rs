//! The body of a response (`RegistrationOperationStatus`, DPS REST models `device/models.tsp`).

mod assigned;
mod error;
mod object;

pub use assigned::Assigned;
pub use error::ReplyError;
pub(super) use object::evidence;

use crate::{
    name::RegistrationId,
    service::{Answer, Channel},
};
use object::{MAX_SHOWN, Object};

/// What a response of class 2xx says about the registration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

/// The statuses that DPS answers a registration with: done, and not done yet.
const STATUSES: [u16; 2] = [200, 202];

/// Longest operation ID taken, in bytes: it goes into a topic. Real ones have 55.
const MAX_OPERATION_ID: usize = 1024;

impl Reply {
    /// Reads the body of a response of class 2xx.
    ///
    /// The status words decide, not the three digits: a failed operation comes on 200. There are two words, the
    /// operation's and the registration state's; a failure in either is one, and the device is assigned when neither
    /// says anything else. Whatever they say, it is about the registration that was asked for.
    ///
    /// # Errors
    /// DPS gives no such status; the body is not JSON, says something twice, names another registration ID, lacks what
    /// its status words promise, or assigns something that is no hub.
    pub fn parse(status: u16, body: &[u8], asked: &RegistrationId) -> Result<Self, ReplyError> {
        if !STATUSES.contains(&status) {
            return Err(ReplyError::Status { status, expected: "200 or 202", body: evidence(body) });
        }
        let operation = Object::parse(body)?;
        let outer = operation.text("status")?;
        let operation_id = operation.text("operationId")?.filter(|id| !id.is_empty());
        if let Some(id) = operation_id.as_ref().filter(|id| id.len() > MAX_OPERATION_ID) {
            let (member, length, most) = ("operationId", id.len(), MAX_OPERATION_ID);
            return Err(ReplyError::TooLong { member, length, most, body: evidence(body) });
        }
        let state = operation.object("registrationState")?;
        if let Some(found) = state.as_ref().and_then(|state| another(state, asked)) {
            return Err(ReplyError::OtherRegistration {
                asked: asked.to_string(),
                found,
                body: evidence(body),
            });
        }
        let inner = state.as_ref().map(|state| state.text("status")).transpose()?.flatten();
        let words = [Word::of(outer.as_deref()), Word::of(inner.as_deref())];
        match words {
            [Word::Failed, _] => Ok(Self::Refused(Box::new(failed(status, outer, state.as_ref(), body)))),
            [_, Word::Failed] => Ok(Self::Refused(Box::new(failed(status, inner, state.as_ref(), body)))),
            [Word::Assigned, Word::Assigned | Word::Absent] | [Word::Absent, Word::Assigned] => {
                let missing = || ReplyError::Missing { member: "registrationState", body: evidence(body) };
                let state = state.ok_or_else(missing)?;
                Ok(Self::Assigned(Box::new(Assigned::read(&state, operation_id)?)))
            }
            [Word::Absent, Word::Absent] if operation_id.is_none() => {
                Err(ReplyError::Missing { member: "status", body: evidence(body) })
            }
            _ => Ok(Self::InProgress { operation_id, status: outer.or(inner) }),
        }
    }
}

/// The registration ID of a state that is about another one than was asked for. Case does not count (DPS
/// concepts-service), and a state that names none is about the one that was asked for.
fn another(state: &Object<'_>, asked: &RegistrationId) -> Option<String> {
    // What is no text names nobody, and may not hide what the state says of a failure.
    let named = state.text("registrationId").ok().flatten()?;
    let is_asked = named.is_empty() || named.eq_ignore_ascii_case(asked.as_str());
    (!is_asked).then(|| named.chars().take(MAX_SHOWN).collect())
}

/// What a status word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Absent,
    Assigned,
    /// `failed` and `disabled`.
    Failed,
    /// `assigning`, `unassigned`, and what is not known.
    Open,
}

impl Word {
    fn of(word: Option<&str>) -> Self {
        match word.map(str::to_ascii_lowercase).as_deref() {
            None => Self::Absent,
            Some("assigned") => Self::Assigned,
            Some("failed" | "disabled") => Self::Failed,
            Some(_) => Self::Open,
        }
    }
}

fn failed(status: u16, word: Option<String>, state: Option<&Object<'_>>, body: &[u8]) -> Answer {
    let lenient = |member| state.and_then(|state| state.lenient(member));
    Answer {
        channel: Channel::Operation,
        status,
        code: state.and_then(Object::code),
        message: lenient("errorMessage"),
        tracking_id: lenient("trackingId"),
        timestamp: lenient("lastUpdatedDateTimeUtc"),
        info: state.and_then(Object::info),
        operation_status: word,
        body: evidence(body),
    }
}

/// Reads the body of a response of class 3xx to 5xx: the first failure channel. A body that is no JSON
/// object is kept as evidence; the status alone is an answer already.
#[must_use]
pub fn refusal(status: u16, body: &[u8]) -> Answer {
    let object = Object::parse(body).ok();
    let lenient = |member| object.as_ref().and_then(|object| object.lenient(member));
    Answer {
        channel: Channel::Request,
        status,
        code: object.as_ref().and_then(Object::code),
        message: lenient("message"),
        tracking_id: lenient("trackingId"),
        timestamp: lenient("timestampUtc"),
        info: object.as_ref().and_then(Object::info),
        operation_status: None,
        body: evidence(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Reply, ReplyError> {
        about("d", body)
    }

    fn about(asked: &str, body: &str) -> Result<Reply, ReplyError> {
        Reply::parse(200, body.as_bytes(), &RegistrationId::new(asked).unwrap())
    }

    #[test]
    fn an_operation_is_taken_up_to_its_longest() {
        let with = |length: usize| {
            parse(&format!("{{\"operationId\":\"{}\",\"status\":\"assigning\"}}", "4".repeat(length)))
        };
        assert!(matches!(with(MAX_OPERATION_ID), Ok(Reply::InProgress { .. })));
        assert!(matches!(with(MAX_OPERATION_ID + 1), Err(ReplyError::TooLong { .. })));
    }

    #[test]
    fn an_assignment_is_read() {
        let reply = parse(
            r#"{"operationId":"4.d0","status":"assigned","registrationState":{"x509":{},"registrationId":"d",
                "assignedHub":"contoso.azure-devices.net","deviceId":"my-device-id1","status":"assigned",
                "substatus":"initialAssignment","etag":"\"e\"","payload":{"b":1,"a":[2]}}}"#,
        );
        let Ok(Reply::Assigned(assigned)) = reply else { panic!("{reply:?}") };
        assert_eq!(assigned.assigned_hub.as_str(), "contoso.azure-devices.net");
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
    fn issued_certificates_never_hide_the_hub() {
        for (member, issued) in [
            ("null", vec![]),
            (r#"["AQI=","AQ=="]"#, vec![&b"\x01\x02"[..], b"\x01"]),
            (r#"["AQI=","-----BEGIN",7]"#, vec![b"\x01\x02", b"-----BEGIN", b"7"]),
            (r#"{"leaf":1}"#, vec![br#"{"leaf":1}"#]),
        ] {
            let body = format!(
                r#"{{"operationId":"4","status":"assigned","registrationState":{{"assignedHub":"h","deviceId":"d","issuedCertificateChain":{member}}}}}"#
            );
            let Ok(Reply::Assigned(assigned)) = parse(&body) else { panic!("{body}") };
            assert_eq!(assigned.issued_certificates, issued, "{member}");
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

    /// The operation and the registration state have a word each, and the worse one counts.
    #[test]
    fn two_status_words() {
        let said = |outer: &str, inner: &str| {
            let member = |word: &str| match word {
                "" => String::new(),
                word => format!(r#""status":"{word}","#),
            };
            let body = format!(
                r#"{{{}"operationId":"4","registrationState":{{{}"errorCode":400207,"assignedHub":"h","deviceId":"d"}}}}"#,
                member(outer),
                member(inner)
            );
            match parse(&body) {
                Ok(Reply::Assigned(_)) => "assigned".to_owned(),
                Ok(Reply::InProgress { .. }) => "in progress".to_owned(),
                Ok(Reply::Refused(answer)) => {
                    assert_eq!(answer.code, Some(400_207));
                    answer.operation_status.unwrap()
                }
                Err(error) => panic!("{body}: {error}"),
            }
        };
        for (outer, inner, expected) in [
            ("assigned", "assigned", "assigned"),
            ("ASSIGNED", "", "assigned"),
            ("", "Assigned", "assigned"),
            ("", "failed", "failed"),
            ("assigning", "failed", "failed"),
            ("assigned", "failed", "failed"),
            ("assigned", "disabled", "disabled"),
            ("failed", "assigned", "failed"),
            ("assigning", "assigned", "in progress"),
            ("assigned", "assigning", "in progress"),
            ("assigned", "something new", "in progress"),
            ("", "", "in progress"),
        ] {
            assert_eq!(said(outer, inner), expected, "{outer:?}, {inner:?}");
        }
    }

    #[test]
    fn what_is_said_twice_is_not_believed() {
        let repeated = |body: &str| match parse(body) {
            Err(ReplyError::Repeated { member, .. }) => member,
            other => panic!("{body}: {other:?}"),
        };
        let state = r#""registrationState":{"assignedHub":"h","deviceId":"d"}"#;
        assert_eq!(repeated(&format!(r#"{{"status":"failed","status":"assigned",{state}}}"#)), "status");
        assert_eq!(repeated(&format!(r#"{{"status":"assigned",{state},{state}}}"#)), "registrationState");
        let twice = r#""registrationState":{"assignedHub":"a","assigned\u0048ub":"b","deviceId":"d"}"#;
        assert_eq!(repeated(&format!(r#"{{"status":"assigned",{twice}}}"#)), "assignedHub");
        // What a person's own function gave is passed on as it is.
        let payload = r#""registrationState":{"assignedHub":"h","deviceId":"d","payload":{"a":1,"a":2}}"#;
        let Ok(Reply::Assigned(assigned)) = parse(&format!(r#"{{"status":"assigned",{payload}}}"#)) else {
            panic!()
        };
        assert_eq!(assigned.payload.as_deref(), Some(r#"{"a":1,"a":2}"#));
        // A refusal stays one, without the member that cannot be told.
        assert_eq!(refusal(401, br#"{"errorCode":401002,"errorCode":404201}"#).code, None);
    }

    #[test]
    fn what_is_no_hub_is_no_assignment() {
        for hub in
            ["a.azure-devices.net@evil.example", "a/b", "a\\nb", "a.azure-devices.net.", "b\u{fc}cher.net"]
        {
            let body = format!(
                r#"{{"status":"assigned","registrationState":{{"assignedHub":"{hub}","deviceId":"d"}}}}"#
            );
            assert!(matches!(parse(&body), Err(ReplyError::Hub { .. })), "{hub}");
        }
    }

    #[test]
    fn other_statuses_of_class_2xx_are_not_understood() {
        let asked = RegistrationId::new("d").unwrap();
        let body = br#"{"status":"assigned","registrationState":{"assignedHub":"h","deviceId":"d"}}"#;
        for (status, is_known) in
            [(200, true), (201, false), (202, true), (204, false), (206, false), (299, false)]
        {
            assert_eq!(Reply::parse(status, body, &asked).is_ok(), is_known, "{status}");
        }
    }

    #[test]
    fn what_is_new_in_the_state_is_kept() {
        let Ok(Reply::Assigned(assigned)) = parse(
            r#"{"status":"assigned","registrationState":{"assignedHub":"h","deviceId":"d","x509":{},"tpm":null,
                "connectionProfile":"mqttV5","new":{"b":[1, 2]}}}"#,
        ) else {
            panic!()
        };
        let additional: Vec<_> =
            assigned.additional.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(additional, [("connectionProfile", "\"mqttV5\""), ("new", r#"{"b":[1, 2]}"#)]);
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

    /// A refusal and a wait of another device are not this one's either.
    #[test]
    fn what_names_another_registration_is_no_answer() {
        for status in ["assigned", "failed", "disabled", "assigning", "unassigned", "new"] {
            let said = |id: &str| {
                about(
                    "mine",
                    &format!(
                        r#"{{"status":"{status}","operationId":"4","registrationState":{{"registrationId":{id},"assignedHub":"h",
                        "deviceId":"d","errorCode":400207}}}}"#
                    ),
                )
            };
            for own in ["\"mine\"", "\"MINE\"", "\"\"", "null"] {
                assert!(said(own).is_ok(), "{status}: {own}");
            }
            for other in ["\"yours\"", "\"mine \"", "\"mine-2\"", "\"m\u{131}ne\"", "\"\\u0000\""] {
                let error = said(other).unwrap_err();
                assert!(matches!(error, ReplyError::OtherRegistration { .. }), "{status}: {other}: {error}");
            }
            let error = said(&format!("\"{}\"", "x".repeat(200_000))).unwrap_err();
            assert!(error.body().len() <= Answer::MAX_BODY && error.to_string().len() < 500, "{error}");
        }
    }
}
