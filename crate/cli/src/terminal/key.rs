//! Texts without keys: who gives a key's text where its file's name belongs, as `--key "$KEY"` does, finds it in what is said
//! of that file, and in every log that keeps what was said.

use std::{borrow::Cow, ffi::OsString, iter, path::Path, sync::LazyLock};

use dps_x509_core::text::is_bare_key;

/// The end of a line that begins a private key (RFC 7468) or ends it, encrypted or not.
const MARK: &str = "PRIVATE KEY-----";
/// How the line begins that ends it.
const END: &str = "-----END";
/// Least digits of base64 in a row that are taken for a line of a key: a line of one has 64.
const LEAST: usize = 40;

/// The bare keys among this program's arguments.
static GIVEN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let keys = bare_keys(std::env::args_os().skip(1));
    keys.into_iter().flat_map(|key| [escaped(&key), key]).collect()
});

/// Every private key's text is shown as `***`, with what begins or ends it, and so is a bare key that was given as an argument.
pub(super) fn without_keys(text: &str) -> Cow<'_, str> {
    GIVEN.iter().fold(without_texts(text), |text, key| {
        if text.contains(key) { Cow::Owned(text.replace(key, "***")) } else { text }
    })
}

/// Looks for them before anything is made that could have such a name.
pub(super) fn look_at_arguments() {
    LazyLock::force(&GIVEN);
}

/// What stands in arguments, alone, behind a flag or as a part of a path, and can only be a key or the signature of a SAS token,
/// and the passwords of addresses; what is there as a file is its name.
fn bare_keys(arguments: impl Iterator<Item = OsString>) -> Vec<String> {
    let mut keys = Vec::new();
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let behind_flag =
            argument.strip_prefix("--").and_then(|flag| flag.split_once('=')).map(|(_, value)| value);
        let value = behind_flag.unwrap_or(&argument);
        // `SharedAccessKey=…;`, `cert.pem:…`, `./…`, two of them with a comma in between.
        let words = value.split(|it: char| !(is_digit(it) || matches!(it, '-' | '_' | '%')));
        let words = words
            .flat_map(|word| iter::once(word).chain(word.split('/').filter(|part| part.len() < word.len())));
        let behind_name =
            |word: &str| word.trim_end_matches('=').rsplit_once('=').map(|(name, _)| name.len() + 1);
        let words = words.map(|word| behind_name(word).and_then(|at| word.get(at..)).unwrap_or(word));
        let words = words.filter(|word| is_bare_key(word) && !Path::new(value).exists());
        keys.extend(words.map(str::to_owned).chain(password(value)));
    }
    keys
}

/// As SARIF has it, whose paths are URIs.
fn escaped(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escaped = |byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    key.bytes().map(escaped).collect()
}

/// The password of an address, with what parts it from the name and the host: alone it may be any word.
fn password(value: &str) -> Option<String> {
    let (_, behind) = value.split_once("://")?;
    let (user, _) = behind.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    Some(format!(":{password}@"))
}

