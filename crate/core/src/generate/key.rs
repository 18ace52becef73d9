//! Private keys that sign.

use std::fmt;

use p256::{
    ecdsa::signature::{self, RandomizedSigner},
    elliptic_curve::Generate as _,
};
use pkcs8::{
    AssociatedOid as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding, PrivateKeyInfoRef,
    SecretDocument,
};
use rsa::{pkcs1::DecodeRsaPrivateKey as _, pkcs1v15, traits::PublicKeyParts as _};
use sha2::Sha256;
use x509_cert::{
    der::{
        Decode as _, Encode as _,
        asn1::BitString,
        referenced::{OwnedToRef as _, RefToOwned as _},
    },
    spki::{
        AlgorithmIdentifierOwned, SignatureAlgorithmIdentifier as _, SignatureBitStringEncoding,
        SubjectPublicKeyInfoOwned,
    },
};
use zeroize::Zeroizing;

use super::{Error, Random};
use crate::cert::der::oid::EC;

/// What kind of key to make. Azure's documents name all of them for devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyType {
    /// The curve P-256; signs with SHA-256.
    #[default]
    P256,
    /// The curve P-384; signs with SHA-384.
    P384,
    /// RSA with 2048 bits; signs with PKCS#1 v1.5 and SHA-256.
    Rsa2048,
    /// RSA with 3072 bits.
    Rsa3072,
    /// RSA with 4096 bits.
    Rsa4096,
}

impl KeyType {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::P256, Self::P384, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// What a person chooses it by: `p256`, `rsa2048`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
        }
    }

    /// The length of an RSA modulus; `None` for a curve.
    #[must_use]
    pub const fn rsa_bits(self) -> Option<u32> {
        match self {
            Self::P256 | Self::P384 => None,
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
        }
    }
}

/// `EC P-256`, `RSA 2048`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rsa_bits() {
            Some(bits) => write!(f, "RSA {bits}"),
            None if *self == Self::P256 => f.write_str("EC P-256"),
            None => f.write_str("EC P-384"),
        }
    }
}

/// A private key. Wiped when it is dropped, never shown.
pub struct PrivateKey(Box<Signer>);

enum Signer {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa(pkcs1v15::SigningKey<Sha256>),
    Platform(OfPlatform),
}

/// The algorithms of signatures, each with the hash that goes with it.
enum Algorithm {
    P256,
    P384,
    P521,
    Rsa,
}

/// A key that a platform has made, in the forms in which it goes on: nothing is computed with it.
struct OfPlatform {
    key_type: KeyType,
    pkcs8: SecretDocument,
    public: SubjectPublicKeyInfoOwned,
}

impl From<Signer> for PrivateKey {
    fn from(signer: Signer) -> Self {
        Self(Box::new(signer))
    }
}

/// What is still safe, and what signs in a bearable time.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

impl PrivateKey {
    pub(super) fn new_p256(random: &mut Random) -> Self {
        Signer::P256(p256::ecdsa::SigningKey::generate_from_rng(&mut random.0)).into()
    }

    pub(super) fn new_p384(random: &mut Random) -> Self {
        Signer::P384(p384::ecdsa::SigningKey::generate_from_rng(&mut random.0)).into()
    }

    pub(super) fn of_rsa(key: rsa::PrivateKey) -> Self {
        Signer::Rsa(pkcs1v15::SigningKey::new(key)).into()
    }

