//! The alphabet of base64 (RFC 4648 section 4), and writing it.

use zeroize::Zeroizing;

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

/// Writes PEM as RFC 7468 section 3 wants it: 64 characters in a line, padding, a line break at the end. `headers` stand
/// behind the BEGIN line as they are.
pub(super) fn to_pem(label: &str, headers: &str, der: &[u8]) -> Zeroizing<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const LINE: usize = 48;
    // Reserved at once: a string that grows leaves copies of a key behind.
    let mut out = Zeroizing::new(String::with_capacity(
        der.len() / 3 * 4 + der.len() / LINE + 2 * label.len() + headers.len() + 48,
    ));
    out.push_str("-----BEGIN ");
    out.push_str(label);
    out.push_str("-----\n");
    out.push_str(headers);
    for line in der.chunks(LINE) {
        for group in line.chunks(3) {
            let octet = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
            let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
            for position in 0..4_usize {
                let digit = usize::try_from(bits >> (18 - 6 * position) & 63).unwrap_or(0);
                let letter =
                    if position <= group.len() { ALPHABET.get(digit).copied().unwrap_or(b'=') } else { b'=' };
                out.push(char::from(letter));
            }
        }
        out.push('\n');
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_is_written_with_padding_and_in_lines() {
        assert_eq!(*to_pem("X", "", b"f"), "-----BEGIN X-----\nZg==\n-----END X-----\n");
        assert_eq!(*to_pem("X", "", b"fo"), "-----BEGIN X-----\nZm8=\n-----END X-----\n");
        let long = to_pem("X", "", &[0xfb; 49]);
        let widths: Vec<_> = long.lines().map(str::len).collect();
        assert_eq!(widths, [17, 64, 4, 15]);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let bytes: Vec<u8> = (0..=255).collect();
        let pem = to_pem("X", "", &bytes);
        let body: Vec<u32> =
            pem.lines().skip(1).take(6).flat_map(|line| line.chars().filter_map(value)).collect();
        let mut out = Vec::new();
        for group in body.chunks(4) {
            let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
            out.extend_from_slice(&bits.to_be_bytes()[1..][..group.len() * 3 / 4]);
        }
        assert_eq!(out, bytes);
    }
}
