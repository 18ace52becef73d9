//! The pass over a file: what it is as a whole, what comes out of the frames in it, and what stands outside of them.
//!
//! A known beginning wins over every guess. Then several readings compete: the values that a compiler or a parser
//! takes out of the text, each judged by itself, and the text as it is. The reading that leaves whole objects wins
//! over one that leaves rests; what is left over is told.

use std::{cell::Cell, ops::Range};

use zeroize::Zeroizing;

use super::{
    conflict,
    contents::File,
    finding, fold, foreign, frame,
    item::Item,
    marker, rest,
    text::{Glyph, Text},
};
use crate::{
    cert::der::{
        Element, ber,
        kind::{Kind, is_curve_name},
        tag,
    },
    finding::{Finding, Place, Severity},
};

/// Readings inside of readings, about three for each layer: base64 in base64 in a string of a document in another.
pub(super) const MAX_NESTING: u32 = 12;
/// Escapes of escapes.
const MAX_UNESCAPES: u32 = 4;
/// Characters that are tried in vain in a small file; of a larger one twice as many as it has.
const MIN_TRIES: usize = 256 * 1024;

impl File {
    /// Largest file taken, in bytes. A chain has some kilobytes, and ten thousand certificates some megabytes.
    pub const MAX_SIZE: usize = 16 * 1024 * 1024;

    /// Most objects and findings that are told of a file. A file that is not too large holds fewer certificates.
    pub const MAX_OBJECTS: usize = 65_536;

