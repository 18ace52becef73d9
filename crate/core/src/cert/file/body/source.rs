//! The characters of one body: what a reading of them comes to, or why none fits.

use zeroize::Zeroizing;

use super::reading::{Broken, Damage, DamageKind, Reading, Whole, bytes_of, characters_for};
use crate::{
    cert::{
        der::{Element, Malformed, Problem},
        file::{
            base64::value,
            text::{Glyph, is_line_break},
        },
    },
    order,
};

/// The runs between line breaks, as index ranges; empty ones too.
fn lines(glyphs: &[Glyph], start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut from = start;
    for (index, glyph) in glyphs.iter().enumerate().take(end).skip(start) {
        if is_line_break(glyph.character) {
            // The two characters of a Windows line break stand in the same line.
            let is_second = index > start
                && glyph.character == '\n'
                && glyphs.get(index - 1).is_some_and(|g| g.character == '\r');
            if !is_second || from < index {
                lines.push((from, index));
            }
            from = index + 1;
        }
    }
    lines.push((from, end));
    lines
}

/// Longer bodies are read as they are: a message with a thousand certificates has as many characters.
const MOST_LOOKED_THROUGH: usize = 1024 * 1024;

/// The characters of one body.
pub(super) struct Source<'a> {
    pub(super) glyphs: &'a [Glyph],
    pub(super) start: usize,
    pub(super) end: usize,
    /// The runs between line breaks.
    pub(super) lines: Vec<(usize, usize)>,
}

impl<'a> Source<'a> {
    /// The glyphs from `start` to `end`.
    pub(super) fn new(glyphs: &'a [Glyph], start: usize, end: usize) -> Self {
        Self { glyphs, start, end, lines: lines(glyphs, start, end) }
    }

    /// Whether it is longer than it is looked through for what stands around its base64.
    pub(super) const fn is_long(&self) -> bool {
        self.end.saturating_sub(self.start) > MOST_LOOKED_THROUGH
    }

