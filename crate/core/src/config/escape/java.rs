//! String literals of Java (JLS sections 3.3 and 3.10.5).

use super::quote::{in_utf16, quoted};

/// Beyond ASCII in UTF-16, since `javac` goes by the system's encoding. `\u000a` would be a line break before the
/// literal is read; line breaks are written by their own escapes.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| match character {
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        _ => in_utf16(character),
    })
}
