//! String literals of JavaScript (ECMA-262, String Literals).

use super::quote::{backslashed, quoted};

/// The two line separators were no part of a literal before ES2019.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| match character {
        '\u{2028}' | '\u{2029}' => Some(format!("\\u{:04x}", u32::from(character))),
        _ => backslashed(character),
    })
}
