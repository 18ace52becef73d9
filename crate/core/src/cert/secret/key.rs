//! Keys: what they are, and whether a private key belongs to a certificate.
//!
//! A private key is read to make its public half, which is what is compared. Its own bytes are wiped with the
//! [`crate::cert::file::Item`] that holds them, and nothing here keeps or shows them; only [`open`] returns them, to a host that
//! signs.

use std::fmt;

use p256::elliptic_curve::sec1::ToSec1Point as _;
use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::cert::{
    der::{
        Element,
        kind::{KeyContainer, Kind},
        tag,
    },
    secret::encryption,
    x509::{certificate::PublicKey, signature::RSA},
};

/// What kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA.
    Rsa {
        /// Length of the modulus.
        bits: u32,
        /// The public exponent; `None` if it has more than 32 bits.
        exponent: Option<u32>,
    },
    /// RSA that may be used with PSS only.
    RsaPss,
    /// The curve P-256 (prime256v1, secp256r1).
    P256,
    /// The curve P-384 (secp384r1).
    P384,
    /// The curve P-521 (secp521r1).
    P521,
    /// Another named curve.
    Ec(ObjectIdentifier),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Another algorithm.
    Other(ObjectIdentifier),
    /// Not readable as any.
    Malformed,
}

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// `RSA 2048`, `EC P-256`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits, .. } => write!(f, "RSA {bits}"),
            Self::RsaPss => f.write_str("RSA-PSS"),
            Self::P256 => f.write_str("EC P-256"),
            Self::P384 => f.write_str("EC P-384"),
            Self::P521 => f.write_str("EC P-521"),
            Self::Ec(curve) if curve.to_string() == "1.3.132.0.10" => f.write_str("EC secp256k1"),
            Self::Ec(curve) => write!(f, "EC on the curve {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Other(DSA) => f.write_str("DSA"),
            Self::Other(oid) => write!(f, "algorithm {oid}"),
            Self::Malformed => f.write_str("a malformed key"),
        }
    }
}

impl PublicKey {
    /// What kind of key it is, by its algorithm and parameters.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        if self.bits.is_empty() {
            return KeyType::Malformed;
        }
        match self.algorithm.oid {
            None => KeyType::Malformed,
            Some(RSA) => match self.rsa() {
                Some((modulus, exponent)) => {
                    KeyType::Rsa { bits: bit_length(modulus), exponent: small(exponent) }
                }
                None => KeyType::Malformed,
            },
            Some(EC) => match named_curve(&self.algorithm.parameters) {
                Some(P256) => KeyType::P256,
                Some(P384) => KeyType::P384,
                Some(P521) => KeyType::P521,
                Some(other) => KeyType::Ec(other),
                None => KeyType::Malformed,
            },
            Some(RSA_PSS) => KeyType::RsaPss,
            Some(ED25519) => KeyType::Ed25519,
            Some(ED448) => KeyType::Ed448,
            Some(other) => KeyType::Other(other),
        }
    }

    /// Modulus and exponent of an RSA key (RFC 8017 appendix A.1.1), without leading zeros.
    #[must_use]
    pub fn rsa(&self) -> Option<(&[u8], &[u8])> {
        let sequence = Element::read(&self.bits, 0).ok().filter(|element| element.tag == tag::SEQUENCE)?;
        let mut parts = sequence.children();
        let (modulus, exponent) = (parts.next_if(tag::INTEGER)?, parts.next_if(tag::INTEGER)?);
        Some((strip_zeros(modulus.content), strip_zeros(exponent.content)))
    }

    fn half(&self) -> Option<PublicHalf> {
        match self.key_type() {
            KeyType::Rsa { .. } | KeyType::RsaPss => {
                self.rsa().map(|(n, e)| PublicHalf::Rsa(n.to_vec(), e.to_vec()))
            }
            KeyType::P256 | KeyType::P384 | KeyType::P521 | KeyType::Ec(_) => {
                let curve = named_curve(&self.algorithm.parameters)?;
                let point = uncompressed(curve, &self.bits).unwrap_or_else(|| self.bits.to_vec());
                Some(PublicHalf::Ec(curve, point))
            }
            KeyType::Ed25519 => Some(PublicHalf::Ed25519(self.bits.to_vec())),
            _ => None,
        }
    }
}

/// What is public of a private key: enough to compare it with certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// How it was wrapped.
    pub container: KeyContainer,
    /// What kind of key it is.
    pub key_type: KeyType,
    half: Option<PublicHalf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PublicHalf {
    Rsa(Vec<u8>, Vec<u8>),
    Ec(ObjectIdentifier, Vec<u8>),
    Ed25519(Vec<u8>),
}

/// Whether a private key belongs to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMatch {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The key's algorithm is none that this crate can make a public key of.
    Unknown,
}

