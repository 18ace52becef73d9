//! Words of PowerShell (about_Quoting_Rules).

use super::quote::quoted;

/// Between single quotes, where nothing is special but the quotes; PowerShell takes four typographic ones for quotes
/// as well.
pub(super) fn literal(text: &str) -> String {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
    quoted('\'', text, |c| is_quote(c).then(|| format!("{c}{c}")))
}
