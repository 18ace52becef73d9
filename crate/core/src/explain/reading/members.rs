//! The members of a JSON body wherever it stands: in a log line, over several lines with prefixes, escaped inside a
//! string, cut off, or as Python, Node and Java print an object.
//!
//! A parser would refuse most of these. This one takes known names, and what follows them.

use std::ops::Range;

use crate::explain::{number, work};

/// The members that DPS writes.
const KNOWN: [&str; 14] = [
    "assignedHub",
    "deviceId",
    "errorCode",
    "errorMessage",
    "info",
    "lastUpdatedDateTimeUtc",
    "message",
    "operationId",
    "registrationId",
    "registrationState",
    "status",
    "substatus",
    "timestampUtc",
    "trackingId",
];

/// How many digits an error code has.
const CODE: usize = 6;
/// How far a body is followed to either side of the member that gave it away, in bytes.
const REACH: usize = 4 * 1024;

/// A body: its members in their order, and the span that they take.
#[derive(Debug, Default)]
pub(super) struct Members {
    members: Vec<(&'static str, String)>,
    pub(super) span: Range<usize>,
    /// Whether the object is the `registrationState` of a failed operation.
    pub(super) is_state: bool,
}

impl Members {
    /// The body in which the byte `at` stands.
    pub(super) fn around(text: &[u8], at: usize) -> Self {
        let start = object_start(text, at);
        let reach = text.get(start..text.len().min(at + REACH)).unwrap_or_default();
        let before = text.get(start.saturating_sub(40)..start).unwrap_or_default();
        let is_state = contains(before, b"registrationState");
        let mut members = Self { members: Vec::new(), span: start..start, is_state };
        members.walk(reach, start, at - start);
        members
    }

    /// The text of a member, unescaped; the first one counts.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.members.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Reads members until the object ends. `at` lies inside the object, whatever closes before it.
    fn walk(&mut self, text: &[u8], start: usize, at: usize) {
        let (mut here, mut depth) = (0, 0_i32);
        while let Some(byte) = text.get(here) {
            work::step();
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth <= 0 && here > at {
                        here += 1;
                        break;
                    }
                }
                _ => {
                    if let Some((name, value)) = key(text, here) {
                        let (value, end) = read_value(text, value);
                        // What comes behind a member that is there already belongs to another body.
                        let is_new = self.get(name).is_none();
                        if !is_new && name == "errorCode" {
                            break;
                        }
                        if is_new && (depth <= 1 || name != "message") {
                            self.members.push((name, value));
                            self.span.end = start + end;
                        }
                        here = end;
                        continue;
                    }
                }
            }
            here += 1;
        }
        self.span.end = self.span.end.max(start + at);
        if here <= text.len() && depth <= 0 {
            self.span.end = self.span.end.max(start + here);
        }
    }
}

/// Where the object begins that `at` stands in; without a brace in reach, the line.
fn object_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(REACH / 4);
    let before = text.get(from..at).unwrap_or_default();
    let mut depth = 0_u32;
    for (offset, byte) in before.iter().enumerate().rev() {
        work::step();
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return from + offset,
            b'{' => depth -= 1,
            _ => {}
        }
    }
    from + before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// A known name at this place with its colon or equals sign behind it; where its value begins.
fn key(text: &[u8], at: usize) -> Option<(&'static str, usize)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if !text.get(at)?.is_ascii_alphabetic()
        || at.checked_sub(1).and_then(|it| text.get(it)).is_some_and(is_word)
    {
        return None;
    }
    let rest = text.get(at..)?;
    let length = rest.iter().take(32).take_while(|byte| is_word(byte)).count();
    let word = rest.get(..length)?;
    let name = KNOWN.into_iter().find(|name| name.as_bytes().eq_ignore_ascii_case(word))?;
    let mut here = at + length;
    here += text
        .get(here..)?
        .iter()
        .take(10)
        .take_while(|byte| matches!(byte, b'\\' | b'"' | b'\'' | b' '))
        .count();
    matches!(text.get(here)?, b':' | b'=').then_some((name, here + 1))
}

