//! A text as the lexicon compares it: its letters and digits, in lower case, and nothing else.
//!
//! Clients write one thing in many ways: `unknown ca`, `UNKNOWN_CA`, `UnknownCa`, `"unknown CA"`. Terminals break it
//! over two lines, JSON escapes its quotes, a colour stands in its middle. Of all of these the letters and digits are the
//! same. Where they stood is kept, so that what lies between them can still be looked at.
//!
//! Windows, .NET and glibc speak their users' languages: the letters of Cyrillic, kana, Han and Hangul are kept as they are.
//! Accents are left out, as a console with another code page breaks them.

use super::work;

/// What a byte is compared as; 0 for what is left out.
const fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { 0 }
}

/// How many bytes the letter has that a text begins with, if it is of a script that is compared as it is.
fn letter(text: &[u8]) -> Option<usize> {
    let length = match text {
        [0xd0 | 0xd1, ..] => 2,
        // The punctuation of the east.
        [0xe3, 0x80, ..] => return None,
        [0xe3..=0xed, ..] => 3,
        _ => return None,
    };
    text.get(1..length)?.iter().all(|byte| matches!(byte, 0x80..=0xbf)).then_some(length)
}

/// Letters and digits with their places, escapes left out.
pub(super) struct Folding<'t> {
    text: &'t [u8],
    at: usize,
    /// How many bytes of a letter are still to come.
    rest: usize,
}

impl<'t> Folding<'t> {
    pub(super) const fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, rest: 0 }
    }

    /// From a byte on.
    pub(super) const fn from(text: &'t [u8], at: usize) -> Self {
        Self { text, at, rest: 0 }
    }
}

impl Iterator for Folding<'_> {
    /// The place of a byte, and what it is compared as.
    type Item = (usize, u8);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            work::step();
            let at = self.at;
            let byte = *self.text.get(at)?;
            if self.rest == 0 && byte >= 0xd0 {
                self.rest = letter(self.text.get(at..)?).unwrap_or(0);
            }
            if self.rest > 0 {
                self.rest -= 1;
                self.at += 1;
                return Some((at, byte));
            }
            let letter = folded(byte);
            self.at += 1;
            if letter != 0 {
                return Some((at, letter));
            }
            if matches!(byte, b'\\' | 0x1b | b'&' | b'#' | b'^' | b'%' | b'<' | 0xe2) {
                self.at =
                    at + escape(self.text.get(at..self.text.len().min(at + LONGEST)).unwrap_or_default());
            }
        }
    }
}

/// Longest escape, in bytes; a colour behind JSON in JSON in JSON.
const LONGEST: usize = 32;

/// How long the escape is that a text begins with, or 1.
fn escape(text: &[u8]) -> usize {
    match text {
        // Colours and cursors of a terminal, as they are and as journals and editors show them.
        [0x1b, b'[', rest @ ..] => 2 + colour(rest),
        [b'^', b'[', b'[', rest @ ..] => 3 + colour(rest),
        [b'#', b'0', b'3', b'3', b'[', rest @ ..] => 5 + colour(rest),
        [0xe2, 0x90, 0x9b, b'[', rest @ ..] => 4 + colour(rest),
        [b'\\', ..] => {
            let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
            let rest = text.get(slashes..).unwrap_or_default();
            slashes + backslashed(rest)
        }
        [b'&', rest @ ..] => {
            const ENTITIES: [&[u8]; 6] = [b"quot;", b"apos;", b"lt;", b"gt;", b"nbsp;", b"tab;"];
            // An escape of an escape, however often.
            let amps = rest.chunks_exact(4).take_while(|part| *part == b"amp;").count() * 4;
            let rest = rest.get(amps..).unwrap_or_default();
            let named = ENTITIES.iter().find(|entity| rest.starts_with(entity)).map(|entity| entity.len());
            1 + amps + named.or_else(|| character(rest)).unwrap_or(0)
        }
        // What URLs and log collectors write for blanks, quotes, brackets and line breaks.
        [b'%', high @ (b'0' | b'2' | b'3' | b'5' | b'7'), low, ..] => {
            const ESCAPED: [&[u8; 2]; 14] = [
                b"0a", b"0d", b"09", b"20", b"22", b"27", b"28", b"29", b"2c", b"3a", b"5b", b"5d", b"7b",
                b"7d",
            ];
            let code = [*high, low.to_ascii_lowercase()];
            if ESCAPED.contains(&&code) { 3 } else { 1 }
        }
        [b'<', b'b' | b'B', b'r' | b'R', rest @ ..] => {
            let end = rest.iter().position(|byte| !matches!(byte, b' ' | b'/'));
            end.filter(|end| rest.get(*end) == Some(&b'>')).map_or(1, |end| end + 4)
        }
        _ => 1,
    }
}

/// The rest of a colour: parameters, and the letter that ends it.
fn colour(rest: &[u8]) -> usize {
    rest.iter().position(|byte| matches!(byte, 0x40..=0x7e)).map_or(rest.len(), |end| end + 1)
}

