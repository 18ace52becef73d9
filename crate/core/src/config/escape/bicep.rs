//! Strings of Bicep (Bicep documentation, Data types: Strings).

use super::quote::quoted;

/// Between single quotes; `${` begins an expression.
pub(super) fn literal(text: &str) -> String {
    quoted('\'', text, |character| match character {
        '\'' | '\\' | '$' => Some(format!("\\{character}")),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        _ if character.is_control() => Some(format!("\\u{{{:x}}}", u32::from(character))),
        _ => None,
    })
}
