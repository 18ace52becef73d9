//! RSA with PSS padding in certificates (RFC 4055 section 3.1).

use rsa::{BoxedUint, Pss, hazmat::rsa_encrypt, traits::PublicKeyParts as _};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::{
    error::SignatureError,
    rsa_key::rsa_key,
    scheme::{Hash, PssParameters},
};
use crate::cert::x509::{algorithm::Algorithm, public_key::PublicKey};

/// Few are signed so: nothing takes this into itself, as with [`rare`](crate::cert::x509::rare).
#[inline(never)]
pub(super) fn verify(
    key: &PublicKey,
    algorithm: &Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let parameters = PssParameters::read(algorithm).ok_or(SignatureError::NotChecked)?;
    let PssParameters { hash, mask_hash, salt_length } = parameters;
    let limits = key.algorithm.oid == algorithm.oid && !key.algorithm.parameters.is_empty();
    if limits && !PssParameters::read(&key.algorithm).is_some_and(|of_key| of_key.allow(parameters)) {
        return Err(SignatureError::OtherKeyType);
    }
    let digest = hash.digest(message).ok_or(SignatureError::NotChecked)?;
    let key = rsa_key(key)?;
    if hash != mask_hash {
        return holds(parameters, &key, &digest, signature).ok_or(SignatureError::Mismatch);
    }
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

/// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2) where another hash makes the mask than the one that is signed: the crate `rsa`
/// takes one for both.
fn holds(parameters: PssParameters, key: &rsa::PublicKey, digest: &[u8], signature: &[u8]) -> Option<()> {
    let PssParameters { hash, mask_hash, salt_length } = parameters;
    let bits = usize::try_from(key.n().bit_width()).ok()?.checked_sub(1)?;
    let length = bits.div_ceil(8);
    let unused = u32::try_from(8 * length - bits).ok()?;
    let number = BoxedUint::from_be_slice(signature, key.n_bits_precision()).ok()?;
    if signature.len() != key.size() || number >= *key.n().as_ref() {
        return None;
    }
    let encoded = rsa_encrypt(key, &number).ok()?.to_be_bytes();
    let (zeros, encoded) = encoded.split_at_checked(encoded.len().checked_sub(length)?)?;
    let (&0xbc, encoded) = encoded.split_last()? else { return None };
    let (masked, seed) = encoded.split_at_checked(encoded.len().checked_sub(hash.length())?)?;
    let mask = mask(mask_hash, seed, masked.len())?;
    let mut block: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    let kept = 0xff_u8 >> unused;
    let has_unused = masked.first().is_some_and(|first| first & !kept != 0);
    *block.first_mut()? &= kept;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(salt_length)?)?;
    let (&1, padding) = padding.split_last()? else { return None };
    let is_padded = !has_unused && zeros.iter().chain(padding).all(|byte| *byte == 0);
    let signed = hash.digest(&[&[0; 8], digest, salt].concat())?;
    (is_padded && signed == seed).then_some(())
}

/// MGF1 (RFC 8017 appendix B.2.1).
fn mask(hash: Hash, seed: &[u8], length: usize) -> Option<Vec<u8>> {
    let blocks = u32::try_from(length.div_ceil(hash.length())).ok()?;
    let blocks = (0..blocks).map(|counter| hash.digest(&[seed, &counter.to_be_bytes()].concat()));
    let mut mask = blocks.collect::<Option<Vec<_>>>()?.concat();
    mask.truncate(length);
    Some(mask)
}
