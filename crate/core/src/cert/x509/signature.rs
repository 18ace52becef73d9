//! Signatures, checked over the bytes that were signed and never over an encoding made again.

mod pss;

use std::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, tag},
    x509::{
        algorithm::Algorithm,
        certificate::Certificate,
        public_key::{KeyType, PublicKey, strip_zeros},
    },
};

/// A signature algorithm of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Which kind of key signs.
    pub key: SchemeKey,
    /// Which hash is signed; `None` where the algorithm brings its own.
    pub hash: Option<Hash>,
}

/// The kind of key that a signature algorithm is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKey {
    /// RSA with PKCS#1 v1.5 padding.
    Rsa,
    /// RSA with PSS padding.
    RsaPss,
    /// ECDSA.
    Ec,
    /// EdDSA, Ed25519 or Ed448.
    Ed,
}

/// A hash algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of FIPS 180-4 and RFC 1321")]
pub enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of this object identifier (RFC 8017 appendix B.1).
    #[must_use]
    pub fn of(oid: ObjectIdentifier) -> Option<Self> {
        Some(match oid.to_string().as_str() {
            "1.2.840.113549.2.5" => Self::Md5,
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.4" => Self::Sha224,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            _ => return None,
        })
    }

    /// Its length in octets.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Whether collisions can be made.
    #[must_use]
    pub const fn is_broken(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1)
    }

    /// Its usual name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    fn digest(self, message: &[u8]) -> Option<Vec<u8>> {
        Some(match self {
            Self::Md5 => return None,
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        })
    }
}

impl Scheme {
    /// The scheme that an AlgorithmIdentifier names, if it is one of those seen in certificates.
    #[must_use]
    pub fn of(algorithm: &Algorithm) -> Option<Self> {
        use {Hash as H, SchemeKey as K};
        let (key, hash) = match algorithm.oid?.to_string().as_str() {
            "1.2.840.113549.1.1.4" => (K::Rsa, Some(H::Md5)),
            "1.2.840.113549.1.1.5" => (K::Rsa, Some(H::Sha1)),
            "1.2.840.113549.1.1.14" => (K::Rsa, Some(H::Sha224)),
            "1.2.840.113549.1.1.11" => (K::Rsa, Some(H::Sha256)),
            "1.2.840.113549.1.1.12" => (K::Rsa, Some(H::Sha384)),
            "1.2.840.113549.1.1.13" => (K::Rsa, Some(H::Sha512)),
            "1.2.840.113549.1.1.10" => (K::RsaPss, pss::Parameters::read(algorithm).map(|it| it.hash)),
            "1.2.840.10045.4.1" => (K::Ec, Some(H::Sha1)),
            "1.2.840.10045.4.3.1" => (K::Ec, Some(H::Sha224)),
            "1.2.840.10045.4.3.2" => (K::Ec, Some(H::Sha256)),
            "1.2.840.10045.4.3.3" => (K::Ec, Some(H::Sha384)),
            "1.2.840.10045.4.3.4" => (K::Ec, Some(H::Sha512)),
            "1.3.101.112" | "1.3.101.113" => (K::Ed, None),
            _ => return None,
        };
        Some(Self { key, hash })
    }
}

/// `ECDSA with SHA-256`.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.key {
            SchemeKey::Rsa => "RSA",
            SchemeKey::RsaPss => "RSA-PSS",
            SchemeKey::Ec => "ECDSA",
            SchemeKey::Ed => "EdDSA",
        })?;
        self.hash.map_or(Ok(()), |hash| write!(f, " with {}", hash.as_str()))
    }
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key did not make this signature over these bytes.
    Mismatch,
    /// The signature is for another kind of key.
    OtherKeyType,
    /// The key is not a key: a point that is not on its curve, a modulus out of bounds, parameters that do not belong.
    BadKey,
    /// The signature has not the form of its algorithm.
    BadSignature,
    /// This crate does not check the algorithm; nothing is known.
    NotChecked,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mismatch => "the signature was made by another key, or the certificate was changed since",
            Self::OtherKeyType => "the signature is of another algorithm than the issuer's key",
            Self::BadKey => "the issuer's public key is malformed",
            Self::BadSignature => "the signature does not have the form of its algorithm",
            Self::NotChecked => "the signature's algorithm is not checked by this tool",
        })
    }
}

