//! CA certificates that were uploaded to an instance, and whether they are verified.
//!
//! A group's CA must be verified or roll up to a verified one (azure-docs#60870). Verified is a CA certificate
//! that was uploaded as such, or whose owner proved to have its key (DPS `how-to-verify-certificates`).

use rustls::pki_types::{CertificateDer, UnixTime};

use crate::{
    certificate::{Presented, Thumbprint},
    chain,
    enrollment::{CertificateError, SigningCertificate},
};

/// An uploaded CA certificate, root or intermediate.
#[derive(Debug, Clone)]
pub struct CaCertificate {
    pub(crate) name: String,
    pub(crate) signer: SigningCertificate,
    pub(crate) verified: bool,
}

impl CaCertificate {
    /// The first certificate in `pem`, not verified.
    ///
    /// # Errors
    /// There is no certificate, or it cannot serve as a trust anchor.
    pub fn from_pem(name: impl Into<String>, pem: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self { name: name.into(), signer: SigningCertificate::from_pem(pem)?, verified: false })
    }

    /// Whether it counts as verified, as by `az iot dps certificate create --verified`.
    #[must_use]
    pub const fn verified(mut self, verified: bool) -> Self {
        self.verified = verified;
        self
    }

    /// Its name in the instance.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn thumbprint(&self) -> Thumbprint {
        self.signer.certificate.thumbprint
    }
}

/// Whether a CA that a chain was found to lead to is verified, or rolls up to a verified one through what was
/// presented and uploaded.
pub(crate) fn is_verified(
    uploaded: &[CaCertificate],
    signer: &SigningCertificate,
    presented: &Presented,
    now: UnixTime,
) -> bool {
    let is_it = |ca: &CaCertificate| ca.verified && ca.thumbprint() == signer.certificate.thumbprint;
    if uploaded.iter().any(is_it) {
        return true;
    }
    let anchors: Vec<_> =
        uploaded.iter().filter(|ca| ca.verified).map(|ca| ca.signer.anchor.clone()).collect();
    let links: Vec<CertificateDer<'_>> = std::iter::once(&signer.certificate)
        .chain(&presented.others)
        .chain(uploaded.iter().map(|ca| &ca.signer.certificate))
        .map(|certificate| certificate.der.clone())
        .collect();
    chain::verify(&presented.leaf, &anchors, &links, now).is_ok()
}
