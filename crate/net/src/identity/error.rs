//! Why files do not make an identity.

use std::fmt;

/// Why files do not make an identity. Nothing in it comes from a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityError {
    /// Where the chain belongs there is no certificate.
    NoCertificate {
        /// The labels of what is there instead, as in `-----BEGIN label-----`.
        found: Vec<String>,
    },
    /// A certificate cannot be read.
    CertificateDamaged {
        /// The reader's word.
        reason: String,
    },
    /// Where the key belongs there is none.
    NoKey {
        /// The labels of what is there instead.
        found: Vec<String>,
    },
    /// The key cannot be read.
    KeyDamaged {
        /// The reader's word.
        reason: String,
    },
    /// The key is of a kind that cannot sign here.
    KeyUnsupported {
        /// The reader's word.
        reason: String,
    },
    /// The key is encrypted and no passphrase was given.
    PassphraseMissing,
    /// The passphrase does not open the key.
    PassphraseWrong,
    /// The key is encrypted by a method that is not supported.
    EncryptionUnsupported {
        /// The method, by its object identifier where that is known.
        method: String,
    },
    /// The key is encrypted inside its PEM text (RFC 1421), as OpenSSL once did.
    EncryptionLegacy,
    /// The key does not belong to the leaf, the first certificate.
    KeyMismatch,
}

/// Makes a PKCS#8 key of any other, encrypted by a method of today.
const CONVERT: &str = "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem";

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate { found } => {
                write!(f, "there is no certificate where the device's chain belongs")?;
                instead(f, found)?;
                f.write_str("; give the leaf and its intermediates as PEM")
            }
            Self::CertificateDamaged { reason } => {
                write!(f, "the device's certificate cannot be read: {reason}; export it again")
            }
            Self::NoKey { found } => {
                write!(f, "there is no private key where the device's key belongs")?;
                instead(f, found)?;
                f.write_str("; give the key of the leaf as PEM")
            }
            Self::KeyDamaged { reason } => {
                write!(f, "the device's private key cannot be read: {reason}; export it again")
            }
            Self::KeyUnsupported { reason } => write!(
                f,
                "the device's private key cannot be used: {reason}; what works is P-256, P-384, Ed25519 and RSA from 2048 bits"
            ),
            Self::PassphraseMissing => {
                f.write_str("the device's private key is encrypted; give its passphrase")
            }
            Self::PassphraseWrong => {
                f.write_str("the passphrase does not open the device's private key; check it, line ends included")
            }
            Self::EncryptionUnsupported { method } => write!(
                f,
                "the device's private key is encrypted by a method that is not supported ({method}); convert it: {CONVERT}"
            ),
            Self::EncryptionLegacy => write!(
                f,
                "the device's private key is encrypted in OpenSSL's old way (Proc-Type: 4,ENCRYPTED); convert it: {CONVERT}"
            ),
            Self::KeyMismatch => f.write_str(
                "the private key does not belong to the first certificate of the chain. The leaf comes first, and the key is the leaf's",
            ),
        }
    }
}

fn instead(f: &mut fmt::Formatter<'_>, found: &[String]) -> fmt::Result {
    match found {
        [] => f.write_str(" (no PEM at all)"),
        found => write!(f, " (but {})", found.join(", ")),
    }
}

impl std::error::Error for IdentityError {}
