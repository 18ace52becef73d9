//! The files that nobody damaged, read without guessing: one certificate, key or revocation list in DER, or any number of
//! them in PEM as RFC 7468 section 3 has its writers write it, with nothing around them.
//!
//! What is taken here is what [`File::read`] makes of the same bytes, and nothing is wrong with it. Everything else is
//! declined, and stays for that reader, which looks for what was meant and is many times as large: a page fetches it when
//! it meets such a file.

use zeroize::Zeroizing;

use super::{base64, body::is_well_formed, contents::File, item::Item};
use crate::{
    cert::der::{
        Element,
        kind::{KeyContainer, Kind, is_curve_name},
        tag, usual,
    },
    finding::Place,
};

/// The file is not plain: it takes [`File::read`] to say what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotPlain;

/// Elements in elements; deeper than any certificate or key.
const MAX_DEPTH: u32 = 24;
/// Characters in a line of base64.
const WIDTH: usize = 64;

impl File {
    /// Reads a file that is plain, as [`File::read`] does.
    ///
    /// # Errors
    /// It is not, or may not be: whatever there is a doubt about is declined.
    pub fn plain(bytes: &[u8], place: &Place) -> Result<Self, NotPlain> {
        let items = if bytes.len() > Self::MAX_SIZE {
            None
        } else if bytes.first() == Some(&tag::SEQUENCE) {
            der(bytes, place).map(|item| vec![item])
        } else {
            pem(bytes, place)
        };
        let items = items.filter(|items| !items.is_empty()).ok_or(NotPlain)?;
        Ok(Self { items, ..Self::default() })
    }
}

/// One object in DER.
fn der(bytes: &[u8], place: &Place) -> Option<Item> {
    // What is all letters is a text that begins with '0'.
    let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    let kind = kind(bytes).filter(|kind| !is_text && *kind != Kind::EcParameters)?;
    Some(Item::plain(kind, Zeroizing::new(bytes.to_vec()), None, place.clone()))
}

/// What bytes are that are one whole element of a kind that is plain.
fn kind(der: &[u8]) -> Option<Kind> {
    let element = Element::read(der, 0).ok().filter(|element| element.bytes.len() == der.len())?;
    let kind = if is_curve_name(&element) { Kind::EcParameters } else { Kind::of(&element) };
    let is_plain = is_plain(kind) && is_well_formed(&element, MAX_DEPTH) && usual::is_usual(kind, &element);
    is_plain.then_some(kind)
}

/// Whether it can be used as it is: neither under a passphrase nor in a store.
const fn is_plain(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Certificate
            | Kind::RevocationList
            | Kind::PrivateKey(KeyContainer::Pkcs8 | KeyContainer::Sec1 | KeyContainer::Pkcs1)
            | Kind::EcParameters
    )
}

/// Blocks of PEM with nothing between them but empty lines.
fn pem(bytes: &[u8], place: &Place) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut lines = Lines { rest: bytes, number: 0 };
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let number = lines.number;
        let label = label(line, b"-----BEGIN ")?;
        let der = body(&mut lines, label)?;
        let kind = kind(&der).filter(|kind| kind.label() == Some(label))?;
        let place = place.clone().line(number).column(1);
        items.push(Item::plain(kind, der, Some(label.to_owned()), place));
    }
    Some(items)
}

/// The label of a line that begins or ends a block.
fn label<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a str> {
    str::from_utf8(line.strip_prefix(start)?.strip_suffix(b"-----")?).ok()
}

/// The bytes of a block whose BEGIN was read, up to its END: lines of 64 characters but for the last.
fn body(lines: &mut Lines<'_>, begun: &str) -> Option<Zeroizing<Vec<u8>>> {
    // Reserved at once: a list that grows leaves copies of a key behind.
    let length = lines.rest.iter().position(|byte| *byte == b'-')?;
    let mut der = Zeroizing::new(Vec::with_capacity(length / 4 * 3 + 3));
    let mut is_last = false;
    loop {
        let line = lines.next()?;
        if line.first() == Some(&b'-') {
            return (label(line, b"-----END ") == Some(begun)).then_some(der);
        }
        if is_last || line.is_empty() || line.len() > WIDTH || !line.len().is_multiple_of(4) {
            return None;
        }
        is_last = line.len() < WIDTH || line.last() == Some(&b'=');
        for group in line.chunks(4) {
            octets(group, &mut der)?;
        }
    }
}

/// Four characters, of which the last two may be padding, behind which there is nothing; RFC 4648 section 3.5 wants the bits
/// zero that padding leaves over.
fn octets(group: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let letters = group.strip_suffix(b"==").or_else(|| group.strip_suffix(b"=")).unwrap_or(group);
    let mut bits = 0;
    for letter in letters {
        bits = bits << 6 | base64::value(char::from(*letter))?;
    }
    let (count, over) = match letters.len() {
        4 => (3, 0),
        3 => (2, 2),
        _ => (1, 4),
    };
    if bits & ((1 << over) - 1) != 0 {
        return None;
    }
    let [_, octets @ ..] = (bits >> over << (8 * (3 - count))).to_be_bytes();
    out.extend(octets.iter().take(count));
    Some(())
}

/// The lines of a text that end with LF or CRLF, and the number of the last that was taken.
struct Lines<'a> {
    rest: &'a [u8],
    number: u32,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n').unwrap_or(self.rest.len());
        let line = self.rest.get(..end)?;
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        self.number = self.number.saturating_add(1);
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}
