//! A text as the lexicon compares it: its letters and digits, in lower case, and nothing else.
//!
//! Clients write one thing in many ways: `unknown ca`, `UNKNOWN_CA`, `UnknownCa`, `"unknown CA"`. Terminals break it
//! over two lines, JSON escapes its quotes, a colour stands in its middle. Of all of these the letters and digits are the
//! same. Where they stood is kept, so that what lies between them can still be looked at.

/// What a byte is compared as; 0 for what is left out.
const fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { 0 }
}

/// Letters and digits with their places, escapes left out.
pub(super) struct Folding<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Folding<'t> {
    pub(super) const fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// From a byte on.
    pub(super) const fn from(text: &'t [u8], at: usize) -> Self {
        Self { text, at }
    }
}

impl Iterator for Folding<'_> {
    /// The place of a byte, and what it is compared as.
    type Item = (usize, u8);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at;
            let byte = *self.text.get(at)?;
            let letter = folded(byte);
            self.at += 1;
            if letter != 0 {
                return Some((at, letter));
            }
            if matches!(byte, b'\\' | 0x1b | b'&') {
                self.at = at + escape(self.text.get(at..self.text.len().min(at + 24)).unwrap_or_default());
            }
        }
    }
}

/// How long the escape is that a text begins with, or 1.
fn escape(text: &[u8]) -> usize {
    match text {
        // Colours and cursors of a terminal.
        [0x1b, b'[', rest @ ..] => {
            3 + rest.iter().position(|byte| matches!(byte, 0x40..=0x7e)).unwrap_or(rest.len())
        }
        [b'\\', ..] => {
            let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
            match text.get(slashes..).unwrap_or_default() {
                [b'n' | b'r' | b't', ..] => slashes + 1,
                [b'u', digits @ ..]
                    if digits.len() >= 4 && digits.iter().take(4).all(u8::is_ascii_hexdigit) =>
                {
                    slashes + 5
                }
                _ => slashes,
            }
        }
        [b'&', rest @ ..] => {
            const ENTITIES: [&[u8]; 7] = [b"quot;", b"#39;", b"#x27;", b"apos;", b"lt;", b"gt;", b"nbsp;"];
            ENTITIES.iter().find(|entity| rest.starts_with(entity)).map_or(1, |entity| 1 + entity.len())
        }
        _ => 1,
    }
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
    text.bytes().map(folded).filter(|byte| *byte != 0).collect()
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
        ] {
            assert_eq!(folded(text), "unknownca", "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let part = Folded::of(b"xx ab\ncd yy", 2, 8);
        assert_eq!(part.bytes, b"abcd");
        assert_eq!(part.find(b"bc"), Some(4..7));
        assert_eq!(part.find(b"yy"), None);
    }
}
