//! Bytes written as numbers, and nothing else around them: hexadecimal with and without separators, dumps, records of
//! firmware, lists.

mod base32;
mod bits;
mod dump;
mod group;
mod indexed;
mod line;
mod number;
mod record;
mod unix;
mod word;

use std::ops::Range;

use self::number::{MIN_BYTES, PREFIXES, long, number, without_start};
use super::{
    text::{Glyph, Octets, is_line_break},
    wiped::Wiped,
};

/// The notations in which bytes are written as numbers, each read over the whole text: several objects may be in it.
pub(super) fn readings(glyphs: &[Glyph]) -> impl Iterator<Item = Vec<Octets>> {
    let notations: [Notation; 29] = [
        dump::bytes,
        dump::swapped,
        dump::octal,
        dump::octal_words,
        dump::decimal,
        dump::decimal_words,
        dump::characters,
        record::intel,
        record::motorola,
        unix::uuencode,
        base32::base32,
        prefixed,
        octal,
        hexadecimal,
        decimal,
        decimal_lines,
        indexed::decimal,
        indexed::hexadecimal,
        line::pairs,
        line::shorts,
        line::colons,
        line::words,
        line::chunks,
        line::singles,
        group::groups,
        bits::bits,
        bits::rows,
        word::big,
        word::little,
    ];
    notations.into_iter().map(|read| read(glyphs)).filter(|all| !all.is_empty())
}

/// An object in numbers of several bytes each, of either order, such as an array of `uint32_t`.
pub(super) fn words(glyphs: &[Glyph]) -> Option<Octets> {
    let readings = word::big(glyphs).into_iter().chain(word::little(glyphs));
    readings.max_by_key(|octets| octets.bytes.len())
}

/// One notation of bytes, read out of a text that may be written in it.
type Notation = fn(&[Glyph]) -> Vec<Octets>;

/// `0x30, 0x82`, `\x30\x82` and `B#16#30`: whatever stands in between.
fn prefixed(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut out = Octets::default();
    let mut rest = glyphs;
    while let Some((first, behind)) = rest.split_first() {
        let digits = PREFIXES.iter().find_map(|prefix| without_start(rest, prefix)).unwrap_or_default();
        let count = digits.iter().take(3).take_while(|glyph| glyph.character.is_ascii_hexdigit()).count();
        let value = digits.get(..count).filter(|_| (1..=2).contains(&count)).and_then(|d| number(d, 16));
        match value {
            Some(byte) => {
                out.push(byte, *first);
                rest = digits.get(count..).unwrap_or_default();
            }
            None => rest = behind,
        }
    }
    long(vec![out])
}

/// `\060\202` and `\0060\0202`: three octal digits, or four, behind each sign.
fn octal(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut out = Octets::default();
    let mut rest = glyphs;
    while let Some((first, behind)) = rest.split_first() {
        let count = behind.iter().take(5).take_while(|glyph| glyph.character.is_digit(8)).count();
        let digits = behind.get(..count).filter(|_| first.character == '\\' && matches!(count, 3 | 4));
        rest = behind;
        if let Some(byte) = digits.and_then(|digits| number(digits, 8)) {
            out.push(byte, *first);
            rest = behind.get(count..).unwrap_or_default();
        }
    }
    long(vec![out])
}

/// Pairs of digits with nothing but separators in between, each from where a sequence of more than 127 bytes begins.
pub(super) fn hexadecimal(glyphs: &[Glyph]) -> Vec<Octets> {
    let digit = |index: usize| glyphs.get(index).map(|glyph| glyph.character).filter(char::is_ascii_hexdigit);
    let begins = |at: usize| {
        let is_number = at == 0 || digit(at - 1).is_none();
        if digit(at) == Some('2') {
            return is_number && (begins_with(glyphs, at, "2d2d2d") || begins_with(glyphs, at, "2d002d00"));
        }
        let starts = digit(at) == Some('3') && digit(at + 1) == Some('0');
        // What a Java keystore begins with tells more than the length of a sequence.
        if matches!(digit(at), Some('f' | 'F' | 'c' | 'C')) {
            let is_keystore = begins_with(glyphs, at, "feedfeed") || begins_with(glyphs, at, "cececece");
            return is_keystore && is_number;
        }
        let next = (at + 2..at + 12).find_map(digit);
        // A short key begins with another length; it is taken for one only if nothing stands before it.
        let is_first =
            || glyphs.get(..at).unwrap_or_default().iter().all(|glyph| glyph.character.is_whitespace());
        // Behind a length of one octet the version of a key, or the algorithm of a short one.
        let is_short = || {
            let digits: String = digits_from(glyphs, at).take(12).collect();
            digits
                .get(4..)
                .is_some_and(|rest| ["02010", "300506", "301306"].iter().any(|start| rest.starts_with(start)))
        };
        starts && is_number && (matches!(next, Some('8' | '2')) || is_first() || is_short())
    };
    let mut all = Vec::new();
    let (mut at, mut run_end) = (0, 0);
    while at < glyphs.len() {
        let is_start = at == 0 || digit(at - 1).is_none();
        if !(begins(at) || is_start && is_stream(glyphs, at)) {
            at += 1;
            continue;
        }
        // What was left of a run is looked through once.
        run_end = if at < run_end { run_end } else { hexadecimal_run(glyphs, at).end };
        let range = group::within(glyphs, at..run_end);
        all.push(octets_of(glyphs.get(range.clone()).unwrap_or_default()));
        at = range.end.max(at + 1);
    }
    long(all)
}

