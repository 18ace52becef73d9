//! String literals of C# (C# specification 6.4.5.6).

use super::quote::{in_utf16, quoted};

/// A regular string literal, ASCII alone.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, in_utf16)
}
