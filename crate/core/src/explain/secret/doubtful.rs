//! Words of a quotation that may be secrets though nothing names them: letters and digits mixed as nobody writes who wants to
//! be understood.
//!
//! A quotation is there for the words of the failure, and those the lexicon knows. What it does not know and what mixes digits
//! with letters is left out of it: a name of a device less is shown, and no password more.

/// Shortest word that is looked at, in characters.
const SHORTEST: usize = 6;
/// What stands around words.
const SEPARATORS: &str = " \t\r\n\"'`<>()[]{},;:=|&?@/\\";
/// Words of the trade that no client's message has alone.
const OF_TRADE: [&str; 19] = [
    "aes", "arm", "cbc", "chacha", "ecdhe", "ecdsa", "gcm", "hmac", "ipv", "mqttv", "pkcs", "poly", "rsa",
    "secp", "sha", "sslv", "tlsv", "utf", "version",
];

/// The quotation with three asterisks in place of each such word; `knows` is asked for runs of letters in lower case.
pub(super) fn without(text: &str, knows: impl Fn(&str) -> bool) -> String {
    let is_separator = |character: char| SEPARATORS.contains(character);
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(is_separator) {
        let bare = word.strip_suffix(is_separator).unwrap_or(word);
        out.push_str(if is_doubtful(bare, &knows) { "***" } else { bare });
        out.push_str(word.get(bare.len()..).unwrap_or_default());
    }
    out
}

fn is_doubtful(word: &str, knows: &impl Fn(&str) -> bool) -> bool {
    let has = |kind: fn(&char) -> bool| word.chars().any(|character| kind(&character));
    word.chars().count() >= SHORTEST
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !(is_number(word) || is_id(word) || is_name(word) || is_known(word, knows))
}

/// `0x7f8c0d2f08`, `0A000418`.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("-0x"));
    let is_hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.is_some_and(is_hexadecimal) || word.len() <= 8 && is_hexadecimal(word)
}

/// A GUID, which the service tells its answers by, or an ID scope.
fn is_id(word: &str) -> bool {
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    let is_guid =
        groups == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let scope = ["0ne", "0cn"].iter().find_map(|start| word.strip_prefix(start));
    is_guid || scope.is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A host or a file: labels with dots between them, of which the last has letters only.
fn is_name(word: &str) -> bool {
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let word = word.trim_end_matches('.');
    word.chars().all(is_of_name)
        && word.rsplit_once('.').is_some_and(|(first, last)| {
            !first.is_empty()
                && (1..=10).contains(&last.len())
                && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
}

/// Whether its letters are words of clients: `ssl3_read_bytes`, `SocketException10061`, `2026-02-03T10`.
fn is_known(word: &str, knows: &impl Fn(&str) -> bool) -> bool {
    let runs: Vec<&str> = word
        .split(|character: char| !character.is_ascii_alphabetic())
        .filter(|run| !run.is_empty())
        .collect();
    let singles = runs.iter().filter(|run| run.len() == 1).count();
    let is_signed =
        word.chars().any(|character| !character.is_ascii_alphanumeric() && !"._-+*#".contains(character));
    let is_word = |run: &str| {
        let lower = run.to_ascii_lowercase();
        OF_TRADE.contains(&&*lower) || knows(&lower)
    };
    let is_camel = |run: &str| {
        let mut start = 0;
        let capitals = run.char_indices().skip(1).filter(|(_, letter)| letter.is_ascii_uppercase());
        let ends: Vec<usize> = capitals.map(|(at, _)| at).chain([run.len()]).collect();
        ends.into_iter().all(|end| {
            let part = run.get(start..end).unwrap_or_default();
            start = end;
            part.len() > 1 && is_word(part)
        })
    };
    !is_signed
        && singles <= 2
        && runs.iter().filter(|run| run.len() > 1).all(|run| is_word(run) || is_camel(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        without(text, |word| {
            ["error", "ssl", "read", "bytes", "socket", "exception", "tlsio"].contains(&word)
        })
    }

    #[test]
    fn what_nobody_writes_by_hand_is_left_out() {
        for secret in [
            "sunflower42x",
            "Herbst2025",
            "9c1d77e0b2a64f",
            "Wq8!tZk3mV",
            "Tr0ub4dor",
            "A1B2C3D4E",
            "error2024!",
        ] {
            for text in
                [format!("rc=5 send {secret} now"), format!("me:{secret}@host"), format!("'{secret}'")]
            {
                assert!(!shown(&text).contains(secret), "{text}: {}", shown(&text));
            }
        }
    }

    #[test]
    fn what_a_failure_says_stays() {
        for text in [
            "2026-02-03T10:15:42.123Z error:0A000418:SSL routines: ssl3_read_bytes (-0x2700)",
            "SocketException10061 at gw1.acme.com:8883, tlsio_openssl.c line 446, 0x7f8c0d2f08",
            "b3990321-f238-414d-96ad-dd52300db848 of 0ne00000E59, TLSv1.2 with AES128-SHA256",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
