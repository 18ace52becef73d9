//! Secrets in a pasted text are overwritten before anything of it is shown, byte by byte, so that places stay true.
//!
//! Deny by default: behind a word that carries secrets goes whatever follows, in whatever syntax, and when in doubt the
//! rest of the line. What a code or an address needs is read before, from the text as it is.

mod blob;
mod call;

use std::{ops::Range, sync::LazyLock};

use super::{words::Words, work};

/// Words behind which a secret stands: its value, or the rest of the line.
const NAMES: [&str; 56] = [
    "sharedaccesskey",
    "shared_access_key",
    "shared access key",
    "sharedaccesssignature",
    "accountkey",
    "account_key",
    "primarykey",
    "primary_key",
    "primary key",
    "secondarykey",
    "secondary_key",
    "secondary key",
    "symmetrickey",
    "symmetric_key",
    "symmetric key",
    "devicekey",
    "device_key",
    "masterkey",
    "master_key",
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "pass_phrase",
    "pass phrase",
    "pass-phrase",
    "passwrd",
    "pwd",
    "psk",
    "secret",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "accesstoken",
    "refresh_token",
    "sastoken",
    "sas_token",
    "sas-token",
    "authorization",
    "cookie",
    "credential=",
    "userpin",
    "pin-value",
    "primary-key",
    "secondary-key",
    "symmetric-key",
    "device-key",
    "shared-access-key",
    "subscription-key",
    "functions-key",
    "authtoken",
    "auth-token",
    "_auth",
    "requirepass",
    "securestring",
];
/// Short ones, which are parts of other words as well: they count with what joins name and value.
const SHORT: [&str; 9] = ["sig", "key", "pin", "pass", "token", "pw", "code", "jwt", "sas"];
/// Flags of clients whose next word is a secret, or holds one.
const FLAGS: [&str; 21] = [
    " -p ",
    " -u ",
    " -pw ",
    " --pass ",
    " --pw ",
    " -passin ",
    " -passout ",
    " --user ",
    " --proxy-user ",
    " -k ",
    " --key-password ",
    " --keypass ",
    " -storepass ",
    " -keypass ",
    " -srcstorepass ",
    " -deststorepass ",
    " -password ",
    " --cert ",
    " -string ",
    " /user:",
    "sqlplus ",
];
/// Calls and commands that take a secret as one of their quoted words, and as which.
const CALLS: [(&str, usize); 9] = [
    ("wifi.begin(", 2),
    ("username_pw_set(", 2),
    ("pscredential(", 2),
    (".connect(", 3),
    ("setcredentials(", 2),
    ("at+cwjap", 2),
    ("at+qmtconn=", 3),
    ("at+cmqttconnect=", 3),
    ("at+mqttconn=", 3),
];
/// The end of the line before a private key, and of the one behind it.
const KEY: &str = "private key";
/// What a URL may have its user and password behind.
const URL: &str = "://";
/// What reads the password that is piped into it.
const PIPED: &str = "| sudo -s";
/// A password that stands right behind its flag, for the programs that know no other way.
const ATTACHED: &str = " -p";
/// How tokens begin that name themselves.
const TOKENS: [&str; 7] = ["bearer ", "basic ", "eyj", "ghp_", "github_pat_", "xoxb-", "akia"];

/// What an anchor is.
#[derive(Clone, Copy)]
enum Kind {
    Name,
    Short,
    Flag,
    Key,
    Url,
    Token,
    Call(usize),
    Piped,
    Attached,
}

static ANCHORS: LazyLock<Option<Words>> = LazyLock::new(|| Words::new(anchors().map(|(word, _)| word)));

fn anchors() -> impl Iterator<Item = (&'static str, Kind)> {
    let of = |words: &'static [&'static str], kind: Kind| words.iter().map(move |word| (*word, kind));
    of(&NAMES, Kind::Name)
        .chain(of(&SHORT, Kind::Short))
        .chain(of(&FLAGS, Kind::Flag))
        .chain(CALLS.iter().map(|(word, place)| (*word, Kind::Call(*place))))
        .chain([(KEY, Kind::Key), (URL, Kind::Url), (PIPED, Kind::Piped), (ATTACHED, Kind::Attached)])
        .chain(of(&TOKENS, Kind::Token))
}

/// What a secret is overwritten with.
const MASK: u8 = b'*';
/// Longest private key that is looked for, in bytes of text.
const LONGEST_KEY: usize = 32 * 1024;
/// Longest value of any other secret.
const LONGEST_VALUE: usize = 4 * 1024;

/// Overwrites what [`spans`] found.
pub(super) fn mask(text: &mut [u8], spans: Vec<Range<usize>>) {
    for span in spans {
        let secret = text.get_mut(span).unwrap_or_default();
        secret.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = MASK);
    }
}

