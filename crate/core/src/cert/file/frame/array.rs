//! Arrays of numbers: each pair of brackets, or each run of an assembler's lines, by itself, comments left out, in
//! hexadecimal, decimal or octal, with the casts and suffixes that languages want.

use std::ops::Range;

use super::{
    language::Language,
    span::{blanked, is_at, lines},
    value::{Content, Frame, Value},
};
use crate::cert::file::{
    octets,
    text::{Glyph, Octets},
};

/// Fewer numbers are no object.
const MIN_NUMBERS: usize = 16;

/// What stands beside a number in some language and is none of it.
const CASTS: [&str; 14] = [
    "(byte)",
    "(Byte)",
    "(sbyte)",
    "(char)",
    "(unsigned char)",
    "(uint8_t)",
    "(int8_t)",
    "(u8)",
    ".toByte()",
    ".toByte",
    "as u8",
    ".toUByte()",
    ".toUByte",
    "(byte) ",
];

/// How numbers of base sixteen begin: in C, in strings, in Pascal and older assemblers, in Visual Basic, Erlang and Ada,
/// Verilog, Lisp and VHDL.
const HEXADECIMAL: [&str; 8] = ["0x", "\\x", "$", "&h", "16#", "8'h", "#x", "x\""];

/// What an assembler puts in front of bytes.
const DIRECTIVES: [&str; 9] = [".byte", ".db", "db", "dcb", "dc.b", "fcb", "defb", ".uint8", ".dcb"];

/// All arrays of bytes. One that holds something else among its numbers ends there.
pub(super) fn find(glyphs: &[Glyph], comments: &[Range<usize>], language: Language) -> Vec<Value> {
    // Most texts are plain PEM; a large one is not copied to find no array in it.
    let opens = |glyph: &Glyph| matches!(glyph.character, '{' | '[' | '(' | '<');
    if comments.is_empty() && language != Language::C && !glyphs.iter().any(opens) {
        return directives(glyphs);
    }
    let mut cleared = blanked(glyphs, comments);
    clear_casts(&mut cleared);
    clear_indices(&mut cleared);
    clear_single(&mut cleared);
    let mut values = directives(&cleared);
    // A file that stands between the brackets of another (`#include "device.der.inc"`) has none of its own.
    if language == Language::C && values.is_empty() && !cleared.iter().any(opens) {
        values.extend(list(&cleared, 0, cleared.len()).map(|octets| array(octets, 0..cleared.len())));
    }
    let mut open = None;
    for (index, glyph) in cleared.iter().enumerate() {
        match glyph.character {
            // << … >> is Erlang's.
            '{' | '[' | '(' | '<' => open = Some(index),
            '}' | ']' | ')' | '>' => {
                if let Some(start) = open.take() {
                    let octets = list(&cleared, start + 1, index);
                    values.extend(octets.map(|octets| array(octets, start..index + 1)));
                }
            }
            _ => {}
        }
    }
    values
}

/// The bytes of an array.
const fn array(octets: Octets, span: Range<usize>) -> Value {
    Value { content: Content::Octets(octets), span, frame: Frame::Array, joints: Vec::new() }
}

/// The bytes of an assembler: lines of one directive, one behind the other.
fn directives(glyphs: &[Glyph]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut run: Option<(Octets, Range<usize>)> = None;
    let mut take = |run: &mut Option<(Octets, Range<usize>)>| {
        let long = run.take().filter(|(octets, _)| octets.bytes.len() >= MIN_NUMBERS);
        values.extend(long.map(|(octets, span)| array(octets, span)));
    };
    for line in lines(glyphs) {
        let Some(numbers) = directive(glyphs, &line) else {
            // An empty line or a comment, which is blank by now, ends nothing.
            let range = glyphs.get(line.clone()).unwrap_or_default();
            if range.iter().any(|glyph| !glyph.character.is_whitespace()) {
                take(&mut run);
            }
            continue;
        };
        let end = numbers.end;
        let (octets, span) = run.get_or_insert_with(|| (Octets::default(), line.start..line.start));
        span.end = line.end;
        if octets.bad.is_none() {
            for token in tokens(glyphs.get(numbers.start..end).unwrap_or_default()) {
                match (number(token, false), token.first()) {
                    (Some(byte), Some(first)) => octets.push(byte, *first),
                    (_, first) => {
                        octets.bad = first.copied();
                        break;
                    }
                }
            }
        }
    }
    take(&mut run);
    values
}

