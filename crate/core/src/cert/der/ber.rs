//! BER with indefinite lengths, as old programs write PKCS#7 and PKCS#12, made into definite ones.
//!
//! Elements that have nothing indefinite inside are copied as they are, so the certificates in a store keep their
//! bytes. What is made is wiped, as it may hold a private key.

use zeroize::Zeroizing;

use crate::cert::der::{Element, tag};

/// Elements in elements: deeper than any store.
const MAX_DEPTH: u32 = 32;
/// A tag and a length of eight octets.
const MAX_HEADER: usize = 10;
const INDEFINITE: u8 = 0x80;
const CONSTRUCTED_OCTETS: u8 = 0x24;

/// The same element with definite lengths; `None` if it is no BER, or something follows it.
#[must_use]
pub fn to_definite(input: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    element(input, MAX_DEPTH).filter(|(_, behind)| behind.is_empty()).map(|(element, _)| element)
}

/// The first element of the input with definite lengths, and what follows it.
fn element(input: &[u8], depth: u32) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (&first, rest) = input.split_first()?;
    if rest.first() != Some(&INDEFINITE) {
        let whole = Element::read(input, 0).ok()?;
        let behind = input.get(whole.bytes.len()..)?;
        if !whole.is_constructed() {
            return Some((copy(whole.bytes), behind));
        }
        let content = list(whole.content, depth, false).map(|(content, _)| content);
        // What is not made of elements is not looked into; what has nothing indefinite inside comes out as it was.
        let encoded =
            content.map(
                |content| {
                    if *content == whole.content { copy(whole.bytes) } else { encode(first, &content) }
                },
            );
        return Some((encoded.unwrap_or_else(|| copy(whole.bytes)), behind));
    }
    let (content, behind) = list(rest.get(1..)?, depth, true)?;
    if first != CONSTRUCTED_OCTETS {
        return Some((encode(first, &content), behind));
    }
    let mut joined = room_for(&content);
    let mut parts = content.as_slice();
    while !parts.is_empty() {
        let part = Element::read(parts, 0).ok().filter(|part| part.tag == tag::OCTET_STRING)?;
        joined.extend_from_slice(part.content);
        parts = parts.get(part.bytes.len()..)?;
    }
    Some((encode(tag::OCTET_STRING, &joined), behind))
}

/// Elements up to the end-of-contents octets, or to the end of the input.
fn list(mut input: &[u8], depth: u32, has_end: bool) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    let mut out = room_for(input);
    loop {
        match input {
            [0, 0, behind @ ..] if has_end => return Some((out, behind)),
            [] if !has_end => return Some((out, input)),
            _ => {
                let (one, behind) = element(input, depth)?;
                out.extend_from_slice(&one);
                input = behind;
            }
        }
    }
}

/// One element. It is wiped when it is dropped: it may be of a key.
pub(in crate::cert) fn encode(tag: u8, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let octets = content.len().to_be_bytes();
    let significant = octets.iter().skip_while(|&&octet| octet == 0).copied().collect::<Vec<_>>();
    let mut out = Zeroizing::new(Vec::with_capacity(content.len() + MAX_HEADER));
    out.push(tag);
    match (u8::try_from(content.len()), u8::try_from(significant.len())) {
        (Ok(length), _) if length < 0x80 => out.push(length),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend(significant);
        }
        // A length has at most eight octets.
        _ => return Zeroizing::default(),
    }
    out.extend_from_slice(content);
    out
}

fn copy(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}

/// Room for what is made of these bytes: a vector that grows leaves a copy behind that nobody wipes.
fn room_for(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_becomes_definite_and_the_rest_stays() {
        // A sequence with an integer of a length that is not minimal, and octets in two parts.
        let input =
            [0x30, 0x80, 0x30, 0x04, 0x02, 0x81, 0x01, 0x07, 0x24, 0x80, 4, 1, 0xaa, 4, 1, 0xbb, 0, 0, 0, 0];
        let output = [0x30, 0x0a, 0x30, 0x04, 0x02, 0x81, 0x01, 0x07, 0x04, 2, 0xaa, 0xbb];
        assert_eq!(*to_definite(&input).unwrap(), output);
        assert_eq!(*to_definite(&output).unwrap(), output);
    }

    #[test]
    fn what_is_no_ber_is_nothing() {
        for input in
            [&[][..], &[0x30], &[5, 0, 0], &[0x30, 0x80], &[0x30, 0x80, 0], &[0x24, 0x80, 2, 1, 1, 0, 0]]
        {
            assert_eq!(to_definite(input), None, "{input:?}");
        }
        assert_eq!(to_definite(&[0x30, 0x80].repeat(100)), None);
    }
}
