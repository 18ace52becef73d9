//! One number of one byte.

use crate::cert::file::text::{Glyph, Octets};

/// Fewer bytes are no object.
pub(super) const MIN_BYTES: usize = 16;

/// Those that are long enough for an object.
pub(super) fn long(all: Vec<Octets>) -> Vec<Octets> {
    all.into_iter().filter(|octets| octets.bytes.len() >= MIN_BYTES).collect()
}

/// What a group of digits means as a byte; with a sign, what a signed byte is.
pub(super) fn number(digits: &[Glyph], radix: u32) -> Option<u8> {
    let (is_negative, digits) = match digits {
        [sign, rest @ ..] if sign.character == '-' => (true, rest),
        all => (false, all),
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits.iter().try_fold(0_u32, |value, glyph| {
        value.checked_mul(radix)?.checked_add(glyph.character.to_digit(radix)?).filter(|&value| value < 256)
    })?;
    let value = if is_negative { 256_u32.checked_sub(value).filter(|&v| v >= 128)? } else { value };
    u8::try_from(value).ok()
}

/// How one byte of base sixteen begins: in C, in strings, in the languages of controllers and Ada, in Verilog, VHDL,
/// Visual Basic and Fortran.
pub(super) const PREFIXES: [&str; 7] = ["0x", "\\x", "16#", "8'h", "x\"", "&h", "z'"];

/// What stands behind a text, in capitals or small letters, if the glyphs begin with it.
pub(super) fn without_start<'a>(glyphs: &'a [Glyph], start: &str) -> Option<&'a [Glyph]> {
    let (head, rest) = glyphs.split_at_checked(start.len())?;
    head.iter().map(|glyph| glyph.character.to_ascii_lowercase()).eq(start.chars()).then_some(rest)
}
