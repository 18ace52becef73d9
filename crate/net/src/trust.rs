//! Which roots a server's certificate may lead to.

use std::{fmt, sync::Arc};

use dps_x509_core::name::Cloud;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    client::WebPkiServerVerifier,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::tls;

/// Roots for the server's certificate. There is no way to accept just any.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    roots: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// The roots of a cloud ([`Cloud::roots`]): DigiCert Global Root G2 and G3, Microsoft RSA and ECC Root 2017, and
    /// for US Government and China DigiCert Global Root CA ("G1").
    #[must_use]
    pub fn azure(cloud: Cloud) -> Self {
        let certificate = |pem: &&str| CertificateDer::from_pem_slice(pem.as_bytes()).ok();
        Self { roots: cloud.roots().iter().filter_map(certificate).collect() }
    }

    /// No root at all, to add one's own.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds every certificate of a PEM text.
    ///
    /// # Errors
    /// It holds no certificate, or one that is damaged or cannot be a root.
    pub fn add_pem(mut self, pem: &[u8]) -> Result<Self, TrustError> {
        let before = self.roots.len();
        for (index, certificate) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let certificate = certificate
                .map_err(|error| TrustError::Damaged { certificate: index + 1, reason: error.to_string() })?;
            check(&certificate, index + 1)?;
            self.roots.push(certificate);
        }
        if self.roots.len() == before { Err(TrustError::NoCertificate) } else { Ok(self) }
    }

    /// Adds one certificate.
    ///
    /// # Errors
    /// It is damaged or cannot be a root.
    pub fn add_der(mut self, der: impl Into<Vec<u8>>) -> Result<Self, TrustError> {
        let certificate = CertificateDer::from(der.into());
        check(&certificate, 1)?;
        self.roots.push(certificate);
        Ok(self)
    }

    /// The roots, DER.
    pub fn roots(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().map(AsRef::as_ref)
    }

    /// Prepares TLS with these roots, once for any number of identities.
    ///
    /// # Errors
    /// There is no root, or one cannot be used.
    pub fn ready(&self) -> Result<Trusted, TrustError> {
        let verdict = self.verifier(&tls::provider())?;
        let config = tls::base_config(Arc::clone(&verdict))
            .map_err(|error| TrustError::Damaged { certificate: 0, reason: error.to_string() })?;
        Ok(Trusted { verdict, config: Arc::new(config) })
    }

    pub(crate) fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<WebPkiServerVerifier>, TrustError> {
        let mut store = RootCertStore::empty();
        for (index, root) in self.roots.iter().enumerate() {
            let damaged = |reason| TrustError::Damaged { certificate: index + 1, reason };
            store.add(root.clone()).map_err(|error| damaged(error.to_string()))?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
            .build()
            .map_err(|_| TrustError::NoCertificate)
    }
}

/// Roots with which TLS has been prepared, for any number of identities: clones share everything.
#[derive(Debug, Clone)]
pub struct Trusted {
    pub(crate) verdict: Arc<WebPkiServerVerifier>,
    pub(crate) config: Arc<ClientConfig>,
}

fn check(certificate: &CertificateDer<'static>, number: usize) -> Result<(), TrustError> {
    RootCertStore::empty()
        .add(certificate.clone())
        .map_err(|error| TrustError::Damaged { certificate: number, reason: error.to_string() })
}

/// Why there are no roots to go by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustError {
    /// There is not one certificate.
    NoCertificate,
    /// A certificate cannot be read, or not as a root.
    Damaged {
        /// Which one, from 1.
        certificate: usize,
        /// The reader's word.
        reason: String,
    },
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str(
                "there is no root certificate to trust; give the PEM file of the server's root CA",
            ),
            Self::Damaged { certificate, reason } => {
                write!(f, "root certificate {certificate} cannot be used: {reason}; export it again as PEM")
            }
        }
    }
}

impl std::error::Error for TrustError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// As published by DigiCert and Microsoft, SHA-256 of the DER: G2, Microsoft RSA, G3, Microsoft ECC, G1.
    const FINGERPRINTS: [&str; 5] = [
        "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f",
        "c741f70f4b2a8d88bf2e71c14122ef53ef10eba0cfa5e64cfa20f418853073e0",
        "31ad6648f8104138c738f39ea4320133393e3a18cc02296ef97c2ac9ef6731d0",
        "358df39d764af9e1b766e9c972df352ee15cfac227af6ad1d70e8e4a6edcba02",
        "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161",
    ];

    fn fingerprint(der: &[u8]) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, der);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn each_cloud_has_the_published_roots() {
        let fingerprints = |cloud| Trust::azure(cloud).roots().map(fingerprint).collect::<Vec<_>>();
        assert_eq!(fingerprints(Cloud::Public), FINGERPRINTS[..4]);
        for cloud in [Cloud::UsGov, Cloud::China] {
            assert_eq!(fingerprints(cloud), FINGERPRINTS);
        }
    }

    #[test]
    fn what_is_no_root_is_said_at_once() {
        assert_eq!(Trust::empty().add_pem(b"").unwrap_err(), TrustError::NoCertificate);
        let other = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
        assert_eq!(Trust::empty().add_pem(other).unwrap_err(), TrustError::NoCertificate);
        let twice = [
            Cloud::Public.roots()[0].as_bytes(),
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ]
        .concat();
        let error = Trust::empty().add_pem(&twice).unwrap_err();
        assert!(matches!(error, TrustError::Damaged { certificate: 2, .. }), "{error}");
    }
}
