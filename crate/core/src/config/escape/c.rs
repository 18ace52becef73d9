//! String literals of C (C11 sections 6.4.4.4 and 6.4.5).

use super::quote::quoted;

/// A string literal. Bytes beyond ASCII are octal, which ends after three digits, unlike hexadecimal; `?` is escaped
/// for the trigraphs of old compilers.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| match character {
        '"' | '\\' | '?' => Some(format!("\\{character}")),
        ' '..='~' => None,
        _ => {
            let mut buffer = [0; 4];
            Some(character.encode_utf8(&mut buffer).bytes().map(|byte| format!("\\{byte:03o}")).collect())
        }
    })
}

/// Lines of text as one literal a line, each with its `\r\n`, continued by a backslash: the body of a `#define`.
pub(in crate::config) fn lines(text: &str) -> String {
    let literals: Vec<String> = text
        .lines()
        .map(|line| {
            let literal = literal(line);
            format!("{}\\r\\n\"", literal.strip_suffix('"').unwrap_or(&literal))
        })
        .collect();
    literals.join(" \\\n")
}