/// The bytes of digits with separators in between. Where one stands alone and none stand close together, each group is a
/// byte, the zero in front of it left out, as many programs print a number.
fn octets_of(run: &[Glyph]) -> Octets {
    let is_digit = |glyph: &Glyph| glyph.character.is_ascii_hexdigit();
    let mut octets = Octets::with_capacity(run.len() / 2);
    let push = |digits: &[Glyph]| {
        if let (Some(byte), Some(first)) = (number(digits, 16), digits.first()) {
            octets.push(byte, *first);
        }
    };
    // A longer number stands behind the bytes, as the time of the next line of a log does.
    let groups = || {
        let all = run.split(|glyph| !is_digit(glyph)).filter(|group| !group.is_empty());
        all.take_while(|group| group.len() <= 2)
    };
    let has_bytes = groups().nth(MIN_BYTES).is_some();
    if has_bytes && groups().any(|group| group.len() == 1) {
        groups().for_each(push);
    } else {
        let digits: Wiped<Glyph> = run.iter().filter(|glyph| is_digit(glyph)).copied().collect();
        digits.chunks_exact(2).for_each(push);
    }
    octets
}

/// Whether many digits stand here without anything in between, such as the stream of a packet: an object may be in it.
fn is_stream(glyphs: &[Glyph], at: usize) -> bool {
    const MIN_DIGITS: usize = 128;
    let digits = glyphs.get(at..).unwrap_or_default().iter().take(MIN_DIGITS);
    digits.take_while(|glyph| glyph.character.is_ascii_hexdigit()).count() == MIN_DIGITS
}

/// Whether these digits stand here: `2d2d2d`, which PEM begins with, in UTF-16 `2d002d00`. Separators count less.
fn begins_with(glyphs: &[Glyph], at: usize, digits: &str) -> bool {
    digits_from(glyphs, at).take(digits.len()).eq(digits.chars())
}

/// The next digits, as far as they stand close together.
fn digits_from(glyphs: &[Glyph], at: usize) -> impl Iterator<Item = char> {
    let near = glyphs.get(at..).unwrap_or_default().iter().take(48);
    near.map(|glyph| glyph.character.to_ascii_lowercase()).filter(char::is_ascii_hexdigit)
}

/// A word ends a number.
fn hexadecimal_run(glyphs: &[Glyph], start: usize) -> Range<usize> {
    let belongs = |c: char| {
        c.is_ascii_hexdigit()
            || c.is_whitespace()
            || matches!(
                c,
                ':' | ','
                    | ';'
                    | '-'
                    | '"'
                    | '\''
                    | '\\'
                    | '['
                    | ']'
                    | '{'
                    | '}'
                    | '<'
                    | '>'
                    | '('
                    | ')'
                    | '\u{feff}'
            )
    };
    let rest = glyphs.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|glyph| belongs(glyph.character)).count();
    start..start + length
}

/// `48, 130, 1` without brackets, or with quotes around each; where bytes have a sign, `48, -126, 1`.
fn decimal(glyphs: &[Glyph]) -> Vec<Octets> {
    let separates = |glyph: &Glyph| {
        glyph.character.is_whitespace()
            || matches!(glyph.character, ',' | ';' | '[' | ']' | '{' | '}' | '"' | '\'')
    };
    let mut all = vec![Octets::default()];
    for token in glyphs.split(separates).filter(|token| !token.is_empty()) {
        let Some(open) = all.last_mut() else { continue };
        match (number(token, 10), token.first()) {
            (Some(byte), Some(first)) => open.push(byte, *first),
            _ if open.bytes.len() < MIN_BYTES => *open = Octets::default(),
            _ => all.push(Octets::default()),
        }
    }
    long(all)
}

/// Decimal numbers in lines, with headings in between, or with the sign of a list in front of each.
fn decimal_lines(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut out = Octets::default();
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let tokens = line.split(|glyph| glyph.character.is_whitespace() || glyph.character == ',');
        let tokens: Vec<&[Glyph]> =
            tokens.filter(|token| !matches!(token, [] | [Glyph { character: '-', .. }])).collect();
        let bytes: Option<Wiped<u8>> = tokens.iter().map(|token| number(token, 10)).collect();
        for (token, byte) in tokens.iter().zip(bytes.unwrap_or_default().iter()) {
            out.glyphs.extend(token.first());
            out.bytes.push(*byte);
        }
    }
    long(vec![out])
}