/// The value that begins here, and where it ends. An object is left to be walked into.
fn read_value(text: &[u8], from: usize) -> (String, usize) {
    const LONGEST: usize = 1024;
    let blank = |byte: &&u8| byte.is_ascii_whitespace();
    let from = from + text.get(from..).unwrap_or_default().iter().take(32).take_while(blank).count();
    let rest = text.get(from..text.len().min(from + LONGEST)).unwrap_or_default();
    let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
    // A table has a quotation mark twice where it stands in a cell.
    if let Some(cell) = rest.strip_prefix(b"\"\"")
        && cell.first().is_some_and(u8::is_ascii_alphanumeric)
    {
        let end = cell.windows(2).position(|two| two == b"\"\"").unwrap_or(cell.len());
        return (unescaped(cell.get(..end).unwrap_or_default()), from + 2 + end);
    }
    match rest.get(slashes) {
        Some(quote @ (b'"' | b'\'')) => {
            let first = slashes + 1;
            let body = rest.get(first..).unwrap_or_default();
            let end = closing(body, *quote, slashes).unwrap_or(body.len());
            (unescaped(body.get(..end).unwrap_or_default()), from + first + end)
        }
        Some(b'{' | b'[') => (String::new(), from),
        _ => {
            let ends =
                |byte: &u8| matches!(byte, b',' | b'}' | b')' | b']' | b'\n' | b'\r' | b';' | b'"' | b'\\');
            let end = rest.iter().position(ends).unwrap_or(rest.len());
            if let Some((number, end)) = number::broken(rest, end, &[CODE]) {
                return (number, from + end);
            }
            (unescaped(rest.get(..end).unwrap_or_default()).trim().to_owned(), from + end)
        }
    }
}

/// Where the quote is that has just as many backslashes before it as the opening one.
fn closing(body: &[u8], quote: u8, slashes: usize) -> Option<usize> {
    let mut run = 0;
    for (at, byte) in body.iter().enumerate() {
        if *byte == quote && run == slashes {
            return Some(at - slashes);
        }
        run = if *byte == b'\\' { run + 1 } else { 0 };
    }
    None
}

/// Backslashes undone, however often it was escaped; a line break becomes a space.
fn unescaped(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    let mut out = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(if character.is_control() { ' ' } else { character });
            continue;
        }
        while characters.next_if_eq(&'\\').is_some() {}
        match characters.next() {
            Some('n' | 'r' | 't') => out.push(' '),
            Some('u') => {
                let digits: String =
                    std::iter::from_fn(|| characters.next_if(char::is_ascii_hexdigit)).take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.push(code.and_then(char::from_u32).filter(|it| !it.is_control()).unwrap_or(' '));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// Whether a needle is in a short text, in any case.
pub(super) fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str) -> Members {
        let at = text.to_ascii_lowercase().find("errorcode").unwrap();
        Members::around(text.as_bytes(), at)
    }

    #[test]
    fn a_body_in_any_dress() {
        for text in [
            r#"{"errorCode":401002,"trackingId":"t-1","message":"CA certificate not found."}"#,
            r#"x {"message":"CA certificate not found.","trackingId":"t-1","errorCode":401002} y"#,
            r#"{"log":"got {\"errorCode\":401002,\"trackingId\":\"t-1\",\"message\":\"CA certificate not found.\"}"}"#,
            r#"{\\\"errorCode\\\":401002,\\\"trackingId\\\":\\\"t-1\\\",\\\"message\\\":\\\"CA certificate not found.\\\"}"#,
            "12:00 I {\n12:00 I   \"errorCode\": 401002,\n12:00 I   \"trackingId\": \"t-1\",\n12:00 I \"message\": \"CA certificate not found.\"\n}",
            "{'errorCode': 401002, 'trackingId': 't-1', 'message': 'CA certificate not found.'}",
            r#""10:00","{""errorCode"":401002,""trackingId"":""t-1"",""message"":""CA certificate not found.""}""#,
            "{\n errorCode: 401002,\n trackingId: 't-1',\n message: 'CA certificate not found.',\n}",
            "ErrorCode=401002, TrackingId=t-1, Message=CA certificate not found.",
            r#"{"errorCode":401002,"trackingId":"t-1","message":"CA certificate not found."#,
        ] {
            let members = around(text);
            assert_eq!(members.get("errorCode"), Some("401002"), "{text}");
            assert_eq!(members.get("message"), Some("CA certificate not found."), "{text}: {members:?}");
            assert_eq!(members.get("trackingId"), Some("t-1"), "{text}");
        }
    }

    #[test]
    fn a_body_ends_where_it_ends() {
        let members = around(r#"{"errorCode":401002} {"message":"of something else"}"#);
        assert_eq!(members.get("message"), None);
        let members =
            around(r#"{"message":"before"} {"errorCode":401002,"message":"mine"} {"errorCode":404201}"#);
        assert_eq!((members.get("errorCode"), members.get("message")), (Some("401002"), Some("mine")));
    }

    #[test]
    fn a_failed_operation_is_told_from_an_error_body() {
        let members = around(
            r#"{"operationId":"4","status":"failed","registrationState":{"registrationId":"d","x509":{},"status":"failed","errorCode":400207,"errorMessage":"Custom allocation failed with status code: 400"}}"#,
        );
        assert!(members.is_state);
        assert_eq!(members.get("errorMessage"), Some("Custom allocation failed with status code: 400"));
        assert!(!around(r#"{"errorCode":401002}"#).is_state);
    }
}
