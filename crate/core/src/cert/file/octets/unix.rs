//! What `uuencode` writes (POSIX).

use super::number::long;
use crate::cert::file::text::{Glyph, Octets, is_line_break};

/// `begin 644 NAME`, lines of which the first character is the number of their bytes, `end`.
pub(super) fn uuencode(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut all: Vec<Octets> = Vec::new();
    let mut is_inside = false;
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let starts = |text: &str| {
            line.iter().zip(text.chars()).filter(|(g, c)| g.character == *c).count() == text.len()
        };
        if starts("begin ") {
            all.push(Octets::default());
            is_inside = true;
        } else if is_inside {
            let Some(octets) = all.last_mut() else { continue };
            is_inside = decode(line, octets).is_some();
        }
    }
    long(all)
}

/// Adds the bytes of a line; `None` where none follow.
fn decode(line: &[Glyph], octets: &mut Octets) -> Option<()> {
    let value = |glyph: &Glyph| {
        u32::from(glyph.character).checked_sub(32).filter(|value| *value <= 64).map(|value| value & 63)
    };
    let (first, rest) = line.split_first()?;
    let count = value(first).and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0)?;
    let mut left = count;
    for group in rest.chunks(4) {
        // Blanks at the end of a line stand for zeros, and are lost on the way.
        let digits: Vec<u32> = group.iter().map(value).collect::<Option<_>>()?;
        let bits = (0..4).fold(0_u32, |bits, at| bits << 6 | digits.get(at).copied().unwrap_or(0));
        let [_, bytes @ ..] = bits.to_be_bytes();
        for byte in bytes.into_iter().take(left) {
            octets.push(byte, *group.first()?);
        }
        left = left.saturating_sub(3);
    }
    (left == 0).then_some(())
}
