//! RSA with PSS padding in certificates (RFC 4055 section 3.1).

use rsa::Pss;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{
    error::SignatureError,
    rsa_key::rsa_key,
    scheme::{Hash, PssParameters},
};
use crate::cert::x509::{algorithm::Algorithm, public_key::PublicKey};

pub(super) fn verify(
    key: &PublicKey,
    algorithm: &Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let parameters = PssParameters::read(algorithm).ok_or(SignatureError::NotChecked)?;
    let PssParameters { hash, mask_hash, salt_length } = parameters;
    // Two hashes in one signature are allowed, and nobody makes that.
    if hash != mask_hash {
        return Err(SignatureError::NotChecked);
    }
    let limits = key.algorithm.oid == algorithm.oid && !key.algorithm.parameters.is_empty();
    if limits && !PssParameters::read(&key.algorithm).is_some_and(|of_key| of_key.allow(parameters)) {
        return Err(SignatureError::OtherKeyType);
    }
    let digest = hash.digest(message).ok_or(SignatureError::NotChecked)?;
    let key = rsa_key(key)?;
    match hash {
        Hash::Md5 => return Err(SignatureError::NotChecked),
        Hash::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt_length), &digest, signature),
    }
    .map_err(|_| SignatureError::Mismatch)
}