impl KeyFacts {
    /// Reads a private key, with the passphrase if it has one.
    ///
    /// # Errors
    /// [`KeyError`]: encrypted, wrong passphrase, too costly, malformed. It never has bytes of the key.
    pub fn read(kind: Kind, der: &[u8], passphrase: Option<&Passphrase>) -> Result<Self, KeyError> {
        let Kind::PrivateKey(container) = kind else { return Err(KeyError::Malformed) };
        let facts = match container {
            KeyContainer::Pkcs8 => pkcs8(der),
            KeyContainer::Sec1 => sec1(der, None),
            KeyContainer::Pkcs1 => pkcs1(der),
            KeyContainer::EncryptedPkcs8 => {
                pkcs8(&encryption::open_pkcs8(der, passphrase, &mut encryption::Budget::default())?)
            }
            KeyContainer::Dsa => Some((KeyType::Other(DSA), None)),
            KeyContainer::LegacyEncrypted => return Err(KeyError::LegacyEncryption),
        };
        let (key_type, half) = facts.ok_or(KeyError::Malformed)?;
        Ok(Self { container, key_type, half })
    }

    /// Whether it is the private half of this public key.
    #[must_use]
    pub fn matches(&self, public: &PublicKey) -> KeyMatch {
        let is_same_kind =
            std::mem::discriminant(&self.key_type) == std::mem::discriminant(&public.key_type());
        match (&self.half, public.half()) {
            (Some(ours), Some(theirs)) if *ours == theirs => KeyMatch::Yes,
            (Some(_), Some(_)) => KeyMatch::No,
            _ if !is_same_kind => KeyMatch::No,
            _ => KeyMatch::Unknown,
        }
    }
}

/// A passphrase. Wiped when it is dropped, never shown.
#[derive(Clone)]
pub struct Passphrase {
    bytes: Zeroizing<Vec<u8>>,
    /// An empty passphrase and none differ in PKCS#12.
    #[cfg(feature = "pkcs12")]
    is_none: bool,
}

impl Passphrase {
    /// Takes the bytes as they are; a line break at the end of a file is the caller's to cut.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Zeroizing::new(bytes),
            #[cfg(feature = "pkcs12")]
            is_none: false,
        }
    }

    /// What a PKCS#12 store is made with that has no passphrase.
    #[cfg(feature = "pkcs12")]
    pub(in crate::cert) fn none() -> Self {
        Self { is_none: true, ..Self::new(Vec::new()) }
    }

    /// The bytes, for a host whose TLS opens the key by itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As PKCS#12 has it.
    #[cfg(feature = "pkcs12")]
    pub(in crate::cert) fn as_bmp_string(&self) -> Zeroizing<Vec<u8>> {
        if self.is_none { Zeroizing::default() } else { encryption::derivation::bmp_string(&self.bytes) }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Why a private key cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It is encrypted, and there is no passphrase.
    PassphraseMissing,
    /// The passphrase does not open it.
    PassphraseWrong,
    /// It is under the encryption of RFC 1421.
    LegacyEncryption,
    /// It is encrypted in a way that this crate does not know.
    UnknownEncryption,
    /// Opening it would take too long: its parameters ask for more than [`encryption::MAX_ITERATIONS`].
    TooCostly,
    /// The passphrase opens it, and by its MAC something in it was changed since.
    Changed,
    /// This crate was built without what opens it.
    LeftOut,
    /// It is not what its outline promises.
    Malformed,
}

/// The key without its encryption: PKCS#8, SEC1 or PKCS#1 in DER, for a host that signs with it.
///
/// # Errors
/// [`KeyError`]: no private key, or one that the passphrase does not open.
pub fn open(kind: Kind, der: &[u8], passphrase: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match kind {
        Kind::PrivateKey(KeyContainer::EncryptedPkcs8) => {
            encryption::open_pkcs8(der, passphrase, &mut encryption::Budget::default())
        }
        Kind::PrivateKey(KeyContainer::LegacyEncrypted) => Err(KeyError::LegacyEncryption),
        Kind::PrivateKey(_) => Ok(Zeroizing::new(der.to_vec())),
        _ => Err(KeyError::Malformed),
    }
}

type Facts = (KeyType, Option<PublicHalf>);

