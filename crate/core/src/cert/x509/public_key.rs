//! Public keys: what they are, and the form in which they are compared.

use std::fmt;

use p256::elliptic_curve::sec1::ToSec1Point as _;
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{
        Element,
        oid::{DSA, EC, ED448, ED25519, P256, P384, P521, RSA, RSA_PSS, SECP256K1},
        strip_zeros, tag,
    },
    x509::{algorithm::Algorithm, curve, rare},
};

/// A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicKey {
    /// The whole SubjectPublicKeyInfo: what a key is compared by.
    pub der: Box<[u8]>,
    /// The key's algorithm.
    pub algorithm: Algorithm,
    /// The bits of the key.
    pub bits: Box<[u8]>,
}

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
    /// A curve that nothing names: written out in numbers of none that is known here, or not told at all.
    EcUnnamed,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Another algorithm.
    Other(ObjectIdentifier),
    /// Not readable as any.
    Malformed,
}

impl KeyType {
    /// Whether its number is none of those that were given out, in a list that is known whole: ANSI X9.62 (algorithms and
    /// curves), PKCS #1, SEC 2 (curves) and RFC 8410. Others have lists of their own.
    #[must_use]
    pub fn is_unassigned(&self) -> bool {
        let dotted = match self {
            Self::Ec(curve) => curve.to_string(),
            Self::Other(algorithm) => algorithm.to_string(),
            _ => return false,
        };
        let number = |arc: &str| dotted.strip_prefix(arc).map(|rest| rest.parse::<u32>().unwrap_or(u32::MAX));
        let lists = match self {
            Self::Ec(_) => {
                [("1.2.840.10045.3.0.", 1..=20), ("1.2.840.10045.3.1.", 1..=7), ("1.3.132.0.", 1..=39)]
            }
            // Those of PKCS #1 and X9.62 that are for keys have kinds of their own.
            _ => [("1.2.840.10045.", 0..=0), ("1.2.840.113549.1.1.", 7..=7), ("1.3.101.", 110..=113)],
        };
        lists.iter().any(|(arc, given)| number(arc).is_some_and(|number| !given.contains(&number)))
    }
}

/// `RSA 2048`, `EC P-256`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits, .. } => write!(f, "RSA {bits}"),
            Self::RsaPss => f.write_str("RSA-PSS"),
            Self::P256 => f.write_str("EC P-256"),
            Self::P384 => f.write_str("EC P-384"),
            Self::P521 => f.write_str("EC P-521"),
            Self::Ec(SECP256K1) => f.write_str("EC secp256k1"),
            Self::EcUnnamed => f.write_str("EC on a curve without a name"),
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
    /// Reads a SubjectPublicKeyInfo.
    #[must_use]
    pub fn read(spki: &Element<'_>) -> Self {
        let mut parts = spki.children();
        let algorithm = parts.next_if(tag::SEQUENCE);
        let bits = parts.next_if(tag::BIT_STRING);
        Self {
            der: spki.bytes.into(),
            algorithm: algorithm.map_or_else(Algorithm::unreadable, |algorithm| Algorithm::read(&algorithm)),
            bits: bits.as_ref().and_then(whole_octets).unwrap_or_default().into(),
        }
    }

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
            Some(EC) => match curve::name(&self.algorithm.parameters) {
                Some(P256) => KeyType::P256,
                Some(P384) => KeyType::P384,
                Some(P521) => KeyType::P521,
                Some(other) => KeyType::Ec(other),
                None if curve::is_described(&self.algorithm.parameters) => KeyType::EcUnnamed,
                None => KeyType::Malformed,
            },
            Some(RSA_PSS) => KeyType::RsaPss,
            Some(ED25519) => KeyType::Ed25519,
            Some(ED448) => KeyType::Ed448,
            Some(other) => KeyType::Other(other),
        }
    }

    /// Whether its curve is written out in numbers in place of its name.
    #[must_use]
    pub fn has_described_curve(&self) -> bool {
        self.algorithm.oid == Some(EC) && curve::is_described(&self.algorithm.parameters)
    }

    /// Whether it is a point of its curve, as far as that is one of P-256, P-384 and P-521.
    #[must_use]
    pub fn is_on_its_curve(&self) -> bool {
        match self.key_type() {
            KeyType::P256 => uncompressed(P256, &self.bits).is_some(),
            KeyType::P384 => uncompressed(P384, &self.bits).is_some(),
            KeyType::P521 => uncompressed(P521, &self.bits).is_some(),
            _ => true,
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

    /// What is compared with a private key; `None` for an algorithm of which no public key is made here.
    pub(in crate::cert) fn half(&self) -> Option<PublicHalf> {
        match self.key_type() {
            KeyType::Rsa { .. } | KeyType::RsaPss => {
                self.rsa().map(|(n, e)| PublicHalf::Rsa(n.to_vec(), e.to_vec()))
            }
            KeyType::P256 | KeyType::P384 | KeyType::P521 | KeyType::Ec(_) | KeyType::EcUnnamed => {
                let curve = curve::name(&self.algorithm.parameters);
                // A point that is not compressed is compared as it stands: there may be as many keys as certificates.
                let is_whole = self.bits.first() == Some(&0x04);
                let point = curve.filter(|_| !is_whole).and_then(|curve| uncompressed(curve, &self.bits));
                Some(PublicHalf::Ec(curve, point.unwrap_or_else(|| self.bits.to_vec())))
            }
            KeyType::Ed25519 => Some(PublicHalf::Ed25519(self.bits.to_vec())),
            _ => None,
        }
    }
}

/// What is public of a key, in one form for each algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::cert) enum PublicHalf {
    Rsa(Vec<u8>, Vec<u8>),
    /// The curve, if it has a name, and the point.
    Ec(Option<ObjectIdentifier>, Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicHalf {
    /// Whether both are the same key. A curve that one of them does not name is told by the point.
    pub(in crate::cert) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ec(ours, one), Self::Ec(theirs, another)) => {
                // Of these, the number itself tells.
                let is_plain = |curve| [P256, P384, P521].contains(&curve);
                let may_be = match (*ours, *theirs) {
                    (None, Some(named)) | (Some(named), None) => !is_plain(named),
                    (ours, theirs) => ours == theirs,
                };
                may_be && one == another
            }
            _ => self == other,
        }
    }
}