/// The numbers of an assembler's line: behind a label and a directive, and in front of a comment.
fn directive(glyphs: &[Glyph], line: &Range<usize>) -> Option<Range<usize>> {
    let is_blank = |at: usize| glyphs.get(at).is_some_and(|glyph| glyph.character.is_whitespace());
    let mut at = line.start;
    for _ in 0..2 {
        while at < line.end && is_blank(at) {
            at += 1;
        }
        let length = (at..line.end).take_while(|&at| !is_blank(at)).count();
        let word: String =
            glyphs.get(at..at + length)?.iter().take(8).map(|g| g.character.to_ascii_lowercase()).collect();
        let numbers = at + length;
        if DIRECTIVES.contains(&word.as_str()) {
            let is_comment = |at: usize| {
                is_at(glyphs, at, "//") || glyphs.get(at).is_some_and(|g| matches!(g.character, ';' | '@'))
            };
            return Some(numbers..(numbers..line.end).find(|&at| is_comment(at)).unwrap_or(line.end));
        }
        at = numbers;
    }
    None
}

/// `"0":48, "1":130`: what JavaScript makes of an array of bytes in JSON.
fn clear_indices(glyphs: &mut [Glyph]) {
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..) {
        let Some(quote) = rest.iter().position(|glyph| glyph.character == '"') else { break };
        let start = at + quote;
        let digits =
            rest.iter().skip(quote + 1).take(8).take_while(|glyph| glyph.character.is_ascii_digit()).count();
        at = start + 1;
        if digits > 0 && is_at(glyphs, start + 1 + digits, "\":") {
            for glyph in glyphs.get_mut(start..start + digits + 3).unwrap_or_default() {
                glyph.character = ' ';
            }
        }
    }
}

/// `std::byte{0x30}`: a number in brackets of its own, behind the name of its type.
fn clear_single(glyphs: &mut [Glyph]) {
    const LONGEST: usize = 6;
    for at in 0..glyphs.len() {
        let inside = glyphs.get(at + 1..).unwrap_or_default().iter().take(LONGEST);
        let length = inside.take_while(|glyph| glyph.character.is_ascii_alphanumeric()).count();
        if length == 0 || !is_at(glyphs, at, "{") || !is_at(glyphs, at + 1 + length, "}") {
            continue;
        }
        let belongs =
            |glyph: &&Glyph| glyph.character.is_ascii_alphanumeric() || matches!(glyph.character, '_' | ':');
        let before = glyphs.get(..at).unwrap_or_default();
        let name = before.iter().rev().take_while(belongs).count();
        if name > 0 {
            for at in (at - name..=at).chain([at + 1 + length]) {
                if let Some(glyph) = glyphs.get_mut(at) {
                    glyph.character = ' ';
                }
            }
        }
    }
}

fn clear_casts(glyphs: &mut [Glyph]) {
    for at in 0..glyphs.len() {
        if !glyphs.get(at).is_some_and(|glyph| matches!(glyph.character, '(' | '.' | 'a')) {
            continue;
        }
        for cast in CASTS {
            if is_at(glyphs, at, cast) {
                for glyph in glyphs.get_mut(at..at + cast.chars().count()).unwrap_or_default() {
                    glyph.character = ' ';
                }
            }
        }
    }
}

/// The numbers of a list; `None` if it is no list of bytes.
fn list(glyphs: &[Glyph], start: usize, end: usize) -> Option<Octets> {
    let range = glyphs.get(start..end)?;
    // Cheap, before the list is cut up.
    if range.len() < 2 * MIN_NUMBERS {
        return None;
    }
    let mut tokens = tokens(range);
    // `0x3082` is no byte.
    let has_words = tokens.first().is_some_and(|token| token.len() > 4);
    if let Some(words) = Some(range).filter(|_| has_words).and_then(octets::words) {
        return Some(words);
    }
    // The function that Lisp calls with them stands inside of the brackets.
    let is_word =
        |token: &[Glyph]| token.iter().all(|g| g.character.is_ascii_alphabetic() || g.character == '-');
    let before = start.checked_sub(1).and_then(|at| glyphs.get(at));
    if before.is_some_and(|open| open.character == '(') && tokens.first().is_some_and(|it| is_word(it)) {
        tokens.remove(0);
    }
    if tokens.len() < MIN_NUMBERS {
        return None;
    }
    let has_leading_zero =
        |token: &[Glyph]| matches!(token, [a, b, ..] if a.character == '0' && b.character.is_ascii_digit());
    let is_octal = tokens.iter().any(|token| has_leading_zero(token))
        && tokens
            .iter()
            .filter(|token| has_leading_zero(token))
            .all(|token| token.iter().all(|g| g.character.is_digit(8)));
    // What Rust prints by {:x?} has no prefix.
    let is_digits =
        |token: &&[Glyph]| token.len() <= 2 && token.iter().all(|g| g.character.is_ascii_hexdigit());
    let is_bare = tokens.iter().all(is_digits)
        && tokens.iter().any(|token| token.iter().any(|glyph| glyph.character.is_ascii_alphabetic()));
    let mut octets = Octets::with_capacity(tokens.len());
    for token in &tokens {
        let first = token.first()?;
        let value = if is_bare { hexadecimal(token) } else { number(token, is_octal) };
        match value {
            Some(byte) => octets.push(byte, *first),
            // Something that is no number: the bytes up to it are an object or begin like one, or this is no list.
            None => {
                octets.bad = (octets.bytes.len() >= 4).then_some(*first);
                octets.bad?;
                break;
            }
        }
    }
    Some(octets)
}

