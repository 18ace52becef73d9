//! What the service answered: bodies, extended codes in a sentence, the service's own words.

use super::{
    Hit, Row, Said,
    members::{Members, contains},
};
use crate::service::{Answer, Channel, known};

pub(super) static ROWS: &[Row] = &[
    Row::read("errorcode", body),
    Row::read("error_code", body),
    Row::read("registrationstate", state),
    Row::read("assignedhub", assigned),
    Row::read("x-ms-error-code: ", code),
    // The codes that are known, in whatever sentence. Others are found by the name of their member.
    Row::read("400004", code),
    Row::read("400207", code),
    Row::read("400208", code),
    Row::read("400209", code),
    Row::read("401000", code),
    Row::read("401002", code),
    Row::read("403101", code),
    Row::read("404201", code),
    Row::read("404202", code),
    Row::read("404203", code),
    Row::read("429001", code),
    // The service's words without their code.
    Row::read("ca certificate not found", words),
    Row::read("signing certificate info did not match", words),
    Row::read("invalid certificate", words).near(&["401", "dps", "provision", "registr"]),
    Row::read("invalid registrationid", words),
    Row::read("custom allocation failed", words),
    Row::read("operations are being throttled", words),
    // Where SDKs keep the status and drop the body.
    Row::read("service error status code ", status),
    Row::read("received error with status code ", status),
    Row::read("dps_hub_error_no_hub", |_| coded(400_208)),
    Row::read("dps_hub_error_unauth", |_| coded(400_209)),
    Row::read("prov_device_result_hub_not_specified", |_| coded(400_208)),
    Row::read("prov_device_result_dev_auth_error", |_| Some(Said::Status(401))),
    Row::read("az_iot_status_unauthorized", |_| Some(Said::Status(401))),
];

/// A body with an error code: of a refused request, or of a failed operation.
fn body(hit: &Hit<'_>) -> Option<Said> {
    let members = Members::around(hit.text, hit.start);
    let code: u32 = members.get("errorCode")?.trim().parse().ok().filter(|code| *code >= 1000)?;
    Some(Said::Answer(Box::new(answer(&members, Some(code)))))
}

/// An operation that ended without an error code: `disabled`, or `failed` and nothing more.
fn state(hit: &Hit<'_>) -> Option<Said> {
    let members = Members::around(hit.text, hit.start);
    let word = members.get("status").map(str::to_ascii_lowercase)?;
    let has_code = members.get("errorCode").is_some();
    if has_code || !matches!(word.as_str(), "failed" | "disabled") {
        return None;
    }
    let mut answer = answer(&members, None);
    answer.channel = Channel::Operation;
    answer.status = 200;
    answer.operation_status = Some(word);
    Some(Said::Answer(Box::new(answer)))
}

fn answer(members: &Members, code: Option<u32>) -> Answer {
    let text = |name| members.get(name).filter(|text| !text.is_empty() && *text != "null").map(str::to_owned);
    let is_operation = members.is_state || members.get("errorMessage").is_some();
    Answer {
        channel: if is_operation { Channel::Operation } else { Channel::Request },
        status: if is_operation { 200 } else { class(code) },
        code,
        message: text("message").or_else(|| text("errorMessage")),
        tracking_id: text("trackingId"),
        timestamp: text("timestampUtc").or_else(|| text("lastUpdatedDateTimeUtc")),
        info: text("info"),
        operation_status: text("status").filter(|_| is_operation),
        body: String::new(),
    }
}

fn class(code: Option<u32>) -> u16 {
    code.and_then(|code| u16::try_from(code / 1000).ok()).unwrap_or_default()
}

/// The end of it: the hub that was assigned.
fn assigned(hit: &Hit<'_>) -> Option<Said> {
    let members = Members::around(hit.text, hit.start);
    let hub = members.get("assignedHub").filter(|hub| hub.contains('.'))?.to_owned();
    let device_id = members.get("deviceId").filter(|id| !id.is_empty()).map(str::to_owned);
    Some(Said::Assigned { hub, device_id })
}

/// What a line says besides a code of the service; a number elsewhere is a number.
const OF_CODES: [&[u8]; 13] = [
    b"error",
    b"code",
    b"status",
    b"fail",
    b"dps",
    b"provision",
    b"regist",
    b"unauth",
    b"refus",
    b"reject",
    b"certificate",
    b"enroll",
    b"request",
];

/// An extended code in a sentence: not a part of a longer number, an ID or a time, and on a line that speaks of errors or
/// begins with it.
fn code(hit: &Hit<'_>) -> Option<Said> {
    let word = hit.text.get(hit.start..hit.end)?;
    if !word.iter().all(u8::is_ascii_digit) {
        // The header of the REST answer.
        return hit.number().filter(|code| *code >= 1000).and_then(coded);
    }
    let (before, after, line) = (hit.before(), hit.after(), hit.line());
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_joined = before.last().is_some_and(joins) || after.first().is_some_and(joins);
    let is_decimal =
        before.last() == Some(&b'.') || matches!(after, [b'.', digit, ..] if digit.is_ascii_digit());
    let is_told = before.trim_ascii().is_empty() || OF_CODES.iter().any(|word| contains(&line, word));
    if is_joined || is_decimal || !is_told {
        return None;
    }
    std::str::from_utf8(word).ok()?.parse().ok().and_then(coded)
}

fn coded(code: u32) -> Option<Said> {
    Some(Said::Mention(Box::new(Answer { status: class(Some(code)), code: Some(code), ..Answer::default() })))
}

/// The service's words, with the code that they are known with.
fn words(hit: &Hit<'_>) -> Option<Said> {
    let word = String::from_utf8_lossy(hit.text.get(hit.start..hit.end)?).to_ascii_lowercase();
    let known = known::ALL.iter().find(|known| known.message.to_ascii_lowercase().starts_with(&word))?;
    let answer = Answer {
        status: class(Some(known.code)),
        code: Some(known.code),
        message: Some(known.message.to_owned()),
        ..Answer::default()
    };
    Some(Said::Mention(Box::new(answer)))
}

fn status(hit: &Hit<'_>) -> Option<Said> {
    let status = hit.number().and_then(|status| u16::try_from(status).ok())?;
    (300..600).contains(&status).then_some(Said::Status(status))
}
