//! The ways to pick base64 out of the characters of a body, from the plainest to the boldest.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    reading::{DamageKind, Reading},
    source::Source,
};
use crate::cert::file::{base64::value, text::is_line_break};

/// Characters and their places, in a list that is wiped.
type Listed = Zeroizing<Vec<(usize, char)>>;

/// With room for all of them from the beginning: what a list grows out of is not wiped.
fn listed(characters: impl Iterator<Item = (usize, char)>) -> Listed {
    let mut listed = Zeroizing::new(Vec::with_capacity(characters.size_hint().1.unwrap_or_default()));
    listed.extend(characters);
    listed
}

/// Picks a reading, if it is another than the plain one.
type Pick<'a> = fn(&Source<'a>) -> Option<Reading>;

impl<'a> Source<'a> {
    /// The readings worth trying, the plainest first.
    pub(super) fn readings(&self, plain: Reading) -> impl Iterator<Item = (Reading, Option<DamageKind>)> {
        let bolder: [(Pick<'a>, DamageKind); 13] = [
            (Self::quoted_printable, DamageKind::QuotedPrintable),
            (Self::quoted, DamageKind::Literal),
            (Self::escaped_breaks, DamageKind::Escaped),
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

    /// Without the escapes of line breaks, however many backslashes each has.
    fn escaped_breaks(&self) -> Option<Reading> {
        let mut characters = self.characters(self.start, self.end).peekable();
        let (mut reading, mut is_escaped) = (Reading::default(), false);
        while let Some((index, character)) = characters.next() {
            if character != '\\' {
                reading.extend(value(character).map(|digit| (digit, index)));
                continue;
            }
            let is_break = |&(_, c): &(usize, char)| matches!(c, 'n' | 'r' | 't');
            is_escaped |= characters.next_if(is_break).is_some();
        }
        is_escaped.then_some(reading)
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
        let mut reading = Reading::default();
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
        let mut reading = Reading::default();
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

    /// The longest run of base64 in each line; where those of the longest lines begin in one column, the run of that column:
    /// in the last line a word of the frame can be longer than what is left of the base64.
    fn longest_token_of_each_line(&self, lines: &[(usize, usize)]) -> Reading {
        let runs: Vec<Vec<Range<usize>>> = lines.iter().map(|&(start, end)| self.runs(start, end)).collect();
        let longest = |runs: &[Range<usize>]| runs.iter().rev().max_by_key(|run| run.len()).cloned();
        let width = runs.iter().filter_map(|runs| longest(runs)).map(|run| run.len()).max().unwrap_or(0);
        let full = lines.iter().zip(&runs).filter_map(|(&(start, _), runs)| {
            longest(runs).filter(|run| run.len() == width).and_then(|run| run.start.checked_sub(start))
        });
        let mut columns: Vec<usize> = full.collect();
        columns.dedup();
        let column = columns.first().filter(|_| columns.len() == 1);
        let mut reading = Reading::default();
        for ((start, _), runs) in lines.iter().zip(&runs) {
            let of_column = |run: &&Range<usize>| column.is_some_and(|column| run.start == start + column);
            let run = runs.iter().find(of_column).cloned().or_else(|| longest(runs)).unwrap_or_default();
            reading.extend(
                self.characters(run.start, run.end).filter_map(|(index, c)| Some((value(c)?, index))),
            );
        }
        reading
    }

    /// The runs of base64 in a line.
    fn runs(&self, start: usize, end: usize) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (index, _) in self.characters(start, end).filter(|&(_, c)| value(c).is_some()) {
            match runs.last_mut().filter(|run| run.end == index) {
                Some(run) => run.end += 1,
                None => runs.push(index..index + 1),
            }
        }
        runs
    }

    /// The last run of base64 in each line.
    fn last_token_of_each_line(&self) -> Reading {
        let mut reading = Reading::default();
        for &(start, end) in &self.lines {
            let is_digit = |&(_, c): &(usize, char)| value(c).is_some();
            let mut token: Reading = self
                .characters(start, end)
                .rev()
                .skip_while(|glyph| !is_digit(glyph))
                .take_while(is_digit)
                .filter_map(|(index, c)| Some((value(c)?, index)))
                .collect();
            token.reverse();
            reading.extend_from_slice(&token);
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
        let width = tokens.iter().map(|token| token.len()).max().unwrap_or(0);
        let Some(last) = tokens.iter().rposition(|token| token.len() == width) else { return Vec::new() };
        let full: Reading = tokens
            .iter()
            .filter(|token| token.len() == width)
            .flat_map(|token| token.iter())
            .copied()
            .collect();
        let with = |short: &[(u32, usize)]| {
            let mut all = full.clone();
            all.extend_from_slice(short);
            all
        };
        let behind = tokens.iter().skip(last + 1).take(4).map(|token| with(token));
        std::iter::once(full.clone()).chain(behind).collect()
    }

    /// Without the characters that all lines begin with and all end in.
    fn without_common_frame(&self) -> Option<Reading> {
        let text = |&(start, end): &(usize, usize)| -> Listed {
            let blank = |&(_, c): &(usize, char)| c.is_whitespace();
            let mut line = listed(self.characters(start, end).skip_while(blank));
            let trailing = line.iter().rev().take_while(|glyph| blank(glyph)).count();
            let length = line.len() - trailing;
            line.truncate(length);
            line
        };
        let lines: Vec<_> = self.lines.iter().map(text).filter(|line| !line.is_empty()).collect();
        let (first, others) = lines.split_first()?;
        if others.len() < 2 {
            return None;
        }
        let common = |reversed: bool, considered: &[Listed]| {
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
        let characters = listed(self.characters(self.start, self.end));
        let at = |index: usize| characters.get(index).map(|&(_, c)| c);
        let mut reading = Reading::default();
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
        let characters = listed(self.characters(self.start, self.end));
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
        let characters = self.characters(self.start, self.end).filter(|(_, c)| !c.is_whitespace());
        let characters = listed(characters);
        let is_break = |at: usize| {
            matches!((characters.get(at), characters.get(at + 1)), (Some((_, '/')), Some((_, 'n'))))
        };
        if !is_break(0) {
            return None;
        }
        let width = [64, 76, 48, 72].into_iter().find(|width| is_break(2 + width))?;
        let mut reading = Reading::default();
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
        let all = self.characters(self.start, self.end).filter(|&(_, c)| value(c).is_some());
        let all = listed(all);
        let is_rest = |at: usize| {
            rest.iter().enumerate().all(|(n, &c)| all.get(at + n).is_some_and(|&(_, there)| there == c))
        };
        if !is_rest(0) {
            return None;
        }
        let width = [64, 76, 48, 65, 72].into_iter().find(|width| is_rest(width + rest.len()))?;
        let mut reading = Reading::default();
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
}