    /// Reads a file. `place` is its label: the flag it came by and its path.
    #[must_use]
    pub fn read(bytes: &[u8], place: &Place) -> Self {
        let mut file = Self::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            file.findings.push(finding::empty(place));
        } else if bytes.len() > Self::MAX_SIZE {
            file.findings.push(finding::too_large(Self::MAX_SIZE, place));
        } else {
            let (values, tries) = (Cell::new(0), Cell::new(MIN_TRIES + 2 * bytes.len()));
            let mut reader =
                Reader { file: &mut file, place, depth: 0, is_value: false, values: &values, tries: &tries };
            reader.read(bytes);
            let is_full = reader.is_full();
            rest::settle_mentions(&mut file);
            file.findings = fold::fold(file.findings);
            file.findings.extend(is_full.then(|| finding::too_many(Self::MAX_OBJECTS, place)));
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
    pub(super) values: &'a Cell<u32>,
    /// How many more characters are tried as base64 that no label names, with nothing coming of it.
    pub(super) tries: &'a Cell<usize>,
}

impl<'a> Reader<'a> {
    /// The same for what is inside, with a file of its own.
    pub(super) fn inside(&self, is_value: bool, read: impl FnOnce(&mut Reader<'_>)) -> File {
        let mut file = File::default();
        let depth = self.depth + 1;
        let is_value = is_value || self.is_value;
        let Self { place, values, tries, .. } = *self;
        read(&mut Reader { file: &mut file, place, depth, is_value, values, tries });
        file
    }

    /// Whether as much was found as is told of a file.
    pub(super) fn is_full(&self) -> bool {
        self.file.items.len().max(self.file.findings.len()) >= File::MAX_OBJECTS
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
            if foreign.keeps_files {
                self.read_raw(&Text::decode(bytes));
                self.read_carved_file(bytes);
            }
            if self.file.items.is_empty() {
                self.file.findings = vec![finding::foreign(&foreign, self.place)];
            }
            return;
        }
        let raw = Text::decode(bytes);
        self.read_raw(&raw);
        self.file.findings.extend(conflict::find(&raw).map(|line| finding::conflict(line, self.place)));
        if bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
            self.read_carved_file(bytes);
            self.read_characters(&raw);
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

    /// Objects in a file of bytes that is none itself.
    fn read_carved_file(&mut self, bytes: &[u8]) {
        let place = self.place;
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.read_carved(bytes, |at| place.clone().bytes(offset(at.start)..offset(at.end)));
    }

    /// Reads a text: its frames, and what stands outside of them.
    pub(super) fn read_raw(&mut self, raw: &Text) {
        // A text in a text is in another language.
        let path = self.place.path.as_deref().filter(|_| self.depth == 0);
        let frames = frame::find(&raw.glyphs, path);
        let mut taken: Vec<Range<usize>> = Vec::new();
        let (mut values, mut broken) = (Vec::new(), Vec::new());
        let mut told = 0;
        for value in &frames.values {
            // They come in the order of their starts.
            let is_taken = taken.last().is_some_and(|span| value.span.start < span.end);
            if is_taken || told >= File::MAX_OBJECTS {
                continue;
            }
            let read = self.read_value(value);
            told += read.items.len().max(read.findings.len());
            if !read.items.is_empty() {
                taken.push(value.span.clone());
                values.push(read);
            } else if !read.findings.is_empty() {
                broken.push((value.span.clone(), read));
            }
        }
        if !values.is_empty() && values.iter().all(is_guess) {
            // A piece of a larger object can look like an object by itself, of no known kind.
            let plain = self.inside(false, |reader| reader.read_plain(raw, Others::None));
            let known: Vec<&Item> = plain.items.iter().filter(|item| item.kind != Kind::Unknown).collect();
            let mut left = MOST_COMPARED;
            let mut is_piece = |piece: &Item| known.iter().any(|item| has(item, piece, &mut left));
            if values.iter().flat_map(|value| &value.items).all(&mut is_piece) {
                taken.clear();
                values.clear();
            }
        }
        rest::settle_unfilled(broken.iter_mut().map(|(_, read)| read), &values);
        values.into_iter().for_each(|value| self.take(value));
        let blanked;
        let outside = if taken.is_empty() {
            raw
        } else {
            let glyphs = frame::blanked(&raw.glyphs, &taken);
            blanked = Text { glyphs, encoding: raw.encoding, change: raw.change };
            &blanked
        };
        let others = match (taken.is_empty(), broken.is_empty()) {
            (false, _) => Others::Whole,
            (true, false) => Others::Broken,
            (true, true) => Others::None,
        };
        let plain = self.inside(false, |reader| reader.read_plain(outside, others));
        let glyph_lines = |span: &Range<usize>| {
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
        self.file.add(read);
    }

    /// Reads a text as it is, with its escapes undone, and as numbers.
    fn read_plain(&mut self, raw: &Text, others: Others) {
        self.read_text(raw);
        // A large text is copied only for a reading of it.
        if self.file.items.is_empty() {
            self.read_unescaped(raw);
        }
        if self.depth >= MAX_NESTING {
            return;
        }
        // Base64 that no label names, of nothing that is known, is what letters beside a dump can look like.
        if is_guess(self.file) && others != Others::Whole {
            self.read_numbers(raw, others);
        } else {
            self.read_numbers_beside(raw);
        }
    }

    /// Reads a text with its escapes undone: a string in a string in a string, as often as there is something to undo.
    fn read_unescaped(&mut self, raw: &Text) {
        let is_wide = raw.has_wide_forms();
        let mut text = raw.unescape();
        for _ in 0..MAX_UNESCAPES {
            let escaped = text.glyphs.iter().find(|glyph| glyph.is_escaped).copied();
            let Some(escaped) = escaped.filter(|_| self.file.items.is_empty()) else { break };
            if is_wide {
                for glyph in text.glyphs.iter_mut() {
                    glyph.is_escaped = false;
                }
            }
            let mut unescaped = self.inside(false, |reader| reader.read_text(&text));
            let is_told = unescaped.findings.iter().any(|finding| finding.severity == Severity::Error);
            let place = self.place_of(escaped);
            if is_wide && !unescaped.items.is_empty() {
                unescaped.findings.push(finding::wide_forms(&place));
            } else if !is_told && !unescaped.items.is_empty() {
                unescaped.findings.push(finding::escaped(&place));
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
            definite = ber::to_definite(der).unwrap_or_default();
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

/// Whether all that is in it, if anything is, is of no kind that is known, and no label says what it is.
fn is_guess(read: &File) -> bool {
    read.items.iter().all(|item| item.kind == Kind::Unknown && item.label.is_none())
}

/// Bytes that are compared to see what is a piece of what.
const MOST_COMPARED: usize = 1 << 26;

/// Whether the bytes of one object stand inside of another. Of many bytes it is not known: looking for them takes too long.
fn has(item: &Item, piece: &Item, left: &mut usize) -> bool {
    const MOST: usize = 1 << 20;
    let compared = item.der.len().saturating_mul(piece.der.len());
    *left = left.saturating_sub(compared);
    *left > 0
        && compared <= MOST
        && item.der.windows(piece.der.len().max(1)).any(|window| window == piece.der.as_slice())
}

/// What the frames of a text gave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    None,
    Broken,
    Whole,
}

/// How JKS and JCEKS begin.
pub(super) fn is_java_keystore(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || bytes.starts_with(&[0xce, 0xce, 0xce, 0xce])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters beside a dump may themselves be base64 of something: here a name inside of a message.
    #[test]
    fn letters_beside_a_dump_do_not_win_over_its_bytes() {
        const LETTERS: &[u8; 48] = b"MCIxIDAeBgNVBAMMF2RldmljZS0xeHh4eHh4eHh4eHh4eHh4";
        let part = |tag: u8, content: &[u8]| {
            [&[tag, u8::try_from(content.len()).unwrap_or_default()], content].concat()
        };
        let text = part(4, &[&[b'-'; 13][..], LETTERS].concat());
        let signed =
            [&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2][..], &part(0xa0, &part(0x30, &text))];
        let message = part(0x30, &signed.concat());
        let shown = message.chunks(16).map(|line| {
            let digits = line.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
            let letter = |byte: &u8| if (33..127).contains(byte) { char::from(*byte) } else { '.' };
            format!("         {digits:49}|{}\n", line.iter().map(letter).collect::<String>())
        });
        let log = "<inf> app: a message\n".to_owned() + &shown.collect::<String>();
        assert!(log.contains("|MCIxIDAeBgNVBAMM\n"), "{log}");
        let file = File::read(log.as_bytes(), &Place::default());
        let found: Vec<_> = file.items.iter().map(|item| (item.kind, item.der.to_vec())).collect();
        assert_eq!(found, [(Kind::Pkcs7, message)], "{log}");
    }

    /// A piece of an object in a program's strings may begin with a sequence that ends inside of it.
    #[test]
    fn a_piece_that_looks_like_an_object_does_not_win_over_the_whole() {
        let part = |tag: u8, content: &[u8]| {
            [&[tag, u8::try_from(content.len()).unwrap_or_default()], content].concat()
        };
        let inner = part(0x30, &part(4, b"a text of 22 characters"));
        let identifier = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2];
        let message =
            part(0x30, &[&identifier[..], &part(0xa0, &part(0x30, &[&inner[..], &inner].concat()))].concat());
        let (head, pieces) = message.split_at(message.len() - 2 * inner.len());
        let pieces: Vec<_> = [head].into_iter().chain(pieces.chunks(inner.len())).collect();
        let digits = |piece: &&[u8]| piece.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let strings: Vec<_> = pieces.iter().map(digits).collect();
        let text = format!("UPDATE c SET b = UNHEX(CONCAT('{}'));\n", strings.join("',\n  '"));
        let file = File::read(text.as_bytes(), &Place::default());
        let found: Vec<_> = file.items.iter().map(|item| (item.kind, item.der.to_vec())).collect();
        assert_eq!(found, [(Kind::Pkcs7, message.clone())], "{text}");
        // What is no piece of it stays.
        let other = part(0x30, &part(4, b"a text of another kind."));
        let text = format!("{text}x = '{}';\n", digits(&&other[..]));
        let file = File::read(text.as_bytes(), &Place::default());
        assert!(file.items.iter().any(|item| item.der[..] == other[..]), "{text}");
    }
}
