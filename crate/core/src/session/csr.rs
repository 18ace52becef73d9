//! A certificate signing request as it is sent, and certificates as they come (preview).

use std::fmt;

use base64ct::{Base64, Encoding as _};

/// Base64 of the DER of a PKCS#10 request, without PEM lines (`concept-certificate-issuance`). What is in it is for
/// others to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csr(String);

impl Csr {
    /// Longest text: a request for the longest RSA keys has a few thousand characters.
    pub const MAX_LENGTH: usize = 16 * 1024;

    /// Takes base64.
    ///
    /// # Errors
    /// It is not base64 with its padding and without line breaks, it is empty, or it is too long.
    pub fn new(text: &str) -> Result<Self, CsrError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(CsrError::TooLong { length: text.len() });
        }
        match Base64::decode_vec(text) {
            Ok(der) if !der.is_empty() => Ok(Self(text.to_owned())),
            _ => Err(CsrError::NotBase64),
        }
    }

    /// Takes DER.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Self {
        Self(Base64::encode_string(der))
    }

    /// The base64 text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`Csr`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsrError {
    /// It is not base64, or empty.
    NotBase64,
    /// More than [`Csr::MAX_LENGTH`] characters.
    TooLong {
        /// Its length.
        length: usize,
    },
}

impl fmt::Display for CsrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => f.write_str("the CSR is not the base64 of its DER in one line"),
            Self::TooLong { length } => {
                write!(f, "the CSR has {length} characters; at most {} are sent", Csr::MAX_LENGTH)
            }
        }
    }
}

impl std::error::Error for CsrError {}

/// A certificate as it came in JSON; `None` if it is not base64.
pub(super) fn certificate(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// A certificate as it goes into JSON.
pub(super) fn to_base64(der: &[u8]) -> String {
    Base64::encode_string(der)
}
