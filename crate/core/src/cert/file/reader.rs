//! The pass over a file: what it is as a whole, what comes out of the frames in it, and what stands outside of them.
//!
//! A known beginning wins over every guess. Then several readings compete: the values that a compiler or a parser
//! takes out of the text, each judged by itself, and the text as it is. The reading that leaves whole objects wins
//! over one that leaves rests; what is left over is told.

use std::cell::Cell;

use zeroize::Zeroizing;

use super::{
    conflict,
    contents::File,
    finding, fold, foreign,
    frame::{self, Content, Frame, Value},
    item::Item,
    marker, octets, rest,
    text::{Glyph, Octets, Text},
};
use crate::{
    cert::der::{
        Element, Malformed, Problem, ber,
        kind::{Kind, is_curve_name},
        tag,
    },
    finding::{Finding, Place, Severity},
};

/// Readings inside of readings, about three for each layer: base64 in base64 in a string of a document in another.
pub(super) const MAX_NESTING: u32 = 12;
/// So many bytes that are no text are not there by chance.
const MANY_BYTES: usize = 8;
/// Escapes of escapes.
const MAX_UNESCAPES: u32 = 4;

impl File {
    /// Largest file taken, in bytes. A chain has some kilobytes, and ten thousand certificates some megabytes.
    pub const MAX_SIZE: usize = 16 * 1024 * 1024;

    /// Reads a file. `place` is its label: the flag it came by and its path.
    #[must_use]
    pub fn read(bytes: &[u8], place: &Place) -> Self {
        let mut file = Self::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            file.findings.push(finding::empty(place));
        } else if bytes.len() > Self::MAX_SIZE {
            file.findings.push(finding::too_large(Self::MAX_SIZE, place));
        } else {
            let values = Cell::new(0);
            Reader { file: &mut file, place, depth: 0, is_value: false, values: &values }.read(bytes);
            file.findings = fold::fold(file.findings);
            file.refused = finding::refused(&mut file.findings);
        }
        file
    }
}

/// One pass over the bytes of a file, or over what was written in it in another form.
pub(super) struct Reader<'a> {
    pub(super) file: &'a mut File,
    pub(super) place: &'a Place,
    pub(super) depth: u32,
    /// Whether this is the value of a document or a program, which somebody takes out of its frame.
    pub(super) is_value: bool,
    /// How many values objects were found in.
    values: &'a Cell<u32>,
}

impl<'a> Reader<'a> {
    /// The same for what is inside, with a file of its own.
    pub(super) fn inside(&self, is_value: bool, read: impl FnOnce(&mut Reader<'_>)) -> File {
        let mut file = File::default();
        let depth = self.depth + 1;
        let is_value = is_value || self.is_value;
        read(&mut Reader { file: &mut file, place: self.place, depth, is_value, values: self.values });
        file
    }

    fn read(&mut self, bytes: &[u8]) {
        if is_java_keystore(bytes) {
            self.push(Kind::Jks, bytes, None, self.place.clone(), false);
            return;
        }
        if bytes.first() == Some(&tag::SEQUENCE) && self.read_der(bytes) {
            return;
        }
        if let Some(foreign) = foreign::of_signature(bytes) {
            self.file.findings.push(finding::foreign(&foreign, self.place));
            return;
        }
        let raw = Text::decode(bytes);
        self.read_raw(&raw);
        self.file.findings.extend(conflict::find(&raw).map(|line| finding::conflict(line, self.place)));
        if bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
            let place = self.place;
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.read_carved(bytes, |at| place.clone().bytes(offset(at.start)..offset(at.end)));
        }
        let known = foreign::of_start(bytes)
            .filter(|_| self.file.items.is_empty() && !marker::begins_own(&raw.glyphs));
        if let Some(foreign) = known {
            // What was guessed of its parts says less.
            self.file.findings = vec![finding::foreign(&foreign, self.place)];
        } else if self.file.items.is_empty() && self.file.findings.is_empty() {
            self.file.findings.push(finding::not_recognised(bytes, self.place));
        } else if let Some(change) = raw.change {
            self.file.findings.push(finding::encoding_changes(change, self.place));
            self.mark_damaged(0);
        } else if let Some(encoding) = raw.encoding {
            self.file.findings.push(finding::encoding(encoding, self.place));
            self.mark_damaged(0);
        } else if bytes.iter().filter(|byte| **byte == b'\r').count() > 1 && !bytes.contains(&b'\n') {
            self.file.findings.push(finding::carriage_returns(self.place));
            self.mark_damaged(0);
        }
    }

