//! Secrets in a pasted text are overwritten before anything else reads it, byte by byte, so that places stay true.

use std::sync::LazyLock;

use super::words::Words;

/// What stands before a secret value: `name=value`, `"name": "value"`, `Name: value`.
const NAMES: [&str; 16] = [
    "sharedaccesskey",
    "accountkey",
    "primarykey",
    "secondarykey",
    "symmetrickey",
    "symmetric_key",
    "devicekey",
    "password",
    "passwort",
    "passwd",
    "pwd",
    "passphrase",
    "pass_phrase",
    "secret",
    "authorization",
    "sig",
];
/// The end of the line before a private key, and of the one behind it.
const KEY: &str = "private key";
/// What a URL may have its user and password behind.
const URL: &str = "://";

static ANCHORS: LazyLock<Option<Words>> =
    LazyLock::new(|| Words::new(NAMES.iter().chain([&KEY, &URL]).copied()));

/// What a secret is overwritten with.
const MASK: u8 = b'*';
/// Longest private key that is looked for, in bytes of text.
const LONGEST_KEY: usize = 32 * 1024;
/// Longest value of any other secret.
const LONGEST_VALUE: usize = 4 * 1024;

/// Overwrites passwords, shared access keys and signatures, and private keys.
pub(super) fn mask(text: &mut [u8]) {
    let Some(anchors) = &*ANCHORS else {
        // Cannot happen: the names are constants. Showing nothing is better than showing a secret.
        text.fill(MASK);
        return;
    };
    let mut spans = Vec::new();
    let mut masked_to = 0;
    for found in anchors.find(text) {
        if found.start() < masked_to {
            continue;
        }
        let kind = found.pattern().as_usize();
        let span = if kind < NAMES.len() {
            value(text, found.start(), found.end())
        } else if kind == NAMES.len() {
            private_key(text, found.start(), found.end())
        } else {
            user_info(text, found.end())
        };
        if let Some((start, end)) = span.filter(|(start, end)| start < end) {
            masked_to = end;
            spans.push((start, end));
        }
    }
    for (start, end) in spans {
        let secret = text.get_mut(start..end).unwrap_or_default();
        secret.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = MASK);
    }
}

/// The value behind a name: in quotes up to the closing one, else up to what ends a value.
fn value(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    // `design=` and `/sig/` are no signatures.
    let before = start.checked_sub(1).and_then(|before| text.get(before));
    let is_short = end - start <= 3;
    if is_short && before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let mut at = skip(text, end, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
    if !matches!(text.get(at), Some(b'=' | b':')) {
        return None;
    }
    at = skip(text, at + 1, |byte| matches!(byte, b' ' | b'\\'));
    let quote = text.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let first = at + usize::from(quote.is_some());
    let rest = text.get(first..text.len().min(first + LONGEST_VALUE)).unwrap_or_default();
    let is_header = text.get(start..end).is_some_and(|name| name.eq_ignore_ascii_case(b"authorization"));
    let ends = |byte: &u8| match quote {
        Some(quote) => *byte == quote || *byte == b'\n',
        None if is_header => *byte == b'\n',
        None => matches!(
            byte,
            b';' | b'&' | b'"' | b'\'' | b',' | b'}' | b')' | b'<' | b' ' | b'\t' | b'\r' | b'\n'
        ),
    };
    Some((first, first + rest.iter().position(ends).unwrap_or(rest.len())))
}

/// From the BEGIN line of a private key to its END.
fn private_key(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let line = text.get(start.saturating_sub(40)..start)?;
    if !line.windows(5).any(|word| word.eq_ignore_ascii_case(b"BEGIN")) {
        return None;
    }
    let first = skip(text, end, |byte| byte == b'-');
    let rest = text.get(first..text.len().min(first + LONGEST_KEY)).unwrap_or_default();
    let length = rest.windows(4).position(|dashes| dashes == b"----").unwrap_or(rest.len());
    Some((first, first + length))
}

/// `user:password` of a URL.
fn user_info(text: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = text.get(end..text.len().min(end + 256))?;
    let length = rest.iter().position(|byte| matches!(byte, b'@' | b'/' | b'"' | b'\'' | b'\n' | b' '))?;
    let colon = rest.iter().take(length).position(|byte| *byte == b':')?;
    (rest.get(length) == Some(&b'@')).then_some((end + colon + 1, end + length))
}

fn skip(text: &[u8], from: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..text.len().min(from + 16)).unwrap_or_default();
    from + rest.iter().position(|byte| !is_skipped(*byte)).unwrap_or(rest.len())
}

/// A quotation with its long runs of base64 taken out: half a private key, a token that nothing names.
pub(super) fn without_long_runs(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(['\n']) {
        if character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=') {
            run.push(character);
            continue;
        }
        let has = |kind: fn(&char) -> bool| run.chars().any(|it| kind(&it));
        let is_secret = run.len() >= LONGEST
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_digit);
        out.push_str(if is_secret { "***" } else { &run });
        run.clear();
        if character != '\n' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask(&mut bytes);
        assert_eq!(bytes.len(), text.len());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn values_go_and_names_stay() {
        for (text, expected) in [
            ("HostName=h;SharedAccessKey=abc+/=;x=1", "HostName=h;SharedAccessKey=******;x=1"),
            ("sr=a&sig=a%2Bb&se=1", "sr=a&sig=*****&se=1"),
            ("\"password\": \"p w, x\", \"y\"", "\"password\": \"******\", \"y\""),
            ("{\\\"password\\\":\\\"pw\\\"}", "{\\\"password\\\":\\\"***\"}"),
            ("Password: hunter2 ok", "Password: ******* ok"),
            ("Authorization: Bearer a.b c\nnext", "Authorization: ************\nnext"),
            ("mqtts://me:pw@host:8883", "mqtts://me:**@host:8883"),
            ("no password here, design=1, https://h:8883/x", "no password here, design=1, https://h:8883/x"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn private_keys_go_whole_or_cut() {
        let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nabc=\n-----END EC PRIVATE KEY-----\nafter";
        let expected = "-----BEGIN EC PRIVATE KEY-----\n********\n****\n-----END EC PRIVATE KEY-----\nafter";
        assert_eq!(masked(key), expected);
        assert!(!masked("-----BEGIN PRIVATE KEY-----\\nMIGHAgEA").contains("MIGH"));
    }

    #[test]
    fn what_nothing_names_is_not_quoted() {
        let half = format!("x {}aZ9 y", "Ab1+".repeat(12));
        assert_eq!(without_long_runs(&half), "x *** y");
        let path = "/usr/lib/python3.11/site-packages/paho/mqtt/client.py";
        assert_eq!(without_long_runs(path), path);
    }
}
