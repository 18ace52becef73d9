//! Words of `ExecStart=` in a systemd unit (systemd.service, systemd.syntax: Quoting).

use super::quote::{backslashed, quoted};

/// Between double quotes with C's escapes; `%` and `$` are doubled, since specifiers and variables are replaced
/// between quotes as well.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, |character| match character {
        '%' | '$' => Some(format!("{character}{character}")),
        _ => backslashed(character),
    })
}
