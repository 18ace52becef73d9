//! Stores that hold several objects: PKCS#7 (`.p7b`), PKCS#12 (`.p12`, `.pfx`) and those of Java (`.jks`).

mod content;
#[cfg(feature = "_rare")]
mod jks;
#[cfg(feature = "_rare")]
mod pkcs12;
mod pkcs7;

pub use content::Stored;
pub use pkcs7::pkcs7;
#[cfg(feature = "_rare")]
pub use {
    jks::{jks, jks_is_whole},
    pkcs12::pkcs12,
};

#[cfg(not(feature = "_rare"))]
pub use shut::{jks, jks_is_whole, pkcs12};

/// The page's first part opens no store with keys; what meets one asks the complete module.
#[cfg(not(feature = "_rare"))]
mod shut {
    use super::Stored;
    use crate::cert::{
        budget::Budget,
        secret::{error::KeyError, passphrase::Passphrase},
    };

    /// A PKCS#12 store.
    ///
    /// # Errors
    /// [`KeyError::UnknownEncryption`], always.
    pub const fn pkcs12(_: &[u8], _: Option<&Passphrase>, _: &Budget) -> Result<Vec<Stored>, KeyError> {
        Err(KeyError::UnknownEncryption)
    }

    /// The hash of a keystore of Java.
    ///
    /// # Errors
    /// [`KeyError::UnknownEncryption`], always.
    pub const fn jks_is_whole(_: &[u8], _: &Passphrase, _: &Budget) -> Result<bool, KeyError> {
        Err(KeyError::UnknownEncryption)
    }

    /// A keystore of Java.
    ///
    /// # Errors
    /// [`KeyError::UnknownEncryption`], always.
    pub const fn jks(_: &[u8], _: Option<&Passphrase>, _: &Budget) -> Result<Vec<Stored>, KeyError> {
        Err(KeyError::UnknownEncryption)
    }
}