/// What stands behind backslashes: a letter for a character, its number, and the colour that begins with it.
fn backslashed(rest: &[u8]) -> usize {
    let hexadecimal = |digits: usize| {
        rest.get(1..=digits).is_some_and(|part| part.iter().all(u8::is_ascii_hexdigit)).then_some(digits + 1)
    };
    let (length, is_escape) = match rest.first() {
        Some(b'n' | b'r' | b't') => (1, false),
        Some(b'e') if rest.get(1) == Some(&b'[') => (1, true),
        Some(b'u') => (
            hexadecimal(4).unwrap_or(0),
            rest.get(1..5).is_some_and(|code| code.eq_ignore_ascii_case(b"001b")),
        ),
        Some(b'x') => {
            (hexadecimal(2).unwrap_or(0), rest.get(1..3).is_some_and(|code| code.eq_ignore_ascii_case(b"1b")))
        }
        Some(b'0') if rest.starts_with(b"033[") => (3, true),
        _ => (0, false),
    };
    match rest.get(length..) {
        Some([b'[', colour_of @ ..]) if is_escape => length + 1 + colour(colour_of),
        _ => length,
    }
}

/// `#39;`, `#x27;`: how long the number of a character is.
fn character(rest: &[u8]) -> Option<usize> {
    let digits = rest.strip_prefix(b"#")?;
    let end = digits.iter().take(8).position(|byte| *byte == b';')?;
    (end > 0 && digits.iter().take(end).all(|byte| byte.is_ascii_hexdigit() || *byte == b'x'))
        .then_some(end + 2)
}

/// A line without the colours of a terminal.
pub(super) fn without_escapes(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        if *byte == 0x1b {
            at += escape(line.get(at..line.len().min(at + 24)).unwrap_or_default());
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// The letters and digits of a word of the lexicon.
pub(super) fn fold(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let length = letter(rest).unwrap_or(0);
        out.extend(rest.iter().take(length));
        out.extend(Some(folded(*byte)).filter(|letter| length == 0 && *letter != 0));
        rest = rest.get(length..).filter(|_| length > 0).unwrap_or(behind);
    }
    out
}

/// A part of a text, folded, with the place of each byte.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) bytes: Vec<u8>,
    pub(super) places: Vec<usize>,
}

impl Folded {
    /// Folds `text[from..to]`.
    pub(super) fn of(text: &[u8], from: usize, to: usize) -> Self {
        let mut folded = Self::default();
        let text = text.get(..to.min(text.len())).unwrap_or_default();
        for (place, byte) in Folding::from(text, from) {
            folded.bytes.push(byte);
            folded.places.push(place);
        }
        folded
    }

    /// Where a needle is found in the part, as bytes of the whole text.
    pub(super) fn find(&self, needle: &[u8]) -> Option<std::ops::Range<usize>> {
        let at = self.bytes.windows(needle.len().max(1)).position(|part| part == needle)?;
        Some(*self.places.get(at)?..self.places.get(at + needle.len() - 1)? + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Folding::new(text.as_bytes()).map(|(_, byte)| char::from(byte)).collect()
    }

    #[test]
    fn one_thing_in_many_ways_is_one() {
        for text in [
            "unknown ca",
            "UNKNOWN_CA",
            "UnknownCa",
            "un-\nknown \t ca",
            "\u{1b}[31munknown\u{1b}[0m ca",
            "unknown\\n\\\"ca\\\"",
            "unknown\\\\n\\u0027ca",
            "&quot;unknown&#39; ca",
            "unknown “ca”",
            "un&#xD;&#10;known&amp;quot; ca",
            "\\u001b[1;31munknown\\u001b[0m ca",
            "\\x1b[31munknown\\x1b[0m ca\\x0d",
            "\\033[31munknown\\e[0m ca",
            "#033[31munknown#033[0m ca",
            "^[[31munknown^[[0m ca",
            "\u{241b}[31munknown ca",
            "unknown%20ca%0D%0A",
            "unknown<br />ca<BR>",
        ] {
            assert_eq!(folded(text), "unknownca", "{text}");
        }
    }

    // typos: off
    #[test]
    fn letters_of_other_scripts_are_kept_and_accents_left_out() {
        for (row, texts) in [
            ("不知道这样的主机", &["不知道这样的主机。", "\"不知道 这样的主机\""][..]),
            ("конечный компьютер", &["конечный компьютер", "конечный\n    компьютер"]),
            ("알려진 호스트가", &["알려진 호스트가 없습니다"]),
            ("laut Validierungsverfahren ungültig", &["laut Validierungsverfahren ung\u{fffd}ltig."]),
            ("Connexion refusée", &["connexion refus\u{e9}e", "CONNEXION REFUSÉE"]),
        ] {
            for text in texts {
                let text: Vec<u8> = Folding::new(text.as_bytes()).map(|(_, byte)| byte).collect();
                assert!(text.starts_with(&fold(row)), "{row}");
            }
        }
        let latin1: Vec<u8> = Folding::new(b"refus\xe9e").map(|(_, byte)| byte).collect();
        assert_eq!(latin1, fold("refusée"));
    }
    // typos: on

    #[test]
    fn places_are_those_of_the_text() {
        let part = Folded::of(b"xx ab\ncd yy", 2, 8);
        assert_eq!(part.bytes, b"abcd");
        assert_eq!(part.find(b"bc"), Some(4..7));
        assert_eq!(part.find(b"yy"), None);
    }
}
