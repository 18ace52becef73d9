//! Numbers of several bytes: the words of a machine, as a program holds them, and digits that were cut into numbers
//! because a line has an end.

use super::number::{MIN_BYTES, without_start};
use crate::cert::{
    der::{Element, tag},
    file::{
        text::{Glyph, Octets},
        wiped::Wiped,
    },
};

/// How a number of base sixteen begins: in C and SQL, in the language of controllers and Ada, in Visual Basic, in Lisp,
/// in strings of bits, in Pascal.
const PREFIXES: [&str; 7] = ["0x", "16#", "&h", "#x", "x\"", "x'", "$"];

/// The most digits of a word. What has more is a string of bytes.
const WORD: usize = 16;

/// The first byte of each number first: `0x3082, 0x0199`, `W#16#3082`, and `0x30820199… + 0x…`.
pub(super) fn big(glyphs: &[Glyph]) -> Vec<Octets> {
    objects(&numbers(glyphs), false)
}

/// The last byte of each number first, as most machines keep them: `0x99018230`.
pub(super) fn little(glyphs: &[Glyph]) -> Vec<Octets> {
    objects(&numbers(glyphs), true)
}

/// The digits of all numbers that begin with a prefix.
fn numbers(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    let mut all = Vec::new();
    let mut rest = glyphs;
    while let Some((_, behind)) = rest.split_first() {
        let digits = PREFIXES.iter().find_map(|prefix| without_start(rest, prefix)).unwrap_or_default();
        let count = digits.iter().take_while(|glyph| glyph.character.is_ascii_hexdigit()).count();
        rest = match digits.split_at_checked(count).filter(|_| count > 0) {
            Some((number, behind)) => {
                all.push(number);
                behind
            }
            None => behind,
        };
    }
    all
}

/// The objects that begin with one of the numbers, each as far as it goes.
fn objects(numbers: &[&[Glyph]], is_little: bool) -> Vec<Octets> {
    let mut all = Vec::new();
    let mut rest = numbers;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        // Zeros in front of a word may be left out; those in front of many bytes belong to them.
        let width = if first.len() > WORD { 0 } else { first.len().next_power_of_two() };
        let is_word = width > 2 || width == 0 && !is_little;
        let mut octets = Octets::default();
        if !is_word || !push(&mut octets, first, width, is_little) || !begins(&octets.bytes) {
            continue;
        }
        let mut ends = vec![octets.bytes.len()];
        for number in behind {
            if !push(&mut octets, number, width, is_little) {
                break;
            }
            ends.push(octets.bytes.len());
        }
        // What fills the last word belongs to nothing.
        let length =
            Element::read(&octets.bytes, 0).map_or(octets.bytes.len(), |element| element.bytes.len());
        octets.bytes = Wiped::from(octets.bytes.get(..length).unwrap_or_default());
        octets.glyphs.truncate(length);
        let taken = ends.iter().position(|end| *end >= length).unwrap_or(ends.len());
        rest = behind.get(taken..).unwrap_or_default();
        if length >= MIN_BYTES {
            all.push(octets);
        }
    }
    all
}

/// Whether an object begins with these bytes: DER with a length of several octets, or PEM.
fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [tag::SEQUENCE, 0x81..=0x83, ..]) || bytes.starts_with(b"--")
}

/// Adds the bytes of a number of so many digits, or of as many as it has; `false` if it has more, or half a byte.
fn push(octets: &mut Octets, digits: &[Glyph], width: usize, is_little: bool) -> bool {
    let length = digits.len().max(width);
    if width > 0 && length > width || !length.is_multiple_of(2) {
        return false;
    }
    let zeros = length - digits.len();
    let byte = |at: usize| {
        let digit = |at: usize| match at.checked_sub(zeros) {
            Some(at) => digits.get(at).and_then(|glyph| glyph.character.to_digit(16)),
            None => Some(0),
        };
        let value = u8::try_from(digit(2 * at)? << 4 | digit(2 * at + 1)?).ok()?;
        let glyph = digits.get((2 * at).saturating_sub(zeros)).or(digits.last())?;
        Some((value, *glyph))
    };
    let count = length / 2;
    for at in 0..count {
        let Some((value, glyph)) = byte(if is_little { count - 1 - at } else { at }) else { return false };
        octets.push(value, glyph);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::file::text::Text;

    /// An object whose last word is not full, then another.
    #[test]
    fn words_are_read_in_either_order_and_end_with_the_object() {
        let one = [&[0x30, 0x81, 58][..], &[7; 29], &[0; 29]].concat();
        let two = [&[0x30, 0x81, 60][..], &[9; 60]].concat();
        for (size, is_little, is_short) in [
            (2, true, false),
            (4, true, false),
            (4, true, true),
            (8, true, false),
            (2, false, true),
            (4, false, false),
        ] {
            let word = |word: &[u8]| {
                let mut bytes = word.to_vec();
                bytes.resize(size, 0);
                if is_little {
                    bytes.reverse();
                }
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let shortest = digits.trim_start_matches('0');
                let shortest = if shortest.is_empty() { "0" } else { shortest };
                format!("0x{}", if is_short { shortest } else { &digits })
            };
            let array = |bytes: &[u8]| bytes.chunks(size).map(word).collect::<Vec<_>>().join(", ");
            let text = format!("{{{}}}, {{{}}}", array(&one), array(&two));
            let text = Text::decode(text.as_bytes());
            let read = if is_little { little(&text.glyphs) } else { big(&text.glyphs) };
            let read: Vec<_> = read.iter().map(|octets| octets.bytes.to_vec()).collect();
            assert_eq!(read, [one.clone(), two.clone()], "{size} {is_little} {is_short}");
        }
    }

    #[test]
    fn parts_of_any_length_are_one_object() {
        let object = [&[0x30, 0x81, 61][..], &[7; 61]].concat();
        let digits: String = object.iter().map(|byte| format!("{byte:02X}")).collect();
        let (one, rest) = digits.split_at(40);
        let text = Text::decode(format!("0x{one} +\n 0x{rest};").as_bytes());
        assert_eq!(
            big(&text.glyphs).iter().map(|octets| octets.bytes.to_vec()).collect::<Vec<_>>(),
            [object]
        );
        assert_eq!(little(&text.glyphs).len(), 0);
    }
}
