//! Which elliptic curve a key is on (ECParameters): by its name, or by numbers that describe it (RFC 5480 section 2.1.1, SEC 1
//! appendix C.2).

use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, tag},
    x509::rare,
};

/// The name. That of a description is known only if it is one of P-256, P-384 and P-521.
pub(in crate::cert) fn name(parameters: &[u8]) -> Option<ObjectIdentifier> {
    let element = Element::read(parameters, 0).ok()?;
    match element.tag {
        tag::OBJECT_IDENTIFIER => ObjectIdentifier::from_bytes(element.content).ok(),
        tag::SEQUENCE => rare::described(&element),
        _ => None,
    }
}

/// Whether it is written out in numbers in place of its name, which RFC 5480 section 2.1.1 forbids.
pub(in crate::cert) fn is_described(parameters: &[u8]) -> bool {
    let Some(domain) = Element::read(parameters, 0).ok().filter(|element| element.tag == tag::SEQUENCE)
    else {
        return false;
    };
    // Its version, and the field.
    let mut parts = domain.children();
    parts.next_if(tag::INTEGER).is_some() && parts.next_if(tag::SEQUENCE).is_some()
}
