//! The encodings of a file: UTF-8, UTF-16 and UTF-32, with or without their marks, one behind another.

use zeroize::Zeroizing;

use crate::text::{self, Order};

/// The parts of a file that are of one encoding each: PowerShell's `>>` writes UTF-16 behind what was ASCII.
pub(super) struct Segments<'a>(pub(super) &'a [u8]);

impl Iterator for Segments<'_> {
    type Item = (Zeroizing<Vec<char>>, Option<&'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        const BARE: &str = "UTF-16 without a byte order mark";
        let bytes = self.0;
        if let Some((characters, name)) = utf32(bytes) {
            self.0 = &[];
            return Some((characters, Some(name)));
        }
        let (order, name, from) = match (Order::of_mark(bytes), bytes) {
            (_, []) => return None,
            (Some((order @ Order::LittleEndian, _)), _) => (Some(order), "UTF-16, little-endian", 2),
            (Some((order @ Order::BigEndian, _)), _) => (Some(order), "UTF-16, big-endian", 2),
            (None, [first, 0, ..]) if *first != 0 => (Some(Order::LittleEndian), BARE, 0),
            (None, [0, second, ..]) if *second != 0 => (Some(Order::BigEndian), BARE, 0),
            (None, [0xef, 0xbb, 0xbf, ..]) => (None, "UTF-8 with a byte order mark", 3),
            (None, _) => (None, "", 0),
        };
        let rest = bytes.get(from..).unwrap_or_default();
        let length = match order {
            Some(order) => wide_length(rest, order),
            None => narrow_length(rest),
        };
        let (own, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        self.0 = behind;
        Some(match order {
            Some(order) => (kept(own.len(), text::utf16(own, order)), Some(name)),
            None if from > 0 => (utf8(own).0, Some(name)),
            None => utf8(own),
        })
    }
}

/// How far UTF-16 goes: to where two characters of ASCII stand in one unit, several times over.
fn wide_length(bytes: &[u8], order: Order) -> usize {
    let (pairs, _) = bytes.as_chunks::<2>();
    let is_narrow =
        |pair: &[u8; 2]| pair.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let is_wide = |[one, two]: &[u8; 2]| match order {
        Order::LittleEndian => *two == 0,
        Order::BigEndian => *one == 0,
    };
    let has_wide = pairs.iter().any(is_wide);
    let change = pairs.windows(8).position(|window| window.iter().all(is_narrow)).filter(|_| has_wide);
    change.map_or(bytes.len(), |change| 2 * change)
}

/// How far bytes of one character go: to a byte order mark, or to where every second byte is zero.
fn narrow_length(bytes: &[u8]) -> usize {
    let is_wide = |at: usize, low: usize| {
        (0..8).all(|n| {
            let byte = bytes.get(at + n);
            byte.is_some_and(|&byte| (byte == 0) != (n % 2 == low) && byte < 0x80)
        })
    };
    let begins = |at: usize| match bytes.get(at) {
        Some(0xff) => bytes.get(at + 1) == Some(&0xfe) && is_wide(at + 2, 0),
        Some(0xfe) => bytes.get(at + 1) == Some(&0xff) && is_wide(at + 2, 1),
        Some(0) => is_wide(at, 1),
        Some(_) => bytes.get(at + 1) == Some(&0) && is_wide(at, 0),
        None => false,
    };
    (0..bytes.len()).find(|&at| begins(at)).unwrap_or(bytes.len())
}

/// The characters of UTF-32, of either order, with or without its mark, and its name.
fn utf32(bytes: &[u8]) -> Option<(Zeroizing<Vec<char>>, &'static str)> {
    /// So many units that begin a text of ASCII are not there by chance.
    const ENOUGH: usize = 4;
    let has_zeros = |at: std::ops::Range<usize>| {
        let (units, _) = bytes.as_chunks::<4>();
        let is_wide =
            |unit: &[u8; 4]| unit.iter().enumerate().all(|(n, &byte)| (byte == 0) == at.contains(&n));
        units.len() >= ENOUGH && units.iter().take(ENOUGH).all(is_wide)
    };
    let (rest, is_little, name) = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => (rest, true, "UTF-32, little-endian"),
        [0, 0, 0xfe, 0xff, rest @ ..] => (rest, false, "UTF-32, big-endian"),
        rest if has_zeros(1..4) => (rest, true, "UTF-32 without a byte order mark"),
        rest if has_zeros(0..3) => (rest, false, "UTF-32 without a byte order mark"),
        _ => return None,
    };
    let (units, _) = rest.as_chunks::<4>();
    let number = |unit: [u8; 4]| if is_little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) };
    let characters = units.iter().map(|unit| char::from_u32(number(*unit)).unwrap_or('\u{fffd}'));
    Some((kept(units.len(), characters), name))
}

fn utf8(bytes: &[u8]) -> (Zeroizing<Vec<char>>, Option<&'static str>) {
    match str::from_utf8(bytes) {
        Ok(text) => (kept(bytes.len(), text.chars()), None),
        Err(_) => {
            (kept(bytes.len(), bytes.iter().copied().map(char::from)), Some("neither UTF-8 nor UTF-16"))
        }
    }
}

/// Characters in a list that is wiped, and never grows: what a list grows out of is not.
pub(super) fn kept(most: usize, characters: impl Iterator<Item = char>) -> Zeroizing<Vec<char>> {
    let mut kept = Zeroizing::new(Vec::with_capacity(most));
    kept.extend(characters.take(most));
    kept
}
