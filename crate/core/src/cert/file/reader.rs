//! The pass over a file: DER, blocks, what stands between them, and bytes written as text.

use zeroize::Zeroizing;

use super::{
    base64,
    body::{self, Broken, Whole},
    contents::File,
    finding, fold, foreign,
    item::Item,
    marker::{self, Marker, MarkerDamage},
    octets,
    text::{self, Glyph, Text},
};
use crate::{
    cert::der::{
        Element, Malformed, Problem, ber,
        kind::{KeyContainer, Kind, is_curve_name},
        tag,
    },
    finding::{Finding, Place, Severity},
};

/// Bytes in base64 in base64, text as hexadecimal: as deep as anyone goes.
const MAX_NESTING: u32 = 3;

impl File {
    /// Largest file taken, in bytes. A chain has some kilobytes.
    pub const MAX_SIZE: usize = 1024 * 1024;

    /// Most objects taken from a file; a bundle of all public roots has 150.
    pub const MAX_ITEMS: usize = 1024;

    /// Reads a file. `place` is its label: the flag it came by and its path.
    #[must_use]
    pub fn read(bytes: &[u8], place: &Place) -> Self {
        let mut file = Self::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            file.findings.push(finding::empty(place));
        } else if bytes.len() > Self::MAX_SIZE {
            file.findings.push(finding::too_large(place));
        } else {
            Reader::new(&mut file, place).read(bytes);
            file.findings = fold::fold(file.findings);
            file.refused = finding::refused(&mut file.findings);
        }
        file
    }
}

