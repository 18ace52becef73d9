//! Secrets that need no name: private keys, tokens, what a URL has before its host.

use std::ops::Range;

use super::shape::{LONGEST_VALUE, skip};

/// Longest private key that is looked for, in bytes of text.
const LONGEST_KEY: usize = 32 * 1024;

/// From the BEGIN line of a private key to its END.
pub(super) fn private_key(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let line = text.get(start.saturating_sub(40)..start)?;
    if !line.windows(5).any(|word| word.eq_ignore_ascii_case(b"BEGIN")) {
        return None;
    }
    let first = skip(text, end, |byte| byte == b'-');
    let rest = text.get(first..text.len().min(first + LONGEST_KEY)).unwrap_or_default();
    let length = rest.windows(4).position(|dashes| dashes == b"----").unwrap_or(rest.len());
    Some(first..first + length)
}

/// `user:password` of a URL, whatever signs the password has: up to the last @ of the word.
pub(super) fn user_info(text: &[u8], end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..text.len().min(end + 512))?;
    let word = rest.split(|byte| matches!(byte, b'"' | b'\'' | b'\n' | b' ' | b'\t' | b'<' | b'>')).next()?;
    let at = word.iter().rposition(|byte| *byte == b'@')?;
    let host = word.get(at + 1..)?;
    let colon = word.get(..at)?.iter().position(|byte| *byte == b':')?;
    // `https://host:8883/x@y` has no user.
    let is_port = word.get(colon + 1..at)?.iter().take_while(|byte| byte.is_ascii_digit()).count() > 0
        && word.get(..at)?.contains(&b'/')
        && word.get(..colon)?.contains(&b'.');
    (!is_port && host.first().is_some_and(u8::is_ascii_alphanumeric)).then_some(end + colon + 1..end + at)
}

/// `user:password@host` without a scheme; `at` is where the @ stands.
pub(super) fn user_before(text: &[u8], at: usize) -> Option<Range<usize>> {
    let before = text.get(at.saturating_sub(256)..at)?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>()[]{},".contains(byte);
    let word = before.rsplit(is_end).next()?;
    let colon = word.iter().position(|byte| *byte == b':').filter(|colon| *colon > 0)?;
    let behind = word.get(colon + 1..)?;
    // What has a scheme is a URL, and what has a port no user.
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_address = behind.starts_with(b"//") || digits > 0 && behind.get(digits) == Some(&b'/');
    let is_host = text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    (is_host && !is_address && !behind.is_empty()).then_some(at - behind.len()..at)
}

/// A token that begins like one.
pub(super) fn token(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let is_scheme = text.get(end.checked_sub(1)?) == Some(&b' ');
    let first = if is_scheme { end } else { start };
    let rest = text.get(first..text.len().min(first + LONGEST_VALUE)).unwrap_or_default();
    let is_of_token = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'/' | b'=' | b'~')
    };
    let is_of_word = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',' | b'<');
    let length =
        rest.iter().take_while(|byte| if is_scheme { is_of_word(byte) } else { is_of_token(byte) }).count();
    let has_digit = rest.get(..length)?.iter().any(u8::is_ascii_digit);
    (length >= 12 || is_scheme && length >= 6 && has_digit).then_some(first..first + length)
}
