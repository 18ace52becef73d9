//! What is under a passphrase: PBES2, and the schemes before it.
//!
//! Nothing takes these into itself, so that a page that meets no passphrase does without what is behind them.

mod cipher;
pub(in crate::cert) mod derivation;
mod legacy;
mod sun;
mod traditional;

use pkcs8::{der::Decode as _, pkcs5};
use zeroize::Zeroizing;

use crate::cert::{
    budget::Budget,
    der::{Element, ber, tag},
    secret::{error::KeyError, passphrase::Passphrase},
};

/// Opens an EncryptedPrivateKeyInfo (RFC 5958 section 3).
///
/// # Errors
/// [`KeyError`].
#[inline(never)]
pub(in crate::cert) fn open_pkcs8(
    der: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let read = || {
        let mut parts = Element::read(der, 0).ok()?.children();
        Some((parts.next_if(tag::SEQUENCE)?, parts.next_if(tag::OCTET_STRING)?))
    };
    let (algorithm, encrypted) = read().ok_or(KeyError::Malformed)?;
    open_sequence(&algorithm, encrypted.content, passphrase, budget)
}

/// Opens a key under the encryption of PEM itself: the value of `DEK-Info`, a line feed and what is encrypted.
///
/// # Errors
/// [`KeyError`].
#[inline(never)]
pub(in crate::cert) fn open_traditional(
    block: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    one_sequence(traditional::open(block, passphrase, budget)?)
}

/// Opens what holds one sequence and nothing else.
///
/// # Errors
/// [`KeyError`].
#[inline(never)]
pub(in crate::cert) fn open_sequence(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    one_sequence(open(algorithm, encrypted, passphrase, budget)?)
}

fn one_sequence(opened: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    // A wrong passphrase leaves good padding once in 256 times, and bytes that are nothing. NSS encrypts BER.
    let is_sequence = |it: &Zeroizing<Vec<u8>>| {
        Element::read(it, 0).is_ok_and(|whole| whole.tag == tag::SEQUENCE && whole.bytes.len() == it.len())
    };
    if is_sequence(&opened) {
        return Ok(opened);
    }
    ber::to_definite(&opened).filter(is_sequence).ok_or(KeyError::PassphraseWrong)
}

/// Opens what an AlgorithmIdentifier and a passphrase were made for, unless it asks for too much work.
fn open(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match pkcs5::EncryptionScheme::from_der(algorithm.bytes) {
        Ok(pkcs5::EncryptionScheme::Pbes2(parameters)) => {
            open_pbes2(&parameters, encrypted, passphrase, budget)
        }
        _ => legacy::open(algorithm, encrypted, passphrase, budget),
    }
}

/// PBES2 (RFC 8018 section 6.2).
fn open_pbes2(
    parameters: &pkcs5::pbes2::Parameters,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
    match &parameters.kdf {
        pkcs5::pbes2::Kdf::Pbkdf2(kdf) => {
            // One block of output is as long as the hash; no cipher has a key of more than two.
            let blocks = parameters.encryption.key_size().div_ceil(prf_length(kdf.prf));
            let blocks = u64::try_from(blocks).unwrap_or(u64::MAX);
            budget.take_rounds(u64::from(kdf.iteration_count).saturating_mul(blocks))?;
        }
        // OpenSSL writes 2^14 times 8 blocks of 128 octets.
        pkcs5::pbes2::Kdf::Scrypt(kdf) => {
            let blocks = kdf.cost_parameter.saturating_mul(u64::from(kdf.block_size));
            budget.allows_memory(blocks.saturating_mul(128))?;
            budget.take_rounds(blocks.saturating_mul(u64::from(kdf.parallelization)) / 2)?;
        }
        _ => return Err(KeyError::UnknownEncryption),
    }
    match parameters.decrypt(passphrase.as_bytes(), encrypted) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(pkcs5::Error::UnsupportedAlgorithm { .. }) => Err(KeyError::UnknownEncryption),
        Err(_) => Err(KeyError::PassphraseWrong),
    }
}

/// Octets that one round of PBKDF2 gives.
const fn prf_length(prf: pkcs5::pbes2::Pbkdf2Prf) -> usize {
    use pkcs5::pbes2::Pbkdf2Prf as P;
    match prf {
        P::HmacWithSha224 => 28,
        P::HmacWithSha256 => 32,
        P::HmacWithSha384 => 48,
        P::HmacWithSha512 => 64,
        // SHA-1, and what may be added: too short is too dear, not too cheap.
        _ => 20,
    }
}
