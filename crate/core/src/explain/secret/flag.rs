//! The word behind a flag of a client.

use std::ops::Range;

use super::shape::{LONGEST_VALUE, looks_like_one};

/// The word behind a flag: a password, `user:password`, `file:password`.
pub(super) fn value(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let name = text.get(start..end)?;
    let rest = text.get(end..text.len().min(end + LONGEST_VALUE))?;
    let quote = rest.first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let first = usize::from(quote.is_some());
    let word = rest.get(first..)?;
    let length = word
        .iter()
        .position(|byte| match quote {
            Some(quote) => *byte == quote || *byte == b'\n',
            None => byte.is_ascii_whitespace(),
        })
        .unwrap_or(word.len());
    let value = word.get(..length)?;
    // Another flag: `openssl req -new -key device.key`.
    if value.starts_with(b"-") && !value.contains(&b':') {
        return None;
    }
    let is = |flag: &[u8]| name.eq_ignore_ascii_case(flag);
    let from = end + first;
    // curl: the passphrase behind the file of --cert, the password behind the user of -u; of mosquitto -u is the name.
    if is(b" --cert ") || is(b" -e ") || is(b" -u ") || is(b" --user ") || is(b" --proxy-user ") {
        let colon = value.iter().rposition(|byte| *byte == b':').filter(|colon| *colon > 1)?;
        return Some(from + colon + 1..from + length);
    }
    if is(b" /user:") {
        // `net use`: the password stands behind the user.
        let word = rest.get(length..)?.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let blank = word.iter().take_while(|byte| **byte == b' ').count();
        let secret = word.get(blank..)?.iter().take_while(|byte| **byte != b' ').count();
        return Some(end + length + blank..end + length + blank + secret);
    }
    if is(b"sqlplus ") {
        let slash = value.iter().position(|byte| *byte == b'/')?;
        return Some(from + slash + 1..from + length);
    }
    let line = text.get(..start)?.rsplit(|byte| *byte == b'\n').next()?;
    let has = |word: &[u8]| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if is(b" --value ") && !has(b"secret") || is(b" /p ") && !(has(b"sign") || has(b"certutil")) {
        return None;
    }
    // Capitals: -P is a password, -p a port; -k is curl's for no check, and a key for others.
    let is_number = value.iter().all(u8::is_ascii_digit);
    let letter = name.get(2).copied().unwrap_or_default();
    if is(b" -p ") && (is_number || letter == b'p' && value.starts_with(b"/"))
        || is(b" -k ") && !(has(b"openssl") || looks_like_one(text, from))
    {
        return None;
    }
    let skipped = [&b"pass:"[..], b"env:", b"file:"]
        .iter()
        .find(|kind| value.starts_with(kind))
        .map_or(0, |kind| kind.len());
    Some(from + skipped..from + length)
}
