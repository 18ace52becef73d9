//! Bytes with the number of each in front: what a debugger shows of an array, and a program that fills one byte by byte.

use super::number::{PREFIXES, long, number, without_start};
use crate::cert::file::text::{Glyph, Octets, is_line_break};

/// `[0] 48`, `[0] = 0x30 '0'`, `rom[0] = 8'h30;` and `mem(0) <= x"30";`: numbers that count, each with a byte behind it.
pub(super) fn decimal(glyphs: &[Glyph]) -> Vec<Octets> {
    indexed(glyphs, 10)
}

/// `[0] 30`, `byte 000: 30`: the same, where two digits are a byte of base sixteen.
pub(super) fn hexadecimal(glyphs: &[Glyph]) -> Vec<Octets> {
    indexed(glyphs, 16)
}

fn indexed(glyphs: &[Glyph], radix: u32) -> Vec<Octets> {
    let mut all = Vec::new();
    let mut open = Octets::default();
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        let is_line = at == 0 || glyphs.get(at - 1).is_some_and(|before| is_line_break(before.character));
        let index = if is_line { line_index(rest).or_else(|| index(rest)) } else { index(rest) };
        let Some((index, behind)) = index else {
            at += 1;
            continue;
        };
        at += rest.len() - behind.len();
        let Some((byte, glyph)) = value(behind, radix) else { continue };
        if index != open.bytes.len() {
            all.push(std::mem::take(&mut open));
        }
        // Another array begins, or this is none.
        if index == open.bytes.len() {
            open.push(byte, glyph);
        }
    }
    all.push(open);
    long(all)
}

/// A number at the start of a line or behind its first word, and a sign or blanks behind it.
fn line_index(glyphs: &[Glyph]) -> Option<(usize, &[Glyph])> {
    const LONGEST: usize = 24;
    let near = glyphs.get(..LONGEST.min(glyphs.len()))?.iter().map(|glyph| glyph.character);
    let count =
        |from: usize, is_it: fn(char) -> bool| near.clone().skip(from).take_while(|&c| is_it(c)).count();
    let blank = |c: char| matches!(c, ' ' | '\t');
    let mut at = count(0, blank);
    at += count(at, |c| c.is_ascii_alphabetic());
    at += count(at, |c| matches!(c, ' ' | '\t' | '#' | '_'));
    let digits = count(at, |c| c.is_ascii_digit());
    let number: String = near.clone().skip(at).take(digits).collect();
    at += digits;
    let blanks = count(at, blank);
    at += blanks;
    // In a table a comma or a semicolon stands behind it, or blanks alone.
    let is_sign = near.clone().nth(at).is_some_and(|sign| matches!(sign, ':' | '=' | ',' | ';'));
    let behind = glyphs.get(at + usize::from(is_sign)..)?;
    Some((number.parse().ok().filter(|_| is_sign || blanks > 0)?, behind))
}

/// A number in brackets, and what stands behind them.
fn index(glyphs: &[Glyph]) -> Option<(usize, &[Glyph])> {
    const MOST_DIGITS: usize = 8;
    let (open, rest) = glyphs.split_first().filter(|(open, _)| matches!(open.character, '[' | '('))?;
    let close = if open.character == '[' { ']' } else { ')' };
    let (digits, radix) = without_start(rest, "0x").map_or((rest, 10), |digits| (digits, 16));
    let count = digits.iter().take(MOST_DIGITS).take_while(|glyph| glyph.character.is_digit(radix)).count();
    let (digits, rest) = digits.split_at_checked(count).filter(|(digits, _)| !digits.is_empty())?;
    let (_, rest) = rest.split_first().filter(|(end, _)| end.character == close)?;
    let digits: String = digits.iter().map(|glyph| glyph.character).collect();
    Some((usize::from_str_radix(&digits, radix).ok()?, rest))
}

/// The byte behind an index: signs of an assignment and blanks, then one number, of `bare` where it does not say.
fn value(glyphs: &[Glyph], bare: u32) -> Option<(u8, Glyph)> {
    const FURTHEST: usize = 8;
    let is_sign = |glyph: &&Glyph| matches!(glyph.character, ' ' | '\t' | '=' | ':' | '<' | '>' | '"');
    let signs = glyphs.iter().take(FURTHEST).take_while(is_sign).count();
    let mut rest = glyphs.get(signs..)?;
    while let Some(behind) = behind_type(rest) {
        rest = behind;
    }
    let has_two = |digits: &[Glyph]| {
        digits.iter().take(4).take_while(|glyph| glyph.character.is_ascii_alphanumeric()).count() == 2
    };
    let hexadecimal = PREFIXES.iter().find_map(|prefix| without_start(rest, prefix));
    let (digits, radix) = hexadecimal.map_or((rest, bare), |digits| (digits, 16));
    if hexadecimal.is_none() && bare == 16 && !has_two(digits) {
        return None;
    }
    let is_negative = radix == 10 && digits.first().is_some_and(|sign| sign.character == '-');
    let from = usize::from(is_negative);
    let count = digits.iter().skip(from).take(4).take_while(|g| g.character.is_digit(radix)).count();
    let byte = number(digits.get(..from + count).filter(|_| count > 0)?, radix)?;
    Some((byte, *rest.first()?))
}

/// Behind a word of the type that a debugger shows in front of the value: `{uint8_t} 48`, `unsigned char 48`.
fn behind_type(glyphs: &[Glyph]) -> Option<&[Glyph]> {
    const LONGEST: usize = 24;
    let is_number = PREFIXES.iter().any(|prefix| without_start(glyphs, prefix).is_some());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let within = glyphs.get(..LONGEST.min(glyphs.len()))?.iter().map(|glyph| glyph.character);
    let length = match within.clone().next()? {
        '{' => within.clone().position(|c| c == '}')? + 1,
        first if first.is_ascii_alphabetic() && !is_number => {
            within.clone().take_while(|&c| is_word(c)).count()
        }
        _ => return None,
    };
    let blanks = within.skip(length).take_while(|c| matches!(c, ' ' | '\t')).count();
    glyphs.get(length + blanks..).filter(|_| blanks > 0)
}
