//! Strings of a Kconfig file (Linux `scripts/kconfig`, Zephyr's kconfiglib).

use super::quote::quoted;

/// Backslash and quote by a backslash; there is no escape for anything else.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| matches!(character, '"' | '\\').then(|| format!("\\{character}")))
}
