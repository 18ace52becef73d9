//! What is under a passphrase: with the feature `pbes2` PBES2, and with the feature `pkcs12` the schemes before it.

#[cfg(feature = "pkcs12")]
mod before;
#[cfg(feature = "pkcs12")]
pub(in crate::cert) mod derivation;

#[cfg(feature = "pbes2")]
use pkcs8::{der::Decode as _, pkcs5};
use zeroize::Zeroizing;

use crate::cert::{
    der::{Element, tag},
    secret::{error::KeyError, passphrase::Passphrase},
};

/// Most iterations for one key or store; OpenSSL writes 2 048, password managers some hundred thousand.
pub const MAX_ITERATIONS: u32 = 2_000_000;

/// The iterations that may still be spent.
#[derive(Debug)]
#[cfg_attr(not(feature = "pbes2"), expect(dead_code, reason = "nothing is opened"))]
pub(in crate::cert) struct Budget(u32);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_ITERATIONS)
    }
}

#[cfg(feature = "pbes2")]
impl Budget {
    /// Takes so many from it.
    ///
    /// # Errors
    /// [`KeyError::TooCostly`].
    pub(in crate::cert) fn take(&mut self, iterations: u32) -> Result<(), KeyError> {
        self.0 = self.0.checked_sub(iterations).ok_or(KeyError::TooCostly)?;
        Ok(())
    }
}

/// Opens an EncryptedPrivateKeyInfo (RFC 5958 section 3).
///
/// # Errors
/// [`KeyError`].
pub(in crate::cert) fn open_pkcs8(
    der: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let read = || {
        let mut parts = Element::read(der, 0).ok()?.children();
        Some((parts.next_if(tag::SEQUENCE)?, parts.next_if(tag::OCTET_STRING)?))
    };
    let (algorithm, encrypted) = read().ok_or(KeyError::Malformed)?;
    open_sequence(&algorithm, encrypted.content, passphrase, budget)
}

/// Opens what holds one sequence and nothing else.
///
/// # Errors
/// [`KeyError`].
pub(in crate::cert) fn open_sequence(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let opened = open(algorithm, encrypted, passphrase, budget)?;
    // A wrong passphrase leaves good padding once in 256 times, and bytes that are nothing.
    let is_sequence = Element::read(&opened, 0)
        .is_ok_and(|whole| whole.tag == tag::SEQUENCE && whole.bytes.len() == opened.len());
    if is_sequence { Ok(opened) } else { Err(KeyError::PassphraseWrong) }
}

#[cfg(not(feature = "pbes2"))]
const fn open(
    _: &Element<'_>,
    _: &[u8],
    _: Option<&Passphrase>,
    _: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    Err(KeyError::UnknownEncryption)
}

/// Opens what an AlgorithmIdentifier and a passphrase were made for, unless it asks for too much work.
#[cfg(feature = "pbes2")]
fn open(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match pkcs5::EncryptionScheme::from_der(algorithm.bytes) {
        Ok(pkcs5::EncryptionScheme::Pbes2(parameters)) => {
            open_pbes2(&parameters, encrypted, passphrase, budget)
        }
        #[cfg(feature = "pkcs12")]
        _ => before::open(algorithm, encrypted, passphrase, budget),
        #[cfg(not(feature = "pkcs12"))]
        _ => Err(KeyError::LeftOut),
    }
}

/// PBES2 (RFC 8018 section 6.2).
#[cfg(feature = "pbes2")]
fn open_pbes2(
    parameters: &pkcs5::pbes2::Parameters,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    budget.take(match &parameters.kdf {
        pkcs5::pbes2::Kdf::Pbkdf2(kdf) => kdf.iteration_count,
        // Mixing two blocks takes about as long as one iteration. OpenSSL writes 2^17 of them.
        pkcs5::pbes2::Kdf::Scrypt(kdf) => {
            let blocks = kdf.cost_parameter.saturating_mul(u64::from(kdf.block_size));
            u32::try_from(blocks.saturating_mul(u64::from(kdf.parallelization)) / 2).unwrap_or(u32::MAX)
        }
        _ => return Err(KeyError::UnknownEncryption),
    })?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
    match parameters.decrypt(passphrase.as_bytes(), encrypted) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(pkcs5::Error::UnsupportedAlgorithm { .. }) => Err(KeyError::UnknownEncryption),
        Err(_) => Err(KeyError::PassphraseWrong),
    }
}
