//! What literals of several languages share.

/// The text between quotes, with some characters written otherwise.
pub(super) fn quoted(quote: char, text: &str, escape: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match escape(character) {
            Some(escaped) => out.push_str(&escaped),
            None => out.push(character),
        }
    }
    out.push(quote);
    out
}

/// Backslash and double quote by a backslash, control characters as `\uXXXX`: what most languages share.
pub(super) fn backslashed(character: char) -> Option<String> {
    match character {
        '"' | '\\' => Some(format!("\\{character}")),
        _ if character.is_control() => Some(format!("\\u{:04x}", u32::from(character))),
        _ => None,
    }
}

/// The same, and everything beyond ASCII in units of UTF-16, so that a compiler's idea of the file's encoding does
/// not matter.
pub(super) fn in_utf16(character: char) -> Option<String> {
    if character.is_ascii() {
        return backslashed(character);
    }
    Some(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect())
}
