//! Secrets that no name stands right before: words of a call, of a declaration, of a list of names and values.

use std::ops::Range;

use super::shape::{self, looks_like_one};

/// Marks that stand for quotes where text is escaped.
const MARKS: [&[u8]; 6] = [b"\\u0022", b"\\u0027", b"&quot;", b"&#34;", b"%22", b"%27"];
/// What joins name and value there.
const JOINTS: [&[u8]; 4] = [b":", b"=", b"%3A", b"%3D"];
/// How far a value stands from its name on the line, in bytes.
const REACH: usize = 64;

/// The quoted words of a call from this place on, counted from 1, up to where the call or its line ends.
pub(super) fn quoted(text: &[u8], end: usize, place: usize) -> Option<Range<usize>> {
    let words = quotations(text, end);
    // What comes before it need not be in quotes: `begin(ssid, "secret")`.
    let is_second =
        |word: &Range<usize>| text.get(end..word.start).is_some_and(|before| before.contains(&b','));
    let secret = words.get(place.checked_sub(1)?..).unwrap_or_default();
    let secret = match words.last() {
        Some(last) if secret.is_empty() && place == 2 && is_second(last) => std::slice::from_ref(last),
        _ => secret,
    };
    // Files and hosts are what one has to look at.
    if secret.iter().all(|word| is_harmless(text.get(word.clone()).unwrap_or_default())) {
        return None;
    }
    Some(secret.first()?.start..secret.last()?.end)
}

/// The same where a call is named after a secret: all that it is given, or what stands behind a user.
pub(super) fn arguments(text: &[u8], at: usize) -> Option<Range<usize>> {
    (text.get(at) == Some(&b'(')).then_some(())?;
    let place = if quotations(text, at).len() == 1 { 1 } else { 2 };
    quoted(text, at, place)
}

/// The words of a modem's command behind its first: users, passwords, keys.
pub(super) fn command(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let before = start.checked_sub(1).and_then(|before| text.get(before));
    (!before.is_some_and(u8::is_ascii_alphanumeric)).then_some(())?;
    quoted(text, end, 2)
}

/// Quoted words from here on, up to the closing parenthesis or the end of the line.
fn quotations(text: &[u8], from: usize) -> Vec<Range<usize>> {
    let rest = text.get(from..text.len().min(from + 1024)).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' | b'\'' => {
                let behind = line.get(at + 1..).unwrap_or_default();
                let to = at + 1 + behind.iter().position(|other| other == byte).unwrap_or(behind.len());
                words.push(from + at + 1..from + to);
                at = to;
            }
            b')' if !words.is_empty() => break,
            _ => {}
        }
        at += 1;
    }
    words
}

/// A file, an address of Azure, a number: nothing of it is a secret.
fn is_harmless(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
        || shape::is_file(word)
        || word.windows(13).any(|part| part == b"azure-devices") && !word.contains(&b'=')
}

/// `"secret".toCharArray()`
pub(super) fn before(text: &[u8], start: usize) -> Option<Range<usize>> {
    let quote = *text.get(start.checked_sub(1)?)?;
    let line = text.get(start.saturating_sub(512)..start - 1)?;
    let opening = line.iter().rposition(|byte| *byte == quote || *byte == b'\n')?;
    matches!(quote, b'"' | b'\'').then_some(start - line.len() + opening..start - 1)
}

/// `echo secret | sudo -S`, `printf '%s' secret | docker login`: up to the pipe, if there is one on the line.
pub(super) fn piped(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    let rest = text.get(end..text.len().min(end + 512))?;
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let pipe = line.windows(2).position(|part| part == b"| ")?;
    (!before.is_some_and(|byte| byte.is_ascii_alphanumeric())).then_some(end..end + pipe)
}

/// `"secret" | ConvertTo-SecureString`
pub(super) fn quoted_before(text: &[u8], start: usize) -> Option<Range<usize>> {
    let line = text.get(start.saturating_sub(512)..start)?.rsplit(|byte| *byte == b'\n').next()?;
    let from = start - line.len();
    let open = line.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    Some(from + open + 1..start)
}