    /// Reads an unencrypted key: PKCS#8 (RFC 5958), SEC1 (RFC 5915) or PKCS#1 (RFC 8017), in DER.
    ///
    /// # Errors
    /// [`Error::UnusableKey`]: it is malformed, or of a kind that does not sign here. It never has bytes of the key.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let of_pkcs8 = PrivateKeyInfoRef::from_der(der).ok().and_then(|info| Self::of_pkcs8(&info));
        let key = of_pkcs8
            .or_else(|| Self::of_sec1(der))
            .or_else(|| rsa::PrivateKey::from_pkcs1_der(der).ok().map(Self::of_rsa));
        let key = key.ok_or(Error::UnusableKey)?;
        match &*key.0 {
            Signer::Rsa(rsa) if !RSA_BITS.contains(&rsa.as_ref().as_ref().n().bit_width_vartime()) => {
                Err(Error::UnusableKey)
            }
            _ => Ok(key),
        }
    }

    /// Takes a key of this kind that a platform has made: PKCS#8, and SubjectPublicKeyInfo, in DER. That the two belong together
    /// is the platform's word.
    ///
    /// # Errors
    /// [`Error::UnusableKey`]: one of the two is not what it is said to be.
    pub fn of_platform(key_type: KeyType, pkcs8: &[u8], public: &[u8]) -> Result<Self, Error> {
        let unusable = |_| Error::UnusableKey;
        let info = PrivateKeyInfoRef::from_der(pkcs8).map_err(unusable)?;
        let public = SubjectPublicKeyInfoOwned::from_der(public).map_err(unusable)?;
        let curve = info.algorithm.parameters_oid().ok();
        let is_of_kind = match key_type {
            KeyType::P256 => curve == Some(p256::NistP256::OID),
            KeyType::P384 => curve == Some(p384::NistP384::OID),
            _ => info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID,
        };
        if !is_of_kind || public.algorithm.owned_to_ref() != info.algorithm {
            return Err(Error::UnusableKey);
        }
        let pkcs8 = SecretDocument::try_from(pkcs8).map_err(unusable)?;
        Ok(Signer::Platform(OfPlatform { key_type, pkcs8, public }).into())
    }

    fn of_pkcs8(info: &PrivateKeyInfoRef<'_>) -> Option<Self> {
        if info.algorithm.oid != EC {
            return rsa::PrivateKey::try_from(info.clone()).ok().map(Self::of_rsa);
        }
        let signer = match info.algorithm.parameters_oid().ok()? {
            p256::NistP256::OID => Signer::P256(p256::SecretKey::try_from(info.clone()).ok()?.into()),
            p384::NistP384::OID => Signer::P384(p384::SecretKey::try_from(info.clone()).ok()?.into()),
            p521::NistP521::OID => Signer::P521(p521::SecretKey::try_from(info.clone()).ok()?.into()),
            _ => return None,
        };
        Some(signer.into())
    }

    /// The length of the number tells the curve.
    fn of_sec1(der: &[u8]) -> Option<Self> {
        let p256 = || p256::SecretKey::from_sec1_der(der).ok().map(|key| Signer::P256(key.into()));
        let p384 = || p384::SecretKey::from_sec1_der(der).ok().map(|key| Signer::P384(key.into()));
        let p521 = || p521::SecretKey::from_sec1_der(der).ok().map(|key| Signer::P521(key.into()));
        p256().or_else(p384).or_else(p521).map(Self::from)
    }

    /// Which of the kinds that are made here it is; `None` for another.
    #[must_use]
    pub fn key_type(&self) -> Option<KeyType> {
        match &*self.0 {
            Signer::P256(_) => Some(KeyType::P256),
            Signer::P384(_) => Some(KeyType::P384),
            Signer::P521(_) => None,
            Signer::Platform(key) => Some(key.key_type),
            Signer::Rsa(rsa) => {
                let bits = rsa.as_ref().as_ref().n().bit_width_vartime();
                KeyType::ALL.into_iter().find(|one| one.rsa_bits() == Some(bits))
            }
        }
    }

    /// PKCS#8 in PEM (`BEGIN PRIVATE KEY`), not encrypted.
    ///
    /// # Errors
    /// [`Error::Build`]. Not expected to happen.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        Ok(self.to_pkcs8()?.to_pem("PRIVATE KEY", LineEnding::LF)?)
    }

    /// PKCS#8 in DER, not encrypted. It is wiped when it is dropped.
    ///
    /// # Errors
    /// [`Error::Build`]. Not expected to happen.
    pub fn to_pkcs8(&self) -> Result<SecretDocument, Error> {
        Ok(match &*self.0 {
            Signer::P256(key) => p256::SecretKey::from(key).to_pkcs8_der(),
            Signer::P384(key) => p384::SecretKey::from(key).to_pkcs8_der(),
            Signer::P521(key) => p521::SecretKey::from(key).to_pkcs8_der(),
            Signer::Rsa(key) => key.to_pkcs8_der(),
            Signer::Platform(key) => return Ok(key.pkcs8.clone()),
        }?)
    }

    /// What is public of it, as a certificate has it (SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7), in DER.
    ///
    /// # Errors
    /// [`Error::Build`]. Not expected to happen.
    pub fn public_key_der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.public_key()?.to_der()?)
    }

    pub(super) fn public_key(&self) -> Result<SubjectPublicKeyInfoOwned, Error> {
        let document = match &*self.0 {
            Signer::P256(key) => key.verifying_key().to_public_key_der(),
            Signer::P384(key) => key.verifying_key().to_public_key_der(),
            Signer::P521(key) => key.verifying_key().to_public_key_der(),
            Signer::Rsa(key) => pkcs1v15::SigningKey::as_ref(key).to_public_key().to_public_key_der(),
            Signer::Platform(key) => return Ok(key.public.clone()),
        };
        Ok(SubjectPublicKeyInfoOwned::from_der(document?.as_bytes())?)
    }

    /// How it signs.
    pub(super) fn signature_algorithm(&self) -> AlgorithmIdentifierOwned {
        let algorithm = match self.algorithm() {
            Algorithm::P256 => p256::ecdsa::SigningKey::SIGNATURE_ALGORITHM_IDENTIFIER,
            Algorithm::P384 => p384::ecdsa::SigningKey::SIGNATURE_ALGORITHM_IDENTIFIER,
            Algorithm::P521 => p521::ecdsa::SigningKey::SIGNATURE_ALGORITHM_IDENTIFIER,
            Algorithm::Rsa => pkcs1v15::SigningKey::<Sha256>::SIGNATURE_ALGORITHM_IDENTIFIER,
        };
        algorithm.ref_to_owned()
    }

    fn algorithm(&self) -> Algorithm {
        match &*self.0 {
            Signer::P256(_) => Algorithm::P256,
            Signer::P384(_) => Algorithm::P384,
            Signer::P521(_) => Algorithm::P521,
            Signer::Rsa(_) => Algorithm::Rsa,
            Signer::Platform(key) => match key.key_type {
                KeyType::P256 => Algorithm::P256,
                KeyType::P384 => Algorithm::P384,
                KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096 => Algorithm::Rsa,
            },
        }
    }

    /// Signs. RSA is blinded, ECDSA hedged (RFC 6979 section 3.6).
    pub(super) fn sign(&self, message: &[u8], random: &mut Random) -> Result<BitString, Error> {
        match &*self.0 {
            Signer::P256(key) => {
                bits::<p256::ecdsa::DerSignature>(key.try_sign_with_rng(&mut random.0, message))
            }
            Signer::P384(key) => {
                bits::<p384::ecdsa::DerSignature>(key.try_sign_with_rng(&mut random.0, message))
            }
            Signer::P521(key) => {
                bits::<p521::ecdsa::DerSignature>(key.try_sign_with_rng(&mut random.0, message))
            }
            Signer::Rsa(key) => bits(key.try_sign_with_rng(&mut random.0, message)),
            Signer::Platform(key) => Self::from_der(key.pkcs8.as_bytes())?.sign(message, random),
        }
    }

    /// A signature of a platform in the form that certificates have: DER for ECDSA (RFC 3279 section 2.2.3).
    pub(super) fn signature(&self, plain: &[u8]) -> Result<BitString, Error> {
        match self.algorithm() {
            Algorithm::P256 => bits(p256::ecdsa::Signature::from_slice(plain).map(|it| it.to_der())),
            Algorithm::P384 => bits(p384::ecdsa::Signature::from_slice(plain).map(|it| it.to_der())),
            Algorithm::P521 => bits(p521::ecdsa::Signature::from_slice(plain).map(|it| it.to_der())),
            Algorithm::Rsa => bits(pkcs1v15::Signature::try_from(plain)),
        }
    }
}

fn bits<S: SignatureBitStringEncoding>(signature: Result<S, signature::Error>) -> Result<BitString, Error> {
    let signature = signature.map_err(|error| Error::Build { reason: error.to_string() })?;
    Ok(signature.to_bitstring()?)
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}
