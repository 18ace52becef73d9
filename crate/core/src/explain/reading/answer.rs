//! What the service answered: bodies, extended codes in a sentence, the service's own words.

use super::{
    members::{Members, contains},
    reader::Reader,
};
use crate::{
    explain::{
        fold::{Folding, fold},
        hit::Hit,
        lexicon::{Lexicon, Meaning},
        number::{self, Token},
        statement::Statement,
    },
    service::{Answer, Channel, known},
};

const fn reads(word: &'static str, read: fn(&Hit<'_>) -> Option<Statement>) -> Reader {
    Reader { word, read }
}

pub(super) static READERS: &[Reader] = &[
    reads("errorcode", body),
    reads("registrationstate", state),
    reads("assignedhub", assigned),
    reads("x-ms-error-code", header),
    // The codes that are known, in whatever sentence. Others are found by the name of their member.
    reads("400004", code),
    reads("400207", code),
    reads("400208", code),
    reads("400209", code),
    reads("401000", code),
    reads("401002", code),
    reads("403101", code),
    reads("404201", code),
    reads("404202", code),
    reads("404203", code),
    reads("429001", code),
    // The service's words without their code.
    reads("ca certificate not found", words),
    reads("signing certificate info did not match", words),
    reads("invalid certificate", words),
    reads("invalid registrationid", words),
    reads("custom allocation failed", words),
    reads("operations are being throttled", words),
];

/// A body with an error code: of a refused request, or of a failed operation.
fn body(hit: &Hit<'_>) -> Option<Statement> {
    // Most of what has the name is no body: whoever has no number behind it is not looked at any further.
    number::behind(hit.text, hit.end)?;
    let members = Members::around(hit.shown, hit.start);
    // Six digits, of which three are a status; others' error codes are theirs.
    let code: u32 = members.get("errorCode")?.trim().parse().ok().filter(|code| *code >= 100_000)?;
    if known::ALL.iter().all(|known| known.code != code)
        && let Some(Meaning::Symptom(symptom)) =
            Lexicon::get().number("hub-code", &Token::decimal(code.into()))
    {
        return Some(Statement::Symptom(symptom, None));
    }
    Some(Statement::Answer(Box::new(answer(&members, Some(code)))))
}

/// An operation that ended without an error code: `disabled`, or `failed` and nothing more.
fn state(hit: &Hit<'_>) -> Option<Statement> {
    let members = Members::around(hit.shown, hit.start);
    let word = members.get("status").map(str::to_ascii_lowercase)?;
    let has_code = members.get("errorCode").is_some();
    if has_code || !matches!(word.as_str(), "failed" | "disabled") {
        return None;
    }
    let mut answer = answer(&members, None);
    answer.channel = Channel::Operation;
    answer.status = 200;
    answer.operation_status = Some(word);
    Some(Statement::Answer(Box::new(answer)))
}

/// How many letters of the service's words tell which they are, where a log cut them off.
const LEAST_OF_WORDS: usize = 12;

