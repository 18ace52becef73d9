//! ECDSA on the curves of NIST.

use p256::ecdsa::signature::hazmat::PrehashVerifier;

use super::error::SignatureError;
use crate::cert::{
    der::{Element, strip_zeros, tag},
    x509::public_key::{KeyType, PublicKey},
};

/// Checks a signature over a digest.
pub(super) fn verify(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    match key.key_type() {
        KeyType::P256 => {
            let key =
                p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
            let signature = p256::ecdsa::Signature::from_slice(&fixed::<32>(signature)?);
            check(&key, digest, signature)
        }
        KeyType::P384 => p384(key, digest, signature),
        KeyType::P521 => p521(key, digest, signature),
        _ => Err(SignatureError::NotChecked),
    }
}

// Few have keys of these: they stay functions of their own, as those of `rare` do.
#[inline(never)]
fn p384(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
    let signature = p384::ecdsa::Signature::from_slice(&fixed::<48>(signature)?);
    check(&key, digest, signature)
}

#[inline(never)]
fn p521(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
    let signature = p521::ecdsa::Signature::from_slice(&fixed::<66>(signature)?);
    check(&key, digest, signature)
}

fn check<S, K: PrehashVerifier<S>, E>(
    key: &K,
    digest: &[u8],
    signature: Result<S, E>,
) -> Result<(), SignatureError> {
    let signature = signature.map_err(|_| SignatureError::BadSignature)?;
    key.verify_prehash(digest, &signature).map_err(|_| SignatureError::Mismatch)
}

/// `SEQUENCE { r INTEGER, s INTEGER }` as two numbers of `N` octets.
fn fixed<const N: usize>(signature: &[u8]) -> Result<Vec<u8>, SignatureError> {
    let read = || {
        let sequence = Element::read(signature, 0).ok().filter(|s| s.tag == tag::SEQUENCE)?;
        let mut parts = sequence.children();
        let (r, s) = (parts.next_if(tag::INTEGER)?, parts.next_if(tag::INTEGER)?);
        let is_whole = parts.next().is_none() && sequence.bytes.len() == signature.len();
        let mut out = Vec::with_capacity(2 * N);
        for number in [r, s] {
            let digits = strip_zeros(number.content);
            out.resize(out.len() + N.checked_sub(digits.len())?, 0);
            out.extend_from_slice(digits);
        }
        is_whole.then_some(out)
    };
    read().ok_or(SignatureError::BadSignature)
}
