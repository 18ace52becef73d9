//! Characters: which of a text a person does not see, lines in which all are seen, and what UTF-16 says.

mod line;
mod quoted;
mod visible;

pub use line::{Line, Lines};
pub use quoted::{Quoted, is_bare_key, shortened};
pub use visible::{in_json, is_invisible, printable, visible, without_lines};

/// The order of the two octets of a unit of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "two octets have two orders")]
pub enum Order {
    /// The low octet first, as Windows writes it.
    LittleEndian,
    /// The high octet first, as ASN.1 has it.
    BigEndian,
}

impl Order {
    /// The order that a byte order mark tells, and what stands behind the mark.
    #[must_use]
    pub const fn of_mark(bytes: &[u8]) -> Option<(Self, &[u8])> {
        match bytes {
            [0xff, 0xfe, rest @ ..] => Some((Self::LittleEndian, rest)),
            [0xfe, 0xff, rest @ ..] => Some((Self::BigEndian, rest)),
            _ => None,
        }
    }

    const fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Self::LittleEndian => u16::from_le_bytes(pair),
            Self::BigEndian => u16::from_be_bytes(pair),
        }
    }
}

/// The characters of UTF-16, each half of a pair that stands alone as U+FFFD. An odd octet at the end is left out.
pub fn utf16(bytes: &[u8], order: Order) -> impl Iterator<Item = char> {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(move |&pair| order.unit(pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// The text of UTF-16 that is right to the last octet; `None` of any other.
#[must_use]
pub fn utf16_strict(bytes: &[u8], order: Order) -> Option<String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let characters = char::decode_utf16(pairs.iter().map(|&pair| order.unit(pair)));
    characters.collect::<Result<_, _>>().ok().filter(|_| odd.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_and_what_is_broken() {
        assert_eq!(Order::of_mark(b"\xff\xfea\0"), Some((Order::LittleEndian, b"a\0".as_slice())));
        assert_eq!(Order::of_mark(b"a\0"), None);
        assert_eq!(utf16(b"a\0b\0c", Order::LittleEndian).collect::<String>(), "ab");
        assert_eq!(utf16(b"\xd8\0\0a", Order::BigEndian).collect::<String>(), "\u{fffd}a");
        assert_eq!(utf16_strict(b"\0a\x20\x0b", Order::BigEndian).as_deref(), Some("a\u{200b}"));
        assert_eq!(utf16_strict(b"\0a\0", Order::BigEndian), None);
        assert_eq!(utf16_strict(b"\xd8\0", Order::BigEndian), None);
    }
}
