//! Why a signature does not hold.

use std::fmt;

use crate::cert::budget::Exhausted;

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key did not make this signature over these bytes.
    Mismatch,
    /// The signature is for another kind of key.
    OtherKeyType,
    /// The key is not a key: a point that is not on its curve, a modulus out of bounds, parameters that do not belong.
    BadKey,
    /// The signature has not the form of its algorithm.
    BadSignature,
    /// The key made it, and its two numbers stand side by side in place of a SEQUENCE of them (RFC 3279 section 2.2.3).
    NumbersSideBySide,
    /// This crate does not check the algorithm; nothing is known.
    NotChecked,
    /// It was not checked: too many had been checked before it.
    Exhausted(Exhausted),
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mismatch => "the signature was made by another key, or the certificate was changed since",
            Self::OtherKeyType => "the signature is of another algorithm than the issuer's key",
            Self::BadKey => "the issuer's public key is malformed",
            Self::BadSignature => "the signature does not have the form of its algorithm",
            Self::NumbersSideBySide => {
                "the key made it, and its numbers r and s stand side by side, not as a SEQUENCE of two INTEGERs (DER)"
            }
            Self::NotChecked => "the signature's algorithm is not checked by this tool",
            Self::Exhausted(exhausted) => return exhausted.fmt(f),
        })
    }
}

impl std::error::Error for SignatureError {}