/// One pass over the bytes of a file, or over bytes that were written in it as text.
pub(super) struct Reader<'a> {
    file: &'a mut File,
    place: &'a Place,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Reads into `file`, everything at `place`.
    pub(super) const fn new(file: &'a mut File, place: &'a Place) -> Self {
        Self { file, place, depth: 0 }
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        if bytes.first() == Some(&tag::SEQUENCE) && self.read_der(bytes) {
            return;
        }
        let before = (self.file.items.len(), self.file.findings.len());
        let raw = Text::decode(bytes);
        // A string in a string in a string: undone as often as there is something to undo.
        let mut text = raw.unescape();
        self.read_text(&text);
        for _ in 0..MAX_NESTING {
            let is_escaped = text.glyphs.iter().any(|glyph| glyph.is_escaped);
            if !is_escaped || self.file.items.len() > before.0 {
                break;
            }
            self.file.findings.truncate(before.1);
            text = text.unescape();
            self.read_text(&text);
        }
        if self.file.items.len() == before.0 {
            self.read_octets(&raw, before.1);
        }
        if (self.file.items.len(), self.file.findings.len()) == before {
            self.file.findings.push(match foreign::of_start(bytes) {
                Some(foreign) => finding::foreign(&foreign, self.place),
                None => finding::not_recognised(bytes, self.place),
            });
        } else if let Some(encoding) = raw.encoding {
            self.file.findings.push(finding::encoding(encoding, self.place));
            self.mark_damaged(before.0);
        } else if bytes.iter().filter(|byte| **byte == b'\r').count() > 1 && !bytes.contains(&b'\n') {
            self.file.findings.push(finding::carriage_returns(self.place));
            self.mark_damaged(before.0);
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

    fn read_text(&mut self, text: &Text) {
        let markers = marker::find(&text.glyphs);
        let mut from = 0;
        let mut markers = markers.iter().peekable();
        while let Some(marker) = markers.next() {
            if marker.start < from {
                continue;
            }
            self.read_loose(text, from, marker.start, (!marker.is_begin).then_some(marker));
            from = marker.end;
            if marker.is_begin {
                let next = markers.peek().copied();
                let end = next.map_or(text.glyphs.len(), |next| next.start);
                let closing = next.filter(|next| !next.is_begin);
                from = self.read_block(text, marker, end, closing);
            }
        }
        self.read_loose(text, from, text.glyphs.len(), None);
    }

    /// Reads one block, and says where to go on.
    fn read_block(&mut self, text: &Text, begin: &Marker, end: usize, closing: Option<&Marker>) -> usize {
        let place = self.place_of(begin.glyph);
        let label = begin.label.as_str();
        let go_on = closing.map_or(end, |closing| closing.end);
        if let Some(foreign) = foreign::of_label(label) {
            self.file.findings.push(finding::foreign(&foreign, &place));
            return go_on;
        }
        let (start, headers) = skip_headers(&text.glyphs, begin.end, end);
        if headers == Headers::OfEncryption {
            let bytes = body::raw(&text.glyphs, start, end);
            let kind = Kind::PrivateKey(KeyContainer::LegacyEncrypted);
            self.push(kind, &bytes, Some(label), place, false);
            return go_on;
        }
        match body::read(&text.glyphs, start, end) {
            Ok(Whole { der, damage, end: body_end }) => {
                let mut findings =
                    finding::markers(begin, closing, &damage, &place, |glyph| self.place_of(glyph));
                let mut lines = std::iter::once(begin).chain(closing);
                let is_shifted = lines.any(|line| line.damage.is_some_and(MarkerDamage::is_position));
                findings.extend(finding::damage(label, &damage, is_shifted, |glyph| self.place_of(glyph)));
                if headers == Headers::Others {
                    findings.push(finding::headers(label, &place));
                }
                self.push_all(&der, Some(label), &place, findings);
                if closing.is_none() { body_end } else { go_on }
            }
            Err(broken) => {
                self.file
                    .findings
                    .push(finding::broken(label, &broken, &place, |glyph| self.place_of(glyph)));
                go_on
            }
        }
    }

    /// Reads what stands outside of blocks: base64 without markers, or with its END only.
    fn read_loose(&mut self, text: &Text, start: usize, end: usize, closing: Option<&Marker>) {
        let mut from = start;
        let mut failed = None;
        let mut failures = 0;
        while let Some(at) = next_candidate(&text.glyphs, from, end)
            && failures < MAX_ATTEMPTS
            && self.file.items.len() < File::MAX_ITEMS
        {
            let glyph = text.glyphs.get(at).copied();
            let Some(glyph) = glyph else { break };
            let place = self.place_of(glyph);
            if let Some(inner) = wrapped(&text.glyphs, at, end).filter(|_| self.depth < MAX_NESTING) {
                let count = self.file.items.len();
                Reader { file: &mut *self.file, place: &place, depth: self.depth + 1 }.read(&inner);
                if self.file.items.len() > count {
                    self.file.findings.push(finding::written_as_bytes("base64 once more", &place));
                    self.mark_damaged(count);
                }
                from = skip_run(&text.glyphs, at, end);
                continue;
            }
            match body::read(&text.glyphs, at, body::reach(&text.glyphs, at, end)) {
                Ok(Whole { der, mut damage, end: body_end }) => {
                    // Without its lines there is no layout to keep.
                    if closing.is_none() {
                        damage.retain(|damage| !damage.is_layout());
                    }
                    let label = closing.map(|closing| closing.label.as_str());
                    let mut findings = vec![finding::begin_missing(closing, &place)];
                    findings.extend(finding::damage(label.unwrap_or("base64"), &damage, false, |glyph| {
                        self.place_of(glyph)
                    }));
                    self.push_all(&der, label, &place, findings);
                    from = body_end;
                }
                Err(broken) => {
                    failed.get_or_insert((broken, place));
                    failures += 1;
                    from = skip_run(&text.glyphs, at, end);
                }
            }
        }
        if let Some((broken, place)) = failed
            && (closing.is_some() || self.file.items.is_empty())
            && !matches!(broken, Broken::NotDer(_) | Broken::Empty)
        {
            let label = closing.map_or("base64", |closing| closing.label.as_str());
            self.file.findings.push(finding::broken(label, &broken, &place, |glyph| self.place_of(glyph)));
        }
    }

    fn read_octets(&mut self, raw: &Text, findings_before: usize) {
        if self.depth >= MAX_NESTING {
            return;
        }
        for bytes in octets::readings(&raw.glyphs) {
            let der = Element::read(&bytes, 0).is_ok_and(|element| {
                element.tag == tag::SEQUENCE
                    && element.bytes.len() <= bytes.len()
                    && body::is_well_formed(&element, 24)
            });
            let is_text = bytes.starts_with(b"-----BEGIN");
            if der || is_text {
                self.file.findings.truncate(findings_before);
                let count = self.file.items.len();
                let bytes = bytes.strip_suffix(&[0]).filter(|_| is_text).unwrap_or(&bytes);
                Reader { file: &mut *self.file, place: self.place, depth: self.depth + 1 }.read(bytes);
                self.file.findings.push(finding::written_as_bytes("numbers", self.place));
                self.mark_damaged(count);
                return;
            }
        }
    }

    fn push_all(&mut self, der: &[u8], label: Option<&str>, place: &Place, findings: Vec<Finding>) {
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
        let is_mislabelled = label.is_some() && kind.label().is_some() && claimed != kind;
        if let Some(label) = label.filter(|_| is_mislabelled) {
            self.file.findings.push(finding::wrong_label(label, kind, place));
        }
        self.push(kind, element.bytes, label, place.clone(), is_damaged || is_mislabelled);
    }

    fn push(&mut self, kind: Kind, der: &[u8], label: Option<&str>, place: Place, is_damaged: bool) {
        if self.file.items.len() < File::MAX_ITEMS {
            let der = Zeroizing::new(der.to_vec());
            self.file.items.push(Item { kind, der, label: label.map(str::to_owned), place, is_damaged });
        }
    }

    fn mark_damaged(&mut self, from: usize) {
        for item in self.file.items.iter_mut().skip(from) {
            item.is_damaged = true;
        }
    }

    /// Inside of other text every place is that of the text.
    fn place_of(&self, glyph: Glyph) -> Place {
        if self.depth > 0 {
            self.place.clone()
        } else {
            self.place.clone().line(glyph.line).column(glyph.column)
        }
    }
}

/// The header lines of RFC 1421 in a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    None,
    /// They say that it is encrypted.
    OfEncryption,
    Others,
}

