//! The value behind a name.

use std::ops::Range;

use super::{
    call,
    shape::{LONGEST_VALUE, is_file, looks_like_one, skip},
};

/// The value behind a name: in quotes, however often escaped, up to the closing one; else up to what ends a value. Whose
/// end is in doubt takes the rest of the line.
pub(super) fn behind(text: &[u8], start: usize, end: usize, is_short: bool) -> Option<Range<usize>> {
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    let name = Name::around(text, start, end);
    if is_short && name.is_part_of_a_word(text.get(start).copied().unwrap_or_default()) {
        return None;
    }
    // `wifi_key`, `storageKey`, `broker_pass`: named after a secret as much as a long word is.
    let is_short = is_short && !name.is_compound();
    // What goes on is another word: `keyUsage`, `password_file`, `secretary`, `sigalgs`.
    let mut at = end;
    let tail = text.get(at..text.len().min(at + 24)).unwrap_or_default();
    let more = tail.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if (is_short || name.is_short()) && more > 0 {
        return None;
    }
    at += more;
    if let Some(span) = call::array(text, at) {
        return Some(span);
    }
    if !is_short && let Some(span) = call::arguments(text, at) {
        return Some(span);
    }
    // `Enter pass phrase for device.key: secret`
    if text.get(at..).is_some_and(|rest| rest.starts_with(b" for ")) {
        let rest = text.get(at..text.len().min(at + 80))?.split(|byte| *byte == b'\n').next()?;
        at += rest.iter().position(|byte| *byte == b':').unwrap_or_default();
    }
    if let Some(span) = call::marked(text, at) {
        return Some(span);
    }
    if !is_short && let Some(span) = call::declared(text, at) {
        return Some(span);
    }
    // A blank may be one that does not break.
    let is_blank =
        |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'`' | b']' | b')' | b'\t' | 0xc2 | 0xa0);
    at = skip(text, at, is_blank);
    if text.get(at) == Some(&b'.') {
        // `Password ........: secret`
        at = skip(text, at, |byte| matches!(byte, b'.' | b' '));
    }
    if text.get(at..).is_some_and(|rest| rest.starts_with("：".as_bytes())) {
        // The colon of the east, up to its last byte.
        at += "：".len() - 1;
    }
    let joint = text.get(at).copied();
    let is_joined = match joint {
        Some(b'=' | b':' | 0x9a) => true,
        // `password is hunter2`, `password hunter2`, `Enter password> hunter2`, XML.
        Some(b'>') => !is_short || at.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'"'),
        Some(b',' | b'|') => !is_short,
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
        let is_flag =
            (name.is_flag() || name.is_variable() || name.is_of_attempt()) && text.get(end) == Some(&b' ');
        // Aligned with others: `#define WIFI_PASSWORD    "hunter2"`, `password\thunter2`.
        let blank = skip(text, end + more, |byte| matches!(byte, b' ' | b'\t'));
        let is_quoted = blank > end + more && matches!(text.get(blank), Some(b'"' | b'\''));
        let is_column = !is_short && more == 0 && text.get(end) == Some(&b'\t');
        let is_flag = is_flag || is_column;
        if is_quoted {
            at = blank;
        }
        if name.before.eq_ignore_ascii_case(b"wpa_") && text.get(end) == Some(&b' ') {
            // `wpa_passphrase home hunter2`
            let line = text.get(end..text.len().min(end + 128))?;
            return Some(end..end + line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len()));
        }
        if text.get(at) == Some(&b'(') {
            // What makes it says it: `-Password (ConvertTo-SecureString "hunter2")`.
            return None;
        }
        if is_short && !is_flag || !(says || is_flag || is_quoted || looks_like_one(text, at)) {
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
    // A path is shown: it is what one has to look at. A key by itself may be one of a table.
    let shown = rest.get(..length).unwrap_or_default();
    // Behind a flag it is one, unless it is a path.
    let is_path = shown.contains(&b'/') || shown.contains(&b'.');
    let is_doubtful = is_key && is_short && (!name.is_flag() || is_path) || name.is_of_user();
    (!is_file(shown) && (!is_doubtful || looks_like_one(shown, 0))).then_some(first..first + length)
}

/// What stands before a password that was used.
const ATTEMPTS: [&[u8]; 4] = [b" with ", b" using ", b"tried ", b" decrypt "];

/// The whole identifier in which a name was found.
struct Name<'t> {
    /// The line before it.
    ahead: &'t [u8],
    before: &'t [u8],
    name: &'t [u8],
}

impl<'t> Name<'t> {
    fn around(text: &'t [u8], start: usize, end: usize) -> Self {
        let before = text.get(start.saturating_sub(40)..start).unwrap_or_default();
        let length = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
            .count();
        Self {
            ahead: before.get(..before.len() - length).unwrap_or_default(),
            before: before.get(before.len() - length..).unwrap_or_default(),
            name: text.get(start..end).unwrap_or_default(),
        }
    }

    /// `design=`, `monkey:`, `errorcode:`, and not `mqttpass=`.
    fn is_part_of_a_word(&self, first: u8) -> bool {
        const OTHERS: [&[u8]; 5] = [b"by", b"com", b"sur", b"tres", b"under"];
        let is_joined = self.before.last().is_some_and(u8::is_ascii_lowercase) && first.is_ascii_lowercase();
        let is_pass = self.name.eq_ignore_ascii_case(b"pass") || self.name.eq_ignore_ascii_case(b"psk");
        is_joined && (!is_pass || OTHERS.iter().any(|other| self.before.ends_with(other)))
    }

    /// `wifi_key`, `storageKey`, and not `public_key`.
    fn is_compound(&self) -> bool {
        const HARMLESS: [&[u8]; 9] =
            [b"public", b"pub", b"foreign", b"partition", b"routing", b"cache", b"sort", b"status", b"error"];
        let before = self.before.strip_suffix(b"_").or_else(|| self.before.strip_suffix(b"-"));
        let stem = before.unwrap_or(self.before);
        let is_code = self.name.eq_ignore_ascii_case(b"code") || self.name.eq_ignore_ascii_case(b"token");
        stem.iter().any(u8::is_ascii_alphabetic)
            && !is_code
            && !HARMLESS.iter().any(|other| {
                stem.len() >= other.len()
                    && stem.get(stem.len() - other.len()..).is_some_and(|it| it.eq_ignore_ascii_case(other))
            })
    }

    /// `--account-key secret`
    fn is_flag(&self) -> bool {
        self.before.starts_with(b"-")
    }

    /// `KEY_PASSWORD`, as environments and defines have it.
    fn is_variable(&self) -> bool {
        self.before.ends_with(b"_") && !self.name.iter().chain(self.before).any(u8::is_ascii_lowercase)
    }

    /// `tried password hunter2`, `with password hunter2`.
    fn is_of_attempt(&self) -> bool {
        ATTEMPTS.iter().any(|attempt| self.ahead.ends_with(attempt))
    }

    /// Whether the name is so short that what goes on is another word: `keyUsage`, `pass_file`.
    fn is_short(&self) -> bool {
        self.name.len() <= 5
    }

    /// `credentials: user/secret`, and not `credentials: missing`.
    fn is_of_user(&self) -> bool {
        self.name.eq_ignore_ascii_case(b"credentials")
    }
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