impl std::error::Error for SignatureError {}

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
            pkcs1v15(key, hash, message, signature)
        }
        (SchemeKey::Ec, KeyType::P256 | KeyType::P384 | KeyType::P521) => {
            let digest =
                scheme.hash.and_then(|hash| hash.digest(message)).ok_or(SignatureError::NotChecked)?;
            ecdsa(key, &digest, signature)
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

/// An RSA key of any size that is computed with.
fn rsa_key(key: &PublicKey) -> Result<rsa::PublicKey, SignatureError> {
    let (modulus, exponent) = key.rsa().ok_or(SignatureError::BadKey)?;
    let number = |bytes: &[u8]| {
        let bits = u32::try_from(bytes.len() * 8).unwrap_or(u32::MAX);
        BoxedUint::from_be_slice(bytes, bits).map_err(|_| SignatureError::BadKey)
    };
    let limits = 512..=rsa::PublicKey::MAX_SIZE;
    rsa::PublicKey::new_with_size_limits(number(modulus)?, number(exponent)?, limits)
        .map_err(|_| SignatureError::BadKey)
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

fn ecdsa(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    match key.key_type() {
        KeyType::P256 => {
            let key =
                p256::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
            let signature = p256::ecdsa::Signature::from_slice(&fixed::<32>(signature)?);
            check(&key, digest, signature)
        }
        KeyType::P384 => {
            let key =
                p384::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
            let signature = p384::ecdsa::Signature::from_slice(&fixed::<48>(signature)?);
            check(&key, digest, signature)
        }
        #[cfg(feature = "p521")]
        KeyType::P521 => {
            let key =
                p521::ecdsa::VerifyingKey::from_sec1_bytes(&key.bits).map_err(|_| SignatureError::BadKey)?;
            let signature = p521::ecdsa::Signature::from_slice(&fixed::<66>(signature)?);
            check(&key, digest, signature)
        }
        _ => Err(SignatureError::NotChecked),
    }
}

fn check<S, K: PrehashVerifier<S>, E>(
    key: &K,
    digest: &[u8],
    signature: Result<S, E>,
) -> Result<(), SignatureError> {
    let signature = signature.map_err(|_| SignatureError::BadSignature)?;
    key.verify_prehash(digest, &signature).map_err(|_| SignatureError::Mismatch)
}

/// Ed25519 (RFC 8410 section 6), as strictly as RFC 8032 section 5.1.7 allows.
#[cfg(feature = "ed25519")]
fn ed25519(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let bits = key.bits.as_ref().try_into().map_err(|_| SignatureError::BadKey)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(bits).map_err(|_| SignatureError::BadKey)?;
    let signature = ed25519_dalek::Signature::from_slice(signature);
    let signature = signature.map_err(|_| SignatureError::BadSignature)?;
    key.verify_strict(message, &signature).map_err(|_| SignatureError::Mismatch)
}

#[cfg(not(feature = "ed25519"))]
const fn ed25519(_key: &PublicKey, _message: &[u8], _signature: &[u8]) -> Result<(), SignatureError> {
    Err(SignatureError::NotChecked)
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

/// Whether the algorithm's parameters are what its standard says: NULL with RSA (RFC 4055 section 5; absent is
/// tolerated nowhere but seen), none with ECDSA (RFC 5758 section 3.2) and EdDSA (RFC 8410 section 3).
#[must_use]
pub fn has_right_parameters(algorithm: &Algorithm) -> bool {
    match Scheme::of(algorithm).map(|scheme| scheme.key) {
        Some(SchemeKey::Rsa) => *algorithm.parameters == [tag::NULL, 0],
        Some(SchemeKey::Ec | SchemeKey::Ed) => algorithm.parameters.is_empty(),
        Some(SchemeKey::RsaPss) | None => true,
    }
}
