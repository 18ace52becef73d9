//! Where a body was damaged that cannot be read: the line that differs from the others, or the change that makes the
//! elements fit.

use super::{
    reading::{Broken, DamageKind, LineFault, Reading, bytes_of},
    source::Source,
    well_formed::is_well_formed,
};
use crate::cert::{
    der::Element,
    file::{text::Glyph, wiped::Wiped},
};

/// More lines are no certificate, and trying each takes too long.
const MAX_LINES: usize = 256;
/// Shorter lines of one length are words.
const MIN_WIDTH: usize = 16;
/// Elements in elements.
const MAX_DEPTH: u32 = 24;

/// What a person writes in place of something else.
const PLACEHOLDERS: [&str; 15] = [
    "...",
    "…",
    "xxxx",
    "paste",
    "your ",
    "insert",
    "placeholder",
    "todo",
    "replace",
    "<cert",
    "<base64",
    "here>",
    // What pipelines print of a secret.
    "***",
    "masked]",
    "redacted",
];

/// The first placeholder in a body.
pub(super) fn placeholder(source: &Source<'_>) -> Option<Broken> {
    let glyphs = source.range();
    let text: Wiped<char> = glyphs.iter().map(|glyph| glyph.character.to_ascii_lowercase()).collect();
    let first = |word: &str| {
        let word: Vec<char> = word.chars().collect();
        text.windows(word.len()).position(|window| window == word)
    };
    let at = PLACEHOLDERS.iter().filter_map(|word| first(word)).min()?;
    Some(Broken::Placeholder(*glyphs.get(at)?))
}

/// The one length that all lines of a reading have but the last, which is no longer.
pub(super) fn regular_width(source: &Source<'_>, reading: &Reading) -> Option<usize> {
    let Lines(lines) = Lines::of(source, reading)?;
    let lengths: Vec<usize> = lines.iter().map(|line| line.digits.len()).collect();
    let (first, last) = (*lengths.first()?, *lengths.last()?);
    let is_regular = lengths.iter().rev().skip(1).all(|length| *length == first) && last <= first;
    (is_regular && first >= MIN_WIDTH).then_some(first)
}

/// Which line was damaged, if the lines tell.
pub(super) fn line(source: &Source<'_>, plain: &Reading) -> Option<Broken> {
    let lines = Lines::best(source, plain)?;
    let fault = |glyph: Option<Glyph>, fault| glyph.map(|glyph| Broken::Line { glyph, fault });
    let width = lines.width()?;
    // Of two lines nobody knows which is as it should be.
    let last = lines.0.len().checked_sub(1).filter(|&last| last >= 2)?;
    let twice = lines.0.windows(2).position(|pair| match pair {
        [one, two] => *one.digits == *two.digits && one.digits.len() >= 20,
        _ => false,
    });
    if let Some(twice) = twice {
        return fault(lines.glyph(twice + 1), LineFault::Twice);
    }
    let is_odd = |(number, line): &(usize, &Line)| {
        line.digits.len() != width && *number < last || line.digits.len() > width
    };
    let odd: Vec<usize> = lines.0.iter().enumerate().filter(is_odd).map(|(number, _)| number).collect();
    if let Some(&first) = odd.first() {
        let length = lines.0.get(first)?.digits.len();
        return fault(lines.glyph(first), LineFault::Length { length, usual: width, others: odd.len() - 1 });
    }
    if lines.0.len() > MAX_LINES {
        return None;
    }
    let bytes = bytes_of(&lines.reading());
    let announced = announced(&bytes)?;
    let row = width * 3 / 4;
    // More than two lines are no slip: the file is cut off.
    if announced > bytes.len() + 2 * row {
        return None;
    }
    if announced > bytes.len() && (announced - bytes.len()).is_multiple_of(row) {
        let missing = vec![0; announced - bytes.len()];
        let fits = |number: &usize| {
            let (front, back) = bytes.split_at_checked(number * row).unwrap_or((&bytes, &[]));
            is_whole(&[front, &missing, back].concat())
        };
        let gaps: Vec<usize> = (1..=last).filter(fits).collect();
        let first = gaps.first().copied().unwrap_or(1);
        let behind = gaps.last().copied().unwrap_or(last);
        let until = lines.glyph(behind).map_or(0, |glyph| glyph.line);
        return fault(lines.glyph(first), LineFault::Lost { until });
    }
    if announced > bytes.len() {
        let length = lines.0.get(last)?.digits.len();
        return fault(lines.glyph(last), LineFault::Last { length });
    }
    if announced < bytes.len() {
        let fits = |number: &usize| {
            let front = bytes.get(..number * row).unwrap_or_default();
            let back = bytes.get((number + 1) * row..).unwrap_or_default();
            is_whole(&[front, back].concat())
        };
        let extra: Vec<usize> = (0..last).filter(fits).collect();
        return match extra.as_slice() {
            [only] => fault(lines.glyph(*only), LineFault::Added),
            _ => fault(lines.glyph(last), LineFault::Last { length: lines.0.get(last)?.digits.len() }),
        };
    }
    lines.swapped(&bytes, row).and_then(|number| fault(lines.glyph(number), LineFault::Swapped))
}