    /// Whether the bytes are DER, whole or cut.
    fn read_der(&mut self, bytes: &[u8]) -> bool {
        // A text can begin with '0', which is the tag of a sequence.
        let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        match Element::read(bytes, 0) {
            _ if is_text => return false,
            Ok(_) => {}
            Err(Malformed { problem: Problem::IndefiniteLength, .. }) => {
                let definite = ber::to_definite(bytes).map(Zeroizing::new);
                return definite.is_some_and(|definite| self.read_der(&definite));
            }
            Err(malformed) => {
                let is_cut = matches!(malformed.problem, Problem::ContentCut { .. } | Problem::HeaderCut);
                if is_cut {
                    self.file.findings.push(finding::cut_der(malformed, self.place));
                }
                return is_cut;
            }
        }
        let mut rest = bytes;
        while let Ok(element) = Element::read(rest, bytes.len() - rest.len()) {
            if element.tag != tag::SEQUENCE {
                break;
            }
            self.push(Kind::of(&element), element.bytes, None, self.place.clone(), false);
            rest = rest.get(element.bytes.len()..).unwrap_or_default();
        }
        if !rest.is_empty() {
            let from = bytes.len() - rest.len();
            self.file.findings.push(finding::bytes_behind(from, rest.len(), self.place));
        }
        true
    }

    /// Reads a text: its frames, and what stands outside of them.
    pub(super) fn read_raw(&mut self, raw: &Text) {
        let frames = frame::find(&raw.glyphs, self.place.path.as_deref());
        let (mut taken, mut broken) = (Vec::new(), Vec::new());
        for value in &frames.values {
            if taken.iter().any(|span: &std::ops::Range<usize>| {
                span.start < value.span.end && value.span.start < span.end
            }) {
                continue;
            }
            let read = self.read_value(value);
            if !read.items.is_empty() {
                taken.push(value.span.clone());
                self.take(read);
            } else if !read.findings.is_empty() {
                broken.push((value.span.clone(), read));
            }
        }
        let blanked;
        let outside = if taken.is_empty() {
            raw
        } else {
            let glyphs = frame::blanked(&raw.glyphs, &taken);
            blanked = Text { glyphs, encoding: raw.encoding, change: raw.change };
            &blanked
        };
        let has_values = !taken.is_empty();
        let plain = self.inside(false, |reader| reader.read_plain(outside, has_values || !broken.is_empty()));
        let glyph_lines = |span: &std::ops::Range<usize>| {
            let line = |at: usize| raw.glyphs.get(at).map_or(u32::MAX, |glyph| glyph.line);
            line(span.start)..=line(span.end.saturating_sub(1))
        };
        let broken = broken.into_iter().map(|(span, read)| (glyph_lines(&span), read));
        self.take(rest::competing(plain, broken));
        rest::order(self.file);
        let comments = frames.comments.iter().map(glyph_lines).collect::<Vec<_>>();
        rest::settle(self.file, &comments);
    }

    pub(super) fn take(&mut self, read: File) {
        self.file.items.extend(read.items);
        self.file.findings.extend(read.findings);
    }

