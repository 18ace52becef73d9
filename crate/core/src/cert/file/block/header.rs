//! The header lines of RFC 1421 section 4.6 between BEGIN and the base64.

use crate::cert::file::{
    base64,
    text::{self, Glyph, is_line_break},
};

/// The header lines of a block.
#[derive(PartialEq, Eq)]
pub(super) enum Headers {
    None,
    /// They say that it is encrypted, and how: the value of `DEK-Info`, empty without one.
    OfEncryption(String),
    /// They say something else; the first begins here.
    Others(usize),
}

/// Skips the header lines of a block, and says what they are.
pub(super) fn skip_headers(glyphs: &[Glyph], start: usize, end: usize) -> (usize, Headers) {
    if let Some((from, dek_info)) = of_encryption(glyphs, start, end) {
        return (from, Headers::OfEncryption(dek_info));
    }
    let mut from = start;
    let mut headers = Headers::None;
    let mut name_before = String::new();
    loop {
        let rest = glyphs.get(from..end).unwrap_or_default();
        let length = rest.iter().position(|glyph| is_line_break(glyph.character)).unwrap_or(rest.len());
        let line = text::string(rest.get(..length.min(200)).unwrap_or_default());
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let name = line.split_once(':').map(|(name, _)| name).filter(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        // What one line after the other begins with is no header: somebody wrote it in front of all.
        if name.is_some_and(|name| name == name_before) {
            return (start, Headers::None);
        }
        let is_header = name.is_some();
        name_before = name.unwrap_or_default().to_owned();
        if !(is_header || line.is_empty()) || length == rest.len() {
            return (from, headers);
        }
        if is_header && headers == Headers::None {
            headers = Headers::Others(from);
        }
        from += length + 1;
    }
}

/// Where the base64 begins behind the headers of an encrypted block, and the value of `DEK-Info`. They are found whatever
/// stands in front of the lines, and also where the line breaks are lost: the initial vector says how long it is.
fn of_encryption(glyphs: &[Glyph], start: usize, end: usize) -> Option<(usize, String)> {
    /// Headers are short, even with a log's prefix in front of each.
    const FURTHEST: usize = 600;
    let body = glyphs.get(start..end)?;
    let text = text::characters(body.get(..FURTHEST).unwrap_or(body));
    let behind = |word: &str, from: usize| {
        let word: Vec<char> = word.chars().collect();
        let at = text.get(from..)?.windows(word.len()).position(|window| window == word)?;
        Some(from + at + word.len())
    };
    let behind_type = behind("ENCRYPTED", behind("Proc-Type", 0)?)?;
    let Some(from) = behind("DEK-Info:", behind_type) else {
        return Some((start + behind_type, String::new()));
    };
    let value = text.get(from..)?;
    let blanks = value.iter().take_while(|c| c.is_whitespace()).count();
    let name = value.get(blanks..)?.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '-').count();
    let cipher: String = value.get(blanks..blanks + name)?.iter().collect();
    let (mut vector, mut at) = (String::new(), start + from + blanks + name + 1);
    while vector.len() < 2 * block_length(&cipher)
        && let Some(glyph) = glyphs.get(at).filter(|_| at < end)
        && glyph.character.is_ascii_hexdigit()
    {
        vector.push(glyph.character);
        at += 1;
    }
    Some((behind_short_lines(glyphs, at, end), format!("{cipher},{vector}")))
}

/// Behind the rest of a line and those in which no base64 stands, such as an empty one with its number in front.
fn behind_short_lines(glyphs: &[Glyph], start: usize, end: usize) -> usize {
    const MIN_RUN: usize = 16;
    let mut from = start;
    while let Some(line) = glyphs.get(from..end)
        && let Some(length) = line.iter().position(|glyph| is_line_break(glyph.character))
        && let Some(line) = line.get(..length)
        && line.split(|glyph| base64::value(glyph.character).is_none()).all(|run| run.len() < MIN_RUN)
    {
        from += length + 1;
    }
    // Of short lines alone all are the body.
    if from < end { from } else { start }
}

/// Octets in a block of a cipher: those of DES and RC2 have eight, the others have sixteen.
pub(super) fn block_length(cipher: &str) -> usize {
    if cipher.starts_with("DES") || cipher.starts_with("RC2") { 8 } else { 16 }
}
