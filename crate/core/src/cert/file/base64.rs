//! Base64 (RFC 4648 section 4) with the place of every mistake.

use zeroize::Zeroizing;

/// A character that base64 does not have, or padding in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadCharacter {
    pub(super) character: char,
    /// From 1.
    pub(super) line: u32,
    /// In characters from 1.
    pub(super) column: u32,
}

/// Decodes numbered lines, whitespace left out. Missing padding is forgiven.
pub(super) fn decode<'a>(
    lines: impl Iterator<Item = (&'a str, u32)>,
) -> Result<Zeroizing<Vec<u8>>, BadCharacter> {
    let mut out = Zeroizing::new(Vec::new());
    let (mut accumulator, mut bits, mut padded) = (0_u32, 0_u32, false);
    for (text, line) in lines {
        for (character, column) in text.chars().zip(1..) {
            if character.is_whitespace() {
                continue;
            }
            let bad = BadCharacter { character, line, column };
            if character == '=' {
                padded = true;
                continue;
            }
            let digit = value(character).filter(|_| !padded).ok_or(bad)?;
            accumulator = (accumulator << 6) | digit;
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                let [.., byte] = (accumulator >> bits).to_be_bytes();
                out.push(byte);
                accumulator &= (1 << bits) - 1;
            }
        }
    }
    Ok(out)
}

/// What a character of the alphabet stands for.
pub(super) fn value(character: char) -> Option<u32> {
    let offset = |first: char| u32::from(character) - u32::from(first);
    match character {
        'A'..='Z' => Some(offset('A')),
        'a'..='z' => Some(offset('a') + 26),
        '0'..='9' => Some(offset('0') + 52),
        '+' => Some(62),
        '/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &str) -> Result<Vec<u8>, BadCharacter> {
        decode(input.lines().zip(1..)).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn vectors_of_rfc_4648_and_forgiven_padding() {
        for (input, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Z\n m\t9v", "foo"),
        ] {
            assert_eq!(text(input), Ok(bytes.as_bytes().to_vec()), "{input}");
        }
        assert_eq!(text("+/+/"), Ok(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn a_mistake_has_line_and_column() {
        assert_eq!(text("Zm9v\nZm_v"), Err(BadCharacter { character: '_', line: 2, column: 3 }));
        assert_eq!(text("Zg==Zg"), Err(BadCharacter { character: 'Z', line: 1, column: 5 }));
    }
}
