//! A certificate chain with its private key.

mod ec;
mod error;
mod key;

use std::{fmt, sync::Arc};

use tokio_rustls::rustls::{
    Error as TlsError, InconsistentKeys,
    crypto::ring::sign::any_supported_type,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::{CertifiedKey, SigningKey},
};
use zeroize::Zeroize;

pub use error::IdentityError;

/// A device's certificate chain with its private key.
///
/// The key stays in here: nothing gives it out, `Debug` does not show it. Clones share it.
#[derive(Clone)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// Reads PEM texts: the chain (leaf first, intermediates behind it, as it is sent) and the key (PKCS#8,
    /// SEC1 or PKCS#1, or encrypted PKCS#8 with its passphrase). Both may be one and the same text. An EC key that rustls does
    /// not read as it is written (a zero too many or too few in front of its number, a curve in numbers or without a name, no
    /// public point) is written anew.
    ///
    /// # Errors
    /// Something is missing, swapped, damaged, encrypted otherwise, or does not belong together.
    pub fn from_pem(chain: &[u8], key: &[u8], passphrase: Option<&[u8]>) -> Result<Self, IdentityError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| IdentityError::CertificateDamaged { reason: error.to_string() })?;
        if certificates.is_empty() {
            return Err(IdentityError::NoCertificate { found: key::labels(chain) });
        }
        Self::new(certificates, key::from_pem(key, passphrase)?)
    }

    /// Takes DER: the chain (leaf first) and the key (PKCS#8, SEC1 or PKCS#1, not encrypted).
    ///
    /// # Errors
    /// As [`Identity::from_pem`].
    pub fn from_der(
        chain: impl IntoIterator<Item = impl Into<Vec<u8>>>,
        key: &[u8],
    ) -> Result<Self, IdentityError> {
        let certificates = Self::chain(chain)?;
        let key = PrivateKeyDer::try_from(key.to_vec())
            .map_err(|reason| IdentityError::KeyDamaged { reason: reason.to_owned() })?;
        Self::new(certificates, key)
    }

    /// Takes the chain as DER (leaf first) and the key as the bytes of its file: PEM, encrypted or not, or DER.
    ///
    /// # Errors
    /// As [`Identity::from_pem`].
    pub fn from_chain(
        chain: impl IntoIterator<Item = impl Into<Vec<u8>>>,
        key: &[u8],
        passphrase: Option<&[u8]>,
    ) -> Result<Self, IdentityError> {
        if !key.windows(BEGIN.len()).any(|window| window == BEGIN) {
            return Self::from_der(chain, key);
        }
        Self::new(Self::chain(chain)?, key::from_pem(key, passphrase)?)
    }

    /// Takes the chain (DER, leaf first) and something that signs with the leaf's key: a key that stays in a TPM or
    /// behind PKCS#11.
    ///
    /// The key's type is rustls's own ([`SigningKey`]), because
    /// TLS is where it signs and rustls is what has to take it; [`crate::rustls`] is the version that fits.
    ///
    /// # Errors
    /// There is no certificate, the leaf cannot be read, or the key names a public key that is not the leaf's. Whether a
    /// key fits that names none shows at the first handshake.
    pub fn from_signing_key(
        chain: impl IntoIterator<Item = impl Into<Vec<u8>>>,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, IdentityError> {
        Self::certified(Self::chain(chain)?, key)
    }

    fn chain(
        chain: impl IntoIterator<Item = impl Into<Vec<u8>>>,
    ) -> Result<Vec<CertificateDer<'static>>, IdentityError> {
        let certificates: Vec<_> =
            chain.into_iter().map(|certificate| CertificateDer::from(certificate.into())).collect();
        if certificates.is_empty() {
            return Err(IdentityError::NoCertificate { found: Vec::new() });
        }
        Ok(certificates)
    }

    fn new(
        certificates: Vec<CertificateDer<'static>>,
        mut key: PrivateKeyDer<'static>,
    ) -> Result<Self, IdentityError> {
        let signing = any_supported_type(&key).or_else(|error| {
            let anew = certificates.first().and_then(|leaf| ec::anew(&key, leaf));
            let signing = anew.and_then(|mut key| {
                let signing = any_supported_type(&key).ok();
                key.zeroize();
                signing
            });
            signing.ok_or(error)
        });
        key.zeroize();
        let signing = signing.map_err(|error| IdentityError::KeyUnsupported { reason: error.to_string() })?;
        Self::certified(certificates, signing)
    }

    fn certified(
        certificates: Vec<CertificateDer<'static>>,
        signing: Arc<dyn SigningKey>,
    ) -> Result<Self, IdentityError> {
        let certified = CertifiedKey::new(certificates, signing);
        match certified.keys_match() {
            Ok(()) | Err(TlsError::InconsistentKeys(InconsistentKeys::Unknown)) => {
                Ok(Self(Arc::new(certified)))
            }
            Err(TlsError::InconsistentKeys(_)) => Err(IdentityError::KeyMismatch),
            Err(error) => Err(IdentityError::CertificateDamaged { reason: error.to_string() }),
        }
    }

    /// The public chain as it is sent: leaf first, DER.
    pub fn certificate_chain(&self) -> impl Iterator<Item = &[u8]> {
        self.0.cert.iter().map(AsRef::as_ref)
    }

    pub(crate) fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0)
    }
}

/// What every PEM block begins with.
const BEGIN: &[u8] = b"-----BEGIN ";

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.0.cert.len()).finish_non_exhaustive()
    }
}
