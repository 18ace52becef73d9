//! Bytes as eight binary digits each.

use super::number::{long, without_start};
use crate::cert::file::text::{Glyph, Octets};

/// `00110000 10000010` of `xxd -b`, and `0b110000, 0b1000_0010` of programs.
pub(super) fn bits(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut out = Octets::default();
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        let is_of_word = |glyph: &&Glyph| glyph.character.is_ascii_alphanumeric() || glyph.character == '_';
        let length = rest.iter().take_while(is_of_word).count();
        let (word, behind) = rest.split_at_checked(length).unwrap_or_default();
        // An offset may be written with such digits too.
        let is_offset = behind.first().is_some_and(|glyph| glyph.character == ':');
        if let Some(byte) = byte(word).filter(|_| !is_offset) {
            out.glyphs.extend(word.first());
            out.bytes.push(byte);
        }
        at += length.max(1);
    }
    long(vec![out])
}

/// Eight digits; fewer behind a prefix, which leaves out zeros.
fn byte(word: &[Glyph]) -> Option<u8> {
    let prefixed = without_start(word, "0b");
    let digits: String =
        prefixed.unwrap_or(word).iter().map(|it| it.character).filter(|&c| c != '_').take(9).collect();
    let is_one = digits.len() == 8 || prefixed.is_some() && digits.len() < 8;
    u8::from_str_radix(&digits, 2).ok().filter(|_| is_one)
}