fn answer(members: &Members, code: Option<u32>) -> Answer {
    let text = |name| members.get(name).filter(|text| !text.is_empty() && *text != "null").map(str::to_owned);
    let is_operation = members.is_state || members.get("errorMessage").is_some();
    let words = text("message").or_else(|| text("errorMessage"));
    // A message that a terminal broke in the middle of a word, or a log cut off, is still that message.
    let without_blanks = |words: &str| words.split_whitespace().collect::<String>();
    let is_known = |known: &&known::Known| {
        Some(known.code) == code
            && words.as_deref().map(without_blanks).is_some_and(|words| {
                words.len() >= LEAST_OF_WORDS && without_blanks(known.message).starts_with(&words)
            })
    };
    let known = known::ALL.iter().find(is_known).map(|known| known.message.to_owned());
    Answer {
        channel: if is_operation { Channel::Operation } else { Channel::Request },
        status: if is_operation { 200 } else { class(code) },
        code,
        message: known.or(words),
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
fn assigned(hit: &Hit<'_>) -> Option<Statement> {
    let members = Members::around(hit.shown, hit.start);
    let hub = members.get("assignedHub").filter(|hub| hub.contains('.'))?.to_owned();
    let device_id = members.get("deviceId").filter(|id| !id.is_empty()).map(str::to_owned);
    Some(Statement::Assigned { hub, device_id })
}

/// What stands before a code of the service; a number elsewhere is a number.
const BEFORE_CODES: [&[u8]; 14] = [
    b"error",
    b"code",
    b"status",
    b"fail",
    b"dps",
    b"provision",
    b"registra",
    b"unauth",
    b"refus",
    b"reject",
    b"certificate",
    b"enroll",
    b"request",
    b"not found",
];
/// What stands behind one: the service's words for it, or that it is one.
const BEHIND_CODES: [&[u8]; 9] = [
    b"unauth",
    b"certificate",
    b"enroll",
    b"error",
    b"dps",
    b"not found",
    b"throttl",
    b"registra",
    b"provision",
];

/// An extended code in a sentence: not a part of a longer number, an ID or a time, and near a word for errors or at the
/// beginning of its line.
fn code(hit: &Hit<'_>) -> Option<Statement> {
    const NEAR: usize = 64;
    let word = hit.text.get(hit.start..hit.end)?;
    let (before, after) = (hit.before(), hit.after());
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_joined = before.last().is_some_and(joins) || after.first().is_some_and(joins);
    let is_decimal =
        before.last() == Some(&b'.') || matches!(after, [b'.', digit, ..] if digit.is_ascii_digit());
    // `main.rs:401002:`, `401002 bytes`
    let is_place = before.last() == Some(&b':') && after.first() == Some(&b':');
    let unit = after.strip_prefix(b" ").unwrap_or(after);
    let is_amount = [&b"us"[..], b"ms", b"ns", b"byte", b"KB", b"MB", b"row", b"s ", b"s,", b"%", b"was "]
        .iter()
        .any(|it| unit.starts_with(it));
    let nearer = before.get(before.len().saturating_sub(NEAR)..).unwrap_or_default();
    let behind = after.get(..after.len().min(NEAR / 2)).unwrap_or_default();
    let is_told = before.trim_ascii().is_empty()
        || BEFORE_CODES.iter().any(|word| contains(nearer, word))
        || has_sign(nearer)
        || BEHIND_CODES.iter().any(|word| contains(behind, word));
    if is_joined || is_decimal || is_place || is_amount || !is_told || number::counts(before) {
        return None;
    }
    // A terminal may have broken it.
    let digits: String =
        word.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    digits.parse().ok().map(coded)
}

/// Whether words tell in any language that something failed.
fn has_sign(words: &[u8]) -> bool {
    let words = String::from_utf8_lossy(words).to_lowercase();
    let sentences = Lexicon::get().sentences();
    let of_words = words.split(|it: char| !it.is_alphanumeric()).any(|word| sentences.is_sign(word));
    // Where words are not set apart, one stands anywhere.
    of_words || sentences.signs().any(|sign| !sign.is_ascii() && words.contains(sign))
}

/// A code without its body.
pub(super) fn coded(code: u32) -> Statement {
    Statement::Mention(Box::new(Answer { status: class(Some(code)), code: Some(code), ..Answer::default() }))
}

/// The header of the REST answer.
fn header(hit: &Hit<'_>) -> Option<Statement> {
    let (token, _) = number::behind(hit.text, hit.end)?;
    token.plain().filter(|code| *code >= 1000).map(coded)
}

/// The service's words, with the code that they are known with.
fn words(hit: &Hit<'_>) -> Option<Statement> {
    let word: Vec<u8> = Folding::new(hit.text.get(hit.start..hit.end)?).map(|(_, byte)| byte).collect();
    let known = known::ALL.iter().find(|known| fold(known.message).starts_with(&word))?;
    // Others say these two words of other certificates.
    if *known == known::INVALID_CERTIFICATE
        && !["401", "dps", "provision", "registr"].iter().any(|word| hit.has(word))
    {
        return None;
    }
    Some(worded(known.message))
}

/// The service's words, and the code that they are known with.
pub(super) fn worded(words: &str) -> Statement {
    let code = known::ALL.iter().find(|known| known.message == words).map(|known| known.code);
    let message = Some(words.to_owned());
    let status = code.map_or(0, |code| class(Some(code)));
    Statement::Mention(Box::new(Answer { status, code, message, ..Answer::default() }))
}
