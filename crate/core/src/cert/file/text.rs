//! From bytes to characters that know their place, and from written-out escapes to the characters they mean.

use zeroize::{Zeroize, Zeroizing};

use super::wiped::Wiped;
use crate::text::{self, Order};

/// One character and where it stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) character: char,
    /// From 1.
    pub(super) line: u32,
    /// In characters from 1.
    pub(super) column: u32,
    /// Whether it was written as an escape.
    pub(super) is_escaped: bool,
}

impl Glyph {
    /// Where it stands, without what it is.
    pub(super) const fn place(self) -> Self {
        Self { character: '\0', ..self }
    }
}

/// A place is no secret.
impl Zeroize for Glyph {
    fn zeroize(&mut self) {
        self.character.zeroize();
    }
}

/// A text as glyphs. It may hold a key.
pub(super) struct Text {
    pub(super) glyphs: Wiped<Glyph>,
    /// Why the bytes are not plain UTF-8, if they are not.
    pub(super) encoding: Option<&'static str>,
    /// Where another encoding begins.
    pub(super) change: Option<Glyph>,
}

/// Bytes that were written as something else, and where each was written: only the place, for what is written there may be a key.
#[derive(Default)]
pub(super) struct Octets {
    pub(super) bytes: Wiped<u8>,
    pub(super) glyphs: Vec<Glyph>,
    /// What stands behind them and is none.
    pub(super) bad: Option<Glyph>,
}

impl Octets {
    pub(super) fn with_capacity(count: usize) -> Self {
        let bytes = Wiped::with_capacity(count);
        Self { bytes, glyphs: Vec::with_capacity(count), bad: None }
    }

    pub(super) fn push(&mut self, byte: u8, glyph: Glyph) {
        self.bytes.push(byte);
        self.glyphs.push(glyph.place());
    }

    /// As characters, where they were written; `None` if the bytes are no text.
    pub(super) fn to_text(&self) -> Option<Text> {
        let is_text = |glyph: &Glyph| {
            !glyph.character.is_control() || matches!(glyph.character, '\n' | '\r' | '\t' | '\u{c}')
        };
        self.characters().filter(|text| text.glyphs.iter().all(is_text))
    }

    /// The same, text or not; `None` if there is nothing.
    pub(super) fn characters(&self) -> Option<Text> {
        let bytes = without_zeros(&self.bytes);
        let decoded = Text::decode(bytes);
        let mut glyphs = Wiped::with_capacity(decoded.glyphs.len());
        // Where every byte is one character its place is known; otherwise about.
        let is_bytewise = decoded.glyphs.len() == bytes.len();
        for (index, glyph) in decoded.glyphs.iter().enumerate() {
            let at = if is_bytewise { index } else { index * bytes.len() / decoded.glyphs.len().max(1) };
            let written = self.glyphs.get(at).or(self.glyphs.last())?;
            glyphs.push(Glyph { character: glyph.character, ..*written });
        }
        Some(Text { glyphs, encoding: decoded.encoding, change: None })
    }
}

/// Without the NUL that ends a string of C.
fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().rev().take_while(|&&byte| byte == 0).count();
    bytes.get(..bytes.len() - zeros).unwrap_or_default()
}

