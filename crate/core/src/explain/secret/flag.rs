//! The word behind a flag of a client.

use std::ops::Range;

use super::shape::{LONGEST_VALUE, looks_like_one};

/// The word behind a flag: a password, `user:password`, `file:password`.
pub(super) fn value(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let name = text.get(start..end)?;
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    let is_word =
        before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'[' | b'('));
    let at = is_word.then(|| value_behind(text, end, before)).flatten()?;
    let (from, length) = word(text, at)?;
    let value = text.get(from..from + length)?;
    // Another flag: `openssl req -new -key device.key`.
    if value.starts_with(b"-") && !value.contains(&b':') {
        return None;
    }
    let is = |flag: &[u8]| name.eq_ignore_ascii_case(flag);
    // curl: the passphrase behind the file of --cert, the password behind the user of -u; of mosquitto -u is the name.
    if is(b"--cert") || is(b"-e") || is(b"-u") || is(b"--user") || is(b"--proxy-user") {
        let is_url = value.windows(3).any(|part| part == b"://");
        // Not that of a drive.
        let colon = value.iter().skip(2).position(|byte| *byte == b':').filter(|_| !is_url)? + 2;
        return Some(from + colon + 1..from + length);
    }
    let line = text.get(..start)?.rsplit(|byte| *byte == b'\n').next()?;
    let has = |word: &[u8]| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if is(b"--value") && !has(b"secret") || is(b"/p") && !(has(b"sign") || has(b"certutil")) {
        return None;
    }
    // Capitals: -P is a password, -p a port; -k is curl's for no check, and a key for others.
    let is_number = value.iter().all(u8::is_ascii_digit);
    let letter = name.get(1).copied().unwrap_or_default();
    if is(b"-p") && (is_number || letter == b'p' && value.starts_with(b"/"))
        || is(b"-k") && !(has(b"openssl") || looks_like_one(text, from))
    {
        return None;
    }
    let skipped = [&b"pass:"[..], b"env:", b"file:"]
        .iter()
        .find(|kind| value.starts_with(kind))
        .map_or(0, |kind| kind.len());
    Some(from + skipped..from + length)
}

/// Where the value of a flag begins: behind a blank, in the quotes of the next word of a list, in the next line of one.
fn value_behind(text: &[u8], end: usize, before: Option<u8>) -> Option<usize> {
    let rest = text.get(end..text.len().min(end + 64))?;
    let blanks = |rest: &[u8]| rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match rest.first()? {
        b' ' | b'\t' => Some(end + blanks(rest)),
        b'\n' => {
            let indent = blanks(rest.get(1..)?) + 1;
            rest.get(indent..)?.starts_with(b"- ").then_some(end + indent + 2)
        }
        quote @ (b'"' | b'\'') if before == Some(*quote) && rest.get(1) == Some(&b',') => {
            let at = 2 + rest.get(2..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            (rest.get(at) == Some(quote)).then_some(end + at)
        }
        _ => None,
    }
}

/// The word or the quotation here: where it begins behind its quote, and its length.
fn word(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..text.len().min(at + LONGEST_VALUE))?;
    let quote = rest.first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let first = usize::from(quote.is_some());
    let word = rest.get(first..)?;
    let ends = |byte: &u8| match quote {
        Some(quote) => *byte == quote || *byte == b'\n',
        None => byte.is_ascii_whitespace(),
    };
    Some((at + first, word.iter().position(ends).unwrap_or(word.len())))
}

/// What stands right behind a word that holds a secret: `net use /user:me secret`, `sqlplus user/secret@host`,
/// `<<< secret`, `<(echo secret)`.
pub(super) fn held(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let (from, length) = word(text, end)?;
    let name = text.get(start..end)?;
    if name.eq_ignore_ascii_case(b" /user:") {
        // `net use`: the password stands behind the user.
        let behind = text.get(from + length..text.len().min(from + length + LONGEST_VALUE))?;
        let line = behind.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let blank = line.iter().take_while(|byte| **byte == b' ').count();
        let secret = line.get(blank..)?.iter().take_while(|byte| **byte != b' ').count();
        return Some(from + length + blank..from + length + blank + secret);
    }
    if name.eq_ignore_ascii_case(b"send \"") {
        // What expect types where it is asked: `send "secret\r"`.
        let behind = text.get(end..text.len().min(end + LONGEST_VALUE))?;
        let line = behind.split(|byte| *byte == b'\n').next()?;
        let length = line.windows(2).position(|part| part == b"\\r")?;
        return Some(end..end + length);
    }
    if name.eq_ignore_ascii_case(b"sqlplus ") {
        let slash = text.get(from..from + length)?.iter().position(|byte| *byte == b'/')?;
        return Some(from + slash + 1..from + length);
    }
    Some(from..from + length)
}
