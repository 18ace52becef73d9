//! Keys that few have: P-384, P-521 and Ed25519, and curves written out in numbers.
//!
//! Each of these is a function of its own that nothing takes into itself: the package for JavaScript puts what stands behind
//! them into its second module, and a page that meets no such key does without it.

use p384::elliptic_curve::sec1::ToSec1Point as _;
use x509_cert::spki::ObjectIdentifier;

use crate::cert::der::{
    Element,
    oid::{P256, P384, P521},
    strip_zeros, tag,
};

/// The point that belongs to a private number on P-384, uncompressed.
#[inline(never)]
pub(in crate::cert) fn point_of_p384(scalar: &[u8]) -> Option<Vec<u8>> {
    let key = p384::SecretKey::from_slice(scalar).ok()?;
    Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
}

/// The point that belongs to a private number on P-521, uncompressed.
#[inline(never)]
pub(in crate::cert) fn point_of_p521(scalar: &[u8]) -> Option<Vec<u8>> {
    let key = p521::SecretKey::from_slice(scalar).ok()?;
    Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
}

/// The public key that belongs to a seed of Ed25519.
#[inline(never)]
pub(in crate::cert) fn public_of_ed25519(seed: &[u8; 32]) -> Vec<u8> {
    ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().as_bytes().to_vec()
}

/// A point of P-384 written uncompressed, if it is one.
#[inline(never)]
pub(super) fn uncompressed_p384(point: &[u8]) -> Option<Vec<u8>> {
    Some(p384::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec())
}

/// A point of P-521 written uncompressed, if it is one.
#[inline(never)]
pub(super) fn uncompressed_p521(point: &[u8]) -> Option<Vec<u8>> {
    Some(p521::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec())
}

/// The curve of a SpecifiedECDomain (SEC 1 appendix C.2), by its field and its base point.
#[inline(never)]
pub(super) fn described(domain: &Element<'_>) -> Option<ObjectIdentifier> {
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