/// PrivateKeyInfo (RFC 5208 section 5, RFC 5958 section 2).
fn pkcs8(der: &[u8]) -> Option<Facts> {
    let sequence = Element::read(der, 0).ok()?;
    let mut parts = sequence.children();
    parts.next_if(tag::INTEGER)?;
    let algorithm = parts.next_if(tag::SEQUENCE)?;
    let key = parts.next_if(tag::OCTET_STRING)?;
    let mut parameters = algorithm.children();
    let oid = ObjectIdentifier::from_bytes(parameters.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
    match oid {
        RSA => pkcs1(key.content),
        EC => sec1(key.content, parameters.next().and_then(Result::ok).and_then(|p| named_curve(p.bytes))),
        ED25519 => Some((KeyType::Ed25519, ed25519(key.content))),
        ED448 => Some((KeyType::Ed448, None)),
        RSA_PSS => pkcs1(key.content).map(|(_, half)| (KeyType::RsaPss, half)),
        other => Some((KeyType::Other(other), None)),
    }
}

/// RSAPrivateKey (RFC 8017 appendix A.1.2): the modulus and the public exponent stand in it.
fn pkcs1(der: &[u8]) -> Option<Facts> {
    let sequence = Element::read(der, 0).ok()?;
    let mut parts = sequence.children();
    parts.next_if(tag::INTEGER)?;
    let (modulus, exponent) = (parts.next_if(tag::INTEGER)?, parts.next_if(tag::INTEGER)?);
    let (modulus, exponent) = (strip_zeros(modulus.content), strip_zeros(exponent.content));
    let key_type = KeyType::Rsa { bits: bit_length(modulus), exponent: small(exponent) };
    Some((key_type, Some(PublicHalf::Rsa(modulus.to_vec(), exponent.to_vec()))))
}

/// ECPrivateKey (RFC 5915 section 3), its curve given from outside or in it.
fn sec1(der: &[u8], outer_curve: Option<ObjectIdentifier>) -> Option<Facts> {
    let sequence = Element::read(der, 0).ok()?;
    let mut parts = sequence.children();
    parts.next_if(tag::INTEGER)?;
    let scalar = parts.next_if(tag::OCTET_STRING)?.content;
    let inner_curve = parts.next_if(tag::CONTEXT_0).and_then(|explicit| named_curve(explicit.content));
    let stored = parts.next_if(tag::CONTEXT_1).and_then(|explicit| {
        let bits = Element::read(explicit.content, 0).ok().filter(|bits| bits.tag == tag::BIT_STRING)?;
        bits.content.get(1..)
    });
    let curve = outer_curve.or(inner_curve)?;
    // The public key is made from the private one; the copy stored beside it could be another's.
    let (key_type, point) = match curve {
        P256 => (
            KeyType::P256,
            Some(
                p256::SecretKey::from_slice(scalar)
                    .ok()?
                    .public_key()
                    .to_sec1_point(false)
                    .as_bytes()
                    .to_vec(),
            ),
        ),
        P384 => (
            KeyType::P384,
            Some(
                p384::SecretKey::from_slice(scalar)
                    .ok()?
                    .public_key()
                    .to_sec1_point(false)
                    .as_bytes()
                    .to_vec(),
            ),
        ),
        #[cfg(not(feature = "p521"))]
        P521 => (KeyType::P521, None),
        #[cfg(feature = "p521")]
        P521 => (
            KeyType::P521,
            Some(
                p521::SecretKey::from_slice(scalar)
                    .ok()?
                    .public_key()
                    .to_sec1_point(false)
                    .as_bytes()
                    .to_vec(),
            ),
        ),
        other => (KeyType::Ec(other), stored.map(<[u8]>::to_vec)),
    };
    Some((key_type, point.map(|point| PublicHalf::Ec(curve, point))))
}

/// CurvePrivateKey (RFC 8410 section 7). The public key is made from it, as with the curves above.
#[cfg(feature = "ed25519")]
fn ed25519(der: &[u8]) -> Option<PublicHalf> {
    let seed = Element::read(der, 0).ok().filter(|octets| octets.tag == tag::OCTET_STRING)?;
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.content.try_into().ok()?);
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    Some(PublicHalf::Ed25519(public.as_bytes().to_vec()))
}

#[cfg(not(feature = "ed25519"))]
const fn ed25519(_der: &[u8]) -> Option<PublicHalf> {
    None
}

fn uncompressed(curve: ObjectIdentifier, point: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        P256 => p256::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec(),
        P384 => p384::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec(),
        #[cfg(feature = "p521")]
        P521 => p521::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec(),
        _ => return None,
    })
}

/// The curve, if it is named and not described (RFC 5480 section 2.1.1).
fn named_curve(parameters: &[u8]) -> Option<ObjectIdentifier> {
    let element =
        Element::read(parameters, 0).ok().filter(|element| element.tag == tag::OBJECT_IDENTIFIER)?;
    ObjectIdentifier::from_bytes(element.content).ok()
}

pub(in crate::cert) fn strip_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&octet| octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn bit_length(number: &[u8]) -> u32 {
    let Some((first, rest)) = number.split_first() else { return 0 };
    u32::try_from(rest.len() * 8).unwrap_or(u32::MAX).saturating_add(8 - first.leading_zeros())
}

fn small(number: &[u8]) -> Option<u32> {
    number.iter().try_fold(0_u32, |value, &octet| value.checked_mul(256)?.checked_add(u32::from(octet)))
}
