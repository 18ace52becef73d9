//! Bytes as binary digits.

use super::number::{long, without_start};
use crate::cert::file::text::{Glyph, Octets};

/// How a number of base two begins: in C, in the language of controllers and Ada, in Verilog and VHDL.
const PREFIXES: [&str; 4] = ["0b", "2#", "8'b", "b\""];

/// `00110000 10000010` of `xxd -b`, and `0b110000, 0b1000'0010` of programs.
pub(super) fn bits(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut out = Octets::default();
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        let prefixed = PREFIXES.iter().find_map(|prefix| without_start(rest, prefix));
        let start = prefixed.map_or(0, |behind| rest.len() - behind.len());
        let length = start + word(rest.get(start..).unwrap_or_default());
        let (word, behind) = rest.split_at_checked(length).unwrap_or_default();
        // An offset may be written with such digits too.
        let is_offset = behind.first().is_some_and(|glyph| glyph.character == ':');
        let digits = word.get(start..).unwrap_or_default();
        if let Some(byte) = byte(digits, prefixed.is_some()).filter(|_| !is_offset) {
            out.glyphs.extend(word.first().map(|glyph| glyph.place()));
            out.bytes.push(byte);
        }
        at += length.max(1);
    }
    long(vec![out])
}

/// Rows of digits without anything in between, as long as they happen to be.
pub(super) fn rows(glyphs: &[Glyph]) -> Vec<Octets> {
    const MIN_ROW: usize = 16;
    let is_bit = |glyph: &Glyph| matches!(glyph.character, '0' | '1');
    let mut out = Octets::default();
    let (mut value, mut count) = (0_u32, 0);
    for row in glyphs.split(|glyph| !glyph.character.is_ascii_alphanumeric()) {
        // The last row may be short.
        let is_row = row.iter().all(is_bit) && (row.len() >= MIN_ROW || !out.bytes.is_empty());
        for glyph in row.iter().filter(|_| is_row) {
            value = value << 1 | u32::from(glyph.character == '1');
            count += 1;
            if count == 8 {
                out.push(u8::try_from(value).unwrap_or_default(), *glyph);
                (value, count) = (0, 0);
            }
        }
    }
    long(vec![out])
}

/// How far a word goes; signs in the midst of its digits part them.
fn word(glyphs: &[Glyph]) -> usize {
    let is_digit = |at: usize| {
        glyphs.get(at).is_some_and(|glyph| glyph.character.is_ascii_alphanumeric() || glyph.character == '_')
    };
    let parts = |at: usize| glyphs.get(at).is_some_and(|glyph| glyph.character == '\'') && is_digit(at + 1);
    (0..glyphs.len()).take_while(|&at| is_digit(at) || at > 0 && parts(at)).count()
}

/// Eight digits; fewer behind a prefix, which leaves out zeros.
fn byte(word: &[Glyph], is_prefixed: bool) -> Option<u8> {
    let digits: String =
        word.iter().map(|it| it.character).filter(|c| !matches!(c, '_' | '\'')).take(9).collect();
    let is_one = digits.len() == 8 || is_prefixed && digits.len() < 8;
    u8::from_str_radix(&digits, 2).ok().filter(|_| is_one)
}
