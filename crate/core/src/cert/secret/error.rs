//! Why a private key or a store stays shut.

/// Why a private key cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// It is encrypted, and there is no passphrase.
    PassphraseMissing,
    /// The passphrase does not open it.
    PassphraseWrong,
    /// It is under the encryption of RFC 1421.
    LegacyEncryption,
    /// It is encrypted in a way that this crate does not know.
    UnknownEncryption,
    /// Opening it would take too long: its parameters ask for more than [`super::encryption::MAX_ITERATIONS`].
    TooCostly,
    /// The passphrase opens it, and by its MAC something in it was changed since.
    Changed,
    /// This crate was built without what opens it.
    LeftOut,
    /// It is not what its outline promises.
    Malformed,
}
