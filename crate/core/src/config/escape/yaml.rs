//! YAML double-quoted scalars (YAML 1.2 sections 5.7 and 7.3.1).

use super::quote::{backslashed, quoted};

/// What is not printable in YAML, or breaks lines in YAML 1.1, is written as `\uXXXX`.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| match character {
        '\u{2028}' | '\u{2029}' | '\u{feff}' => Some(format!("\\u{:04x}", u32::from(character))),
        _ => backslashed(character),
    })
}
