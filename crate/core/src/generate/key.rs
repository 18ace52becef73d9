//! Private keys that sign.

use std::fmt;

use p256::elliptic_curve::Generate as _;
use pkcs8::{
    AssociatedOid as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding, PrivateKeyInfoRef,
    SecretDocument,
};
use rsa::{pkcs1::DecodeRsaPrivateKey as _, pkcs1v15, traits::PublicKeyParts as _};
use sha2::Sha256;
use x509_cert::{builder::Builder, der::Decode as _, spki::SubjectPublicKeyInfoOwned};
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
        let document: Result<SecretDocument, pkcs8::Error> = match &*self.0 {
            Signer::P256(key) => p256::SecretKey::from(key).to_pkcs8_der(),
            Signer::P384(key) => p384::SecretKey::from(key).to_pkcs8_der(),
            Signer::P521(key) => p521::SecretKey::from(key).to_pkcs8_der(),
            Signer::Rsa(key) => key.to_pkcs8_der(),
        };
        let build = |error: &dyn fmt::Display| Error::Build { reason: error.to_string() };
        let document = document.map_err(|error| build(&error))?;
        document.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|error| build(&error))
    }

    /// What is public of it.
    pub(super) fn public_key(&self) -> Result<SubjectPublicKeyInfoOwned, Error> {
        let document = match &*self.0 {
            Signer::P256(key) => key.verifying_key().to_public_key_der(),
            Signer::P384(key) => key.verifying_key().to_public_key_der(),
            Signer::P521(key) => key.verifying_key().to_public_key_der(),
            Signer::Rsa(key) => pkcs1v15::SigningKey::as_ref(key).to_public_key().to_public_key_der(),
        };
        Ok(SubjectPublicKeyInfoOwned::from_der(document?.as_bytes())?)
    }

    /// Signs what a builder holds. RSA is blinded, ECDSA hedged (RFC 6979 section 3.6).
    pub(super) fn sign<B: Builder>(&self, builder: B, random: &mut Random) -> Result<B::Output, Error> {
        let random = &mut random.0;
        let built = match &*self.0 {
            Signer::P256(key) => builder.build_with_rng::<_, p256::ecdsa::DerSignature, _>(key, random),
            Signer::P384(key) => builder.build_with_rng::<_, p384::ecdsa::DerSignature, _>(key, random),
            Signer::P521(key) => builder.build_with_rng::<_, p521::ecdsa::DerSignature, _>(key, random),
            Signer::Rsa(key) => builder.build_with_rng::<_, pkcs1v15::Signature, _>(key, random),
        };
        Ok(built?)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}