impl Text {
    /// Decodes UTF-8, UTF-16 and UTF-32 with or without a byte order mark, the first two in one file, and anything else as Latin-1.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let mut text = Self { glyphs: Wiped::with_capacity(bytes.len()), encoding: None, change: None };
        let (mut line, mut column, mut after_return) = (1, 1, false);
        for (number, (characters, encoding)) in Segments(bytes).enumerate() {
            let before = text.glyphs.len();
            for &character in characters.iter() {
                let is_pair = after_return && character == '\n';
                text.glyphs.push(Glyph { character, line, column, is_escaped: false });
                column += 1;
                if is_line_break(character) {
                    line += u32::from(!is_pair);
                    column = 1;
                }
                after_return = character == '\r';
            }
            text.encoding = text.encoding.or(encoding);
            let first = text.glyphs.get(before).copied();
            text.change = text.change.or(first.filter(|_| number > 0));
        }
        text
    }

    /// Whether it has wide forms of ASCII.
    pub(super) fn has_wide_forms(&self) -> bool {
        self.glyphs.iter().any(|glyph| matches!(glyph.character, '\u{ff01}'..='\u{ff5e}'))
    }

    /// Whether line breaks are written as escapes in it.
    pub(super) fn has_written_breaks(&self) -> bool {
        self.contains("\\n") || self.contains("\\r")
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let length = text.chars().count();
        self.glyphs.windows(length).any(|window| window.iter().map(|glyph| glyph.character).eq(text.chars()))
    }

    /// The same with written-out escapes undone: those of C and JSON strings, of HTML and XML, of URLs and of
    /// quoted-printable mail. Tags become line breaks. What is not an escape stays.
    pub(super) fn unescape(&self) -> Self {
        let mut out = Self {
            glyphs: Wiped::with_capacity(self.glyphs.len()),
            encoding: self.encoding,
            change: self.change,
        };
        let mut rest: &[Glyph] = &self.glyphs;
        while let Some((first, after)) = rest.split_first() {
            match escape(rest) {
                Some((length, character)) => {
                    out.glyphs.push(Glyph { character, is_escaped: true, ..*first });
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => {
                    out.glyphs.push(*first);
                    rest = after;
                }
            }
        }
        out
    }
}

/// Characters that end a line somewhere.
pub(super) const fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The parts of a file that are of one encoding each: PowerShell's `>>` writes UTF-16 behind what was ASCII.
struct Segments<'a>(&'a [u8]);

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

/// The characters of glyphs as a text of their own, which is wiped as well.
pub(super) fn string(glyphs: &[Glyph]) -> Zeroizing<String> {
    let length = glyphs.iter().map(|glyph| glyph.character.len_utf8()).sum();
    let mut string = Zeroizing::new(String::with_capacity(length));
    string.extend(glyphs.iter().map(|glyph| glyph.character));
    string
}

/// The same as a list.
pub(super) fn characters(glyphs: &[Glyph]) -> Zeroizing<Vec<char>> {
    kept(glyphs.len(), glyphs.iter().map(|glyph| glyph.character))
}

/// Characters in a list that is wiped, and never grows: what a list grows out of is not.
fn kept(most: usize, characters: impl Iterator<Item = char>) -> Zeroizing<Vec<char>> {
    let mut kept = Zeroizing::new(Vec::with_capacity(most));
    kept.extend(characters.take(most));
    kept
}

/// Longest escape looked at, in characters; a tag may have attributes.
const MAX_ESCAPE: usize = 200;

/// The length of the escape at the start, and what it means.
fn escape(glyphs: &[Glyph]) -> Option<(usize, char)> {
    let at = |index: usize| glyphs.get(index).map(|glyph| glyph.character);
    match at(0)? {
        '\\' => {
            // Escaped twice, or more often: a string in a string.
            let slashes = glyphs.iter().take(8).take_while(|glyph| glyph.character == '\\').count();
            match at(slashes)? {
                'n' | 'r' => Some((slashes + 1, '\n')),
                't' => Some((slashes + 1, '\t')),
                quote @ ('"' | '\'' | '/') => Some((slashes + 1, quote)),
                'u' => hexadecimal(glyphs, slashes + 1, 4).map(|c| (slashes + 5, c)),
                'x' => hexadecimal(glyphs, slashes + 1, 2).filter(char::is_ascii).map(|c| (slashes + 3, c)),
                line_break if is_line_break(line_break) => Some((slashes + 1, '\n')),
                _ => None,
            }
        }
        // The wide forms of ASCII, which an input method for Chinese or Japanese puts in place of it.
        wide @ '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(wide) - 0xfee0).map(|c| (1, c)),
        '\u{3000}' => Some((1, ' ')),
        '%' => hexadecimal(glyphs, 1, 2).filter(char::is_ascii).map(|c| (3, c)),
        // Soft line breaks stay: a '=' at the end of a line is padding just as well.
        '=' => match (at(1)?, at(2)?) {
            ('0', 'A' | 'D') => Some((3, '\n')),
            ('2', '0') => Some((3, ' ')),
            ('2', 'B') => Some((3, '+')),
            ('2', 'F') => Some((3, '/')),
            ('3', 'D') => Some((3, '=')),
            _ => None,
        },
        // PowerShell's Export-Clixml and Excel write a character so that XML cannot have.
        '_' if at(1) == Some('x') && at(6) == Some('_') => hexadecimal(glyphs, 2, 4).map(|c| (7, c)),
        '&' => {
            let name: String =
                glyphs.iter().skip(1).take(9).map(|g| g.character).take_while(|&c| c != ';').collect();
            let length = name.chars().count() + 2;
            if at(length - 1) != Some(';') {
                return None;
            }
            let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => digits.parse().ok(),
            });
            let named = match name.as_str() {
                "nbsp" => Some(' '),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "NewLine" => Some('\n'),
                "plus" => Some('+'),
                "sol" => Some('/'),
                "equals" => Some('='),
                _ => number.and_then(char::from_u32),
            };
            named.map(|character| (length, character))
        }
        '<' => {
            let is_tag = at(1).is_some_and(|next| next.is_ascii_alphabetic() || next == '/' || next == '!');
            let end = glyphs.iter().take(MAX_ESCAPE).position(|glyph| glyph.character == '>');
            end.filter(|_| is_tag).map(|end| (end + 1, '\n'))
        }
        _ => None,
    }
}

