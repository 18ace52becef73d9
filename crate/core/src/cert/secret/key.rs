//! Keys: what they are, and whether a private key belongs to a certificate.
//!
//! A private key is read to make its public half, which is what is compared. Its own bytes are wiped with the
//! [`crate::cert::file::Item`] that holds them, and nothing here keeps or shows them; only [`open`] returns them, to a host that
//! signs.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::cert::{
    budget::Budget,
    der::{
        Element,
        kind::{KeyContainer, Kind},
        oid::{DSA, EC, ED448, ED25519, P256, P384, P521, RSA, RSA_PSS},
        strip_zeros, tag,
    },
    secret::{encryption, error::KeyError, passphrase::Passphrase},
    x509::{
        curve::Curve,
        public_key::{KeyType, PublicHalf, PublicKey, bit_length, small},
        rare,
    },
};

/// What is public of a private key: enough to compare it with certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// How it was wrapped; `None` of one that stays in a token.
    pub container: Option<KeyContainer>,
    /// What kind of key it is.
    pub key_type: KeyType,
    /// Whether its curve is written out in numbers in place of its name.
    pub has_described_curve: bool,
    /// How many bytes the private number of an EC key has, where it has not as many as its curve asks for.
    pub odd_length: Option<OddLength>,
    half: Option<PublicHalf>,
}

/// A private number with zeros too many or too few in front: not of the length of RFC 5915 section 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddLength {
    /// How many bytes it has.
    pub there: usize,
    /// How many its curve asks for.
    pub wanted: usize,
}

/// Whether a private key belongs to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it does, it does not, or nobody knows")]
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
    pub fn read(
        kind: Kind,
        der: &[u8],
        passphrase: Option<&Passphrase>,
        budget: &Budget,
    ) -> Result<Self, KeyError> {
        Self::of_opened(kind, &open(kind, der, passphrase, budget)?, budget)
    }

    /// Reads a private key of this kind that [`open`] has opened.
    ///
    /// # Errors
    /// [`KeyError`]: too costly, malformed.
    pub fn of_opened(kind: Kind, opened: &[u8], budget: &Budget) -> Result<Self, KeyError> {
        let Kind::PrivateKey(container) = kind else { return Err(KeyError::Malformed) };
        budget.take_key()?;
        let facts = match container {
            KeyContainer::EncryptedPkcs8 => pkcs8(opened),
            KeyContainer::LegacyEncrypted => {
                Element::read(opened, 0).ok().and_then(|key| bare(Kind::of(&key), opened))
            }
            _ => bare(kind, opened),
        };
        let Facts { key_type, half, has_described_curve, odd_length } = facts.ok_or(KeyError::Malformed)?;
        Ok(Self { container: Some(container), key_type, has_described_curve, odd_length, half })
    }

    /// What is public of a private key that stays in a token, by its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    #[must_use]
    pub fn kept(spki: &[u8]) -> Option<Self> {
        let public = PublicKey::read(&Element::read(spki, 0).ok()?);
        Some(Self {
            container: None,
            key_type: public.key_type(),
            has_described_curve: public.has_described_curve(),
            odd_length: None,
            half: public.half(),
        })
    }

    /// Its public half, where one can be made.
    pub(in crate::cert) const fn half(&self) -> Option<&PublicHalf> {
        self.half.as_ref()
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

/// The key without its encryption: PKCS#8, SEC1 or PKCS#1 in DER, for a host that signs with it.
///
/// # Errors
/// [`KeyError`]: no private key, or one that the passphrase does not open.
pub fn open(
    kind: Kind,
    der: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match kind {
        Kind::PrivateKey(KeyContainer::EncryptedPkcs8) => encryption::open_pkcs8(der, passphrase, budget),
        Kind::PrivateKey(KeyContainer::LegacyEncrypted) => {
            encryption::open_traditional(der, passphrase, budget)
        }
        Kind::PrivateKey(_) => Ok(Zeroizing::new(der.to_vec())),
        _ => Err(KeyError::Malformed),
    }
}

/// What is public of a key, whatever wraps it.
struct Facts {
    key_type: KeyType,
    half: Option<PublicHalf>,
    has_described_curve: bool,
    odd_length: Option<OddLength>,
}

impl Facts {
    const fn new(key_type: KeyType, half: Option<PublicHalf>) -> Self {
        Self { key_type, half, has_described_curve: false, odd_length: None }
    }
}

/// A key that nothing encrypts.
fn bare(kind: Kind, der: &[u8]) -> Option<Facts> {
    match kind {
        Kind::PrivateKey(KeyContainer::Pkcs8) => pkcs8(der),
        Kind::PrivateKey(KeyContainer::Sec1) => sec1(der, None),
        Kind::PrivateKey(KeyContainer::Pkcs1) => pkcs1(der),
        Kind::PrivateKey(KeyContainer::Dsa) => Some(Facts::new(KeyType::Other(DSA), None)),
        _ => None,
    }
}

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
        EC => sec1(key.content, parameters.next().and_then(Result::ok).and_then(|p| Curve::read(p.bytes))),
        ED25519 => Some(Facts::new(KeyType::Ed25519, ed25519(key.content))),
        ED448 => Some(Facts::new(KeyType::Ed448, None)),
        RSA_PSS => pkcs1(key.content).map(|facts| Facts { key_type: KeyType::RsaPss, ..facts }),
        other => Some(Facts::new(KeyType::Other(other), None)),
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
    Some(Facts::new(key_type, Some(PublicHalf::Rsa(modulus.to_vec(), exponent.to_vec()))))
}

