//! Digits in several groups with words in between, of which a program makes one text.

use super::number::{long, number};
use crate::cert::{
    der::{Element, Malformed, Problem},
    file::text::{Glyph, Octets},
};

/// Shorter groups are numbers and words.
const MIN_DIGITS: usize = 32;

/// `hextoraw('3082…') || hextoraw('…')`: groups as long as the first, or long by themselves, up to the last.
pub(super) fn groups(glyphs: &[Glyph]) -> Vec<Octets> {
    let words = glyphs.split(|glyph| !glyph.character.is_ascii_alphanumeric());
    let is_group = |word: &&[Glyph]| {
        word.len().is_multiple_of(2)
            && !word.is_empty()
            && word.iter().all(|it| it.character.is_ascii_hexdigit())
    };
    let mut all: Vec<Octets> = Vec::new();
    let (mut width, mut end) = (0, 0);
    for word in words.filter(is_group) {
        let goes_on = all.last().is_some_and(|last| last.bytes.len() < end)
            && (word.len() <= width || word.len() >= MIN_DIGITS);
        if !goes_on && word.len() < MIN_DIGITS {
            continue;
        }
        if !goes_on {
            all.push(Octets::default());
            width = word.len();
        }
        let Some(last) = all.last_mut() else { continue };
        for pair in word.as_chunks::<2>().0 {
            if let Some(byte) = number(pair, 16) {
                last.push(byte, pair[0]);
            }
        }
        if !goes_on {
            end = announced(&last.bytes);
        } else if word.len() < width {
            end = 0;
        }
    }
    long(all)
}

/// How long an object is that begins with these bytes.
fn announced(bytes: &[u8]) -> usize {
    match Element::read(bytes, 0) {
        Err(Malformed { problem: Problem::ContentCut { declared, present }, .. }) => {
            bytes.len() - present + declared
        }
        _ => 0,
    }
}
