//! Signature algorithms, and the hashes they sign.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, oid, tag},
    x509::algorithm::Algorithm,
};

/// A signature algorithm of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// Which kind of key signs.
    pub key: SchemeKey,
    /// Which hash is signed; `None` where the algorithm brings its own.
    pub hash: Option<Hash>,
}

/// The kind of key that a signature algorithm is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
        Some(match oid {
            oid::MD5 => Self::Md5,
            oid::SHA1 => Self::Sha1,
            oid::SHA224 => Self::Sha224,
            oid::SHA256 => Self::Sha256,
            oid::SHA384 => Self::Sha384,
            oid::SHA512 => Self::Sha512,
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

    pub(super) fn digest(self, message: &[u8]) -> Option<Vec<u8>> {
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
        let (key, hash) = match algorithm.oid? {
            oid::MD5_WITH_RSA => (K::Rsa, Some(H::Md5)),
            oid::SHA1_WITH_RSA => (K::Rsa, Some(H::Sha1)),
            oid::SHA224_WITH_RSA => (K::Rsa, Some(H::Sha224)),
            oid::SHA256_WITH_RSA => (K::Rsa, Some(H::Sha256)),
            oid::SHA384_WITH_RSA => (K::Rsa, Some(H::Sha384)),
            oid::SHA512_WITH_RSA => (K::Rsa, Some(H::Sha512)),
            oid::RSA_PSS => (K::RsaPss, PssParameters::read(algorithm).map(|it| it.hash)),
            oid::ECDSA_WITH_SHA1 => (K::Ec, Some(H::Sha1)),
            oid::ECDSA_WITH_SHA224 => (K::Ec, Some(H::Sha224)),
            oid::ECDSA_WITH_SHA256 => (K::Ec, Some(H::Sha256)),
            oid::ECDSA_WITH_SHA384 => (K::Ec, Some(H::Sha384)),
            oid::ECDSA_WITH_SHA512 => (K::Ec, Some(H::Sha512)),
            oid::ED25519 | oid::ED448 => (K::Ed, None),
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

/// RSASSA-PSS-params (RFC 4055 section 3.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct PssParameters {
    pub(super) hash: Hash,
    pub(super) mask_hash: Hash,
    pub(super) salt_length: usize,
}

impl PssParameters {
    /// `None` if they are missing, malformed, or of another mask or trailer than everyone's.
    pub(super) fn read(algorithm: &Algorithm) -> Option<Self> {
        let list = Element::read(&algorithm.parameters, 0).ok().filter(|list| list.tag == tag::SEQUENCE)?;
        let (mut hash, mut mask_hash, mut salt_length) = (Hash::Sha1, Hash::Sha1, 20);
        for part in list.children() {
            let part = part.ok()?;
            let inner = part.children().next()?.ok()?;
            match part.tag {
                tag::CONTEXT_0 => hash = hash_of(&inner)?,
                tag::CONTEXT_1 => {
                    let mut mask = inner.children();
                    let oid =
                        ObjectIdentifier::from_bytes(mask.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
                    mask_hash = hash_of(&mask.next_if(tag::SEQUENCE)?).filter(|_| oid == oid::MGF1)?;
                }
                tag::CONTEXT_2 => salt_length = usize::try_from(inner.small_integer()?).ok()?,
                tag::CONTEXT_3 if inner.small_integer() == Some(1) => {}
                _ => return None,
            }
        }
        Some(Self { hash, mask_hash, salt_length })
    }

    /// Whether a key with these parameters may sign with those (section 3.3).
    pub(super) fn allow(self, signature: Self) -> bool {
        self.hash == signature.hash
            && self.mask_hash == signature.mask_hash
            && self.salt_length <= signature.salt_length
    }
}

fn hash_of(identifier: &Element<'_>) -> Option<Hash> {
    let oid = identifier.children().next_if(tag::OBJECT_IDENTIFIER)?;
    Hash::of(ObjectIdentifier::from_bytes(oid.content).ok()?)
}