/// Skips the header lines of RFC 1421, and says what they are.
fn skip_headers(glyphs: &[Glyph], start: usize, end: usize) -> (usize, Headers) {
    let mut from = start;
    let mut headers = Headers::None;
    loop {
        let rest = glyphs.get(from..end).unwrap_or_default();
        let length = rest.iter().position(|glyph| text::is_line_break(glyph.character)).unwrap_or(rest.len());
        let line: String = rest.iter().take(length.min(200)).map(|glyph| glyph.character).collect();
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let is_header = line.split_once(':').is_some_and(|(name, _)| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        if !(is_header || line.is_empty()) || length == rest.len() {
            return (from, headers);
        }
        if line.starts_with("Proc-Type") && line.contains("ENCRYPTED") {
            headers = Headers::OfEncryption;
        } else if is_header && headers == Headers::None {
            headers = Headers::Others;
        }
        from += length + 1;
    }
}

/// Most places in a text that are tried as the start of base64: prose full of capital Ms ends there.
const MAX_ATTEMPTS: u32 = 32;
/// Shorter runs of base64 are words.
const MIN_RUN: usize = 16;

/// The next place where base64 of DER, of PEM or of itself can begin: a long run that starts with the right bits.
fn next_candidate(glyphs: &[Glyph], start: usize, end: usize) -> Option<usize> {
    // Base64 for URLs counts as well.
    let belongs =
        |glyph: &&Glyph| base64::value(glyph.character).is_some() || matches!(glyph.character, '-' | '_');
    let value = |index: usize| glyphs.get(index).and_then(|glyph| base64::value(glyph.character));
    let mut at = start;
    while at < end {
        if value(at).is_none() {
            at += 1;
            continue;
        }
        let run = glyphs.get(at..end)?.iter().take_while(belongs).count();
        // Twelve bits: 0x30 and the four high bits of a length that a certificate or a key can have.
        let is_der = value(at) == Some(12) && value(at + 1).is_some_and(|second| second < 16);
        if run >= MIN_RUN && (is_der || is_wrapped_start(glyphs, at)) {
            return Some(at);
        }
        at += run;
    }
    None
}

/// Base64 of `-----`, of `MII` and of `MIG`.
fn is_wrapped_start(glyphs: &[Glyph], at: usize) -> bool {
    let start: String = glyphs.iter().skip(at).take(4).map(|glyph| glyph.character).collect();
    matches!(start.as_str(), "LS0t" | "TUlJ" | "TUlH")
}

/// The bytes of a run of base64 that holds text.
fn wrapped(glyphs: &[Glyph], at: usize, end: usize) -> Option<Zeroizing<Vec<u8>>> {
    is_wrapped_start(glyphs, at).then(|| body::raw(glyphs, at, skip_run(glyphs, at, end)))
}

/// Behind the run of base64 and blanks that begins here.
fn skip_run(glyphs: &[Glyph], at: usize, end: usize) -> usize {
    let belongs = |glyph: &&Glyph| {
        let character = glyph.character;
        base64::value(character).is_some() || character.is_whitespace() || matches!(character, '-' | '_')
    };
    at + glyphs.get(at..end).unwrap_or_default().iter().take_while(belongs).count().max(1)
}
