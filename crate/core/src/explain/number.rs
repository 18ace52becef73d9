//! Numbers as clients write them behind a word: `rc=5`, `0x5`, `returned: -0x2700`, `error code received: 5`, `(-9984)`.

use std::ops::Range;

use super::work;

/// How far behind its word a number is looked for, in bytes.
const REACH: usize = 48;
/// Words that may stand between a word and its number.
const BETWEEN: [&[u8]; 25] = [
    b"code",
    b"is",
    b"was",
    b"with",
    b"number",
    b"no",
    b"num",
    b"error",
    b"err",
    b"returned",
    b"return",
    b"value",
    b"status",
    b"of",
    b"rc",
    b"result",
    b"hex",
    b"the",
    b"reason",
    b"received",
    b"s",
    b"returns",
    b"always",
    b"me",
    b"which",
];

/// How many digits the hexadecimal codes of libraries have: mbedTLS, and whoever packs 32 bits.
const OF_LIBRARIES: [usize; 2] = [4, 8];

/// A number, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    is_negative: bool,
    is_hexadecimal: bool,
    digits: String,
}

impl Token {
    pub(super) fn decimal(value: i64) -> Self {
        Self { is_negative: value < 0, is_hexadecimal: false, digits: value.unsigned_abs().to_string() }
    }

    /// What it can be: decimal, and hexadecimal where it has the form of that.
    pub(super) fn values(&self) -> Vec<i64> {
        let sign = |value: i64| if self.is_negative { -value } else { value };
        let of = |radix| i64::from_str_radix(&self.digits, radix).ok().map(sign);
        let decimal = (!self.is_hexadecimal).then(|| of(10)).flatten();
        let hexadecimal =
            (self.is_hexadecimal || (4..=8).contains(&self.digits.len())).then(|| of(16)).flatten();
        decimal.into_iter().chain(hexadecimal).collect()
    }

    /// Its value as digits of a hexadecimal number.
    pub(super) fn hexadecimal(&self) -> Option<i64> {
        i64::from_str_radix(&self.digits, 16).ok()
    }

    /// Its value, if it is a plain positive one.
    pub(super) fn plain(&self) -> Option<u32> {
        let radix = if self.is_hexadecimal { 16 } else { 10 };
        (!self.is_negative).then(|| u32::from_str_radix(&self.digits, radix).ok()).flatten()
    }

    /// Whether only a library writes like this: `-0x2700`, `0x80090326`.
    pub(super) const fn is_distinct(&self) -> bool {
        self.is_hexadecimal && (self.is_negative && self.digits.len() >= 4 || self.digits.len() == 8)
    }
}

/// The number that follows, over punctuation and a few words, and where it stands.
pub(super) fn behind(text: &[u8], from: usize) -> Option<(Token, Range<usize>)> {
    let end = text.len().min(from + REACH);
    let (mut at, mut words) = (from, 0);
    loop {
        work::step();
        at += text.get(at..end)?.iter().position(u8::is_ascii_alphanumeric)?;
        if let Some(length) = entity(text, at) {
            at += length;
            continue;
        }
        let length =
            text.get(at..text.len().min(at + 24))?.iter().take_while(|byte| is_of_word(**byte)).count();
        let word = text.get(at..at + length)?;
        if let Some((word, end)) = broken(text.get(at..)?, length, &OF_LIBRARIES)
            && let Some(token) = token(text, at, word.as_bytes()).filter(|token| token.is_hexadecimal)
        {
            return Some((token, at..at + end));
        }
        if let Some(token) = token(text, at, word) {
            return Some((token, at..at + length));
        }
        let is_between = BETWEEN.iter().any(|between| word.eq_ignore_ascii_case(between));
        words += 1;
        if !is_between || words > 3 {
            return None;
        }
        at += length;
    }
}

/// How much of an entity of HTML is left at a place inside of it: of `&#39;` the number, which is none.
fn entity(text: &[u8], at: usize) -> Option<usize> {
    const LONGEST: usize = 6;
    let before = text.get(at.saturating_sub(2)..at)?;
    if !(before.ends_with(b"&") || before == b"&#") {
        return None;
    }
    let rest = text.get(at..text.len().min(at + LONGEST))?;
    let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
    (rest.get(length) == Some(&b';')).then_some(length)
}

/// Whether a number is a status of HTTP with its name: `404 Not Found`.
pub(super) fn is_status(text: &[u8], place: &Range<usize>) -> bool {
    const NAMES: [&[u8]; 13] = [
        b"bad request",
        b"unauthorized",
        b"forbidden",
        b"not found",
        b"method not",
        b"request timeout",
        b"conflict",
        b"precondition",
        b"too many",
        b"internal server",
        b"bad gateway",
        b"service unavailable",
        b"gateway time",
    ];
    let behind = text.get(place.end..text.len().min(place.end + 24)).unwrap_or_default();
    let Some(behind) = behind.strip_prefix(b" ") else { return false };
    place.len() == 3
        && NAMES.iter().any(|name| behind.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name)))
}

