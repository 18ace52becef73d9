//! Why a private key or a store stays shut.

use std::fmt;

use crate::cert::budget::Exhausted;

/// Why a private key cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It is encrypted, and there is no passphrase.
    PassphraseMissing,
    /// The passphrase does not open it.
    PassphraseWrong,
    /// It is encrypted in a way that this crate does not know.
    UnknownEncryption,
    /// Opening it asks for more than the whole call may still spend.
    TooCostly(Exhausted),
    /// The passphrase opens it, and by its MAC something in it was changed since.
    Changed,
    /// It is not what its outline promises.
    Malformed,
}

impl From<Exhausted> for KeyError {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooCostly(exhausted)
    }
}

/// The end of a sentence.
impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PassphraseMissing => "it is encrypted, and there is no passphrase",
            Self::PassphraseWrong => "the passphrase does not open it",
            Self::UnknownEncryption => "it is encrypted in a way that is not known here",
            Self::TooCostly(exhausted) => return exhausted.fmt(f),
            Self::Changed => "something in it was changed since it was made",
            Self::Malformed => "a part of it is missing or malformed",
        })
    }
}

impl std::error::Error for KeyError {}