/// The octets of a BIT STRING that leaves no bits unused.
pub(in crate::cert) fn whole_octets<'a>(bits: &Element<'a>) -> Option<&'a [u8]> {
    match bits.content {
        [0, octets @ ..] if bits.tag == tag::BIT_STRING => Some(octets),
        _ => None,
    }
}

fn uncompressed(curve: ObjectIdentifier, point: &[u8]) -> Option<Vec<u8>> {
    Some(match curve {
        P256 => p256::PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false).as_bytes().to_vec(),
        P384 => rare::uncompressed_p384(point)?,
        P521 => rare::uncompressed_p521(point)?,
        _ => return None,
    })
}

pub(in crate::cert) fn bit_length(number: &[u8]) -> u32 {
    let Some((first, rest)) = number.split_first() else { return 0 };
    u32::try_from(rest.len() * 8).unwrap_or(u32::MAX).saturating_add(8 - first.leading_zeros())
}

pub(in crate::cert) fn small(number: &[u8]) -> Option<u32> {
    number.iter().try_fold(0_u32, |value, &octet| value.checked_mul(256)?.checked_add(u32::from(octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nobody_was_given_is_told_from_one_that_is_merely_rare() {
        let is_unassigned = |key: fn(ObjectIdentifier) -> KeyType, dotted: &str| {
            key(ObjectIdentifier::new_unwrap(dotted)).is_unassigned()
        };
        // One bit of ecPublicKey, of P-256 and of Ed25519 is another.
        assert!(is_unassigned(KeyType::Other, "1.2.840.10045.9.65"));
        assert!(is_unassigned(KeyType::Ec, "1.2.840.10045.3.1.39"));
        assert!(is_unassigned(KeyType::Ec, "1.3.132.0.98"));
        assert!(is_unassigned(KeyType::Other, "1.3.101.48"));
        // secp224r1, brainpoolP256r1, X25519, a key for OAEP, ML-DSA-44.
        assert!(!is_unassigned(KeyType::Ec, "1.3.132.0.33"));
        assert!(!is_unassigned(KeyType::Ec, "1.3.36.3.3.2.8.1.1.7"));
        assert!(!is_unassigned(KeyType::Other, "1.3.101.110"));
        assert!(!is_unassigned(KeyType::Other, "1.2.840.113549.1.1.7"));
        assert!(!is_unassigned(KeyType::Other, "2.16.840.1.101.3.4.3.17"));
        assert!(!KeyType::P256.is_unassigned());
    }
}