fn hexadecimal(glyphs: &[Glyph], from: usize, count: usize) -> Option<char> {
    let digits = glyphs.get(from..from + count)?;
    let value = digits.iter().try_fold(0, |value, glyph| Some(value * 16 + glyph.character.to_digit(16)?));
    char::from_u32(value?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &Text) -> String {
        text.glyphs.iter().map(|glyph| glyph.character).collect()
    }

    #[test]
    fn encodings() {
        let little: Vec<u8> = "-é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "-é".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            [&[0xff, 0xfe], little.as_slice()].concat(),
            [&[0xfe, 0xff], big.as_slice()].concat(),
            little,
            big,
        ] {
            let text = Text::decode(&bytes);
            assert_eq!(plain(&text), "-é");
            assert!(text.encoding.unwrap().starts_with("UTF-16"));
        }
        for to_bytes in [u32::to_le_bytes, u32::to_be_bytes] {
            for (start, text) in [("\u{feff}", "-é"), ("", "-----BEGIN é")] {
                let bytes: Vec<u8> =
                    [start, text].concat().chars().map(u32::from).flat_map(to_bytes).collect();
                let decoded = Text::decode(&bytes);
                assert_eq!(plain(&decoded), text);
                assert!(decoded.encoding.unwrap().starts_with("UTF-32"));
            }
        }
        assert_eq!(Text::decode("-é".as_bytes()).encoding, None);
        assert_eq!(plain(&Text::decode(b"-\xe9")), "-é");
        assert_eq!(plain(&Text::decode(b"\xef\xbb\xbfx")), "x");
    }

    #[test]
    fn every_line_break_counts_once() {
        let text = Text::decode("a\r\nb\nc\rd".as_bytes());
        let places: Vec<_> = text
            .glyphs
            .iter()
            .filter(|g| g.character.is_ascii_lowercase())
            .map(|g| (g.line, g.column))
            .collect();
        assert_eq!(places, [(1, 1), (2, 1), (3, 1), (4, 1)]);
    }

    #[test]
    fn escapes_are_undone() {
        for (written, meant) in [
            (r"a\nb", "a\nb"),
            (r"a\\r\\nb", "a\n\nb"),
            (r"\u002f\x2B", "/+"),
            ("a\\\nb", "a\nb"),
            ("a%0Ab%2B", "a\nb+"),
            ("a&#10;b&#x2B;&quot;", "a\nb+\""),
            ("a=0Ab=3D=2B", "a\nb=+"),
            ("a_x000A_b_x2B_", "a\nb_x2B_"),
            ("<b class='x'>a</b>", "\na\n"),
            ("ab==\nc", "ab==\nc"),
            ("100% & <3", "100% & <3"),
        ] {
            assert_eq!(plain(&Text::decode(written.as_bytes()).unescape()), meant, "{written}");
        }
    }
}
