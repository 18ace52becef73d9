//! Certificates that are enrolled or uploaded, out of PEM text.

use std::fmt;

use rustls::pki_types::{CertificateDer, TrustAnchor, pem, pem::PemObject as _};

use crate::certificate::Parsed;

/// A CA certificate that chains can lead to.
#[derive(Debug, Clone)]
pub(crate) struct SigningCertificate {
    pub(crate) certificate: Parsed,
    pub(crate) anchor: TrustAnchor<'static>,
}

impl SigningCertificate {
    pub(crate) fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        let certificate = first_certificate(pem)?;
        let anchor = webpki::anchor_from_trusted_cert(&certificate.der)
            .map_err(|error| CertificateError::NotAnAnchor(error.to_string()))?
            .to_owned();
        Ok(Self { certificate, anchor })
    }
}

/// The first certificate in a PEM text.
pub(crate) fn first_certificate(pem: &[u8]) -> Result<Parsed, CertificateError> {
    let der = CertificateDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound => CertificateError::NoCertificate,
        other => CertificateError::Pem(other.to_string()),
    })?;
    let parsed = Parsed::new(der);
    if parsed.is_readable() { Ok(parsed) } else { Err(CertificateError::Unreadable) }
}

/// Why a PEM text cannot be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// No `CERTIFICATE` block.
    NoCertificate,
    /// The PEM text is damaged.
    Pem(String),
    /// The block holds something that is not an X.509 certificate.
    Unreadable,
    /// It cannot serve as a group's CA.
    NotAnAnchor(String),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("there is no \"-----BEGIN CERTIFICATE-----\" block in it"),
            Self::Pem(detail) => write!(f, "the PEM text is damaged: {detail}"),
            Self::Unreadable => f.write_str("its first CERTIFICATE block is not an X.509 certificate"),
            Self::NotAnAnchor(detail) => write!(f, "its certificate cannot serve as a group's CA: {detail}"),
        }
    }
}

impl std::error::Error for CertificateError {}
