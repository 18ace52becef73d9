//! Digits in several groups with words in between, of which a program makes one text.

use std::ops::Range;

use super::number::{long, number};
use crate::cert::{
    der::{Element, Malformed, Problem, tag},
    file::text::{Glyph, Octets},
};

/// Shorter groups are numbers and words.
const MIN_DIGITS: usize = 32;

/// `hextoraw('3082…') || hextoraw('…')`: groups as long as the first, or long by themselves, up to the last.
pub(super) fn groups(glyphs: &[Glyph]) -> Vec<Octets> {
    let words = glyphs.split(|glyph| !glyph.character.is_ascii_alphanumeric());
    let is_group = |word: &&[Glyph]| {
        word.len().is_multiple_of(2)
            && !word.is_empty()
            && word.iter().all(|it| it.character.is_ascii_hexdigit())
    };
    let mut all: Vec<Octets> = Vec::new();
    let (mut width, mut end) = (0, 0);
    for word in words.filter(is_group) {
        let goes_on = all.last().is_some_and(|last| last.bytes.len() < end)
            && (word.len() <= width || word.len() >= MIN_DIGITS);
        if !goes_on && word.len() < MIN_DIGITS {
            continue;
        }
        if !goes_on {
            all.push(Octets::default());
            width = word.len();
        }
        let Some(last) = all.last_mut() else { continue };
        for pair in word.as_chunks::<2>().0 {
            if let Some(byte) = number(pair, 16) {
                last.push(byte, pair[0]);
            }
        }
        if !goes_on {
            end = announced(&last.bytes);
        } else if word.len() < width {
            end = 0;
        }
    }
    long(all)
}

/// The run of digits without the words behind it that look like digits, as the name in the next row of a table may: objects in
/// long groups end where one of these does.
pub(super) fn within(glyphs: &[Glyph], run: Range<usize>) -> Range<usize> {
    let digit = |at: &usize| glyphs.get(*at).is_some_and(|glyph| glyph.character.is_ascii_hexdigit());
    let group = |at: usize| (at..run.end).take_while(digit).count();
    let mut end = run.start;
    // One object after the other.
    while let Some(digits) = digits_of_object(glyphs, end).filter(|_| group(end) >= MIN_DIGITS) {
        let (mut count, mut at) = (0, end);
        while at < run.end && count < digits {
            let length = group(at);
            (count, at) = (count + length, at + length);
            let is_whole = count == digits;
            at += if is_whole { 0 } else { (at..run.end).take_while(|at| !digit(at)).count() };
        }
        if count != digits {
            return run;
        }
        end = at;
        let next = end + (end..run.end).take_while(|at| !digit(at)).count();
        if digits_of_object(glyphs, next).is_none() || group(next) < MIN_DIGITS {
            return run.start..end;
        }
        end = next;
    }
    run
}

/// How many digits an object has that begins here.
fn digits_of_object(glyphs: &[Glyph], at: usize) -> Option<usize> {
    let header: Vec<u8> =
        glyphs.get(at..at + 16)?.as_chunks::<2>().0.iter().map_while(|pair| number(pair, 16)).collect();
    let octets = announced(&header);
    (header.first() == Some(&tag::SEQUENCE) && octets > 0).then_some(2 * octets)
}

/// How long an object is that begins with these bytes.
fn announced(bytes: &[u8]) -> usize {
    match Element::read(bytes, 0) {
        Err(Malformed { problem: Problem::ContentCut { declared, present }, .. }) => {
            bytes.len() - present + declared
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use crate::cert::file::{octets::hexadecimal, text::Text};

    #[test]
    fn a_name_in_the_next_row_that_looks_like_digits_is_none_of_the_object() {
        let object: Vec<u8> = [&[0x30, 0x81, 61][..], &[7; 61]].concat();
        let digits: String = object.iter().map(|byte| format!("{byte:02x}")).collect();
        let (front, back) = digits.split_at(64);
        for text in [
            format!("key,data,hex2bin,{digits}\nca,data,hex2bin,{digits}\n"),
            format!("{front}\n{back}\nfade\n{digits}"),
        ] {
            let read = hexadecimal(&Text::decode(text.as_bytes()).glyphs);
            let read: Vec<_> = read.iter().map(|octets| octets.bytes.to_vec()).collect();
            assert_eq!(read, [object.clone(), object.clone()], "{text}");
        }
        // What stands behind it in its own group is told.
        let read = hexadecimal(&Text::decode(format!("{digits}ffff").as_bytes()).glyphs);
        assert!(read.iter().all(|octets| octets.bytes.len() == object.len() + 2), "{digits}ffff");
    }
}
