//! EC keys that few have: without the name of their curve, and how they are written as everybody reads them.
//!
//! These are functions of their own that nothing takes into itself, as those of [`crate::cert::x509::rare`] are, for the same reason.

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use super::number::{length_on, point_on};
use crate::cert::der::{
    ber,
    oid::{EC, P256, P384, P521},
    tag,
};

/// The curve of a number of this length, unless the point beside it is none of it.
#[inline(never)]
pub(super) fn presumed(number: &[u8], stored: Option<&[u8]>) -> Option<ObjectIdentifier> {
    let curve = [P256, P384, P521].into_iter().find(|&curve| length_on(curve) == Some(number.len()))?;
    let point = point_on(curve, number, stored)?;
    stored.is_none_or(|stored| has_x_of(stored, &point)).then_some(curve)
}

/// Whether a point, compressed or not, is one of the two with this one's first coordinate.
fn has_x_of(stored: &[u8], point: &[u8]) -> bool {
    let length = point.len() / 2;
    matches!((stored.get(1..=length), point.get(1..=length)), (Some(one), Some(other)) if one == other)
}

/// PKCS#8 (RFC 5208 section 5) around an ECPrivateKey (RFC 5915 section 3) with a number of that length.
#[inline(never)]
pub(super) fn pkcs8(
    curve: ObjectIdentifier,
    number: &[u8],
    length: usize,
    point: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let zeros = vec![0; length.checked_sub(number.len())?];
    let public = element(tag::CONTEXT_1, &[&element(tag::BIT_STRING, &[&[0], point])]);
    let version = element(tag::INTEGER, &[&[1]]);
    let key = element(tag::SEQUENCE, &[&version, &element(tag::OCTET_STRING, &[&zeros, number]), &public]);
    let names = [EC, curve].map(|name| element(tag::OBJECT_IDENTIFIER, &[name.as_bytes()]));
    let algorithm = element(tag::SEQUENCE, &names.each_ref().map(|name| name.as_slice()));
    let version = element(tag::INTEGER, &[&[0]]);
    Some(element(tag::SEQUENCE, &[&version, &algorithm, &element(tag::OCTET_STRING, &[&key])]))
}

/// One element of these parts. `concat` reserves once: a vector that grows leaves a copy behind that nobody wipes.
fn element(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    ber::encode(tag, &Zeroizing::new(parts.concat()))
}
