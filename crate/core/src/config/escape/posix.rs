//! Words of a POSIX shell (POSIX.1-2017, Shell Command Language 2.2.2).

/// Plain where that is the same, otherwise between single quotes, where nothing is special but the quote itself.
pub(super) fn literal(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