/// A number that a terminal broke at the end of its line, as one, and where it ends: its digits are as many as these only
/// together, and nothing follows them that a time or another word has.
pub(super) fn broken(text: &[u8], end: usize, digits: &[usize]) -> Option<(String, usize)> {
    let upper = text.get(..end)?;
    let rest = text.get(end..)?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let lower = rest.iter().take(8).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_last = |next: &u8| !(is_of_word(*next) || matches!(next, b' ' | b'-' | b'.' | b'/'));
    let is_time = matches!(rest.get(lower..), Some([b':', digit, ..]) if digit.is_ascii_digit());
    let prefix = if upper.starts_with(b"0x") || upper.starts_with(b"0X") { 2 } else { 0 };
    let has = |count: usize| digits.contains(&count);
    let whole = upper.len() - prefix + lower;
    let are_digits = upper.get(prefix..)?.iter().all(u8::is_ascii_hexdigit) && prefix < upper.len();
    (are_digits
        && lower > 0
        && has(whole)
        && !has(upper.len() - prefix)
        && !is_time
        && rest.get(lower).is_none_or(is_last))
    .then(|| {
        let number = [upper, rest.get(..lower).unwrap_or_default()].concat();
        (String::from_utf8_lossy(&number).into_owned(), text.len() - rest.len() + lower)
    })
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A word as a number: not a version, a time, a size or a part of an ID.
fn token(text: &[u8], at: usize, word: &[u8]) -> Option<Token> {
    let before = at.checked_sub(1).and_then(|before| text.get(before)).copied();
    let behind = text.get(at + word.len()..).unwrap_or_default();
    let is_part = matches!(behind, [b'.' | b':' | b',' | b'/', digit, ..] if digit.is_ascii_digit())
        && !matches!(behind, [b':' | b',', ..] if word.len() > 3)
        // In a list it stands between two commas: `0,715,0`.
        && !(behind.first() == Some(&b',') && before == Some(b','))
        || matches!(behind, [b'-', more, ..] if more.is_ascii_alphanumeric())
        || before == Some(b'.');
    let is_negative = before == Some(b'-')
        && !at.checked_sub(2).and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let prefixed = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X"));
    let digits = prefixed.unwrap_or(word);
    let is_short = !digits.is_empty() && digits.len() <= 10;
    let is_hexadecimal = prefixed.is_some()
        || digits.len() == 8
            && digits.iter().any(u8::is_ascii_alphabetic)
            && digits.iter().all(u8::is_ascii_hexdigit);
    let is_number = if is_hexadecimal {
        digits.iter().all(u8::is_ascii_hexdigit)
    } else {
        digits.iter().all(u8::is_ascii_digit)
    };
    (is_short && is_number && !is_part).then(|| Token {
        is_negative,
        is_hexadecimal,
        digits: String::from_utf8_lossy(digits).into_owned(),
    })
}

/// Whether what stands before a number says what is counted: `seq=`, and not `errorCode=`.
pub(super) fn counts(before: &[u8]) -> bool {
    const OF_CODES: [&[u8]; 5] = [b"code", b"err", b"status", b"reason", b"result"];
    let Some(before) = before.strip_suffix(b"=") else { return false };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = before.iter().rev().take_while(|byte| is_name(byte)).count();
    let name = before.get(before.len() - length..).unwrap_or_default().to_ascii_lowercase();
    !OF_CODES.iter().any(|word| name.windows(word.len()).any(|part| part == *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_form() {
        for (text, value) in [
            ("=5", 5),
            (": 0x5)", 5),
            (" returned: -0x2700", -0x2700),
            (" error code received: 5", 5),
            ("(-9984)", -9984),
            (", code = \"111\"", 111),
            (" -0x002700,", -0x2700),
            (" is always -2.", -2),
            (" which is -4", -4),
            ("() returns -2", -2),
            (" code &#39;401&#39;", 401),
            (": &quot;5&quot;", 5),
            (",715,0", 715),
        ] {
            let (token, _) = behind(text.as_bytes(), 0).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(token.values().first(), Some(&value), "{text}");
        }
    }

    #[test]
    fn a_status_of_http_has_its_name_behind_it() {
        let is = |text: &str| {
            behind(text.as_bytes(), 0).is_some_and(|(_, place)| is_status(text.as_bytes(), &place))
        };
        assert!(is(" error: [404 Not Found]") && is(": 503 Service Unavailable"));
        assert!(!is(" error: 404") && !is(" status: 404, not found") && !is(" error: 4040 Not Found"));
    }

    #[test]
    fn numbers_that_a_terminal_broke_are_one() {
        for (text, value) in [
            (" returned -0x2\n700", -0x2700),
            (" error:0A0004\r\n18:SSL routines", 0x0a00_0418),
            (" 0x80090\n326)", 0x8009_0326),
        ] {
            let (token, _) = behind(text.as_bytes(), 0).unwrap_or_else(|| panic!("{text}"));
            assert!(token.values().contains(&value), "{text}");
        }
        assert_eq!(broken(b"4042\n01,\"x\"", 4, &[6]), Some(("404201".to_owned(), 7)));
        for text in ["4042\n01:00:00", "40\n2026-01-01", "401002\n12", "4042\n 01", "4042 01"] {
            let end = text.find(['\n', ' ']).unwrap();
            assert_eq!(broken(text.as_bytes(), end, &[6]), None, "{text}");
        }
        for text in [" returned -0x2700\n12", " 0x5\n100 bytes"] {
            let (token, _) = behind(text.as_bytes(), 0).unwrap();
            assert!(token.digits.len() < 5, "{text}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for text in
            [" 1.2.3", " 12:30:00", " 5ms", " 401002ab-0000", " in the 5th", "", " of a long sentence 5"]
        {
            assert_eq!(behind(text.as_bytes(), 0), None, "{text}");
        }
    }
}