/// Where passwords, tokens, shared access keys and signatures, and private keys stand.
pub(super) fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let Some(anchors) = &*ANCHORS else {
        // Cannot happen: the words are constants. Showing nothing is better than showing a secret.
        return std::iter::once(0..text.len()).collect();
    };
    let kinds: Vec<Kind> = self::anchors().map(|(_, kind)| kind).collect();
    let mut spans = blob::keys(text);
    let mut masked_to = 0;
    for found in anchors.find(text) {
        work::step();
        if found.start() < masked_to && found.end() <= masked_to {
            continue;
        }
        let (start, end) = (found.start(), found.end());
        let span = match kinds.get(found.pattern().as_usize()) {
            Some(Kind::Name) => value(text, start, end, false),
            Some(Kind::Short) => value(text, start, end, true),
            Some(Kind::Flag) => flag(text, start, end),
            Some(Kind::Key) => private_key(text, start, end),
            Some(Kind::Url) => user_info(text, end),
            Some(Kind::Token) => token(text, start, end),
            Some(Kind::Call(place)) => call::quoted(text, end, *place),
            Some(Kind::Piped) => call::piped(text, start),
            Some(Kind::Attached) => call::attached(text, start, end),
            None => None,
        };
        if let Some(span) = span.filter(|span| span.start < span.end) {
            masked_to = masked_to.max(span.end);
            spans.push(span);
        }
    }
    spans
}

/// The value behind a name: in quotes, however often escaped, up to the closing one; else up to what ends a value. Whose
/// end is in doubt takes the rest of the line.
fn value(text: &[u8], start: usize, end: usize, is_short: bool) -> Option<Range<usize>> {
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    if is_short
        && before.is_some_and(|byte| {
            byte.is_ascii_lowercase() && text.get(start).is_some_and(u8::is_ascii_lowercase)
        })
    {
        // `design=`, `monkey:`, `errorcode:`.
        return None;
    }
    // What goes on is another word: `keyUsage`, `password_file`, `secretary`, `sigalgs`.
    let mut at = end;
    let tail = text.get(at..text.len().min(at + 24)).unwrap_or_default();
    let more = tail.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if is_short && more > 0 {
        return None;
    }
    at += more;
    if let Some(span) = call::marked(text, at) {
        return Some(span);
    }
    if !is_short && let Some(span) = call::declared(text, at) {
        return Some(span);
    }
    at = skip(text, at, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'`' | b']' | b')' | b'\t'));
    let joint = text.get(at).copied();
    let is_joined = match joint {
        Some(b'=' | b':') => true,
        // `password is hunter2`, `password hunter2`, `Enter password> hunter2`, XML.
        Some(b'>' | b',' | b'|') => !is_short,
        _ => false,
    };
    let is_code = text.get(start..end).is_some_and(|name| name.eq_ignore_ascii_case(b"code"));
    if is_code && !(before == Some(b'?') || before == Some(b'&')) {
        // The key of a function stands in a URL; any other code is one.
        return None;
    }
    let is_key = text.get(start..end).is_some_and(|name| name.eq_ignore_ascii_case(b"key"));
    if !is_joined {
        let spoken = text.get(at..text.len().min(at + 4)).unwrap_or_default();
        let says = [&b"is "[..], b"was ", b"to ", b"<- "].iter().any(|word| spoken.starts_with(word));
        // `--password hunter2`, `#define WIFI_PASSWORD "hunter2"`
        let is_flag = before == Some(b'-') && text.get(end) == Some(&b' ');
        let is_quoted = matches!(text.get(end + more..end + more + 2), Some([b' ', b'"' | b'\'']));
        if is_quoted {
            at = end + more + 1;
        }
        if is_short || !(says || is_flag || is_quoted || looks_like_one(text, at)) {
            return None;
        }
        if says {
            let word = text.get(at..text.len().min(at + 24)).unwrap_or_default();
            // `password is incorrect` tells no password.
            const HARMLESS: [&[u8]; 9] = [
                b"incorrect",
                b"wrong",
                b"missing",
                b"required",
                b"not ",
                b"empty",
                b"invalid",
                b"null",
                b"set ",
            ];
            if HARMLESS.iter().any(|harmless| word.windows(harmless.len()).any(|part| part == *harmless)) {
                return None;
            }
            at += spoken.iter().position(|byte| *byte == b' ').map_or(0, |space| space + 1);
        }
    } else {
        at = skip(text, at + 1, |byte| matches!(byte, b' ' | b'=' | b'>' | b':' | b'\t'));
    }
    let slashes = skip(text, at, |byte| byte == b'\\') - at;
    let quote = text.get(at + slashes).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let first = if quote.is_some() { at + slashes + 1 } else { at };
    let rest = text.get(first..text.len().min(first + LONGEST_VALUE)).unwrap_or_default();
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let length = match quote {
        Some(quote) => closing(rest.get(..line).unwrap_or_default(), quote, slashes).unwrap_or(line),
        None => {
            let line = rest.get(..line).unwrap_or_default();
            let length = end_of_value(text.get(start..end).unwrap_or_default(), line);
            // `Some("…")`, `b'…'`, `Optional["…"]`: it goes on in quotes.
            match line.get(length) {
                Some(quote @ (b'"' | b'\'')) if length > 0 && !is_short && length <= 16 => {
                    let quoted = line.get(length + 1..).unwrap_or_default();
                    length + 1 + closing(quoted, *quote, 0).unwrap_or(quoted.len())
                }
                _ => length,
            }
        }
    };
    // A path is shown: it is what one has to look at.
    let shown = rest.get(..length).unwrap_or_default();
    let is_path = shown.starts_with(b"/") && shown.contains(&b'.')
        || shown.starts_with(b"file:")
        || shown.starts_with(b"C:\\");
    let is_short_word = is_key && (length < 12 || !shown.iter().any(u8::is_ascii_digit));
    (!is_path && !is_short_word).then_some(first..first + length)
}