#[cfg(test)]
mod tests {
    use super::{super::text::Text, *};

    const BYTES: [u8; 18] = [0x30, 0x82, 1, 0xa4, 0, 0xff, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];

    #[test]
    fn every_way_of_writing() {
        let join = |one: fn(&u8) -> String, by: &str| BYTES.iter().map(one).collect::<Vec<_>>().join(by);
        let dump: String = BYTES
            .chunks(16)
            .zip([0, 16])
            .map(|(line, at)| {
                let groups: Vec<_> = line
                    .chunks(2)
                    .map(|g| g.iter().map(|b| format!("{b:02x}")).collect::<String>())
                    .collect();
                format!("{at:08x}: {}  0...........be\n", groups.join(" "))
            })
            .collect();
        let canonical = "00000000  30 82 01 a4 00 ff 07 08  09 0a 0b 0c 0d 0e 0f 10  |0...|\n00000010  11 12  |..|\n00000012\n";
        let swapped = "0000000 8230 a401 ff00 0807 0a09 0c0b 0e0d 100f\n0000010 1211\n";
        for text in [
            format!("\"{}\"", join(|b| format!("\\x{b:02x}"), "")),
            join(|b| format!("0x{b:02X}"), ", "),
            join(|b| format!("{b:02x}"), ""),
            join(|b| format!("{b:02X}"), ":"),
            join(ToString::to_string, ","),
            format!("\"cert\"=hex:{}", join(|b| format!("{b:02x}"), ",\\\n  ")),
            join(|b| format!("[{b:02x}]"), ""),
            BYTES.iter().enumerate().map(|(n, b)| format!("byte {n:03}: {b:02x}\n")).collect(),
            BYTES.iter().enumerate().map(|(n, b)| format!("cert[{n}] = {b}\n")).collect(),
            dump,
            canonical.to_owned(),
            swapped.to_owned(),
            join(|b| format!("{b:X}"), " "),
            join(|b| format!("'{b:x}'"), ", "),
            BYTES.iter().enumerate().map(|(n, b)| format!("{n},{b}\n")).collect(),
            BYTES.iter().map(|b| format!("uart-1: {b:02X}\n")).collect(),
            join(|b| format!("0b{b:b}"), ", "),
            join(|b| format!("0b{:04b}'{:04b}", b >> 4, b & 15), ", "),
            join(|b| format!("2#{:04b}_{:04b}", b >> 4, b & 15), ", "),
            join(|b| format!("{b:08b}"), ""),
            join(|b| format!("\"{b}\""), ","),
            join(|b| format!("z'{b:02X}'"), ", "),
            join(|b| format!("\\{b:03o}"), ""),
            join(|b| format!("\\0{b:03o}"), ""),
            format!("[1204] tls: {}\n[1210] tls: done\n", join(|b| format!("{b:x}"), " ")),
            "(12) tls: 30 82 1 a4 0 ff 7 8 9\n(13) tls: a b c d e f 10 11 12\n".to_owned(),
            "000000   0 202 001 244  \\0 377  \\a  \\b  \\t  \\n  \\v  \\f  \\r 016 017 020\n000010 021 022\n".to_owned(),
            "   0 202 001 244  \\0 377  \\a  \\b  \\t  \\n  \\v  \\f  \\r 016 017 020\n 021 022\n".to_owned(),
            "00000000: 00110000 10000010 00000001 10100100 00000000 11111111  0.....\n\
             00000006: 00000111 00001000 00001001 00001010 00001011 00001100  ......\n\
             0000000c: 00001101 00001110 00001111 00010000 00010001 00010010  ......\n"
                .to_owned(),
            "0000000   0 202 001 244  \\0 377  \\a  \\b  \\t  \\n  \\v  \\f  \\r 016 017 020\n0000020 021 022\n0000022\n"
                .to_owned(),
            "  0x00002010 308201a4 00ff0708 090a0b0c 0d0e0f10 0...............\n  0x00002020 1112  ..\n".to_owned(),
            "│00000000│ 30 82 01 a4 00 ff 07 08 ┊ 09 0a 0b 0c 0d 0e 0f 10 │0×••⋄×••┊••••••••│\n\
             │00000010│ 11 12                   ┊                         │••      ┊        │\n"
                .to_owned(),
        ] {
            let read: Vec<Vec<u8>> = readings(&Text::decode(text.as_bytes()).glyphs)
                .flatten()
                .map(|octets| octets.bytes.to_vec())
                .collect();
            assert!(read.contains(&BYTES.to_vec()), "{text}: {read:?}");
        }
    }

    #[test]
    fn prose_is_no_number() {
        let text = "Dear customer's agent, your 2 certificates of 2026-11-23 are attached, see page 300.";
        assert_eq!(readings(&Text::decode(text.as_bytes()).glyphs).count(), 0);
    }
}
