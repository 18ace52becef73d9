//! What a person does not see of a text, and how it is shown all the same.

use std::{borrow::Cow, fmt::Write as _};

/// Control characters, and those that have no width, that look like a space and are none, or that reorder a line.
///
/// These are, of Unicode 16: the general categories Cc, Zl, Zp and (but for the space) Zs; what has the property
/// `Default_Ignorable_Code_Point`, in which are the controls of direction, the tags, the joiners, the fillers and the
/// variation selectors; the marks of annotations and of other formats; an empty pattern of braille; and the
/// noncharacters.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    // What most texts are made of.
    if matches!(character, ' '..='~') {
        return false;
    }
    matches!(character,
        // Cc
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Zs, Zl, Zp
        | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        // Default_Ignorable_Code_Point
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        // Annotations, formats of hieroglyphs, braille without a dot
        | '\u{fff9}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{2800}'
        // Noncharacters
        | '\u{fdd0}'..='\u{fdef}')
        || is_last_of_its_plane(character)
}

/// Each plane ends with two noncharacters.
fn is_last_of_its_plane(character: char) -> bool {
    u32::from(character) & 0xfffe == 0xfffe
}

/// The text in one line, with every invisible character written out as `\u{202e}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, is_invisible, |out, character| out.extend(character.escape_unicode()))
}

/// The same of a text that has lines: those stay.
#[must_use]
pub fn without_lines(text: &str) -> Cow<'_, str> {
    let is_written = |character| character != '\n' && is_invisible(character);
    written_out(text, is_written, |out, character| out.extend(character.escape_unicode()))
}

/// The same of a JSON text (RFC 8259 section 7): what is invisible and stands outside of ASCII can only be in strings,
/// where `\u202e` means the same. A value stays the value that it is.
#[must_use]
pub fn in_json(text: &str) -> Cow<'_, str> {
    let is_written = |character: char| character > '~' && is_invisible(character);
    written_out(text, is_written, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// Bytes from outside as one line of text: what is not printable is written out, so that no terminal obeys it.
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    visible(&String::from_utf8_lossy(bytes)).into_owned()
}

fn written_out(
    text: &str,
    is_written: impl Fn(char) -> bool,
    write: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    let Some(first) = text.find(&is_written) else { return Cow::Borrowed(text) };
    let (seen, rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(seen);
    for character in rest.chars() {
        if is_written(character) { write(&mut out, character) } else { out.push(character) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(visible("a\u{202e}b\u{7}\n"), "a\\u{202e}b\\u{7}\\u{a}");
        assert!(matches!(visible("Zürich 1 – 日本語 é 🦀"), Cow::Borrowed(_)));
        assert_eq!(without_lines("a\n\u{9b}b\r\n"), "a\n\\u{9b}b\\u{d}\n");
        assert_eq!(printable(b"a\x1b[2Jb\r\nc\xff"), "a\\u{1b}[2Jb\\u{d}\\u{a}c\u{fffd}");
    }

    #[test]
    fn each_kind_of_invisible_character() {
        for character in [
            '\0',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{a0}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1680}',
            '\u{180e}',
            '\u{2009}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{2800}',
            '\u{3000}',
            '\u{3164}',
            '\u{fdd0}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffe}',
            '\u{1d173}',
            '\u{1ffff}',
            '\u{e0001}',
            '\u{e0020}',
            '\u{e007f}',
            '\u{e01ef}',
            '\u{10fffe}',
        ] {
            assert!(is_invisible(character), "{}", character.escape_unicode());
        }
        for character in [' ', 'a', '~', 'ä', '\u{301}', '–', '…', '→', '日', '\u{fffd}', '🦀'] {
            assert!(!is_invisible(character), "{}", character.escape_unicode());
        }
    }

    #[test]
    fn json_says_the_same_and_shows_it() {
        let value = serde_json::json!({ "a\u{202e}": "\u{7f}\u{9b}\u{e0041}\u{1b}é\n\u{feff}" });
        for text in [value.to_string(), format!("{value:#}")] {
            let shown = in_json(&text);
            assert!(!shown.chars().any(|it| it != '\n' && is_invisible(it)), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
        assert!(in_json("\"\u{e0041}\"").contains("\\udb40\\udc41"));
    }
}