    /// What is in a value, judged by what comes out of its frame.
    fn read_value(&self, value: &Value) -> File {
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
        if is_right || value.frame == Frame::Lines {
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
        // Bytes as characters: what \x30\x82 means.
        let is_byte = |glyph: &Glyph| {
            !glyph.character.is_ascii()
                || glyph.character.is_ascii_control() && !glyph.character.is_ascii_whitespace()
        };
        // DER and Java's keystores begin so; a packet begins otherwise, and has more bytes that are no text.
        let begins = |first: &Glyph| matches!(first.character, '0' | '\u{fe}' | '\u{ce}');
        let others = glyphs.iter().take(64).filter(|glyph| is_byte(glyph)).count();
        if others >= MANY_BYTES || others > 0 && glyphs.first().is_some_and(begins) {
            let mut octets = Octets::with_capacity(glyphs.len());
            for glyph in glyphs {
                match u8::try_from(u32::from(glyph.character)) {
                    Ok(byte) => octets.push(byte, *glyph),
                    Err(_) => break,
                }
            }
            self.read_octets(&octets);
            return;
        }
        let text = Text { glyphs: glyphs.to_vec(), encoding: None, change: None };
        let start = glyphs.iter().map(|glyph| glyph.character).find(|c| !c.is_whitespace());
        // A document, or a string with its quotes, in a string of another.
        if matches!(start, Some('{' | '[' | '"')) && frame != Frame::Lines {
            self.read_raw(&text);
            return;
        }
        // `KEY=` in the strings of an environment, `data:` in those of nginx.
        let mut text = Text { glyphs: without_key(&text.glyphs).to_vec(), encoding: None, change: None };
        if text.contains("-----&#") {
            // Who takes an attribute of XML undoes its entities as well.
            text = text.unescape();
            for glyph in &mut text.glyphs {
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

    /// Reads a text as it is, with its escapes undone, and as numbers.
    fn read_plain(&mut self, raw: &Text, has_values: bool) {
        self.read_text(raw);
        // A large text is copied only for a reading of it.
        if self.file.items.is_empty() {
            self.read_unescaped(raw);
        }
        if self.depth >= MAX_NESTING {
            return;
        }
        if self.file.items.is_empty() && !has_values {
            self.read_numbers(raw);
        } else {
            self.read_numbers_beside(raw);
        }
    }

    /// Reads a text with its escapes undone: a string in a string in a string, as often as there is something to undo.
    fn read_unescaped(&mut self, raw: &Text) {
        let mut text = raw.unescape();
        for _ in 0..MAX_UNESCAPES {
            let is_escaped = text.glyphs.iter().any(|glyph| glyph.is_escaped);
            if !is_escaped || !self.file.items.is_empty() {
                break;
            }
            let mut unescaped = self.inside(false, |reader| reader.read_text(&text));
            let is_told = unescaped.findings.iter().any(|finding| finding.severity == Severity::Error);
            if let Some(escaped) = text
                .glyphs
                .iter()
                .find(|glyph| glyph.is_escaped)
                .filter(|_| !is_told && !unescaped.items.is_empty())
            {
                unescaped.findings.push(finding::escaped(&self.place_of(*escaped)));
            }
            if !unescaped.items.is_empty() || !unescaped.findings.is_empty() {
                *self.file = unescaped;
            }
            text = text.unescape();
        }
    }

    pub(super) fn push_all(
        &mut self,
        der: &[u8],
        label: Option<&str>,
        place: &Place,
        findings: Vec<Finding>,
    ) {
        let is_damaged = findings.iter().any(|finding| finding.severity > Severity::Note);
        self.file.findings.extend(findings);
        let definite;
        let der = if der.get(1) == Some(&0x80) {
            definite = Zeroizing::new(ber::to_definite(der).unwrap_or_default());
            &definite
        } else {
            der
        };
        let Ok(element) = Element::read(der, 0) else { return };
        let claimed = label.map_or(Kind::Unknown, Kind::of_label);
        let seen = if is_curve_name(&element) { Kind::EcParameters } else { Kind::of(&element) };
        let kind = if seen == Kind::Unknown { claimed } else { seen };
        let is_mislabelled = label.is_some()
            && kind != Kind::Unknown
            && claimed != kind
            && (kind.label().is_some() || kind == Kind::Pkcs12);
        if let Some(label) = label.filter(|_| is_mislabelled) {
            self.file.findings.push(finding::wrong_label(label, kind, place));
        }
        self.push(kind, element.bytes, label, place.clone(), is_damaged || is_mislabelled);
    }

    pub(super) fn push(
        &mut self,
        kind: Kind,
        der: &[u8],
        label: Option<&str>,
        place: Place,
        is_damaged: bool,
    ) {
        let der = Zeroizing::new(der.to_vec());
        let label = label.map(str::to_owned);
        self.file.items.push(Item { kind, der, label, place, value: Some(0), is_damaged });
    }

    pub(super) fn mark_damaged(&mut self, from: usize) {
        for item in self.file.items.iter_mut().skip(from) {
            item.is_damaged = true;
        }
    }

    pub(super) fn place_of(&self, glyph: Glyph) -> Place {
        self.place.clone().line(glyph.line).column(glyph.column)
    }
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
    let begins = rest.iter().map(|glyph| glyph.character).take(11).eq("-----BEGIN ".chars());
    if is_sign && name > 0 && begins { rest } else { glyphs }
}

/// How JKS and JCEKS begin.
pub(super) fn is_java_keystore(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || bytes.starts_with(&[0xce, 0xce, 0xce, 0xce])
}
