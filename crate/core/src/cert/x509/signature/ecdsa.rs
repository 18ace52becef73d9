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
            let numbers = Numbers::read::<32>(signature)?;
            numbers.verdict(check(&key, digest, p256::ecdsa::Signature::from_slice(&numbers.octets)))
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
    let numbers = Numbers::read::<48>(signature)?;
    numbers.verdict(check(&key, digest, p384::ecdsa::Signature::from_slice(&numbers.octets)))
}

#[inline(never)]
fn p521(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
    let numbers = Numbers::read::<66>(signature)?;
    numbers.verdict(check(&key, digest, p521::ecdsa::Signature::from_slice(&numbers.octets)))
}

fn check<S, K: PrehashVerifier<S>, E>(
    key: &K,
    digest: &[u8],
    signature: Result<S, E>,
) -> Result<(), SignatureError> {
    let signature = signature.map_err(|_| SignatureError::BadSignature)?;
    key.verify_prehash(digest, &signature).map_err(|_| SignatureError::Mismatch)
}

/// The numbers r and s, each with as many octets as the curve has.
struct Numbers {
    octets: Vec<u8>,
    /// Whether they stood so in the certificate, as hardware and many crypto libraries give them, and not as DER.
    is_bare: bool,
}

impl Numbers {
    /// Of `SEQUENCE { r INTEGER, s INTEGER }`, or of what has the length of the two alone.
    fn read<const N: usize>(signature: &[u8]) -> Result<Self, SignatureError> {
        let wrapped = fixed::<N>(signature).map(|octets| Self { octets, is_bare: false });
        let bare = || Self { octets: signature.to_vec(), is_bare: true };
        wrapped.or_else(|| (signature.len() == 2 * N).then(bare)).ok_or(SignatureError::BadSignature)
    }

    fn verdict(&self, check: Result<(), SignatureError>) -> Result<(), SignatureError> {
        match check {
            Ok(()) if self.is_bare => Err(SignatureError::NumbersSideBySide),
            // As many octets of anything are no numbers.
            Err(SignatureError::Mismatch) if self.is_bare => Err(SignatureError::BadSignature),
            other => other,
        }
    }
}

/// `SEQUENCE { r INTEGER, s INTEGER }` as two numbers of `N` octets.
fn fixed<const N: usize>(signature: &[u8]) -> Option<Vec<u8>> {
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
}
