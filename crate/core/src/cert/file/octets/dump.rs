//! Dumps: an offset, the bytes of a line, and perhaps what they look like as characters.

use super::number::{long, number};
use crate::cert::file::text::{Glyph, Octets, is_line_break};

/// The bytes of a group of digits, each with where it is written; `None` if it is no group of this kind.
type Group = fn(&[Glyph]) -> Option<Vec<(u8, Glyph)>>;

/// `00000000: 3082 01a4  0...` and what `hexdump -C` and `od -tx1` write.
pub(super) fn bytes(glyphs: &[Glyph]) -> Vec<Octets> {
    read(glyphs, 1, |group| {
        let (pairs, rest) = group.as_chunks::<2>();
        let pairs: Option<Vec<_>> = pairs.iter().map(|pair| Some((number(pair, 16)?, pair[0]))).collect();
        pairs.filter(|pairs| rest.is_empty() && !pairs.is_empty())
    })
}

/// What `hexdump` writes without `-C` on most machines: each two bytes as one number, the second byte first.
pub(super) fn swapped(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut all = bytes(glyphs);
    for octets in &mut all {
        for pair in octets.bytes.chunks_mut(2) {
            pair.reverse();
        }
    }
    all
}

/// `0000000 060 202 001`: what `od -b` and `od -to1` write.
pub(super) fn octal(glyphs: &[Glyph]) -> Vec<Octets> {
    read(glyphs, 1, |group| match group {
        [first, _, _] => Some(vec![(number(group, 8)?, *first)]),
        _ => None,
    })
}

/// `0000000 101060 122001`: what `od` writes by itself, each two bytes as one number, the second byte first. A last byte
/// that is alone has a zero beside it.
pub(super) fn octal_words(glyphs: &[Glyph]) -> Vec<Octets> {
    read(glyphs, 1, |group| {
        let [first, ..] = <&[Glyph; 6]>::try_from(group).ok()?;
        let value =
            group.iter().try_fold(0_u32, |value, glyph| Some(value * 8 + glyph.character.to_digit(8)?))?;
        let [low, high] = u16::try_from(value).ok()?.to_le_bytes();
        Some(vec![(low, *first), (high, *first)])
    })
}

/// `0000000  48 130   1`: what `od -tu1` writes.
pub(super) fn decimal(glyphs: &[Glyph]) -> Vec<Octets> {
    // They are padded with blanks.
    read(glyphs, 3, |group| Some(vec![(number(group, 10)?, *group.first()?)]))
}

/// `0000000 -32208   9281`: what `od -td2`, `-tu4` and the like write: numbers of two, four or eight bytes, of sixteen bytes a
/// line, the last byte first.
pub(super) fn decimal_words(glyphs: &[Glyph]) -> Vec<Octets> {
    let (mut all, mut width) = (vec![Octets::default()], 0);
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let mut words = line.split(|glyph| glyph.character.is_whitespace()).filter(|word| !word.is_empty());
        let is_offset =
            |word: &&[Glyph]| word.len() >= 6 && word.iter().all(|glyph| glyph.character.is_ascii_hexdigit());
        let Some(offset) = words.next().filter(is_offset) else { continue };
        let numbers: Option<Vec<_>> = words.map(|word| Some((decimal_word(word)?, *word.first()?))).collect();
        let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) else { continue };
        if offset.iter().all(|glyph| glyph.character == '0') {
            width = 16 / numbers.len();
            all.push(Octets::default());
        }
        let Some(last) = all.last_mut().filter(|_| matches!(width, 2 | 4 | 8)) else { continue };
        for (number, glyph) in numbers {
            number.to_le_bytes().into_iter().take(width).for_each(|byte| last.push(byte, glyph));
        }
    }
    long(all)
}

/// A number with or without a sign, as the bytes of the machine have it.
fn decimal_word(digits: &[Glyph]) -> Option<u64> {
    const LONGEST: usize = 20;
    let text: String = digits.iter().take(LONGEST + 1).map(|glyph| glyph.character).collect();
    text.parse().ok().or_else(|| Some(text.parse::<i64>().ok()?.cast_unsigned()))
}

/// `0000000   0 202 001 305`: what `od -c` writes: a character, an escape, or three octal digits, each in four columns;
/// in front of them an offset of any base, or none.
pub(super) fn characters(glyphs: &[Glyph]) -> Vec<Octets> {
    const OFFSETS: [usize; 4] = [7, 6, 8, 0];
    let mut all = vec![Octets::default()];
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let columns = |width: usize| {
            let (offset, fields) = line.split_at_checked(width)?;
            let is_offset = offset.iter().all(|glyph| glyph.character.is_ascii_hexdigit());
            let bytes: Option<Vec<_>> =
                fields.chunks(4).map(|field| Some((character(field)?, *field.last()?))).collect();
            Some((offset, bytes.filter(|_| is_offset)?))
        };
        let Some((offset, bytes)) = OFFSETS.into_iter().find_map(columns) else { continue };
        if !offset.is_empty() && offset.iter().all(|glyph| glyph.character == '0') {
            all.push(Octets::default());
        }
        if let Some(last) = all.last_mut() {
            for (byte, glyph) in bytes {
                last.push(byte, glyph);
            }
        }
    }
    long(all)
}