/// The bytes that an object announces, its header included.
fn announced(bytes: &[u8]) -> Option<usize> {
    let [0x30, first, rest @ ..] = bytes else { return None };
    let count = usize::from(first & 0x7f);
    if *first < 0x80 {
        return Some(count + 2);
    }
    let octets = rest.get(..count).filter(|octets| (1..=3).contains(&octets.len()))?;
    let length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
    Some(length + 2 + count)
}

fn is_whole(bytes: &[u8]) -> bool {
    Element::read(bytes, 0)
        .is_ok_and(|element| element.bytes.len() == bytes.len() && is_well_formed(&element, MAX_DEPTH))
}

/// The base64 of one line, and where it begins.
struct Line {
    glyph: Glyph,
    digits: Wiped<u32>,
}

struct Lines(Vec<Line>);

impl Lines {
    /// The lines of the reading that has most lines of one length: it is the one that takes the frame away.
    fn best(source: &Source<'_>, plain: &Reading) -> Option<Self> {
        let readings = source.readings(plain.clone());
        let lines = readings.filter_map(|(reading, kind)| {
            let lines = Self::of(source, &reading)?;
            // What stands in front of BEGIN stands in front of the lines.
            let score = (kind == Some(DamageKind::Prefixed), lines.regular());
            Some((if score.1 > 1 { score } else { (false, score.1) }, lines))
        });
        // The first of several that are equal.
        let best = lines.fold(None, |best: Option<((bool, usize), Self)>, lines| match best {
            Some(best) if best.0 >= lines.0 => Some(best),
            _ => Some(lines),
        });
        best.map(|(_, lines)| lines)
    }

    fn of(source: &Source<'_>, reading: &Reading) -> Option<Self> {
        let mut lines: Vec<Line> = Vec::new();
        let mut number = None;
        for &(digit, index) in reading.iter() {
            let own = source.line_of(index);
            if own != number || lines.is_empty() {
                lines.push(Line { glyph: source.glyph(index)?, digits: Wiped::default() });
            }
            lines.last_mut()?.digits.push(digit);
            number = own;
        }
        (lines.len() > 1).then_some(Self(lines))
    }

    fn reading(&self) -> Reading {
        self.0.iter().flat_map(|line| line.digits.iter()).map(|&digit| (digit, 0)).collect()
    }

    fn glyph(&self, number: usize) -> Option<Glyph> {
        self.0.get(number).map(|line| line.glyph)
    }

    /// The length that most lines have.
    fn width(&self) -> Option<usize> {
        self.counts().max_by_key(|&(length, count)| (count, length)).map(|(length, _)| length)
    }

    fn regular(&self) -> usize {
        self.counts().filter(|&(length, _)| length >= MIN_WIDTH).map(|(_, count)| count).max().unwrap_or(0)
    }

    fn counts(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        for line in &self.0 {
            *counts.entry(line.digits.len()).or_default() += 1;
        }
        counts.into_iter()
    }

    /// The only two neighbours that make the elements fit if they change places.
    fn swapped(&self, bytes: &[u8], row: usize) -> Option<usize> {
        let exchanged = |number: usize| {
            let (from, to) = (number * row, (number + 1) * row);
            let mut changed = bytes.to_vec();
            let (one, two) = (bytes.get(from..to)?, bytes.get(to..to + row)?);
            changed.get_mut(from..to)?.copy_from_slice(two);
            changed.get_mut(to..to + row)?.copy_from_slice(one);
            is_whole(&changed).then_some(number)
        };
        let mut found = (0..self.0.len()).filter_map(exchanged);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}