/// Where a value without quotes ends.
fn end_of_value(name: &[u8], line: &[u8]) -> usize {
    let is_header =
        ["authorization", "cookie"].iter().any(|header| name.eq_ignore_ascii_case(header.as_bytes()));
    if is_header {
        return line.len();
    }
    let ends = |byte: &u8| {
        matches!(byte, b';' | b'&' | b'"' | b'\'' | b',' | b'}' | b'<' | b' ' | b'\t' | b'\r' | b'`' | b'|')
    };
    line.iter().position(ends).unwrap_or(line.len())
}

/// Where the quote is that has just as many backslashes before it as the opening one.
fn closing(line: &[u8], quote: u8, slashes: usize) -> Option<usize> {
    let mut run = 0;
    for (at, byte) in line.iter().enumerate() {
        if *byte == quote && (run == slashes || slashes == 0 && run % 2 == 0) {
            return Some(at - run.min(slashes));
        }
        run = if *byte == b'\\' { run + 1 } else { 0 };
    }
    None
}

/// Whether a word has what nobody writes by hand: digits and letters of both cases, or signs.
fn looks_like_one(text: &[u8], at: usize) -> bool {
    let word = text.get(at..text.len().min(at + 256)).unwrap_or_default();
    let word = word.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let has = |kind: fn(&u8) -> bool| word.iter().any(kind);
    let is_path =
        word.contains(&b'/') && word.rsplit(|byte| *byte == b'/').next().is_some_and(|it| it.contains(&b'.'));
    let is_path = is_path
        || word.starts_with(b"/")
        || word.starts_with(b"./")
        || word.windows(3).any(|part| part == b"://");
    word.len() >= 6 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !is_path
}

/// The word behind a flag: a password, `user:password`, `file:password`.
fn flag(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
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
    let is = |flag: &[u8]| name.eq_ignore_ascii_case(flag);
    let from = end + first;
    // curl: the passphrase behind the file of --cert, the password behind the user of -u; of mosquitto -u is the name.
    if is(b" --cert ") || is(b" -u ") || is(b" --user ") || is(b" --proxy-user ") {
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
    // Capitals: -P is a password, -p a port; -k is curl's for no check, and a key for others.
    let is_number = value.iter().all(u8::is_ascii_digit);
    let letter = name.get(2).copied().unwrap_or_default();
    if is(b" -p ") && (is_number || letter == b'p' && value.starts_with(b"/"))
        || is(b" -k ") && !looks_like_one(text, from)
    {
        return None;
    }
    let skipped = [&b"pass:"[..], b"env:", b"file:"]
        .iter()
        .find(|kind| value.starts_with(kind))
        .map_or(0, |kind| kind.len());
    Some(from + skipped..from + length)
}

/// From the BEGIN line of a private key to its END.
fn private_key(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
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
fn user_info(text: &[u8], end: usize) -> Option<Range<usize>> {
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

/// A token that begins like one.
fn token(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
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
    let length = rest.iter().take_while(|byte| is_of_token(byte)).count();
    (length >= 12).then_some(first..first + length)
}

fn skip(text: &[u8], from: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    work::step();
    let rest = text.get(from..text.len().min(from + 16)).unwrap_or_default();
    from + rest.iter().position(|byte| !is_skipped(*byte)).unwrap_or(rest.len())
}

/// A quotation with its long runs of base64 taken out: half a private key, a token that nothing names.
pub(super) fn without_long_runs(text: &str) -> String {
    const LONGEST: usize = 32;
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
            && has(char::is_ascii_digit)
            && !run.starts_with('/');
        out.push_str(if is_secret { "***" } else { &run });
        run.clear();
        if character != '\n' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests;