/// ECPrivateKey (RFC 5915 section 3), its curve given from outside or in it.
fn sec1(der: &[u8], outer_curve: Option<Curve>) -> Option<Facts> {
    let sequence = Element::read(der, 0).ok()?;
    let mut parts = sequence.children();
    parts.next_if(tag::INTEGER)?;
    let written = parts.next_if(tag::OCTET_STRING)?.content;
    let inner_curve = parts.next_if(tag::CONTEXT_0).and_then(|explicit| Curve::read(explicit.content));
    let stored = parts.next_if(tag::CONTEXT_1).and_then(|explicit| {
        let bits = Element::read(explicit.content, 0).ok().filter(|bits| bits.tag == tag::BIT_STRING)?;
        bits.content.get(1..)
    });
    let Curve { oid: curve, is_described } = outer_curve.or(inner_curve)?;
    // GnuTLS writes the number as an INTEGER's, with a zero in front where its first bit is set; others leave zeros out.
    let wanted = length_on(curve).filter(|&wanted| wanted != written.len());
    let odd_length = wanted.map(|wanted| OddLength { there: written.len(), wanted });
    let scalar = if odd_length.is_some() { strip_zeros(written) } else { written };
    // The public key is made from the private one; the copy stored beside it could be another's.
    let (key_type, point) = match curve {
        P256 => (KeyType::P256, Some(point_of_p256(scalar, stored)?)),
        P384 => (KeyType::P384, Some(rare::point_of_p384(scalar)?)),
        P521 => (KeyType::P521, Some(rare::point_of_p521(scalar)?)),
        other => (KeyType::Ec(other), stored.map(<[u8]>::to_vec)),
    };
    let half = point.map(|point| PublicHalf::Ec(curve, point));
    Some(Facts { key_type, half, has_described_curve: is_described, odd_length })
}

/// How many bytes a private number on this curve has.
const fn length_on(curve: ObjectIdentifier) -> Option<usize> {
    match curve {
        P256 => Some(32),
        P384 => Some(48),
        P521 => Some(66),
        _ => None,
    }
}

/// The public point of a private key of P-256, not compressed.
#[cfg_attr(not(feature = "ring"), expect(unused_variables, reason = "nothing quicker makes it from both"))]
fn point_of_p256(scalar: &[u8], stored: Option<&[u8]>) -> Option<Vec<u8>> {
    #[cfg(feature = "ring")]
    if let Some(stored) = stored.filter(|stored| super::quick::belongs(scalar, stored)) {
        return Some(stored.to_vec());
    }
    let key = p256::SecretKey::from_slice(scalar).ok()?;
    Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
}

/// CurvePrivateKey (RFC 8410 section 7). The public key is made from it, as with the curves above.
fn ed25519(der: &[u8]) -> Option<PublicHalf> {
    let seed = Element::read(der, 0).ok().filter(|octets| octets.tag == tag::OCTET_STRING)?;
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.content.try_into().ok()?);
    Some(PublicHalf::Ed25519(rare::public_of_ed25519(&seed)))
}
