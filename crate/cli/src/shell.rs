//! Words for a shell.

use std::{fmt::Write as _, path::Path};

use dps_x509_core::text;

/// A word as a POSIX shell takes it, in one line in which all is seen. What is not seen without more is written as an escape
/// between `$'` and `'` (POSIX.1-2024, XCU 2.2.4), octet by octet.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | ':');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !word.contains(text::is_invisible) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for character in word.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            _ if text::is_invisible(character) => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            _ => quoted.push(character),
        }
    }
    quoted + "'"
}

/// A path that no command takes for a flag.
pub(crate) fn path(path: &Path) -> String {
    let path = path.display().to_string();
    if path.starts_with('-') { format!("./{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn no_path_is_a_flag() {
        for (given, told) in [("-x/a.pem", "./-x/a.pem"), ("x/-a.pem", "x/-a.pem"), ("/-x", "/-x")] {
            assert_eq!(path(Path::new(given)), told);
        }
    }

    #[test]
    fn a_shell_gets_the_word_back() {
        for word in
            ["", "a", "it's", "a b", "a\nb", "\u{1b}[31m\u{202e}'\\", "\u{e0041}1", "$x `y` \"z\"", "\\n"]
        {
            let quoted = quoted(word);
            assert!(!quoted.contains(text::is_invisible), "{quoted:?}");
            let echo = Command::new("bash").args(["-c", &format!("printf %s {quoted}")]).output().unwrap();
            assert_eq!(String::from_utf8(echo.stdout).unwrap(), word, "{quoted}");
        }
    }
}
