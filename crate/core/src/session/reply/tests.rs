//! Answers of the service, as bodies that were seen or made.

use std::error::Error as _;

use super::*;

fn parse(body: &str) -> Result<Reply, ReplyError> {
    about("d", body)
}

fn about(asked: &str, body: &str) -> Result<Reply, ReplyError> {
    answer(200, body, asked, None)
}

fn answer(status: u16, body: &str, id: &str, operation_id: Option<&str>) -> Result<Reply, ReplyError> {
    let registration_id = &RegistrationId::new(id).unwrap();
    Reply::parse(status, body.as_bytes(), Asked { registration_id, operation_id })
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
    for (member, payload) in [("", None), (r#","payload":null"#, None), (r#","payload":{}"#, Some("{}"))] {
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
    assert_eq!((answer.code, answer.channel, answer.class()), (Some(400_207), Channel::Operation, Some(400)));
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
    for hub in ["a.azure-devices.net@evil.example", "a/b", "a\\nb", "a.azure-devices.net.", "b\u{fc}cher.net"]
    {
        let body = format!(
            r#"{{"status":"assigned","registrationState":{{"assignedHub":"{hub}","deviceId":"d"}}}}"#
        );
        assert!(matches!(parse(&body), Err(ReplyError::Hub { .. })), "{hub}");
    }
}

#[test]
fn other_statuses_of_class_2xx_are_not_understood() {
    let body =
        r#"{"operationId":"4","status":"assigned","registrationState":{"assignedHub":"h","deviceId":"d"}}"#;
    for (status, is_known) in
        [(200, true), (201, false), (202, true), (204, false), (206, false), (299, false)]
    {
        assert_eq!(answer(status, body, "d", None).is_ok(), is_known, "{status}");
    }
}

/// Not done yet is not done, and the answer about another operation is not the one that was asked for.
#[test]
fn an_assignment_that_the_rest_of_the_answer_denies() {
    let said = |status: u16, operation: &str, asked: Option<&str>| {
        let body = format!(
            r#"{{{operation}"status":"assigned","registrationState":{{"status":"assigned","assignedHub":"h","deviceId":"d"}}}}"#
        );
        match answer(status, &body, "d", asked) {
            Ok(Reply::Assigned(_)) => "assigned".to_owned(),
            Ok(Reply::InProgress { operation_id, .. }) => format!("asks for {operation_id:?}"),
            other => panic!("{body}: {other:?}"),
        }
    };
    let four = r#""operationId":"4","#;
    for (status, operation, asked, expected) in [
        (200, four, None, "assigned"),
        (200, four, Some("4"), "assigned"),
        (200, "", Some("4"), "assigned"),
        (200, r#""operationId":"","#, Some("4"), "assigned"),
        (200, four, Some("5"), "asks for Some(\"4\")"),
        (200, four, Some("4 "), "asks for Some(\"4\")"),
        (202, four, None, "asks for Some(\"4\")"),
        (202, four, Some("4"), "asks for Some(\"4\")"),
        (202, "", Some("4"), "asks for None"),
    ] {
        assert_eq!(said(status, operation, asked), expected, "{status}, {operation}, {asked:?}");
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
    let half = r#"{"operationId":"4","status":"assigned","registrat"#;
    let broken = "the body is not JSON: EOF while parsing";
    for (body, words) in [
        ("123", "the body is JSON, and not an object".to_owned()),
        ("[]", "the body is JSON, and not an object".to_owned()),
        ("", format!("{broken} a value at line 1 column 0")),
        (half, format!("{broken} a string at line 1 column {}", half.len())),
        (r#"{"status":"assigned","registrationState":123}"#, wrong("registrationState", "an object")),
        (&state(r#""assignedHub":"h""#), lacks("deviceId")),
        (&state(r#""assignedHub":"h","deviceId":"""#), lacks("deviceId")),
        (&state(r#""deviceId":"d""#), lacks("assignedHub")),
        (&state(r#""assignedHub":7,"deviceId":"d""#), wrong("assignedHub", "a string")),
        (&state(r#""assignedHub":"h","deviceId":"d","etag":7"#), wrong("etag", "a string")),
        (
            &state(r#""assignedHub":"a/b","deviceId":"d""#),
            "the device is assigned to no hub: it is not a host name: it has a character that host names do not have"
                .to_owned(),
        ),
        (
            &state(r#""assignedHub":"h","deviceId":"a/b""#),
            "\"a/b\" is no device ID of a hub: it has a character that device IDs do not have".to_owned(),
        ),
        (
            &state(r#""registrationId":"other""#),
            "it is about the registration \"other\", where \"d\" was asked for".to_owned(),
        ),
        (r#"{"operationId":"4","status":"assigned"}"#, lacks("registrationState")),
        (r#"{"operationId":4,"status":"assigning"}"#, wrong("operationId", "a string")),
        (r#"{"status":"failed","status":"assigned"}"#, "\"status\" stands twice in the body".to_owned()),
        ("{}", lacks("status")),
    ] {
        let error = parse(body).unwrap_err();
        assert_eq!((error.to_string(), error.body()), (words, body));
        assert_eq!(error.source().is_some(), matches!(error, ReplyError::Hub { .. }), "{body}");
    }
}

fn state(members: &str) -> String {
    format!(r#"{{"status":"assigned","registrationState":{{{members}}}}}"#)
}

fn lacks(member: &str) -> String {
    format!("the body lacks \"{member}\"")
}

fn wrong(member: &str, expected: &str) -> String {
    format!("\"{member}\" in the body is not {expected}")
}

#[test]
fn an_error_code_may_be_a_text() {
    for (code, read) in [
        ("401002", Some(401_002)),
        (r#""401002""#, Some(401_002)),
        (r#""x""#, None),
        ("true", None),
        ("0", None),
    ] {
        assert_eq!(refusal(401, format!(r#"{{"errorCode":{code}}}"#).as_bytes()).code, read, "{code}");
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
