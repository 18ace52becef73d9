//! Keys: what they are, and whether a private key belongs to a certificate.
//!
//! A private key is read to make its public half, which is what is compared. Its own bytes are wiped with the
//! [`crate::cert::file::Item`] that holds them, and nothing here keeps or shows them; only [`open`] returns them, to a host that
//! signs.

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
    secret::{
        ec::{CurveForm, EcKey, OddLength, Wrapping},
        encryption,
        error::KeyError,
        passphrase::Passphrase,
    },
    x509::{
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
    /// How it says which curve it is on, if it is an EC key.
    pub curve_form: CurveForm,
    /// How many bytes the private number of an EC key has, where it has not as many as its curve asks for.
    pub odd_length: Option<OddLength>,
    half: Option<PublicHalf>,
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
        let Facts { key_type, half, curve_form, odd_length } = facts.ok_or(KeyError::Malformed)?;
        Ok(Self { container: Some(container), key_type, curve_form, odd_length, half })
    }

    /// What is public of a private key that stays in a token, by its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    #[must_use]
    pub fn kept(spki: &[u8]) -> Option<Self> {
        let public = PublicKey::read(&Element::read(spki, 0).ok()?);
        Some(Self {
            container: None,
            key_type: public.key_type(),
            curve_form: if public.has_described_curve() { CurveForm::Described } else { CurveForm::Named },
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
            (Some(ours), Some(theirs)) if ours.is(&theirs) => KeyMatch::Yes,
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

/// An EC key that not every library reads, as all of them do: PKCS#8 with the name of its curve, its number in full, and the
/// public point. `None` for a key that needs nothing, or of which nobody knows the curve, or where the budget is spent.
#[must_use]
pub fn anew(kind: Kind, opened: &[u8], budget: &Budget) -> Option<Zeroizing<Vec<u8>>> {
    let (key, wrapping) = match kind {
        Kind::PrivateKey(KeyContainer::Sec1) => (opened, Wrapping::None),
        Kind::PrivateKey(KeyContainer::Pkcs8) => {
            let Pkcs8 { parameters, key, .. } = Pkcs8::read(opened).filter(|key| key.algorithm == EC)?;
            (key, Wrapping::Pkcs8 { parameters })
        }
        _ => return None,
    };
    // Its public point is made.
    budget.take_key().ok()?;
    let key = EcKey::read(key, wrapping)?;
    let is_usual = key.form == CurveForm::Named && key.odd_length.is_none();
    if is_usual { None } else { key.anew() }
}

/// What is public of a key, whatever wraps it.
struct Facts {
    key_type: KeyType,
    half: Option<PublicHalf>,
    curve_form: CurveForm,
    odd_length: Option<OddLength>,
}

impl Facts {
    const fn new(key_type: KeyType, half: Option<PublicHalf>) -> Self {
        Self { key_type, half, curve_form: CurveForm::Named, odd_length: None }
    }
}

/// A key that nothing encrypts.
fn bare(kind: Kind, der: &[u8]) -> Option<Facts> {
    match kind {
        Kind::PrivateKey(KeyContainer::Pkcs8) => pkcs8(der),
        Kind::PrivateKey(KeyContainer::Sec1) => ec(der, Wrapping::None),
        Kind::PrivateKey(KeyContainer::Pkcs1) => pkcs1(der),
        Kind::PrivateKey(KeyContainer::Dsa) => Some(Facts::new(KeyType::Other(DSA), None)),
        _ => None,
    }
}

/// PrivateKeyInfo (RFC 5208 section 5, RFC 5958 section 2).
struct Pkcs8<'a> {
    algorithm: ObjectIdentifier,
    parameters: Option<&'a [u8]>,
    key: &'a [u8],
}

impl<'a> Pkcs8<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let sequence = Element::read(der, 0).ok()?;
        let mut parts = sequence.children();
        parts.next_if(tag::INTEGER)?;
        let algorithm = parts.next_if(tag::SEQUENCE)?;
        let key = parts.next_if(tag::OCTET_STRING)?;
        let mut parts = algorithm.children();
        let algorithm = ObjectIdentifier::from_bytes(parts.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
        let parameters = parts.next().and_then(Result::ok).map(|element| element.bytes);
        Some(Self { algorithm, parameters, key: key.content })
    }
}

fn pkcs8(der: &[u8]) -> Option<Facts> {
    let Pkcs8 { algorithm, parameters, key } = Pkcs8::read(der)?;
    match algorithm {
        RSA => pkcs1(key),
        EC => ec(key, Wrapping::Pkcs8 { parameters }),
        ED25519 => Some(Facts::new(KeyType::Ed25519, ed25519(key))),
        ED448 => Some(Facts::new(KeyType::Ed448, None)),
        RSA_PSS => pkcs1(key).map(|facts| Facts { key_type: KeyType::RsaPss, ..facts }),
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

/// ECPrivateKey (RFC 5915 section 3).
fn ec(der: &[u8], wrapping: Wrapping<'_>) -> Option<Facts> {
    let key = EcKey::read(der, wrapping)?;
    let key_type = match key.curve {
        Some(P256) => KeyType::P256,
        Some(P384) => KeyType::P384,
        Some(P521) => KeyType::P521,
        Some(other) => KeyType::Ec(other),
        None => KeyType::EcUnnamed,
    };
    let half = key.point.map(|point| PublicHalf::Ec(key.curve, point));
    Some(Facts { key_type, half, curve_form: key.form, odd_length: key.odd_length })
}

/// CurvePrivateKey (RFC 8410 section 7). The public key is made from it, as with the curves above.
fn ed25519(der: &[u8]) -> Option<PublicHalf> {
    let seed = Element::read(der, 0).ok().filter(|octets| octets.tag == tag::OCTET_STRING)?;
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.content.try_into().ok()?);
    Some(PublicHalf::Ed25519(rare::public_of_ed25519(&seed)))
}
