//! The public key that belongs to a private one in a token, as certificates have it (RFC 5280 section 4.1.2.7).

use cryptoki::{
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::Session,
};
use tokio_rustls::rustls::pki_types::SubjectPublicKeyInfoDer;

use super::key::Kind;

/// The curves, as the DER of their names.
pub(super) const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
pub(super) const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// With the NULL behind it (RFC 3279 section 2.3.1).
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Made of what the private key tells, or of the public key beside it with the same ID. Not every token has either.
pub(super) fn of(
    session: &Session,
    private: &[Attribute],
    handle: ObjectHandle,
    kind: Kind,
) -> Option<SubjectPublicKeyInfoDer<'static>> {
    let id = private.iter().find_map(|it| if let Attribute::Id(id) = it { Some(id.clone()) } else { None });
    let beside = id.filter(|id| !id.is_empty()).and_then(|id| {
        let wanted = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id)];
        session.find_objects(&wanted).ok()?.first().copied()
    });
    let (algorithm, key) = match kind {
        Kind::P256 => (element(0x30, &[EC, P256].concat()), point(session, handle, beside)?),
        Kind::P384 => (element(0x30, &[EC, P384].concat()), point(session, handle, beside)?),
        Kind::Rsa => (element(0x30, RSA), modulus(session, handle, beside)?),
    };
    // A bit string begins with how many bits are left over.
    let bits = element(0x03, &[&[0], key.as_slice()].concat());
    Some(element(0x30, &[algorithm, bits].concat()).into())
}

fn point(session: &Session, private: ObjectHandle, beside: Option<ObjectHandle>) -> Option<Vec<u8>> {
    let of = |key: ObjectHandle| {
        let attributes = session.get_attributes(key, &[AttributeType::EcPoint]).ok()?;
        attributes
            .into_iter()
            .find_map(|it| if let Attribute::EcPoint(point) = it { Some(point) } else { None })
    };
    let point = beside.and_then(of).or_else(|| of(private)).filter(|point| !point.is_empty())?;
    // It is wrapped into an octet string, unless a token leaves that out.
    Some(match point.as_slice() {
        [0x04, length, rest @ ..] if usize::from(*length) == rest.len() => rest.to_vec(),
        _ => point,
    })
}

fn modulus(session: &Session, private: ObjectHandle, beside: Option<ObjectHandle>) -> Option<Vec<u8>> {
    let of = |key: ObjectHandle| {
        let wanted = [AttributeType::Modulus, AttributeType::PublicExponent];
        let attributes = session.get_attributes(key, &wanted).ok()?;
        let modulus = attributes
            .iter()
            .find_map(|it| if let Attribute::Modulus(it) = it { Some(it.clone()) } else { None });
        let exponent = attributes
            .iter()
            .find_map(|it| if let Attribute::PublicExponent(it) = it { Some(it.clone()) } else { None });
        Some(element(0x30, &[integer(&modulus?), integer(&exponent?)].concat()))
    };
    of(private).or_else(|| beside.and_then(of))
}

/// A positive number from its bytes, the highest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let digits = bytes.get(first..).unwrap_or_default();
    let needs_zero = digits.first().is_none_or(|first| first & 0x80 != 0);
    let zero: &[u8] = if needs_zero { &[0] } else { &[] };
    element(0x02, &[zero, digits].concat())
}

/// An element of DER.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = length
        .iter()
        .position(|byte| *byte != 0)
        .map_or(&[0][..], |first| length.get(first..).unwrap_or(&[0]));
    let mut element = vec![tag];
    match digits {
        [short] if *short < 0x80 => element.push(*short),
        long => {
            element.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            element.extend(long);
        }
    }
    element.extend(content);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_signs_are_as_der_has_them() {
        assert_eq!(element(4, &[7]), [4, 1, 7]);
        assert_eq!(element(4, &[0; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(element(4, &[0; 0x100])[..4], [4, 0x82, 1, 0]);
        assert_eq!(element(5, &[]), [5, 0]);
        assert_eq!(integer(&[0, 0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
    }
}
