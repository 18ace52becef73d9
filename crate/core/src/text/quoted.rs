//! A word that is none of those that are known, in what is said of it.

use std::{borrow::Cow, fmt};

use super::visible;

/// Longest that is shown. A key of 32 bytes has 43 characters of base64.
const LONGEST: usize = 42;

/// What somebody gave for a word of ours, in quotes, as `"mars"`. What is longer than such words are is not shown: it may be a
/// key, or what a whole file says, that was given in the wrong place. The message goes to logs.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "it is the word, as it is to be shown")]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.chars().count() {
            0..=LONGEST => write!(f, "\"{}\"", visible(self.0)),
            length => write!(f, "\"…\" ({length} characters)"),
        }
    }
}

/// Whether a text can only be a key, or what else nobody writes by himself: thirty bytes or more as base64, with `+` and `/`,
/// these as an address and a SAS token have them (`%2B`), or with `-` and `_`. A name changes seldom between capitals, small letters and digits, and base64 at most places; a thumbprint or
/// a number of a device is hexadecimal, and public.
#[must_use]
pub fn is_bare_key(text: &str) -> bool {
    /// Least characters, with the `=` at the end.
    const LEAST: usize = 40;
    let text = plain(text.trim());
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    if text.len() < LEAST || text.len() - digits.len() > 2 || !digits.bytes().all(is_digit) {
        return false;
    }
    let kinds: Vec<u8> = digits
        .bytes()
        .filter_map(|byte| match byte {
            b'A'..=b'Z' => Some(0),
            b'a'..=b'z' => Some(1),
            b'0'..=b'9' => Some(2),
            _ => None,
        })
        .collect();
    let changes = kinds.iter().zip(kinds.iter().skip(1)).filter(|(one, next)| one != next).count();
    let has = |kind: u8| kinds.contains(&kind);
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    !is_hexadecimal && has(0) && has(1) && changes * 3 >= digits.len()
}

/// Without the escapes that base64 needs in an address, once or twice.
fn plain(text: &str) -> Cow<'_, str> {
    const ESCAPED: [(&str, &str); 7] =
        [("%25", "%"), ("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%3D", "="), ("%3d", "=")];
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(ESCAPED.iter().fold(text.to_owned(), |text, (escaped, digit)| text.replace(escaped, digit)))
}

/// What `serde` says of something that is not what is expected. It quotes what is there instead; of that as much as [`Quoted`]
/// shows.
#[must_use]
pub fn shortened(error: &str) -> Cow<'_, str> {
    let whole = Cow::Borrowed(error);
    let Some((said, expected)) = error.rfind(", expected ").map(|at| error.split_at(at)) else {
        return whole;
    };
    let Some((before, there)) = said.split_once(['"', '`']) else { return whole };
    let there = there.strip_suffix(['"', '`']).unwrap_or(there);
    if there.chars().count() <= LONGEST {
        return whole;
    }
    Cow::Owned(format!("{before}{}{expected}", Quoted(there)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_quotes_is_a_word() {
        let key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg`\", expected `x`";
        let missing = format!("missing field `{}` at line 1 column 2", "x".repeat(60));
        for same in ["unknown variant `mars`, expected `a` or `b` at line 1", &missing] {
            assert_eq!(shortened(same), same);
        }
        for kind in ["unknown variant `KEY`", "unknown field `KEY`", "invalid type: string \"KEY\""] {
            let error = format!("{}, expected `a` at line 1", kind.replace("KEY", key));
            let (before, _) = kind.split_once(['`', '"']).unwrap();
            assert_eq!(shortened(&error), format!("{before}\"…\" (64 characters), expected `a` at line 1"));
        }
    }

    #[test]
    fn a_bare_key_is_told_from_names() {
        for key in [
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            " MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOYcbhgZ1A+H7ObFo\n",
            "Kr3xWDxIZ4M0WkDM1Uflm9tes9GQ84sJwJp-lPj0mOE",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83v%2bjRWeJA%3D",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83v%252FjRWeJA%253D",
        ] {
            assert!(is_bare_key(key), "{key}");
        }
        for name in [
            "",
            "device-7",
            "585099c60198e420c12c85218efbd334eb6edf9ebb831d509a04d47accaca684",
            "/home/User1/Projects/2026/Azure/Devices/Certificates/Device1",
            "azure-iot-test-only-intermediate-full-chain-certificate",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83v%20jRWeJA=",
            "/home/me/q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA.pem",
            "5f3a1c1e-9d20-4b1b-8c1e-aa1122334455-0017-device",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=",
        ] {
            assert!(!is_bare_key(name), "{name}");
        }
    }

    #[test]
    fn what_is_no_word_is_not_shown() {
        assert_eq!(Quoted("mars\u{202e}\n").to_string(), "\"mars\\u{202e}\\u{a}\"");
        assert_eq!(Quoted("").to_string(), "\"\"");
        assert_eq!(Quoted(&"ä".repeat(42)).to_string().chars().count(), 44);
        assert_eq!(Quoted(&"K".repeat(43)).to_string(), "\"…\" (43 characters)");
    }
}
