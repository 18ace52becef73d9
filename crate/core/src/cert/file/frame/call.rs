//! Bytes that a program puts together one by one: as the arguments of one function, each behind a sign, or each in front
//! of the same word.

use std::ops::Range;

use super::{
    span::{is_at, string},
    value::{Content, Frame, Value},
};
use crate::cert::file::text::{Glyph, Octets};

/// Fewer are no object.
const MIN_NUMBERS: usize = 16;
/// Longest name of a function, and longest number.
const LONGEST: usize = 24;
/// Longest text between two of them: signs that join, a line break, the blanks of a margin.
const FURTHEST: usize = 64;

/// All of them.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Value> {
    let mut values = called(glyphs);
    values.extend(signed(glyphs));
    values.extend(followed(glyphs));
    values
}

/// Numbers that belong together, and the text that they go over.
#[derive(Default)]
struct Run {
    octets: Octets,
    span: Range<usize>,
}

impl Run {
    /// Adds a byte that is written in a range.
    fn push(&mut self, glyphs: &[Glyph], byte: u8, range: &Range<usize>) {
        if self.octets.bytes.is_empty() {
            self.span.start = range.start;
        }
        self.span.end = range.end;
        if let Some(glyph) = glyphs.get(range.start) {
            self.octets.push(byte, *glyph);
        }
    }

    /// What it comes to, if it is long enough for an object; it is empty afterwards.
    fn take(&mut self) -> Option<Value> {
        let Self { octets, span } = std::mem::take(self);
        (octets.bytes.len() >= MIN_NUMBERS).then_some(Value {
            content: Content::Octets(octets),
            span,
            frame: Frame::Array,
            joints: Vec::new(),
        })
    }
}

/// `chr(48).chr(130)`, `CHAR(48) || CHAR(130)`, `Character'Val (48) & Character'Val (130)`: one function, call by call.
fn called(glyphs: &[Glyph]) -> Vec<Value> {
    let mut values = Vec::new();
    let (mut run, mut name) = (Run::default(), String::new());
    for open in (0..glyphs.len()).filter(|&at| is_at(glyphs, at, "(")) {
        let inside = string(glyphs, open + 1..(open + 1 + LONGEST).min(glyphs.len()));
        let Some((byte, length)) =
            inside.split_once(')').and_then(|(own, _)| Some((byte(own.trim())?, own.len())))
        else {
            continue;
        };
        let (own, start) = name_before(glyphs, open);
        if own.is_empty() {
            continue;
        }
        if own != name || start > run.span.end + FURTHEST {
            values.extend(run.take());
            name = own;
        }
        run.push(glyphs, byte, &(start..open + length + 2));
    }
    values.extend(run.take());
    values
}

/// The word that ends in front of an index, in small letters, blanks behind it aside, and where it begins.
fn name_before(glyphs: &[Glyph], end: usize) -> (String, usize) {
    let from = end.saturating_sub(LONGEST);
    let before = string(glyphs, from..end).to_ascii_lowercase();
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '\'');
    let trimmed = before.trim_end();
    let length = trimmed.chars().rev().take_while(|&c| belongs(c)).count();
    let name: String = trimmed.chars().skip(trimmed.chars().count() - length).collect();
    let start = from + trimmed.chars().count() - length;
    (name, start)
}

/// `#48#130` of Pascal.
fn signed(glyphs: &[Glyph]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut run = Run::default();
    let mut at = 0;
    while at < glyphs.len() {
        let sign = at;
        at += 1;
        if !is_at(glyphs, sign, "#") {
            continue;
        }
        let digits = string(glyphs, at..(at + LONGEST).min(glyphs.len()));
        let length = digits.chars().take_while(|&c| c == '$' || c.is_ascii_hexdigit()).count();
        let Some(byte) = digits.get(..length).and_then(byte) else { continue };
        let between = run.span.end..sign;
        let joins = |glyph: &Glyph| glyph.character.is_whitespace() || glyph.character == '+';
        let is_next = between.len() < FURTHEST && glyphs.get(between).is_some_and(|it| it.iter().all(joins));
        if !is_next {
            values.extend(run.take());
        }
        at += length;
        run.push(glyphs, byte, &(sign..at));
    }
    values.extend(run.take());
    values
}

/// `30 C, 82 C,` of Forth: the same word behind each number, and another in front of the first.
fn followed(glyphs: &[Glyph]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut run = Vec::new();
    // The word behind each number of the run, the last word of all, and the number behind it.
    let (mut word, mut last, mut number) = (Range::default(), Range::default(), None::<Range<usize>>);
    let same = |one: &Range<usize>, other: &Range<usize>| glyphs_of(glyphs, one).eq(glyphs_of(glyphs, other));
    for range in words(glyphs) {
        if is_number(&string(glyphs, range.clone())) {
            number = Some(range);
            continue;
        }
        let number = number.take().filter(|number| range.start <= number.end + FURTHEST);
        let goes_on = number.is_some() && same(&word, &range);
        if !goes_on {
            values.extend(numbers(glyphs, &std::mem::take(&mut run)));
            // What stands in front of each number as well is the heading of a line.
            let is_heading = number.is_none() || same(&last, &range);
            word = if is_heading { Range::default() } else { range.clone() };
        }
        run.extend(number.filter(|_| same(&word, &range)));
        last = range;
    }
    values.extend(numbers(glyphs, &run));
    values
}

fn glyphs_of<'a>(glyphs: &'a [Glyph], range: &Range<usize>) -> impl Iterator<Item = char> + 'a {
    glyphs.get(range.clone()).unwrap_or_default().iter().map(|glyph| glyph.character)
}

/// Whether it can be a byte of some base.
fn is_number(text: &str) -> bool {
    byte_in(text, 10).or_else(|| byte_in(text, 16)).is_some()
}

/// Numbers that belong together, of base sixteen if one of them says so.
fn numbers(glyphs: &[Glyph], ranges: &[Range<usize>]) -> Option<Value> {
    if ranges.len() < MIN_NUMBERS {
        return None;
    }
    let is_hexadecimal = |range: &Range<usize>| byte_in(&string(glyphs, range.clone()), 10).is_none();
    let radix = if ranges.iter().any(is_hexadecimal) { 16 } else { 10 };
    let mut run = Run::default();
    for range in ranges {
        run.push(glyphs, byte_in(&string(glyphs, range.clone()), radix)?, range);
    }
    run.take()
}

/// The words of a text that are short enough, as ranges; what is longer is none.
fn words(glyphs: &[Glyph]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = glyphs.get(at..)?;
        let start = at + rest.iter().position(|glyph| !glyph.character.is_whitespace())?;
        let length = glyphs.get(start..)?.iter().take_while(|glyph| !glyph.character.is_whitespace()).count();
        at = start + length;
        Some(start..start + length.min(LONGEST))
    })
}

/// A byte of base ten, or of sixteen behind a sign.
fn byte(text: &str) -> Option<u8> {
    byte_in(text, 10)
}

/// A byte of the base, or of sixteen behind a sign.
fn byte_in(text: &str, radix: u32) -> Option<u8> {
    let lower = text.to_ascii_lowercase();
    let marked = ["0x", "16#", "&h", "$"].iter().find_map(|sign| lower.strip_prefix(sign));
    let (digits, radix) = marked.map_or((lower.as_str(), radix), |digits| (digits, 16));
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, radix).ok().filter(|_| is_number)
}