/// What stands in a column of `od -c`.
fn character(field: &[Glyph]) -> Option<u8> {
    let text: String = field.iter().map(|glyph| glyph.character).collect();
    let own = text.strip_prefix(' ').filter(|_| field.len() == 4)?;
    match own.trim_start() {
        "" => Some(b' '),
        r"\0" => Some(0),
        r"\a" => Some(7),
        r"\b" => Some(8),
        r"\t" => Some(b'\t'),
        r"\n" => Some(b'\n'),
        r"\v" => Some(11),
        r"\f" => Some(12),
        r"\r" => Some(b'\r'),
        one if one.len() == 1 => one.bytes().next(),
        digits if digits.len() == 3 => u8::from_str_radix(digits, 8).ok(),
        _ => None,
    }
}

fn read(glyphs: &[Glyph], most_blanks: usize, group: Group) -> Vec<Octets> {
    let lines: Vec<_> = glyphs
        .split(|glyph| is_line_break(glyph.character))
        .filter_map(|line| dump_line(line, group, most_blanks))
        .collect();
    let width = width(&lines);
    let mut all = vec![Octets::default()];
    for (offset, bytes) in lines {
        let starts_again = offset == 0 && all.last().is_some_and(|last| !last.bytes.is_empty());
        if starts_again {
            all.push(Octets::default());
        }
        if let Some(last) = all.last_mut() {
            for (byte, glyph) in bytes.into_iter().take(width) {
                last.push(byte, glyph);
            }
        }
    }
    long(all)
}

/// A line of a dump: its offset, and its bytes.
type Line = (u64, Vec<(u8, Glyph)>);

/// How many bytes a line has where lines differ, by the offset of the next one: the characters behind them may look like
/// more.
fn width(lines: &[Line]) -> usize {
    let mut counts = lines.iter().rev().skip(1).map(|(_, bytes)| bytes.len());
    let first = counts.next();
    if counts.all(|count| Some(count) == first) {
        return usize::MAX;
    }
    let steps = lines.windows(2).filter_map(|pair| match pair {
        [(one, _), (two, _)] => {
            usize::try_from(two.checked_sub(*one)?).ok().filter(|step| (4..=64).contains(step))
        }
        _ => None,
    });
    steps.min().unwrap_or(usize::MAX)
}

/// The offset and the bytes of a line of a dump.
fn dump_line(line: &[Glyph], read: Group, most_blanks: usize) -> Option<(u64, Vec<(u8, Glyph)>)> {
    let blanks = line.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
    let line = line.get(blanks..)?;
    // `readelf -x` writes 0x in front of it.
    let line = match line {
        [zero, x, rest @ ..] if zero.character == '0' && x.character == 'x' => rest,
        all => all,
    };
    let offset: String =
        line.iter().map(|glyph| glyph.character).take(17).take_while(char::is_ascii_hexdigit).collect();
    let offset_number = u64::from_str_radix(&offset, 16).ok().filter(|_| offset.len() >= 4)?;
    let mut rest = line.get(offset.len()..)?;
    let is_separator = rest.first().is_some_and(|glyph| matches!(glyph.character, ' ' | '\t' | ':'));
    if !is_separator {
        return None;
    }
    let signs = rest.iter().take_while(|g| matches!(g.character, ' ' | '\t' | ':')).count();
    rest = rest.get(signs..)?;
    let mut out = Vec::new();
    let mut has_gap = false;
    // Behind two blanks or a bar begins what the bytes look like as characters; hexdump -C leaves two blanks in the
    // middle as well.
    while out.len() < 32 {
        let group = rest.iter().take_while(|glyph| glyph.character.is_ascii_hexdigit()).count();
        let ends_well = rest.get(group).is_none_or(|glyph| matches!(glyph.character, ' ' | '\t' | '-'));
        let Some(octets) = rest.get(..group).filter(|_| group > 0 && ends_well).and_then(read) else { break };
        out.extend(octets);
        let blanks = rest.iter().skip(group).take_while(|g| matches!(g.character, ' ' | '-')).count();
        if blanks > most_blanks {
            if has_gap || out.len() != 8 {
                break;
            }
            has_gap = true;
        }
        rest = rest.get(group + blanks..)?;
    }
    Some((offset_number, out))
}
