//! The characters of one body, and the ways to pick base64 out of them.

use zeroize::Zeroizing;

use super::reading::{Broken, Damage, DamageKind, Reading, Whole, bytes_of, characters_for};
use crate::cert::{
    der::{Element, Malformed, Problem},
    file::{
        base64::value,
        text::{Glyph, is_line_break},
    },
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

/// Picks a reading, if it is another than the plain one.
type Pick<'a> = fn(&Source<'a>) -> Option<Reading>;

/// The characters of one body.
pub(super) struct Source<'a> {
    glyphs: &'a [Glyph],
    start: usize,
    end: usize,
    lines: Vec<(usize, usize)>,
}

impl<'a> Source<'a> {
    /// The glyphs from `start` to `end`.
    pub(super) fn new(glyphs: &'a [Glyph], start: usize, end: usize) -> Self {
        Self { glyphs, start, end, lines: lines(glyphs, start, end) }
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

    /// The first sign that is neither base64 nor in most lines.
    pub(super) fn rare_stray(&self) -> Option<Glyph> {
        let is_sign = |c: char| value(c).is_none() && c != '=' && !c.is_whitespace();
        let mut counts = std::collections::BTreeMap::<char, usize>::new();
        for &(start, end) in &self.lines {
            let mut own: Vec<char> =
                self.characters(start, end).map(|(_, c)| c).filter(|&c| is_sign(c)).collect();
            own.sort_unstable();
            own.dedup();
            for sign in own {
                *counts.entry(sign).or_default() += 1;
            }
        }
        let is_rare = |c: char| counts.get(&c).is_some_and(|count| count * 2 < self.lines.len());
        let (index, _) = self.characters(self.start, self.end).find(|&(_, c)| is_sign(c) && is_rare(c))?;
        self.glyph(index)
    }

    fn characters(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = (usize, char)> + Clone {
        let end = end.min(self.glyphs.len());
        let slice = self.glyphs.get(start..end).unwrap_or_default();
        slice.iter().enumerate().map(move |(offset, glyph)| (start + offset, glyph.character))
    }

    pub(super) fn plain(&self) -> Reading {
        self.characters(self.start, self.end).filter_map(|(index, c)| Some((value(c)?, index))).collect()
    }

    /// The readings worth trying, the plainest first.
    pub(super) fn readings(&self, plain: Reading) -> impl Iterator<Item = (Reading, Option<DamageKind>)> {
        let bolder: [(Pick<'a>, DamageKind); 12] = [
            (Self::quoted_printable, DamageKind::QuotedPrintable),
            (Self::quoted, DamageKind::Literal),
            (Self::behind_prefix, DamageKind::Prefixed),
            (|source| Some(source.last_token_of_each_line()), DamageKind::Framed),
            (|source| Some(source.longest_token_of_each_line(&source.lines)), DamageKind::Framed),
            // What stands in front of END on its line may be no part of the body.
            (
                |source| Some(source.longest_token_of_each_line(source.lines.split_last()?.1)),
                DamageKind::Framed,
            ),
            (Self::without_common_frame, DamageKind::Framed),
            (Self::url_safe, DamageKind::UrlSafe),
            (Self::blank_for_plus, DamageKind::BlankForPlus),
            (|source| source.lost_backslash(&['n']), DamageKind::LostBackslash),
            (|source| source.lost_backslash(&['r', 'n']), DamageKind::LostBackslash),
            (Self::slash_for_backslash, DamageKind::LostBackslash),
        ];
        let bolder = bolder.into_iter().filter_map(|(read, kind)| Some((read(self)?, Some(kind))));
        std::iter::once((plain, None)).chain(bolder)
    }

    /// Only what stands between quotes.
    fn quoted(&self) -> Option<Reading> {
        let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '“' | '”' | '„' | '«' | '»');
        let mut characters = self.characters(self.start, self.end);
        characters.clone().find(|&(_, c)| is_quote(c))?;
        // BEGIN may stand inside the first string already.
        let first_line_end = self.lines.first().map_or(self.end, |line| line.1);
        let in_first_line = self.characters(self.start, first_line_end).filter(|&(_, c)| is_quote(c)).count();
        let mut is_inside = in_first_line % 2 == 1;
        let mut reading = Reading::new();
        for (index, character) in characters.by_ref() {
            if is_quote(character) {
                is_inside = !is_inside;
            } else if is_inside {
                reading.extend(value(character).map(|digit| (digit, index)));
            }
        }
        Some(reading)
    }

    /// What stands behind a prefix as that of the BEGIN line: a log writes a time and a name in front of each line, which
    /// differ, and as many of the sign that ends it.
    fn behind_prefix(&self) -> Option<Reading> {
        // Header lines may stand between BEGIN and the base64.
        const FURTHEST: usize = 2048;
        let before = self.glyphs.get(self.start.saturating_sub(FURTHEST)..self.start)?;
        let marker = before.windows(7).rposition(|window| {
            window.iter().map(|glyph| glyph.character.to_ascii_uppercase()).eq("--BEGIN".chars())
        })?;
        let front = before.get(..marker)?;
        let dashes = front.iter().rev().take_while(|glyph| glyph.character == '-').count();
        let line = front.iter().rposition(|glyph| is_line_break(glyph.character)).map_or(0, |at| at + 1);
        let prefix = before.get(line..marker - dashes)?;
        let sign = prefix
            .iter()
            .rev()
            .map(|glyph| glyph.character)
            .find(|&c| c != ' ')
            .or(Some(' '))
            .filter(|_| !prefix.is_empty())?;
        // Where blanks end it behind a letter, they are the sign.
        let sign = if sign.is_ascii_alphanumeric() { prefix.last()?.character } else { sign };
        if matches!(sign, '"' | '\'' | '`') {
            return None;
        }
        let count = prefix.iter().filter(|glyph| glyph.character == sign).count();
        let mut reading = Reading::new();
        for &(start, end) in &self.lines {
            let mut signs = 0;
            let token = self
                .characters(start, end)
                .skip_while(|&(_, c)| {
                    let is_behind = signs == count;
                    signs += usize::from(c == sign);
                    !is_behind
                })
                .skip_while(|&(_, c)| c == ' ' || c == '\t')
                .map_while(|(index, c)| (value(c).is_some() || c == '=').then_some((index, c)));
            reading.extend(token.filter_map(|(index, c)| Some((value(c)?, index))));
        }
        Some(reading)
    }

    /// The longest run of base64 in each line.
    fn longest_token_of_each_line(&self, lines: &[(usize, usize)]) -> Reading {
        let mut reading = Reading::new();
        for &(start, end) in lines {
            let (mut best, mut run) = (start..start, start..start);
            for (index, character) in self.characters(start, end) {
                if value(character).is_none() {
                    run = index + 1..index + 1;
                } else {
                    run.end = index + 1;
                    if run.len() > best.len() {
                        best = run.clone();
                    }
                }
            }
            reading.extend(
                self.characters(best.start, best.end).filter_map(|(index, c)| Some((value(c)?, index))),
            );
        }
        reading
    }

    /// The last run of base64 in each line.
    fn last_token_of_each_line(&self) -> Reading {
        let mut reading = Reading::new();
        for &(start, end) in &self.lines {
            let is_digit = |&(_, c): &(usize, char)| value(c).is_some();
            let mut token: Vec<_> = self
                .characters(start, end)
                .rev()
                .skip_while(|glyph| !is_digit(glyph))
                .take_while(is_digit)
                .filter_map(|(index, c)| Some((value(c)?, index)))
                .collect();
            token.reverse();
            reading.extend(token);
        }
        reading
    }

    /// Of the longest runs only those as long as the longest, and behind them one that is shorter: whatever else stands
    /// on lines of its own (numbers, comments) is left out. Several can be the last; the one that fits is right.
    pub(super) fn lines_of_one_length(&self) -> Vec<Reading> {
        let tokens: Vec<Reading> = self
            .lines
            .iter()
            .map(|&line| self.longest_token_of_each_line(&[line]))
            .filter(|token| !token.is_empty())
            .collect();
        let width = tokens.iter().map(Vec::len).max().unwrap_or(0);
        let Some(last) = tokens.iter().rposition(|token| token.len() == width) else { return Vec::new() };
        let full: Reading = tokens.iter().filter(|token| token.len() == width).flatten().copied().collect();
        let with = |short: &[(u32, usize)]| [full.as_slice(), short].concat();
        let behind = tokens.iter().skip(last + 1).take(4).map(|token| with(token));
        std::iter::once(full.clone()).chain(behind).collect()
    }

    /// Without the characters that all lines begin with and all end in.
    fn without_common_frame(&self) -> Option<Reading> {
        let text = |&(start, end): &(usize, usize)| -> Vec<(usize, char)> {
            let blank = |&(_, c): &(usize, char)| c.is_whitespace();
            let mut line: Vec<_> = self.characters(start, end).skip_while(blank).collect();
            let trailing = line.iter().rev().take_while(|glyph| blank(glyph)).count();
            line.truncate(line.len() - trailing);
            line
        };
        let lines: Vec<_> = self.lines.iter().map(text).filter(|line| !line.is_empty()).collect();
        let (first, others) = lines.split_first()?;
        if others.len() < 2 {
            return None;
        }
        let common = |reversed: bool, considered: &[Vec<(usize, char)>]| {
            let nth = |line: &[(usize, char)], n: usize| {
                let found = if reversed { line.iter().rev().nth(n) } else { line.get(n) };
                found.map(|&(_, c)| c)
            };
            (0..first.len())
                .take_while(|&n| considered.iter().all(|line| nth(line, n) == nth(first, n)))
                .count()
        };
        let (front, back) = (common(false, others), common(true, others));
        let kept = lines
            .iter()
            .flat_map(|line| line.get(front..line.len().saturating_sub(back)).unwrap_or_default());
        (front + back > 0).then(|| kept.filter_map(|&(index, c)| Some((value(c)?, index))).collect())
    }

    fn url_safe(&self) -> Option<Reading> {
        let translated = |c: char| match c {
            '-' => Some(62),
            '_' => Some(63),
            other => value(other),
        };
        let mut characters = self.characters(self.start, self.end);
        characters.any(|(_, c)| matches!(c, '-' | '_')).then(|| {
            self.characters(self.start, self.end)
                .filter_map(|(index, c)| Some((translated(c)?, index)))
                .collect()
        })
    }

    /// `=3D` for `=`, and lines that go on behind a `=` at their end (RFC 2045 section 6.7).
    fn quoted_printable(&self) -> Option<Reading> {
        let characters: Vec<_> = self.characters(self.start, self.end).collect();
        let at = |index: usize| characters.get(index).map(|&(_, c)| c);
        let mut reading = Reading::new();
        let (mut index, mut is_quoted) = (0, false);
        while let Some(&(place, character)) = characters.get(index) {
            let meant = match (character, at(index + 1), at(index + 2)) {
                ('=', Some('3'), Some('D')) => Some(None),
                ('=', Some('2'), Some('B')) => Some(Some(62)),
                ('=', Some('2'), Some('F')) => Some(Some(63)),
                ('=', Some('0'), Some('A' | 'D')) => Some(None),
                _ => None,
            };
            match meant {
                Some(digit) => {
                    is_quoted = true;
                    reading.extend(digit.map(|digit| (digit, place)));
                    index += 3;
                }
                None => {
                    reading.extend(value(character).map(|digit| (digit, place)));
                    index += 1;
                }
            }
        }
        is_quoted.then_some(reading)
    }

    /// Every blank between two characters of base64 is a `+`.
    fn blank_for_plus(&self) -> Option<Reading> {
        let characters: Vec<_> = self.characters(self.start, self.end).collect();
        let is_digit = |index: Option<usize>| {
            index
                .and_then(|index| characters.get(index))
                .is_some_and(|&(_, c)| value(c).is_some() || c == ' ')
        };
        let mut has_blank = false;
        let reading = characters.iter().enumerate().filter_map(|(index, &(place, c))| {
            let is_plus = c == ' ' && is_digit(index.checked_sub(1)) && is_digit(Some(index + 1));
            has_blank |= is_plus;
            Some((if is_plus { 62 } else { value(c)? }, place))
        });
        let reading: Reading = reading.collect();
        has_blank.then_some(reading)
    }

    /// `/n` where `\n` was meant.
    fn slash_for_backslash(&self) -> Option<Reading> {
        let characters: Vec<_> =
            self.characters(self.start, self.end).filter(|(_, c)| !c.is_whitespace()).collect();
        let is_break = |at: usize| {
            matches!((characters.get(at), characters.get(at + 1)), (Some((_, '/')), Some((_, 'n'))))
        };
        if !is_break(0) {
            return None;
        }
        let width = [64, 76, 48, 72].into_iter().find(|width| is_break(2 + width))?;
        let mut reading = Reading::new();
        for line in characters.get(2..)?.chunks(width + 2) {
            let kept = match line {
                [kept @ .., (_, '/'), (_, 'n')] => kept,
                all => all,
            };
            reading.extend(kept.iter().filter_map(|&(index, c)| Some((value(c)?, index))));
        }
        Some(reading)
    }

    /// One long line in which every so many characters stands what is left of a line break.
    fn lost_backslash(&self, rest: &[char]) -> Option<Reading> {
        let all: Vec<_> =
            self.characters(self.start, self.end).filter(|&(_, c)| value(c).is_some()).collect();
        let is_rest = |at: usize| {
            rest.iter().enumerate().all(|(n, &c)| all.get(at + n).is_some_and(|&(_, there)| there == c))
        };
        if !is_rest(0) {
            return None;
        }
        let width = [64, 76, 48, 65, 72].into_iter().find(|width| is_rest(width + rest.len()))?;
        let mut reading = Reading::new();
        let mut at = rest.len();
        while at < all.len() {
            let line = all.get(at..all.len().min(at + width)).unwrap_or_default();
            // The last line is shorter and ends in the rest as well.
            let is_last = line.len() < width;
            let kept = if is_last { line.len().saturating_sub(rest.len()) } else { line.len() };
            reading.extend(line.iter().take(kept).filter_map(|&(index, c)| Some((value(c)?, index))));
            at += width + rest.len();
        }
        Some(reading)
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
        let same = |&(start, end): &(usize, usize)| -> String {
            self.characters(start, end).map(|(_, c)| c).collect()
        };
        let has_repeated_line = self.lines.windows(2).any(|pair| match pair {
            [one, two] => one.1 - one.0 > 20 && same(one) == same(two),
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

    fn first_glyph_left_out(&self, reading: &[(u32, usize)], kind: DamageKind) -> Option<Damage> {
        let used: std::collections::BTreeSet<usize> = reading.iter().map(|&(_, index)| index).collect();
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

    /// What distinguishes the text from base64 in lines of one length (RFC 7468 section 3), each kind once.
    pub(super) fn damage(&self, reading: &[(u32, usize)]) -> Vec<Damage> {
        let mut found: Vec<Damage> = Vec::new();
        let mut note = |kind: DamageKind, index: usize| {
            if let Some(glyph) = self.glyphs.get(index)
                && !found.iter().any(|damage| damage.kind == kind)
            {
                found.push(Damage { kind, glyph: *glyph });
            }
        };
        let last_used = reading.last().map_or(self.start, |&(_, index)| index);
        let mut padding = 0;
        if let Some((index, _)) = self
            .characters(self.start, last_used)
            .find(|&(index, _)| self.glyphs.get(index).is_some_and(|g| g.is_escaped))
        {
            note(DamageKind::Escaped, index);
        }
        for (index, character) in self.characters(self.start, self.end) {
            match character {
                '=' if index < last_used => note(DamageKind::Padding, index),
                '=' => padding += 1,
                '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '{' | '}' | '[' | ']' | '\\' | '“' | '”' => {
                    note(DamageKind::Literal, index)
                }
                c if value(c).is_some() || c.is_ascii_whitespace() => {}
                c if crate::text::is_invisible(c) || c.is_whitespace() => {
                    note(DamageKind::Invisible, index);
                }
                _ => note(DamageKind::Stray, index),
            }
        }
        if padding != (4 - reading.len() % 4) % 4 {
            note(DamageKind::Padding, last_used);
        }
        self.layout(&mut note);
        found
    }

    fn layout(&self, note: &mut impl FnMut(DamageKind, usize)) {
        let is_blank = |&(_, c): &(usize, char)| c == ' ' || c == '\t';
        let content = |line: &(usize, usize)| {
            self.characters(line.0, line.1).filter(|(_, c)| !c.is_whitespace()).count()
        };
        let last = self.lines.iter().rposition(|line| content(line) > 0).unwrap_or(0);
        let first = self.lines.iter().position(|line| content(line) > 0).unwrap_or(0);
        let width = self.lines.get(first).map_or(0, content);
        // Between the last line and END there is one line break and not two.
        let is_closed = self.glyphs.get(self.end).is_some_and(|glyph| glyph.character == '-');
        if let Some(blank) = self.lines.get(last + 1).filter(|_| is_closed && last + 2 < self.lines.len()) {
            note(DamageKind::BlankLine, blank.0);
        }
        for (number, line) in self.lines.iter().enumerate().take(last + 1).skip(first) {
            let length = content(line);
            if length == 0 {
                note(DamageKind::BlankLine, line.0);
                continue;
            }
            if self.characters(line.0, line.1).next().as_ref().is_some_and(is_blank) {
                note(DamageKind::Indented, line.0);
            }
            let mut inner = self.characters(line.0, line.1).skip_while(is_blank);
            if let Some((index, _)) = inner.find(is_blank) {
                note(DamageKind::Blanks, index);
            }
            if length > 64 || (number < last && length != width) || (number == last && length > width) {
                note(DamageKind::LineLength, line.0);
            }
        }
    }
}
