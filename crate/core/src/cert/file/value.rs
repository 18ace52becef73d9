//! What comes out of a frame: bytes, or a text that is judged like a file of its own.

use super::{
    contents::File,
    finding,
    frame::{Content, Frame, Value},
    item::Item,
    octets,
    reader::{MAX_NESTING, Reader},
    text::{Glyph, Octets, Text},
};
use crate::finding::Severity;

/// So many bytes that are no text are not there by chance.
const MANY_BYTES: usize = 8;

impl Reader<'_> {
    /// What is in a value, judged by what comes out of its frame.
    pub(super) fn read_value(&self, value: &Value) -> File {
        if self.depth >= MAX_NESTING {
            return File::default();
        }
        let is_taken_out = value.frame != Frame::Lines;
        let mut read = self.inside(is_taken_out, |reader| match &value.content {
            Content::Octets(octets) => reader.read_octets(octets),
            Content::Text(glyphs) => reader.read_value_text(glyphs, value.frame),
        });
        if read.items.is_empty() {
            return read;
        }
        self.count(&mut read.items);
        for item in &mut read.items {
            item.is_damaged = true;
        }
        finding::joints(&mut read.findings, value, self.place);
        let first = match &value.content {
            Content::Text(glyphs) => glyphs.first(),
            Content::Octets(octets) => octets.glyphs.first(),
        };
        let place = first.map_or_else(|| self.place.clone(), |glyph| self.place_of(*glyph));
        let is_right = read.findings.iter().all(|finding| finding.severity < Severity::Error);
        if is_right || value.frame.is_wrong() {
            read.findings.push(finding::frame(value.frame, &place));
        }
        read
    }

    /// Gives the objects of a value its number, unless they are in a value of their own in it.
    pub(super) fn count(&self, items: &mut [Item]) {
        let number = self.values.get() + 1;
        self.values.set(number);
        for item in items.iter_mut().filter(|item| item.value == Some(0)) {
            item.value = Some(number);
        }
    }

    fn read_value_text(&mut self, glyphs: &[Glyph], frame: Frame) {
        if let Some(octets) = octets_of(glyphs) {
            self.read_octets(&octets);
            return;
        }
        let text = Text { glyphs: glyphs.into(), encoding: None, change: None };
        let start = glyphs.iter().map(|glyph| glyph.character).find(|c| !c.is_whitespace());
        // A document, or a string with its quotes, in a string of another; and a program, which has strings of its own.
        let is_quoted =
            ["`-----BEGIN ", "'-----BEGIN ", "\"-----BEGIN "].iter().any(|start| text.contains(start));
        if (matches!(start, Some('{' | '[' | '"')) || is_quoted) && frame != Frame::Lines {
            self.read_raw(&text);
            return;
        }
        // `KEY=` in the strings of an environment, `data:` in those of nginx.
        let is_of_url = starts_with(glyphs, "data:") && text.contains("-----BEGIN%20");
        let own = if is_of_url { behind_type(glyphs) } else { without_key(glyphs) };
        let mut text = Text { glyphs: own.into(), encoding: None, change: None };
        if text.contains("-----&#") || is_of_url {
            // Who takes an attribute of XML undoes its entities as well, and who takes a URL its signs.
            text = text.unescape();
            for glyph in text.glyphs.iter_mut() {
                glyph.is_escaped = false;
            }
        }
        self.read_text(&text);
        if self.file.items.is_empty() && text.has_written_breaks() {
            self.file.findings.clear();
            self.read_text(&text.unescape());
        }
        if self.file.items.is_empty() && self.file.findings.is_empty() {
            for octets in octets::hexadecimal(glyphs) {
                self.read_octets(&octets);
            }
        }
        // A line of an object that is put together elsewhere is not judged by itself.
        let is_whole = text.contains("-----BEGIN ") && text.contains("-----END ");
        if self.file.items.is_empty() && !is_whole {
            self.file.findings.clear();
        }
    }
}

/// Bytes as characters, each of one byte: what `\x30\x82` means. `None` if it is a text.
pub(super) fn octets_of(glyphs: &[Glyph]) -> Option<Octets> {
    let is_byte = |glyph: &Glyph| {
        !glyph.character.is_ascii()
            || glyph.character.is_ascii_control() && !glyph.character.is_ascii_whitespace()
    };
    // DER and Java's keystores begin so; a packet begins otherwise, and has more bytes that are no text.
    let begins = |first: &Glyph| matches!(first.character, '0' | '\u{fe}' | '\u{ce}');
    let others = glyphs.iter().take(64).filter(|glyph| is_byte(glyph)).count();
    if !(others >= MANY_BYTES || others > 0 && glyphs.first().is_some_and(begins)) {
        return None;
    }
    let mut octets = Octets::with_capacity(glyphs.len());
    for glyph in glyphs {
        match u8::try_from(u32::from(glyph.character)) {
            Ok(byte) => octets.push(byte, *glyph),
            Err(_) => break,
        }
    }
    Some(octets)
}

fn starts_with(glyphs: &[Glyph], text: &str) -> bool {
    glyphs.iter().map(|glyph| glyph.character).take(text.len()).eq(text.chars())
}

/// What a URL of data (RFC 2397) holds behind its type.
fn behind_type(glyphs: &[Glyph]) -> &[Glyph] {
    let comma = glyphs.iter().position(|glyph| glyph.character == ',').unwrap_or(0);
    glyphs.get(comma + 1..).unwrap_or_default()
}

/// Without a name and its sign in front of an object.
fn without_key(glyphs: &[Glyph]) -> &[Glyph] {
    const LONGEST: usize = 80;
    let belongs = |glyph: &&Glyph| {
        glyph.character.is_ascii_alphanumeric() || matches!(glyph.character, '_' | '.' | '-' | '/')
    };
    let name = glyphs.iter().take(LONGEST).take_while(belongs).count();
    let rest = glyphs.get(name + 1..).unwrap_or_default();
    let is_sign = glyphs.get(name).is_some_and(|glyph| matches!(glyph.character, '=' | ':'));
    let begins = starts_with(rest, "-----BEGIN ");
    if is_sign && name > 0 && begins { rest } else { glyphs }
}
