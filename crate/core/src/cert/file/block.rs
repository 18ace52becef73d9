//! Blocks of PEM in a text, and the base64 that stands outside of blocks.

mod encrypted;
mod header;
mod mention;

use self::header::{Headers, skip_headers};
use super::{
    base64,
    body::{self, Broken, Whole},
    finding, foreign,
    marker::{self, Marker, MarkerDamage},
    reader::{MAX_NESTING, Reader, is_java_keystore},
    text::{Glyph, Text, is_line_break},
};
use crate::{cert::der::kind::Kind, finding::Place};

impl Reader<'_> {
    pub(super) fn read_text(&mut self, text: &Text) {
        let markers = marker::find(&text.glyphs);
        let mut from = 0;
        let mut named = None;
        let mut markers = markers.iter().peekable();
        while let Some(marker) = markers.next()
            && !self.is_full()
        {
            if marker.start < from {
                continue;
            }
            self.read_loose(text, from, marker.start, (!marker.is_begin).then_some(marker));
            from = marker.end;
            if marker.is_begin {
                let next = markers.peek().copied();
                let end = next.map_or(text.glyphs.len(), |next| next.start);
                let closing = next.filter(|next| !next.is_begin);
                let before = self.file.items.len();
                from = self.read_block(text, marker, end, closing);
                self.give_name(text, marker, before, &mut named);
            }
        }
        self.read_loose(text, from, text.glyphs.len(), None);
    }

    /// What is told by name in a list, such as the fields that a command prints, is a value of its own.
    fn give_name(&mut self, text: &Text, begin: &Marker, from: usize, named: &mut Option<(String, u32)>) {
        let name = name_in_front(&text.glyphs, begin.start);
        if name.is_empty() {
            *named = None;
            return;
        }
        let number = match named.take().filter(|(last, _)| *last == name) {
            Some((_, number)) => number,
            None => self.values.get() + 1,
        };
        self.values.set(self.values.get().max(number));
        for item in self.file.items.iter_mut().skip(from).filter(|item| item.value == Some(0)) {
            item.value = Some(number);
        }
        *named = Some((name, number));
    }

    /// Reads one block, and says where to go on.
    fn read_block(&mut self, text: &Text, begin: &Marker, end: usize, closing: Option<&Marker>) -> usize {
        let place = self.place_of(begin.glyph);
        let label = begin.label.as_str();
        let go_on = closing.map_or(end, |closing| closing.end);
        let is_named = mention::has_no_base64(&text.glyphs, begin.end..end);
        if is_named && mention::is_string(&text.glyphs, begin.start..begin.end) {
            self.mention(label, &place);
            return go_on;
        }
        if let Some(foreign) = foreign::of_label(label) {
            self.file.findings.push(finding::foreign(&foreign, &place));
            return go_on;
        }
        let (start, headers) = skip_headers(&text.glyphs, begin.end, end);
        if let Headers::OfEncryption(dek_info) = headers {
            self.read_encrypted(text, (start, end), begin, closing, &dek_info);
            return go_on;
        }
        match body::read(&text.glyphs, start, end) {
            Ok(Whole { der, damage, end: body_end }) => {
                let mut findings =
                    finding::markers(begin, closing, &damage, &place, |glyph| self.place_of(glyph));
                let mut lines = std::iter::once(begin).chain(closing);
                let is_shifted = lines.any(|line| line.damage.is_some_and(MarkerDamage::is_position));
                findings.extend(finding::damage(label, &damage, is_shifted, |glyph| self.place_of(glyph)));
                if let Headers::Others(at) = headers {
                    let place =
                        text.glyphs.get(at).map_or_else(|| place.clone(), |glyph| self.place_of(*glyph));
                    findings.push(finding::headers(label, &place));
                }
                self.push_all(&der, Some(label), &place, findings);
                if closing.is_none() { body_end } else { go_on }
            }
            Err(broken) if is_named && !is_unfilled(&broken, begin, closing) => {
                self.mention(label, &place);
                go_on
            }
            Err(broken) => {
                self.file.broken.push(Kind::of_label(label));
                if matches!(broken, Broken::Empty | Broken::Placeholder(_)) {
                    self.file.unfilled.push(Kind::of_label(label));
                }
                let finding = if Kind::of_label(label) == Kind::Unknown && !marker::is_known(label) {
                    finding::foreign(&foreign::of_unknown_label(&label), &place)
                } else {
                    finding::broken(label, &broken, &place, |glyph| self.place_of(glyph))
                };
                self.file.findings.push(finding);
                go_on
            }
        }
    }

    /// A line that is named, with nothing behind it that could be read.
    fn mention(&mut self, label: &str, place: &Place) {
        self.file.unfilled.push(Kind::of_label(label));
        self.file.findings.push(finding::mentioned(place));
    }

    /// Reads what stands outside of blocks: base64 without markers, or with its END only.
    fn read_loose(&mut self, text: &Text, start: usize, end: usize, closing: Option<&Marker>) {
        let mut from = start;
        let mut failed = None;
        let mut failures = 0;
        // Up to where base64 was read as one run, and nothing came of it.
        let mut unwrapped = start;
        while let Some(at) = next_candidate(&text.glyphs, from, end)
            && failures < MAX_ATTEMPTS
            && self.tries.get() > 0
            && !self.is_full()
        {
            let glyph = text.glyphs.get(at).copied();
            let Some(glyph) = glyph else { break };
            let place = self.place_of(glyph);
            if at >= unwrapped && is_wrapped_start(&text.glyphs, at) && self.depth < MAX_NESTING {
                let behind = skip_run(&text.glyphs, at, end);
                unwrapped = behind;
                if self.read_wrapped(&body::octets(&text.glyphs, at, behind), &place) {
                    from = behind;
                    continue;
                }
            }
            // A word by itself first: what stands behind a '.' or a ',' may be something else. Then lines of nothing else:
            // behind them may stand a heading. None is longer than its first bytes say.
            let reach = body::reach(&text.glyphs, at, end);
            let word = skip_word(&text.glyphs, at, reach);
            let mut ends = vec![word, skip_lines(&text.glyphs, at, reach), reach];
            ends.dedup();
            match ends.into_iter().find_map(|end| body::read_whole(&text.glyphs, at, end)) {
                Some(Whole { der, mut damage, end: body_end }) => {
                    // Without its lines there is no layout to keep.
                    if closing.is_none() {
                        damage.retain(|damage| !damage.is_layout());
                    }
                    let label = closing.map(|closing| closing.label.as_str());
                    // A value that is base64 alone is what its document wants.
                    let is_value = self.is_value && closing.is_none();
                    let mut findings = Vec::new();
                    findings.extend((!is_value).then(|| finding::begin_missing(closing, &place)));
                    findings.extend(finding::damage(label.unwrap_or("base64"), &damage, false, |glyph| {
                        self.place_of(glyph)
                    }));
                    self.push_all(&der, label, &place, findings);
                    from = body_end;
                }
                None => {
                    // A long name of a program is no base64, and a word behind a value is none of it.
                    let is_loose = closing.is_none();
                    let is_named = is_loose && mention::has_no_base64(&text.glyphs, at..word);
                    if !is_named && failed.is_none() {
                        let until = if is_loose { end_of_value(&text.glyphs, at, reach) } else { reach };
                        let broken = [until, reach].map(|end| body::read(&text.glyphs, at, end).err());
                        failed = broken.into_iter().flatten().next().map(|broken| (broken, place));
                    }
                    failures += 1;
                    self.tries.set(self.tries.get().saturating_sub(reach - at));
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
}

/// Whether somebody is to put base64 there: nothing stands in the block, or words that ask for it, not far from its start.
fn is_unfilled(broken: &Broken, begin: &Marker, closing: Option<&Marker>) -> bool {
    const NEAR: u32 = 2;
    match broken {
        Broken::Empty => true,
        Broken::Placeholder(glyph) => closing.is_some() || glyph.line <= begin.glyph.line + NEAR,
        _ => false,
    }
}

/// The letters in front of a place on its line: of the lines of a log they are the same.
fn name_in_front(glyphs: &[Glyph], at: usize) -> String {
    const LONGEST: usize = 80;
    let line = glyphs.get(at.saturating_sub(LONGEST)..at).unwrap_or_default();
    let own = line.rsplit(|glyph| is_line_break(glyph.character)).next().unwrap_or_default();
    own.iter().map(|glyph| glyph.character).filter(|c| c.is_alphabetic()).collect()
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
        // A Java keystore begins so in the base64 of URLs.
        let is_keystore =
            glyphs.get(at).is_some_and(|glyph| glyph.character == '_') && is_wrapped_start(glyphs, at);
        if value(at).is_none() && !is_keystore {
            at += 1;
            continue;
        }
        // The sign of base64 in strongSwan's files.
        let is_signed = glyphs.get(at..end)?.iter().take(2).map(|glyph| glyph.character).eq("0s".chars());
        at += if is_signed { 2 } else { 0 };
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

/// Whether the base64 here is that of PEM, of more base64 or of a Java keystore: by its first bytes, which are all letters
/// of one of them.
fn is_wrapped_start(glyphs: &[Glyph], at: usize) -> bool {
    let octets = body::octets(glyphs, at, at + MIN_RUN);
    let is_base64 = |byte: &u8| base64::value(char::from(*byte)).is_some();
    octets.bytes.len() == 12
        && (octets.bytes.starts_with(b"-----BEGIN")
            || is_java_keystore(&octets.bytes)
            || octets.bytes.iter().all(is_base64)
            || is_text_in_base64(glyphs, at))
}

/// Whether a long run of base64 is that of a text, such as a document that has a certificate in it.
fn is_text_in_base64(glyphs: &[Glyph], at: usize) -> bool {
    const MIN_TEXT: usize = 64;
    let octets = body::octets(glyphs, at, at + MIN_TEXT);
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    octets.bytes.len() == MIN_TEXT / 4 * 3 && octets.bytes.iter().all(is_text)
}

/// Up to the quote that ends a value, if there is one as near as base64 can reach.
fn end_of_value(glyphs: &[Glyph], at: usize, reach: usize) -> usize {
    let range = glyphs.get(at..reach).unwrap_or_default();
    let quote = range.iter().position(|glyph| matches!(glyph.character, '"' | '\'' | '`'));
    quote.map_or(reach, |offset| at + offset)
}

/// Behind the run of base64 without blanks that begins here.
fn skip_word(glyphs: &[Glyph], at: usize, end: usize) -> usize {
    let belongs = |glyph: &&Glyph| {
        base64::value(glyph.character).is_some() || matches!(glyph.character, '-' | '_' | '=')
    };
    at + glyphs.get(at..end).unwrap_or_default().iter().take_while(belongs).count().max(1)
}

/// Behind the lines of base64 and nothing else that begin here.
fn skip_lines(glyphs: &[Glyph], at: usize, end: usize) -> usize {
    let range = glyphs.get(at..end).unwrap_or_default();
    let mut behind = 0;
    for line in range.split_inclusive(|glyph| is_line_break(glyph.character)) {
        let word = line.iter().filter(|glyph| !glyph.character.is_whitespace());
        let is_base64 = |glyph: &Glyph| {
            base64::value(glyph.character).is_some() || matches!(glyph.character, '-' | '_' | '=')
        };
        let mut word = word.peekable();
        if word.peek().is_none() || !word.all(is_base64) {
            break;
        }
        behind += line.len();
    }
    at + behind.max(1)
}

/// Behind the run of base64 and blanks that begins here.
fn skip_run(glyphs: &[Glyph], at: usize, end: usize) -> usize {
    let belongs = |glyph: &&Glyph| {
        let character = glyph.character;
        base64::value(character).is_some() || character.is_whitespace() || matches!(character, '-' | '_')
    };
    at + glyphs.get(at..end).unwrap_or_default().iter().take_while(belongs).count().max(1)
}
