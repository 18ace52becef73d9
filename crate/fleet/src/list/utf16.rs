//! Lists in UTF-16 (RFC 2781): what spreadsheets call Unicode text, and what `>` and `Out-File` of Windows PowerShell write.

use std::io::{self, BufRead, Read};

/// The order of a unit's two bytes.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// What the mark at the beginning says, and how many bytes it has.
    pub(super) fn of(begin: &[u8]) -> Option<(Self, usize)> {
        match begin {
            [0xff, 0xfe, ..] => Some((Self::Little, 2)),
            [0xfe, 0xff, ..] => Some((Self::Big, 2)),
            _ => None,
        }
    }
}

/// The same text in UTF-8. Half of a character is told as U+FFFD, as every reader does.
pub(super) struct Utf16<I> {
    input: I,
    order: Order,
    /// A unit that was read behind the first half of a character, and is not its second.
    kept: Option<u16>,
}

impl<I: BufRead> Utf16<I> {
    pub(super) const fn new(input: I, order: Order) -> Self {
        Self { input, order, kept: None }
    }

    fn character(&mut self) -> io::Result<Option<char>> {
        let Some(unit) = self.kept.take().map_or_else(|| self.unit(), |unit| Ok(Some(unit)))? else {
            return Ok(None);
        };
        if let Some(Ok(character)) = char::decode_utf16([unit]).next() {
            return Ok(Some(character));
        }
        let second = self.unit()?;
        let pair = char::decode_utf16([unit].into_iter().chain(second)).next();
        Ok(Some(match pair {
            Some(Ok(character)) => character,
            _ => {
                self.kept = second;
                char::REPLACEMENT_CHARACTER
            }
        }))
    }

    fn unit(&mut self) -> io::Result<Option<u16>> {
        let Some(first) = self.byte()? else { return Ok(None) };
        // A byte alone is half of something.
        let Some(second) = self.byte()? else { return Ok(Some(0xfffd)) };
        Ok(Some(match self.order {
            Order::Little => u16::from_le_bytes([first, second]),
            Order::Big => u16::from_be_bytes([first, second]),
        }))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.input.fill_buf()?.first().copied();
        self.input.consume(usize::from(byte.is_some()));
        Ok(byte)
    }
}

impl<I: BufRead> Read for Utf16<I> {
    /// Asks for a buffer of at least four bytes, the most that a character takes.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        while let Some(room) = buffer.get_mut(length..).filter(|room| room.len() >= char::MAX.len_utf8()) {
            let Some(character) = self.character()? else { break };
            length += character.encode_utf8(room).len();
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use crate::list::tests::shown;

    /// In either order, with its mark.
    fn written(units: impl IntoIterator<Item = u16> + Clone) -> [Vec<u8>; 2] {
        let marked = || [0xfeff].into_iter().chain(units.clone());
        [marked().flat_map(u16::to_le_bytes).collect(), marked().flat_map(u16::to_be_bytes).collect()]
    }

    #[test]
    fn a_list_in_utf_16_is_read_as_the_same_in_utf_8() {
        for text in [
            "id\tcert\r\na\tGerät.pem\r\n",
            "sep=;\r\nid;cert\r\nä;\u{1f510}.pem",
            "\r\n{\"id\":\"\u{1d504}\"}\r\n{\"id\":\"b\"}\r\n",
            "[{}]",
            "",
        ] {
            for bytes in written(text.encode_utf16().collect::<Vec<_>>()) {
                assert_eq!(shown(bytes), shown(text), "{text:?}");
            }
        }
        // More than a buffer has room for, with characters of two units over its end.
        let long: String =
            "id,cert\n".chars().chain((0..20_000).flat_map(|_| "a\u{1f510},b\n".chars())).collect();
        for bytes in written(long.encode_utf16().collect::<Vec<_>>()) {
            assert!(shown(bytes) == shown(&long));
        }
    }

    #[test]
    fn half_of_a_character_is_told_as_such() {
        let list = |name: &[u16]| [&[0x69, 0x64, 0x0a], name, &[0x0a]].concat();
        for (name, read) in
            [(&[0xd83d][..], "\u{fffd}"), (&[0xdd10, 0x61], "\u{fffd}a"), (&[0xd83d, 0x61], "\u{fffd}a")]
        {
            for bytes in written(list(name)) {
                assert_eq!(shown(bytes), [format!("1@2 id={read}")]);
            }
        }
        let [mut little, _] = written("id\na".encode_utf16().collect::<Vec<_>>());
        little.push(0x62);
        assert_eq!(shown(little), ["1@2 id=a\u{fffd}"]);
    }
}
