//! Base32 (RFC 4648 section 6).

use super::number::long;
use crate::cert::file::text::{Glyph, Octets};

/// How DER with a length of several octets, and how PEM begins in it.
const STARTS: [&str; 3] = ["GCB", "GCA", "FUWS2LJN"];

/// Every run of base32 that begins like an object, in capitals or in small letters.
pub(super) fn base32(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < glyphs.len() {
        let rest = glyphs.get(at..).unwrap_or_default();
        let is_word =
            at == 0 || glyphs.get(at - 1).is_none_or(|glyph| !glyph.character.is_ascii_alphanumeric());
        let begins = |start: &&str| {
            rest.iter().take(start.len()).map(|g| g.character.to_ascii_uppercase()).eq(start.chars())
        };
        if !is_word || !STARTS.iter().any(begins) {
            at += 1;
            continue;
        }
        let belongs = |glyph: &&Glyph| value(glyph.character).is_some() || glyph.character.is_whitespace();
        let run = rest.iter().take_while(belongs).count();
        all.push(decode(rest.get(..run).unwrap_or_default()));
        at += run.max(1);
    }
    long(all)
}

fn decode(run: &[Glyph]) -> Octets {
    let mut octets = Octets::with_capacity(run.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for glyph in run {
        let Some(value) = value(glyph.character) else { continue };
        bits = bits << 5 | value;
        count += 5;
        if count >= 8 {
            count -= 8;
            let byte = u8::try_from(bits >> count & 0xff).unwrap_or_default();
            octets.push(byte, *glyph);
        }
        bits &= (1 << count) - 1;
    }
    octets
}

fn value(character: char) -> Option<u32> {
    let upper = character.to_ascii_uppercase();
    match upper {
        'A'..='Z' => Some(u32::from(upper) - u32::from('A')),
        '2'..='7' => Some(u32::from(upper) - u32::from('2') + 26),
        _ => None,
    }
}
