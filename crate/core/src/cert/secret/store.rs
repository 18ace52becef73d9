//! Stores that hold several objects: PKCS#7 (`.p7b`) and PKCS#12 (`.p12`, `.pfx`).

mod content;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod pkcs7;

pub use content::Stored;
pub use pkcs7::pkcs7;
#[cfg(feature = "pkcs12")]
pub use pkcs12::pkcs12;

/// What a build without the feature `pkcs12` says of a PKCS#12 store.
///
/// # Errors
/// [`KeyError::LeftOut`](crate::cert::secret::error::KeyError::LeftOut), always.
#[cfg(not(feature = "pkcs12"))]
pub const fn pkcs12(
    _der: &[u8],
    _passphrase: Option<&crate::cert::secret::passphrase::Passphrase>,
    _budget: &crate::cert::budget::Budget,
) -> Result<Vec<Stored>, crate::cert::secret::error::KeyError> {
    Err(crate::cert::secret::error::KeyError::LeftOut)
}