/// Every private key's text that has its first or its last line.
fn without_texts(text: &str) -> Cow<'_, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, behind) = rest.split_at(at + MARK.len());
        match before.rfind(END) {
            // Of a key whose beginning is elsewhere: an address was cut up, say.
            Some(end) => {
                let (text, mark) = before.split_at(end);
                let before = text.trim_end_matches(is_within);
                let key = text.strip_prefix(before).unwrap_or_default();
                shown.push_str(before);
                shown.push_str(if longest(key) >= LEAST { "***" } else { key });
                shown.push_str(mark);
                rest = behind;
            }
            None => {
                shown.push_str(before);
                rest = match after(behind) {
                    Some(rest) => {
                        shown.push_str("***");
                        rest
                    }
                    None => behind,
                };
            }
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn is_digit(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

/// Line breaks as they are, as JSON has them, and as `\u{a}`.
fn is_within(character: char) -> bool {
    is_digit(character) || character.is_ascii_whitespace() || matches!(character, '\\' | '{' | '}')
}

/// Most digits in a row.
fn longest(text: &str) -> usize {
    text.split(|it| !is_digit(it)).map(str::len).max().unwrap_or_default()
}

/// What comes after the key that begins here, if one does: behind the line that ends it, or else behind the last long line.
fn after(behind: &str) -> Option<&str> {
    let within = behind.find(|it| !is_within(it)).unwrap_or(behind.len());
    let (key, rest) = behind.split_at(within);
    if longest(key) < LEAST {
        return None;
    }
    if let Some((_, rest)) = rest.strip_prefix(END).and_then(|rest| rest.split_once("-----")) {
        return Some(rest);
    }
    let long = key.split(|it| !is_digit(it)).rfind(|run| run.len() >= LEAST)?;
    // It is there.
    let end = key.rfind(long)? + long.len();
    behind.get(end..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_keys_are_found_among_the_arguments() {
        const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
        let of = |argument: &str| bare_keys(iter::once(argument.into()));
        for argument in [
            KEY.to_owned(),
            format!("--key={KEY}"),
            format!("HostName=h;SharedAccessKey={KEY}"),
            format!("a.pem,{KEY}"),
        ] {
            assert_eq!(of(&argument), [KEY], "{argument}");
        }
        let coded = KEY.replace('+', "%2B").replace('=', "%3D");
        assert_eq!(of(&format!("--cert=SharedAccessSignature sr=x&sig={coded}&se=1")), [coded]);
        assert_eq!(of("--trust=https://user:p@ss:word@host:1/x"), [":p@ss:word@"]);
        assert_eq!(of(&format!("./{KEY}")), [format!("/{KEY}"), KEY.to_owned()]);
        assert_eq!(of(&format!("/nowhere/a-folder/{KEY}/root.pem")), [KEY]);
        let two = format!("{KEY},{KEY}");
        assert_eq!(of(&two).len(), 2);
        for argument in ["check", "--id-scope=0ne00111111", "--cert=certs/device.pem", "a=b"] {
            assert_eq!(of(argument), Vec::<String>::new(), "{argument}");
        }
    }

    #[test]
    fn a_key_s_text_is_left_out_however_its_lines_are_broken() {
        let line = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOYcbhgZ1A+H7ObFo";
        for (kind, end) in
            [("", "\n"), ("EC ", "\\n"), ("ENCRYPTED ", "\\u{a}"), ("RSA ", " "), ("", "\\\\u{a}")]
        {
            let key = format!(
                "-----BEGIN {kind}PRIVATE KEY-----{end}{line}{end}{line}=={end}-----END {kind}PRIVATE KEY-----"
            );
            let shown =
                without_keys(&format!("{{\"a\": \"{key}\", \"b\": \"{key}/no such file\"}}")).into_owned();
            let left = format!("-----BEGIN {kind}PRIVATE KEY-----***");
            assert_eq!(shown, format!("{{\"a\": \"{left}\", \"b\": \"{left}/no such file\"}}"));
            // Cut off: what is behind the last long line stays.
            let cut = format!("-----BEGIN {kind}PRIVATE KEY-----{end}{line}{end}{line}");
            assert_eq!(without_keys(&format!("'{cut}' is no file")), format!("'{left}' is no file"));
            assert_eq!(
                without_keys(&format!("give {cut}\n  standing: that")),
                format!("give {left}\n  standing: that")
            );
            let tail = format!("/Zv{end}{line}{end}-----END {kind}PRIVATE KEY-----");
            assert_eq!(
                without_keys(&format!("path \"{tail}\"")),
                format!("path \"***-----END {kind}PRIVATE KEY-----\"")
            );
        }
        let other =
            "the line \"-----BEGIN PRIVATE KEY-----\" is missing, and -----END PRIVATE KEY----- stands there";
        assert_eq!(without_keys(other), other);
    }
}
