//! The program that wrote a line, by the tag before its words: `sshd[412]:`, `nginx:`, `postgres-1  | `.

use crate::explain::{fold::without_escapes, lexicon::Lexicon};

/// Within so many words the tag stands: behind a date, a host and a level.
const WORDS: usize = 8;

/// The other program that wrote a line, by the names in the lexicon; none if the tag is of none that is known there.
pub(in crate::explain) fn other(line: &[u8]) -> Option<&'static str> {
    let line = without_escapes(line.get(..line.len().min(240))?);
    let line = String::from_utf8_lossy(&line);
    let mut words = line.split_whitespace().take(WORDS + 1).peekable();
    while let Some(word) = words.next() {
        let is_container = words.peek() == Some(&"|");
        let name = match word.strip_suffix([':', '>']) {
            Some(tag) => tag,
            None if is_container => {
                word.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end_matches(['-', '_'])
            }
            None => continue,
        };
        let name = name.split(['[', '(', '/']).next().unwrap_or_default();
        // The daemons of Apple's systems are all called so.
        if name.starts_with("com.apple.") {
            return Some("com.apple");
        }
        if let Some(known) = Lexicon::get().program(&name.to_ascii_lowercase()) {
            return Some(known);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_the_program() {
        for (line, name) in [
            ("Feb  3 10:15:42 host sshd[412]: Connection reset by peer", Some("sshd")),
            ("\u{1b}[31mnginx: [emerg] bind() failed\u{1b}[0m", Some("nginx")),
            ("postgres-1  | FATAL: no", Some("postgres")),
            ("Feb  3 10:15:42 mx postfix/smtpd[1]: Connection refused", Some("postfix")),
            ("Feb  3 10:15:42 host myagent[412]: Connection refused", None),
            (
                "Jul  7 00:24:41 mac com.apple.WebKit.Networking[9854]: CFNetwork SSLHandshake failed",
                Some("com.apple"),
            ),
            ("mosquitto: Connection refused", None),
            ("the server behind nginx refused", None),
        ] {
            assert_eq!(other(line.as_bytes()), name, "{line}");
        }
    }
}
