//! RSA keys that are computed with.

use rsa::BoxedUint;

use super::error::SignatureError;
use crate::cert::x509::public_key::PublicKey;

/// An RSA key of any size that is computed with.
pub(super) fn rsa_key(key: &PublicKey) -> Result<rsa::PublicKey, SignatureError> {
    let (modulus, exponent) = key.rsa().ok_or(SignatureError::BadKey)?;
    let number = |bytes: &[u8]| {
        let bits = u32::try_from(bytes.len() * 8).unwrap_or(u32::MAX);
        BoxedUint::from_be_slice(bytes, bits).map_err(|_| SignatureError::BadKey)
    };
    let limits = 512..=rsa::PublicKey::MAX_SIZE;
    rsa::PublicKey::new_with_size_limits(number(modulus)?, number(exponent)?, limits)
        .map_err(|_| SignatureError::BadKey)
}
