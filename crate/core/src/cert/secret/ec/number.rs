//! The private number of an EC key: how long it is, and the point that belongs to it.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::oid::{P256, P384, P521},
    x509::rare,
};

/// How many bytes a private number on this curve has.
pub(super) const fn length_on(curve: ObjectIdentifier) -> Option<usize> {
    match curve {
        P256 => Some(32),
        P384 => Some(48),
        P521 => Some(66),
        _ => None,
    }
}

pub(super) fn point_on(curve: ObjectIdentifier, number: &[u8], stored: Option<&[u8]>) -> Option<Vec<u8>> {
    match curve {
        P256 => point_of_p256(number, stored),
        P384 => rare::point_of_p384(number),
        P521 => rare::point_of_p521(number),
        _ => None,
    }
}

/// The public point of a private key of P-256, not compressed.
#[cfg_attr(not(feature = "ring"), expect(unused_variables, reason = "nothing quicker makes it from both"))]
fn point_of_p256(scalar: &[u8], stored: Option<&[u8]>) -> Option<Vec<u8>> {
    #[cfg(feature = "ring")]
    if let Some(stored) = stored.filter(|stored| crate::cert::secret::quick::belongs(scalar, stored)) {
        return Some(stored.to_vec());
    }
    let key = p256::SecretKey::from_slice(scalar).ok()?;
    Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
}
