//! TOML basic strings (TOML 1.0, String).

use super::quote::{backslashed, quoted};

/// Control characters, among them DEL, must be escaped; everything else may stand as it is.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, backslashed)
}
