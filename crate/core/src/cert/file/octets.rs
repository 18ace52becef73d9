//! Bytes written as numbers: hexadecimal with and without separators, dumps, arrays of C, Java and JavaScript.

use zeroize::Zeroizing;

use super::text::{Glyph, is_line_break};

/// The ways in which bytes are written as numbers, each tried over the whole text.
pub(super) fn readings(glyphs: &[Glyph]) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
    let ways: [Way; 4] = [prefixed, dump, hexadecimal, decimal];
    ways.into_iter().filter_map(|read| read(glyphs)).filter(|bytes| bytes.len() >= 16).map(Zeroizing::new)
}

/// One way to read bytes out of a text, if they can be written like that in it.
type Way = fn(&[Glyph]) -> Option<Vec<u8>>;

/// `0x30, 0x82` and `\x30\x82`: whatever stands in between.
fn prefixed(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = glyphs;
    while let [first, second, ..] = rest {
        let is_prefix = matches!((first.character, second.character), ('0' | '\\', 'x' | 'X'));
        let digits = rest.get(2..).unwrap_or_default();
        let count = digits.iter().take(3).take_while(|glyph| glyph.character.is_ascii_hexdigit()).count();
        if is_prefix && (1..=2).contains(&count) {
            out.push(number(digits.get(..count)?, 16)?);
            rest = digits.get(count..)?;
        } else {
            rest = rest.get(1..)?;
        }
    }
    Some(out)
}

/// `00000000: 3082 01a4  0...` and what `hexdump -C` and `od` write.
fn dump(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let text: String = line.iter().map(|glyph| glyph.character).collect();
        let Some((offset, rest)) = text.trim().split_once([' ', '\t']) else { continue };
        let offset = offset.trim_end_matches(':');
        if offset.len() < 4 || !offset.bytes().all(|b| b.is_ascii_hexdigit()) {
            continue;
        }
        // Behind two blanks or a bar begins what the bytes look like as characters.
        let rest = rest.trim_start().split('|').next().unwrap_or_default();
        let mut count = 0;
        let mut previous_end = true;
        for group in rest.split(' ') {
            let is_group =
                !group.is_empty() && group.len() % 2 == 0 && group.bytes().all(|b| b.is_ascii_hexdigit());
            if group.is_empty() && previous_end && count == 8 {
                // hexdump -C leaves two blanks in the middle.
                previous_end = false;
                continue;
            }
            if !is_group || count >= 32 {
                break;
            }
            for pair in group.as_bytes().chunks(2) {
                out.push(u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?);
                count += 1;
            }
        }
    }
    Some(out)
}

/// Pairs of digits with nothing but separators in between.
fn hexadecimal(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let mut digits = Vec::new();
    for glyph in glyphs {
        match glyph.character {
            c if c.is_ascii_hexdigit() => digits.push(*glyph),
            c if c.is_whitespace()
                || matches!(c, ':' | ',' | ';' | '-' | '"' | '\'' | '[' | ']' | '{' | '}' | '\u{feff}') => {}
            _ => return None,
        }
    }
    if digits.len() % 2 != 0 {
        return None;
    }
    digits.chunks(2).map(|pair| number(pair, 16)).collect()
}

/// `48, 130, 1` and, where bytes have a sign, `48, -126, 1`.
fn decimal(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let separates = |glyph: &Glyph| !(glyph.character.is_ascii_digit() || glyph.character == '-');
    let is_letter = |glyph: &Glyph| glyph.character.is_alphabetic();
    let start = glyphs.iter().position(|glyph| matches!(glyph.character, '[' | '{')).map_or(0, |at| at + 1);
    for token in glyphs.get(start..)?.split(separates).filter(|token| !token.is_empty()) {
        out.push(number(token, 10)?);
    }
    let has_letters = glyphs.get(start..)?.iter().any(is_letter);
    (!has_letters).then_some(out)
}

fn number(digits: &[Glyph], radix: u32) -> Option<u8> {
    let (is_negative, digits) = match digits {
        [sign, rest @ ..] if sign.character == '-' => (true, rest),
        all => (false, all),
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits.iter().try_fold(0_u32, |value, glyph| {
        value.checked_mul(radix)?.checked_add(glyph.character.to_digit(radix)?).filter(|&value| value < 256)
    })?;
    let value = if is_negative { 256_u32.checked_sub(value).filter(|&v| v >= 128)? } else { value };
    u8::try_from(value).ok()
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
        for text in [
            format!("const unsigned char cert[] = {{ {} }};", join(|b| format!("0x{b:02X}"), ", ")),
            format!("\"{}\"", join(|b| format!("\\x{b:02x}"), "")),
            join(|b| format!("{b:02x}"), ""),
            join(|b| format!("{b:02X}"), ":"),
            format!("[{}]", join(ToString::to_string, ",")),
            format!(
                "new byte[] {{ {} }}",
                join(|b| (i16::from(*b) - if *b > 127 { 256 } else { 0 }).to_string(), ", ")
            ),
            dump,
            canonical.to_owned(),
        ] {
            let read: Vec<_> = readings(&Text::decode(text.as_bytes()).glyphs).map(|b| b.to_vec()).collect();
            assert!(read.contains(&BYTES.to_vec()), "{text}: {read:?}");
        }
    }

    #[test]
    fn prose_is_no_number() {
        let text = "Dear customer, your 2 certificates of 2026-11-23 are attached, see page 300.";
        assert_eq!(readings(&Text::decode(text.as_bytes()).glyphs).count(), 0);
    }
}
