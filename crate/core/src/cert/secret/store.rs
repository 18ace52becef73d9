//! Stores that hold several objects: PKCS#7 (`.p7b`) and PKCS#12 (`.p12`, `.pfx`).

mod content;
#[cfg(feature = "_rare")]
mod pkcs12;
mod pkcs7;

pub use content::Stored;
pub use pkcs7::pkcs7;
#[cfg(feature = "_rare")]
pub use pkcs12::pkcs12;

/// The page's first part does not open PKCS#12 stores; what meets one asks the complete module.
///
/// # Errors
/// [`KeyError::UnknownEncryption`](crate::cert::secret::error::KeyError::UnknownEncryption), always.
#[cfg(not(feature = "_rare"))]
pub const fn pkcs12(
    _der: &[u8],
    _passphrase: Option<&crate::cert::secret::passphrase::Passphrase>,
    _budget: &crate::cert::budget::Budget,
) -> Result<Vec<Stored>, crate::cert::secret::error::KeyError> {
    Err(crate::cert::secret::error::KeyError::UnknownEncryption)
}
