//! Which elliptic curve a key is on: by its name, or by numbers that describe it.

use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, tag},
    x509::rare,
};

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
            tag::SEQUENCE => Some(Self { oid: rare::described(&element)?, is_described: true }),
            _ => None,
        }
    }
}