/// What stands between commas and blanks; a quoted character is one.
fn tokens(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    // The bar belongs to the brackets of F#.
    let separates = |c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace();
    // By itself it says that the line goes on.
    let is_continuation = |token: &&[Glyph]| match token {
        [one] => matches!(one.character, '_' | '\\'),
        // MATLAB's.
        [_, _, _] => token.iter().all(|glyph| glyph.character == '.'),
        _ => false,
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if separates(glyph.character) {
            at += 1;
            continue;
        }
        let rest = glyphs.get(at..).unwrap_or_default();
        let length = match rest {
            [q, e, _, z, ..] if q.character == '\'' && e.character == '\\' && z.character == '\'' => 4,
            [q, _, z, ..] if q.character == '\'' && z.character == '\'' => 3,
            _ => rest.iter().take_while(|glyph| !separates(glyph.character)).count().max(1),
        };
        tokens.extend(rest.get(..length).filter(|token| !is_continuation(token)));
        at += length;
    }
    tokens
}

fn hexadecimal(token: &[Glyph]) -> Option<u8> {
    let digits: String = token.iter().map(|glyph| glyph.character).collect();
    u8::from_str_radix(&digits, 16).ok()
}

fn number(token: &[Glyph], is_octal: bool) -> Option<u8> {
    let text: String = token.iter().take(16).map(|glyph| glyph.character).collect();
    if let Some(character) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        let mut characters = character.chars();
        return match (characters.next()?, characters.next()) {
            ('\\', Some('n')) => Some(b'\n'),
            ('\\', Some('r')) => Some(b'\r'),
            ('\\', Some('0')) => Some(0),
            ('\\', Some('t')) => Some(b'\t'),
            ('\\', Some(other)) | (other, None) => u8::try_from(other).ok(),
            _ => None,
        };
    }
    // Programs that make Java out of Java's bytes write its constants.
    if let Some(byte) = [("Byte.MAX_VALUE", 0x7f), ("Byte.MIN_VALUE", 0x80)].iter().find(|it| it.0 == text) {
        return Some(byte.1);
    }
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.as_str()),
    };
    let lower = text.to_ascii_lowercase();
    let hexadecimal = HEXADECIMAL.iter().find_map(|prefix| lower.strip_prefix(prefix));
    // The suffix of Intel's assemblers, behind a digit in front.
    let suffixed = lower.strip_suffix('h').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    let is_binary = |digits: &&str| !digits.is_empty() && digits.bytes().all(|it| matches!(it, b'0' | b'1'));
    let binary = lower.strip_prefix("0b").filter(is_binary);
    let (digits, radix) = match (binary, hexadecimal.or(suffixed)) {
        (Some(digits), _) => (digits, 2),
        (None, Some(digits)) => (digits, 16),
        (None, None) if is_octal && lower.len() > 1 && lower.starts_with('0') => (lower.as_str(), 8),
        (None, None) => (lower.as_str(), 10),
    };
    let digits = digits.strip_suffix("u8").unwrap_or(digits).trim_end_matches('\'');
    let digits = digits.trim_end_matches(['u', 'l', 'y', '_', '#', '"']);
    let value = i32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['+', '-']))?;
    match value {
        0..=255 if !is_negative => u8::try_from(value).ok(),
        1..=128 if is_negative => u8::try_from(256 - value).ok(),
        _ => None,
    }
}
