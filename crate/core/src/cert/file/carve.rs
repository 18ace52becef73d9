//! Objects inside of other bytes: an image of a flash memory, a captured packet, a message that holds a certificate.

use std::ops::Range;

use super::body;
use crate::cert::der::{
    Element,
    kind::{KeyContainer, Kind},
    tag,
};

/// Deeper than any certificate or key.
const MAX_DEPTH: u32 = 24;
/// Shorter keys of PKCS#8 and SEC 1 there are not.
const SHORTEST: usize = 32;
/// More parts side by side has no object.
const MOST_PARTS: usize = 16;
/// How often all bytes are walked over for what turns out to be none: bytes can be made that look like one everywhere.
const MOST_WALKS: usize = 4;

/// Where whole objects stand in the bytes, none inside of another. Bytes that are no object look like DER now and then,
/// so only those count of which the structure says for sure what they are.
pub(super) fn objects(bytes: &[u8]) -> Vec<(Range<usize>, Kind)> {
    let mut found = Vec::new();
    let (mut at, mut walked_in_vain) = (0, 0);
    while let Some(next) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == tag::SEQUENCE))
        && walked_in_vain <= MOST_WALKS * bytes.len()
    {
        at += next;
        let Some((element, kind)) = bytes.get(at..).and_then(likely) else {
            at += 1;
            continue;
        };
        let length = element.bytes.len();
        if body::is_well_formed(&element, MAX_DEPTH) {
            found.push((at..at + length, kind));
            at += length;
        } else {
            walked_in_vain += length;
            at += 1;
        }
    }
    found
}

/// The element that the bytes begin with, if it looks like an object from the outside.
fn likely(bytes: &[u8]) -> Option<(Element<'_>, Kind)> {
    let element = Element::read(bytes, 0).ok().filter(|element| element.bytes.len() >= SHORTEST)?;
    let signed = element.children().next()?.ok()?;
    let is_short = |element: &Element<'_>| element.children().take(MOST_PARTS + 1).count() <= MOST_PARTS;
    if !is_short(&element) || signed.is_constructed() && !is_short(&signed) {
        return None;
    }
    let kind = Kind::of(&element);
    let is_sure = match kind {
        Kind::Certificate | Kind::CertificateRequest | Kind::RevocationList => true,
        Kind::PrivateKey(KeyContainer::Pkcs8) => has_version(&element, &[0, 1]),
        Kind::PrivateKey(KeyContainer::Pkcs1) => has_version(&element, &[0]),
        Kind::PrivateKey(KeyContainer::Sec1) => has_version(&element, &[1]),
        Kind::Pkcs12 => has_version(&element, &[3]),
        _ => false,
    };
    is_sure.then_some((element, kind))
}

/// Whether the first part is one of these numbers.
fn has_version(element: &Element<'_>, versions: &[u8]) -> bool {
    let first = element.children().next().and_then(Result::ok);
    first.is_some_and(|first| matches!(first.content, [version] if versions.contains(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of SEC 1 in 32 octets and more.
    fn key() -> Vec<u8> {
        [&[0x30, 0x25, 2, 1, 1, 4, 32][..], &[7; 32]].concat()
    }

    #[test]
    fn objects_are_found_in_other_bytes() {
        let bytes = [&[0xff; 100][..], &key(), &[0x30, 0x82, 1], &key(), &[0; 50]].concat();
        let kind = Kind::PrivateKey(KeyContainer::Sec1);
        assert_eq!(objects(&bytes), [(100..139, kind), (142..181, kind)]);
        assert_eq!(objects(&[0x30; 5000]), []);
    }

    #[test]
    fn bytes_that_look_like_an_object_everywhere_take_no_time() {
        // Each sequence hides the next one in its first part, and all reach to the end.
        let mut bytes = Vec::new();
        for left in (1..=200_000_u32).rev() {
            bytes.extend([0x30, 0x84]);
            bytes.extend((left * 8).to_be_bytes());
            bytes.extend([4, 6]);
        }
        assert_eq!(objects(&bytes), []);
    }
}
