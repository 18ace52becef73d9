//! Bytes that were written as numbers or as base64, or that hold more than an object, and what is in them.

use std::ops::Range;

use super::{
    body, carve,
    contents::File,
    finding, octets,
    reader::{MAX_NESTING, Others, Reader, is_java_keystore},
    text::{Octets, Text},
    value::octets_of,
};
use crate::{
    cert::der::{Element, kind::Kind, tag},
    finding::Place,
};

/// How an object is written that was found in an image, a packet or a message.
const IN_OTHER_BYTES: &str =
    "a part of other bytes, as in an image of a flash memory or in a captured packet";

/// The same for bytes that were taken for a text.
const IN_CHARACTERS: &str = "characters of UTF-8, one for each byte";
const IN_WIDE_CHARACTERS: &str = "characters of UTF-16, one for each byte";

impl Reader<'_> {
    /// Reads a text that is nothing but numbers; `others` says what its frames gave.
    pub(super) fn read_numbers(&mut self, raw: &Text, others: Others) {
        let readings = octets::readings(&raw.glyphs);
        let mut best = File::default();
        // What leaves nothing over, then what begins where an object does. A way that is more general has to have more by
        // half: a keystore of Java does not say how long it is, and offsets can be read as its bytes.
        let rank = |read: &File| {
            let is_carved = read.findings.iter().any(finding::is_of_other_bytes);
            (!read.items.is_empty(), read.findings.is_empty(), !is_carved)
        };
        let bytes = |read: &File| read.items.iter().map(|item| item.der.len()).sum::<usize>();
        let is_better = |read: &File, best: &File| {
            rank(read) > rank(best) || rank(read) == rank(best) && 2 * bytes(read) > 3 * bytes(best)
        };
        for reading in readings {
            let read = self.inside(false, |reader| {
                for octets in &reading {
                    reader.read_octets(octets);
                }
            });
            if is_better(&read, &best) || best.items.is_empty() && best.findings.is_empty() {
                best = read;
            }
        }
        let is_known = best.items.iter().any(|item| item.kind != Kind::Unknown);
        let has_others = others == Others::Broken || !self.file.items.is_empty();
        if best.items.is_empty() || !is_known && has_others {
            if self.file.findings.is_empty() && others == Others::None {
                self.take(best);
            }
            return;
        }
        *self.file = File::default();
        let place = best.items.first().map_or_else(|| self.place.clone(), |item| item.place.clone());
        let before = self.file.items.len();
        self.take(best);
        self.file.findings.push(finding::written_as_bytes("numbers", &place));
        self.mark_damaged(before);
    }

    /// Whole objects in hexadecimal beside others: two encodings in one file are two readings.
    pub(super) fn read_numbers_beside(&mut self, raw: &Text) {
        for octets in octets::hexadecimal(&raw.glyphs) {
            let read = self.inside(false, |reader| reader.read_octets(&octets));
            if read.items.is_empty() || read.findings.iter().any(finding::is_loss) {
                continue;
            }
            let place = read.items.first().map_or_else(|| self.place.clone(), |item| item.place.clone());
            let before = self.file.items.len();
            self.take(read);
            self.file.findings.push(finding::written_as_bytes("numbers", &place));
            self.mark_damaged(before);
        }
    }

    /// Base64 of text or of base64: whether an object is in it.
    pub(super) fn read_wrapped(&mut self, octets: &Octets, place: &Place) -> bool {
        let mut read = self.inside(false, |reader| reader.read_octets(octets));
        self.count(&mut read.items);
        if read.items.is_empty() {
            // What is broken inside is told; what is nothing is not.
            self.file.findings.extend(read.findings);
            return !self.file.findings.is_empty();
        }
        let count = self.file.items.len();
        self.take(read);
        // Values of documents are base64 where bytes are meant.
        if !self.is_value {
            self.file.findings.push(finding::written_as_bytes("base64 once more", place));
        }
        self.mark_damaged(count);
        true
    }

    /// Reads a file each character of which stands for a byte: DER that a program took for Latin-1, and wrote as UTF-8 or UTF-16.
    pub(super) fn read_characters(&mut self, raw: &Text) {
        let begins = |start: &str| raw.encoding.is_some_and(|encoding| encoding.starts_with(start));
        let is_wide = begins("UTF-16");
        let is_unicode = raw.encoding.is_none() || begins("UTF-8") || is_wide;
        // What was found inside of an object, such as a text in a message, is not what the file is.
        let is_object = |octets: &Octets| matches!(octets.bytes.get(..2), Some([tag::SEQUENCE, 0x81..=0x83]));
        let octets = octets_of(&raw.glyphs).filter(|_| is_unicode);
        let Some(octets) = octets.filter(|it| self.file.items.is_empty() || is_object(it)) else { return };
        let read = self.inside(false, |reader| reader.read_octets(&octets));
        if !self.file.items.is_empty() && !read.findings.is_empty() {
            return;
        }
        if let Some(first) = read.items.first() {
            let finding = finding::written_as_bytes(
                if is_wide { IN_WIDE_CHARACTERS } else { IN_CHARACTERS },
                &first.place,
            );
            *self.file = read;
            self.file.findings.push(finding);
            self.mark_damaged(0);
        }
    }

    /// Reads bytes that were written as numbers or as base64: DER, or a text.
    pub(super) fn read_octets(&mut self, octets: &Octets) {
        let file_place = self.place;
        let place = |at: usize| match octets.glyphs.get(at).or(octets.glyphs.last()) {
            Some(glyph) => file_place.clone().line(glyph.line).column(glyph.column),
            None => file_place.clone(),
        };
        let bytes = &*octets.bytes;
        if is_java_keystore(bytes) {
            self.push(Kind::Jks, bytes, None, place(0), false);
        } else if bytes.first() == Some(&tag::SEQUENCE)
            && (bytes.get(1).is_some_and(|&length| length >= 0x80) || is_short(bytes))
        {
            let mut offset = 0;
            while let Some(rest) = bytes.get(offset..).filter(|rest| rest.first() == Some(&tag::SEQUENCE)) {
                let Ok(element) = Element::read(rest, 0) else { break };
                if self.is_full() {
                    return;
                }
                if !body::is_well_formed(&element, 24) {
                    break;
                }
                let at = place(offset);
                self.push(Kind::of(&element), element.bytes, None, at, false);
                offset += element.bytes.len();
            }
            let rest = bytes.get(offset..).unwrap_or_default();
            if let Some(bad) = octets.bad {
                let finding = finding::no_number(bad, &self.place_of(bad));
                self.file.findings.push(finding);
            } else if offset == 0 {
                match Element::read(bytes, 0) {
                    Err(malformed) => {
                        self.file.findings.push(finding::cut_array(malformed, octets, &place(0)))
                    }
                    Ok(_) => self.file.findings.push(finding::changed_array(octets, &place(0))),
                }
            } else if !rest.is_empty() {
                self.file.findings.push(finding::bytes_behind(offset, rest.len(), &place(offset)));
                self.read_carved(rest, |at| place(offset + at.start));
            }
        } else if let Some(text) = octets.to_text().filter(|_| self.depth <= MAX_NESTING) {
            let read = self.inside(false, |reader| reader.read_raw(&text));
            self.take(read);
        } else {
            // An image of a flash memory may have PEM in it as well.
            let text = octets.characters().filter(|text| text.contains("-----BEGIN "));
            if let Some(text) = text.filter(|_| self.depth <= MAX_NESTING) {
                let read = self.inside(false, |reader| reader.read_raw(&text));
                self.take(read);
            }
            self.read_carved(bytes, |at| place(at.start));
        }
    }

    /// Objects in bytes that are neither DER nor a text.
    pub(super) fn read_carved(&mut self, bytes: &[u8], place: impl Fn(Range<usize>) -> Place) {
        let before = self.file.items.len();
        for (range, kind) in carve::objects(bytes) {
            let der = bytes.get(range.clone()).unwrap_or_default();
            self.push(kind, der, None, place(range), false);
        }
        let Some(first) = self.file.items.get(before) else { return };
        let finding = finding::written_as_bytes(IN_OTHER_BYTES, &first.place);
        if before == 0 {
            // What was guessed of the bytes around it says less.
            self.file.findings.clear();
        }
        self.file.findings.push(finding);
        self.mark_damaged(before);
    }
}

/// A sequence whose length takes one octet, as in a key of an elliptic curve: it has to fit, since any text can begin
/// with a '0'.
fn is_short(bytes: &[u8]) -> bool {
    Element::read(bytes, 0).is_ok_and(|element| body::is_well_formed(&element, 24))
}