    /// Its glyphs.
    pub(super) fn range(&self) -> &'a [Glyph] {
        self.glyphs.get(self.start..self.end.min(self.glyphs.len())).unwrap_or_default()
    }

    pub(super) fn glyph(&self, index: usize) -> Option<Glyph> {
        self.glyphs.get(index).copied()
    }

    /// The number of the line that a glyph stands in.
    pub(super) fn line_of(&self, index: usize) -> Option<usize> {
        let number = self.lines.partition_point(|&(_, end)| end <= index);
        self.lines.get(number).map(|_| number)
    }

    /// Whether nothing stands between the characters of base64 but blanks and line breaks.
    pub(super) fn has_base64_only(&self) -> bool {
        self.characters(self.start, self.end)
            .all(|(_, c)| value(c).is_some() || c == '=' || c.is_ascii_whitespace())
    }

    /// Whether as many `=` stand behind the last character of a reading as its length asks for (RFC 4648 section 4).
    pub(super) fn is_padded(&self, reading: &Reading) -> bool {
        let behind = reading.last().map_or(self.start, |&(_, index)| index + 1);
        let padding = self.characters(behind, self.end).take_while(|&(_, c)| c == '=').count();
        (reading.len() + padding).is_multiple_of(4)
    }

    /// The first sign that is neither base64 nor in most lines.
    pub(super) fn rare_stray(&self) -> Option<Glyph> {
        let is_sign = |c: char| value(c).is_none() && c != '=' && !c.is_whitespace();
        let mut counts = std::collections::BTreeMap::<char, usize>::new();
        for &(start, end) in &self.lines {
            let mut own: Vec<char> =
                self.characters(start, end).map(|(_, c)| c).filter(|&c| is_sign(c)).collect();
            order::by_key(&mut own, |sign| *sign);
            own.dedup();
            for sign in own {
                *counts.entry(sign).or_default() += 1;
            }
        }
        let is_rare = |c: char| counts.get(&c).is_some_and(|count| count * 2 < self.lines.len());
        let (index, _) = self.characters(self.start, self.end).find(|&(_, c)| is_sign(c) && is_rare(c))?;
        self.glyph(index)
    }

    pub(super) fn characters(
        &self,
        start: usize,
        end: usize,
    ) -> impl DoubleEndedIterator<Item = (usize, char)> + Clone {
        let end = end.min(self.glyphs.len());
        let slice = self.glyphs.get(start..end).unwrap_or_default();
        slice.iter().enumerate().map(move |(offset, glyph)| (start + offset, glyph.character))
    }

    pub(super) fn plain(&self) -> Reading {
        // Counted before: a list that grows is there twice.
        let digits =
            || self.characters(self.start, self.end).filter_map(|(index, c)| Some((value(c)?, index)));
        let mut plain = Reading::with_capacity(digits().count());
        plain.extend(digits());
        plain
    }

    /// What a reading that fits gives, with what it left out.
    pub(super) fn whole(
        &self,
        reading: &[(u32, usize)],
        der: Zeroizing<Vec<u8>>,
        kind: Option<DamageKind>,
    ) -> Whole {
        let mut damage = self.damage(reading);
        if let Some(kind) = kind {
            // What the reading leaves out or takes in is said by its own kind.
            damage.retain(|damage| {
                let is_said = matches!(damage.kind, DamageKind::Stray | DamageKind::Literal);
                let is_padding = kind == DamageKind::QuotedPrintable && damage.kind == DamageKind::Padding;
                let is_blank = kind == DamageKind::BlankForPlus && damage.kind == DamageKind::Blanks;
                !(is_said || is_padding || is_blank)
            });
            damage.extend(self.first_glyph_left_out(reading, kind));
            damage.extend(self.odd_line(reading));
        }
        let end = reading.last().map_or(self.start, |&(_, index)| index + 1);
        Whole { der, damage, end }
    }

    /// The DER is whole and characters are left. Only if it ends where something ends that a person can see, it is
    /// sure that those behind are too many and not one in between.
    pub(super) fn whole_at_boundary(&self, reading: &[(u32, usize)], needed: usize) -> Option<Whole> {
        let needed_characters = characters_for(needed);
        let (_, last) = *reading.get(needed_characters.checked_sub(1)?)?;
        let (_, next) = *reading.get(needed_characters)?;
        let between = self.characters(last + 1, next);
        let is_boundary =
            between.clone().any(|(_, c)| c == '=' || is_line_break(c) || matches!(c, '"' | '<' | ';' | ','));
        let text = |&(start, end): &(usize, usize)| self.characters(start, end).map(|(_, c)| c);
        let has_repeated_line = self.lines.windows(2).any(|pair| match pair {
            [one, two] => one.1 - one.0 > 20 && text(one).eq(text(two)),
            _ => false,
        });
        if !is_boundary || has_repeated_line {
            return None;
        }
        let kept = reading.get(..needed_characters)?;
        let mut damage = self.damage(kept);
        damage
            .retain(|damage| damage.glyph.line <= self.glyphs.get(last).map_or(u32::MAX, |glyph| glyph.line));
        damage.push(Damage { kind: DamageKind::Overlong, glyph: *self.glyphs.get(next)? });
        Some(Whole { der: bytes_of(kept), damage, end: last + 1 })
    }

    /// Nothing fits: why not, of the plainest reading.
    pub(super) fn failure(&self, plain: &[(u32, usize)]) -> Broken {
        let is_noise = |c: char| value(c).is_some() || c == '=' || c.is_whitespace();
        let stray = self.characters(self.start, self.end).find(|&(_, c)| !is_noise(c));
        let bytes = bytes_of(plain);
        match Element::read(&bytes, 0) {
            _ if stray.is_some() => stray
                .and_then(|(index, _)| self.glyphs.get(index))
                .map_or(Broken::Empty, |glyph| Broken::Stray(*glyph)),
            Ok(element) if element.bytes.len() < bytes.len() => {
                Broken::Misfit { announced: element.bytes.len(), present: bytes.len() }
            }
            Ok(element) => {
                Broken::NotDer(Malformed { offset: element.offset, problem: Problem::LengthTooLarge })
            }
            Err(
                malformed @ Malformed {
                    problem: Problem::ContentCut { .. } | Problem::HeaderCut | Problem::Empty,
                    ..
                },
            ) => Broken::Cut(malformed),
            Err(malformed) => Broken::NotDer(malformed),
        }
    }

    /// The first line of a reading, but the last, that has another length than most.
    fn odd_line(&self, reading: &[(u32, usize)]) -> Option<Damage> {
        let mut lines: Vec<(usize, usize, usize)> = Vec::new();
        for &(_, index) in reading {
            let number = self.line_of(index)?;
            match lines.last_mut().filter(|(own, ..)| *own == number) {
                Some((.., count)) => *count += 1,
                None => lines.push((number, index, 1)),
            }
        }
        lines.pop();
        let mut lengths = std::collections::BTreeMap::<usize, usize>::new();
        for (.., count) in &lines {
            *lengths.entry(*count).or_default() += 1;
        }
        let usual = lengths.into_iter().max_by_key(|&(_, lines)| lines).filter(|&(_, lines)| lines > 1)?.0;
        let odd = lines.iter().find(|(.., count)| *count != usual);
        Some(Damage { kind: DamageKind::OddLine, glyph: self.glyph(odd?.1)? })
    }

    fn first_glyph_left_out(&self, reading: &[(u32, usize)], kind: DamageKind) -> Option<Damage> {
        let used: std::collections::BTreeSet<usize> =
            order::gathered(reading.iter().map(|&(_, index)| index));
        let left_out = |&(index, c): &(usize, char)| !used.contains(&index) && !c.is_whitespace() && c != '=';
        let first = match kind {
            DamageKind::UrlSafe => {
                self.characters(self.start, self.end).find(|&(_, c)| matches!(c, '-' | '_'))
            }
            DamageKind::BlankForPlus => self
                .characters(self.start, self.end)
                .skip_while(|&(_, c)| c.is_whitespace())
                .find(|&(_, c)| c == ' '),
            _ => self.characters(self.start, self.end).find(left_out),
        };
        Some(Damage { kind, glyph: *self.glyphs.get(first?.0)? })
    }
}
