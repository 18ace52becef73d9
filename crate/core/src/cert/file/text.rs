//! From bytes to characters that know their place, and from written-out escapes to the characters they mean.

mod encoding;
mod escape;
mod glyph;

use zeroize::Zeroizing;

pub(super) use self::glyph::{Glyph, is_line_break};
use self::{
    encoding::{Segments, kept},
    escape::escape,
};
use super::wiped::Wiped;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &Text) -> String {
        text.glyphs.iter().map(|glyph| glyph.character).collect()
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
