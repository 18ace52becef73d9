//! Words of a Windows batch file (`cmd /?`, `set /?`; arguments as the C runtime reads them).

/// Between double quotes, with `%` doubled. Backslashes at the end are doubled, or the last would escape the quote.
/// `!` is special only under delayed expansion, which is off unless it is asked for.
pub(super) fn literal(text: &str) -> String {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    format!("\"{}{}\"", text.replace('%', "%%"), "\\".repeat(backslashes))
}
