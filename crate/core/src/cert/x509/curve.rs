//! Which elliptic curve a key is on: by its name, or by numbers that describe it.

use x509_cert::spki::ObjectIdentifier;

use crate::cert::der::{Element, tag};

/// A curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert) struct Curve {
    pub(in crate::cert) oid: ObjectIdentifier,
    /// Whether it is written out in numbers in place of its name, which RFC 5480 section 2.1.1 forbids.
    pub(in crate::cert) is_described: bool,
}

impl Curve {
    /// Reads ECParameters (RFC 5480 section 2.1.1, SEC 1 appendix C.2). A description is known only if it is one of P-256,
    /// P-384 and P-521.
    pub(in crate::cert) fn read(parameters: &[u8]) -> Option<Self> {
        let element = Element::read(parameters, 0).ok()?;
        match element.tag {
            tag::OBJECT_IDENTIFIER => {
                Some(Self { oid: ObjectIdentifier::from_bytes(element.content).ok()?, is_described: false })
            }
            #[cfg(feature = "_rare")]
            tag::SEQUENCE => Some(Self { oid: described(&element)?, is_described: true }),
            _ => None,
        }
    }
}

/// The curve of a SpecifiedECDomain, by its field and its base point.
#[cfg(feature = "_rare")]
fn described(domain: &Element<'_>) -> Option<ObjectIdentifier> {
    use p256::elliptic_curve::sec1::ToSec1Point as _;

    use crate::cert::der::{
        oid::{P256, P384, P521},
        strip_zeros,
    };
    let mut parts = domain.children();
    parts.next_if(tag::INTEGER)?;
    let mut field = parts.next_if(tag::SEQUENCE)?.children();
    parts.next_if(tag::SEQUENCE)?;
    let base = parts.next_if(tag::OCTET_STRING)?.content;
    field.next_if(tag::OBJECT_IDENTIFIER)?;
    let length = strip_zeros(field.next_if(tag::INTEGER)?.content).len();
    let x = base.get(1..=length)?;
    let is = |generator: &[u8]| generator.get(1..=length) == Some(x) && generator.len() == 2 * length + 1;
    if is(p256::AffinePoint::GENERATOR.to_sec1_point(false).as_bytes()) {
        return Some(P256);
    }
    if is(p384::AffinePoint::GENERATOR.to_sec1_point(false).as_bytes()) {
        return Some(P384);
    }
    if is(p521::AffinePoint::GENERATOR.to_sec1_point(false).as_bytes()) {
        return Some(P521);
    }
    None
}
