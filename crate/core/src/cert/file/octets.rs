//! Bytes written as numbers: hexadecimal with and without separators, dumps, arrays of C, Java and JavaScript.

use zeroize::Zeroizing;

use super::text::{Glyph, is_line_break};

/// The ways in which bytes are written as numbers, each tried over the whole text.
pub(super) fn readings(glyphs: &[Glyph]) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
    let ways: [Way; 5] = [prefixed, dump, hexadecimal, decimal, literal];
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

/// Pairs of digits with nothing but separators in between, from the first that begins a sequence of more than 127
/// bytes, or from the start of the text.
fn hexadecimal(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let digit = |index: usize| glyphs.get(index).map(|glyph| glyph.character).filter(char::is_ascii_hexdigit);
    let begins = |at: usize| {
        let starts = digit(at) == Some('3') && digit(at + 1) == Some('0');
        let is_number = at == 0 || digit(at - 1).is_none();
        let next = (at + 2..at + 12).find_map(digit);
        starts && is_number && next == Some('8')
    };
    let start = (0..glyphs.len()).find(|&at| begins(at)).unwrap_or(0);
    let mut digits = Vec::new();
    for glyph in glyphs.get(start..)? {
        match glyph.character {
            c if c.is_ascii_hexdigit() => digits.push(*glyph),
            c if c.is_whitespace()
                || matches!(c, ':' | ',' | ';' | '-' | '"' | '\'' | '\\' | ']' | '}' | '\u{feff}') => {}
            // A word in front of everything is no number; one behind it ends it.
            _ if digits.len() < 32 => return None,
            _ => break,
        }
    }
    digits.truncate(digits.len() / 2 * 2);
    digits.chunks(2).map(|pair| number(pair, 16)).collect()
}

/// `48, 130, 1` and, where bytes have a sign, `48, -126, 1`: the first list in brackets, or the whole text.
fn decimal(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let opens = glyphs.iter().enumerate().filter(|(_, glyph)| matches!(glyph.character, '[' | '{' | '('));
    let starts = opens.map(|(at, _)| at + 1).take(16).chain([0]);
    starts.filter_map(|start| decimal_list(glyphs.get(start..)?)).find(|list| list.len() >= 16)
}

fn decimal_list(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let end =
        glyphs.iter().position(|glyph| matches!(glyph.character, ']' | '}' | ')')).unwrap_or(glyphs.len());
    let list = glyphs.get(..end)?;
    let belongs = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | ',' | ';');
    if !list.iter().all(|glyph| belongs(glyph.character)) {
        return None;
    }
    let separates = |glyph: &Glyph| !(glyph.character.is_ascii_digit() || glyph.character == '-');
    list.split(separates).filter(|token| !token.is_empty()).map(|token| number(token, 10)).collect()
}

/// A string in which only the bytes that cannot be printed are escaped: `b'0\x82\x01\xa4'`.
fn literal(glyphs: &[Glyph]) -> Option<Vec<u8>> {
    let quote = glyphs.iter().position(|glyph| matches!(glyph.character, '"' | '\''))?;
    let closing = glyphs.get(quote)?.character;
    let mut out = Vec::new();
    let mut rest = glyphs.get(quote + 1..)?;
    while let [first, after @ ..] = rest {
        let second = after.first().map(|glyph| glyph.character);
        let (byte, length) = match (first.character, second) {
            (c, _) if c == closing => break,
            ('\\', Some('x')) => (number(after.get(1..3)?, 16)?, 4),
            ('\\', Some('n')) => (b'\n', 2),
            ('\\', Some('r')) => (b'\r', 2),
            ('\\', Some('t')) => (b'\t', 2),
            ('\\', Some('0')) => (0, 2),
            ('\\', Some(other)) => (u8::try_from(other).ok()?, 2),
            (other, _) => (u8::try_from(other).ok()?, 1),
        };
        out.push(byte);
        rest = rest.get(length..)?;
    }
    // Any apostrophe begins a string; one of DER or PEM is what is looked for.
    matches!(out.first(), Some(0x30 | b'-')).then_some(out)
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
            format!("[]byte{{{}}}", join(ToString::to_string, ",")),
            format!("\"cert\"=hex:{}", join(|b| format!("{b:02x}"), ",\\\n  ")),
            format!("VALUES (0x{});", join(|b| format!("{b:02x}"), "")),
            "b'0\\x82\\x01\\xa4\\x00\\xff\\x07\\x08\\t\\n\\x0b\\x0c\\r\\x0e\\x0f\\x10\\x11\\x12'".to_owned(),
            dump,
            canonical.to_owned(),
        ] {
            let read: Vec<_> = readings(&Text::decode(text.as_bytes()).glyphs).map(|b| b.to_vec()).collect();
            assert!(read.contains(&BYTES.to_vec()), "{text}: {read:?}");
        }
    }

    #[test]
    fn prose_is_no_number() {
        let text = "Dear customer's agent, your 2 certificates of 2026-11-23 are attached, see page 300.";
        assert_eq!(readings(&Text::decode(text.as_bytes()).glyphs).count(), 0);
    }
}
