//! Private keys out of PEM texts.

use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument, pkcs5};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, pem, pem::PemObject};

use super::IdentityError;

const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// The first key of a PEM text, decrypted where it is encrypted.
pub(super) fn from_pem(
    text: &[u8],
    passphrase: Option<&[u8]>,
) -> Result<PrivateKeyDer<'static>, IdentityError> {
    if text.windows(LEGACY.len()).any(|window| window == LEGACY) {
        return Err(IdentityError::EncryptionLegacy);
    }
    match PrivateKeyDer::from_pem_slice(text) {
        Ok(key) => Ok(key),
        Err(pem::Error::NoItemsFound) => match encrypted_block(text) {
            Some(block) => decrypt(block, passphrase),
            None => Err(IdentityError::NoKey { found: labels(text) }),
        },
        Err(error) => Err(IdentityError::KeyDamaged { reason: error.to_string() }),
    }
}

/// RFC 1421 section 4.6.1.1, as OpenSSL wrote it before PKCS#8.
const LEGACY: &[u8] = b"Proc-Type: 4,ENCRYPTED";

/// The labels of everything in a PEM text, in order.
pub(super) fn labels(text: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(text)
        .lines()
        .filter_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----").map(str::to_owned))
        .collect()
}

fn encrypted_block(text: &[u8]) -> Option<&str> {
    let text = str::from_utf8(text).ok()?;
    let begin = text.find(&format!("-----BEGIN {ENCRYPTED}-----"))?;
    let end = format!("-----END {ENCRYPTED}-----");
    let length = text.get(begin..)?.find(&end)? + end.len();
    text.get(begin..begin + length)
}

/// RFC 5958 section 3.
fn decrypt(block: &str, passphrase: Option<&[u8]>) -> Result<PrivateKeyDer<'static>, IdentityError> {
    let damaged = |reason: String| IdentityError::KeyDamaged { reason };
    let (_, document) =
        SecretDocument::from_pem(block).map_err(|error| damaged(format!("its PEM: {error}")))?;
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
        .map_err(|error| damaged(format!("its encryption: {error}")))?;
    let passphrase = passphrase.ok_or(IdentityError::PassphraseMissing)?;
    match encrypted.decrypt(passphrase) {
        // The document is wiped when it is dropped; the copy is wiped by the caller.
        Ok(key) => Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into()),
        Err(pkcs8::Error::EncryptedPrivateKey(error)) => Err(match error {
            pkcs5::Error::UnsupportedAlgorithm { oid } | pkcs5::Error::AlgorithmParametersInvalid { oid } => {
                IdentityError::EncryptionUnsupported { method: oid.to_string() }
            }
            pkcs5::Error::NoPbes1CryptSupport => {
                IdentityError::EncryptionUnsupported { method: "PBES1".to_owned() }
            }
            _ => IdentityError::PassphraseWrong,
        }),
        // Padding that fits by chance, and no key behind it.
        Err(_) => Err(IdentityError::PassphraseWrong),
    }
}
