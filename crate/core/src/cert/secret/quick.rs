//! Whether the public point that stands in a file beside a private key of P-256 is that key's, by ring.
//!
//! Only its yes counts: of whatever it does not take the point is made from the private key, so an answer is the same
//! with and without it.

use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};

/// Whether this point, not compressed (SEC 1 section 2.3.3), is made of this scalar of 32 octets. Ring makes it and compares.
pub(super) fn belongs(scalar: &[u8], point: &[u8]) -> bool {
    let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point, &random).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "scalars below the order of the curve")]
mod tests {
    use p256::{SecretKey, elliptic_curve::sec1::ToSec1Point as _};

    use super::*;

    #[test]
    fn a_point_belongs_to_its_own_scalar_alone() {
        let scalars = [[1; 32], [2; 32], [0x7f; 32]];
        let points = scalars.map(|scalar| SecretKey::from_slice(&scalar).unwrap().public_key());
        for (at, scalar) in scalars.iter().enumerate() {
            for (of, point) in points.iter().enumerate() {
                assert_eq!(belongs(scalar, point.to_sec1_point(false).as_bytes()), at == of, "{at}, {of}");
                assert!(
                    !belongs(scalar, point.to_sec1_point(true).as_bytes()),
                    "compressed is left to others"
                );
            }
            assert!(!belongs(&scalar[1..], points[0].to_sec1_point(false).as_bytes()), "31 octets");
        }
    }
}
