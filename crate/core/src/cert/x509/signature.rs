//! Signatures, checked over the bytes that were signed and never over an encoding made again.

mod ecdsa;
mod error;
mod pss;
#[cfg(any(test, feature = "ring"))]
mod quick;
mod rsa_key;
mod scheme;

use rsa::Pkcs1v15Sign;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

pub use error::SignatureError;
pub use scheme::{Hash, Scheme, SchemeKey, has_right_parameters};

use crate::cert::x509::{
    algorithm::Algorithm,
    certificate::Certificate,
    public_key::{KeyType, PublicKey},
};
use rsa_key::rsa_key;

/// Checks that `issuer` signed `subject`, over the bytes that stand in the file.
///
/// # Errors
/// [`SignatureError`]; [`SignatureError::NotChecked`] says that nothing is known.
pub fn verify(issuer: &PublicKey, subject: &Certificate) -> Result<(), SignatureError> {
    verify_bytes(issuer, &subject.signature_algorithm, subject.tbs(), &subject.signature)
}

/// Checks a signature over bytes.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_bytes(
    key: &PublicKey,
    algorithm: &Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let scheme = Scheme::of(algorithm).ok_or(SignatureError::NotChecked)?;
    match (scheme.key, key.key_type()) {
        (SchemeKey::Rsa, KeyType::Rsa { .. }) => {
            let hash = scheme.hash.ok_or(SignatureError::NotChecked)?;
            #[cfg(feature = "ring")]
            if quick::pkcs1v15_holds(key, hash, message, signature) {
                return Ok(());
            }
            pkcs1v15(key, hash, message, signature)
        }
        (SchemeKey::Ec, KeyType::P256 | KeyType::P384 | KeyType::P521) => {
            let hash = scheme.hash.ok_or(SignatureError::NotChecked)?;
            #[cfg(feature = "ring")]
            if quick::ecdsa_holds(key, hash, message, signature) {
                return Ok(());
            }
            let digest = hash.digest(message).ok_or(SignatureError::NotChecked)?;
            ecdsa::verify(key, &digest, signature)
        }
        (SchemeKey::RsaPss, KeyType::Rsa { .. } | KeyType::RsaPss) => {
            pss::verify(key, algorithm, message, signature)
        }
        (SchemeKey::Ed, KeyType::Ed25519) => ed25519(key, message, signature),
        (SchemeKey::Ec, KeyType::Ec(_)) | (SchemeKey::Ed, KeyType::Ed448) => Err(SignatureError::NotChecked),
        (_, KeyType::Malformed) => Err(SignatureError::BadKey),
        _ => Err(SignatureError::OtherKeyType),
    }
}

fn pkcs1v15(key: &PublicKey, hash: Hash, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = rsa_key(key)?;
    let padding = match hash {
        Hash::Md5 => return Err(SignatureError::NotChecked),
        Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    };
    let digest = hash.digest(message).ok_or(SignatureError::NotChecked)?;
    key.verify(padding, &digest, signature).map_err(|_| SignatureError::Mismatch)
}

/// Ed25519 (RFC 8410 section 6), as strictly as RFC 8032 section 5.1.7 allows.
#[inline(never)]
fn ed25519(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let bits = key.bits.as_ref().try_into().map_err(|_| SignatureError::BadKey)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(bits).map_err(|_| SignatureError::BadKey)?;
    let signature = ed25519_dalek::Signature::from_slice(signature);
    let signature = signature.map_err(|_| SignatureError::BadSignature)?;
    key.verify_strict(message, &signature).map_err(|_| SignatureError::Mismatch)
}