/// `\u0022password\u0022:\u0022secret\u0022`, and as entities and in URLs; `at` is behind the name.
pub(super) fn marked(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + 1024))?;
    let mark = MARKS.iter().find(|mark| rest.starts_with(mark))?;
    let behind = rest.get(mark.len()..)?;
    let blank = behind.iter().take_while(|byte| **byte == b' ').count();
    let behind = behind.get(blank..)?;
    let joint = JOINTS
        .iter()
        .find(|joint| behind.get(..joint.len()).is_some_and(|part| part.eq_ignore_ascii_case(joint)))?;
    let value = behind.get(joint.len()..)?;
    let opening = value.windows(mark.len()).take(8).position(|part| part == *mark)? + mark.len();
    let value = value.get(opening..)?;
    let line = value.iter().position(|byte| *byte == b'\n').unwrap_or(value.len());
    let length = value.windows(mark.len()).position(|part| part == *mark).unwrap_or(line).min(line);
    let from = at + mark.len() + blank + joint.len() + opening;
    Some(from..from + length)
}

/// `psk[] = { 0x1a, 0x2b }`, over as many lines as it has; `at` is behind the name.
pub(super) fn array(text: &[u8], at: usize) -> Option<Range<usize>> {
    const LONGEST: usize = 8 * 1024;
    let rest = text.get(at..text.len().min(at + LONGEST))?.strip_prefix(b"[")?;
    let size = rest.iter().take(REACH).position(|byte| *byte == b']')?;
    let behind = rest.get(size + 1..)?;
    let opening = behind.iter().take(REACH).position(|byte| *byte == b'{')?;
    let before = behind.get(..opening)?;
    (before.contains(&b'=') && !before.contains(&b';')).then_some(())?;
    let numbers = behind.get(opening + 1..)?;
    let length = numbers.iter().position(|byte| *byte == b'}').unwrap_or(numbers.len());
    let from = at + 1 + size + 1 + opening + 1;
    Some(from..from + length)
}

/// `password[] = "secret"`, `password: &str = "secret"`, `key="password" value="secret"`, and name and value in two members or
/// two lines; `at` is behind the name.
pub(super) fn declared(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + 1024))?;
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let near = rest.get(..line.min(REACH))?;
    let is_named = |part: &[u8]| part.windows(5).any(|word| word.eq_ignore_ascii_case(b"value"));
    // Up to the last joint before the first quote behind it.
    let joint = near.iter().position(|byte| matches!(byte, b'=' | b':' | b','));
    let declares = near.starts_with(b"[")
        || near.starts_with(b": &")
        || near.starts_with(b": String")
        || near.starts_with(b".");
    if (declares || joint.is_some() && is_named(near))
        && near.get(..joint?).is_some_and(|before| before.len() < 24)
    {
        let from = if is_named(near) {
            near.windows(5).position(|word| word.eq_ignore_ascii_case(b"value"))? + 5
        } else {
            near.iter().position(|byte| *byte == b'=')?
        };
        let joint = from + near.get(from..)?.iter().position(|byte| matches!(byte, b'=' | b':'))?;
        return word(text, at + joint + 1);
    }
    // `- name: MQTT_PASSWORD` and `value: secret` in the line below.
    let is_end =
        rest.get(..line)?.iter().all(|byte| matches!(byte, b'"' | b'\'' | b',' | b' ' | b'\r' | b':' | b'='));
    let below = rest.get(line + 1..).filter(|_| is_end)?;
    let indent = below.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'-')).count();
    let is_value = below.get(indent..indent + 5).is_some_and(|word| word.eq_ignore_ascii_case(b"value"));
    if is_value {
        let joint = below.get(indent..)?.iter().take(12).position(|byte| matches!(byte, b':' | b'='))?;
        return word(text, at + line + 1 + indent + joint + 1);
    }
    // A portal's field and its value, each on a line.
    let word = below.split(u8::is_ascii_whitespace).next()?;
    if word.len() >= 8 && looks_like_one(word, 0) {
        return Some(at + line + 1..at + line + 1 + word.len());
    }
    // A key that an editor broke off behind its joint.
    let is_joined = rest.get(..line)?.trim_ascii_end().last() == Some(&b'=');
    let length = below.iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b';').count();
    (is_joined && length >= 6).then_some(at + line + 1..at + line + 1 + length)
}

/// The word or the quotation here, behind blanks.
fn word(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + 1024))?;
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\\')).count();
    let line = line.get(blank..)?;
    let (from, length) = match line.first()? {
        quote @ (b'"' | b'\'') => {
            let behind = line.get(1..)?;
            (1, behind.iter().position(|byte| byte == quote).unwrap_or(behind.len()))
        }
        _ => (0, line.iter().take_while(|byte| !byte.is_ascii_whitespace()).count()),
    };
    Some(at + blank + from..at + blank + from + length)
}
