//! The certificates a client presented: what matching needs to know of them.

use std::{fmt, time::SystemTime};

use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use x509_cert::{
    Certificate, Version,
    der::{Decode as _, Encode as _},
    ext::pkix::ExtendedKeyUsage,
    name::Name,
};

/// SHA-256 of a certificate's DER bytes; shown as 64 upper-case hexadecimal digits, as the Azure portal does.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The thumbprint of a certificate.
    #[must_use]
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        let byte = |index: usize| u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok();
        for (index, slot) in bytes.iter_mut().enumerate() {
            *slot = byte(index).ok_or_else(|| D::Error::custom("not 64 hexadecimal digits"))?;
        }
        if text.len() == 64 { Ok(Self(bytes)) } else { Err(D::Error::custom("not 64 hexadecimal digits")) }
    }
}

/// One certificate as it was presented or enrolled. Nothing about it is judged here.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    pub(crate) der: CertificateDer<'static>,
    pub(crate) thumbprint: Thumbprint,
    /// Absent if `x509-cert` cannot read it; the thumbprint still identifies it.
    content: Option<Box<Certificate>>,
}

impl Parsed {
    pub(crate) fn new(der: CertificateDer<'static>) -> Self {
        let content = Certificate::from_der(&der).ok().map(Box::new);
        Self { thumbprint: Thumbprint::of(&der), content, der }
    }

    /// Whether it could be read as a certificate.
    pub(crate) fn is_readable(&self) -> bool {
        self.content.is_some()
    }

    pub(crate) fn subject(&self) -> Option<&Name> {
        self.content.as_deref().map(|content| content.tbs_certificate().subject())
    }

    pub(crate) fn issuer(&self) -> Option<&Name> {
        self.content.as_deref().map(|content| content.tbs_certificate().issuer())
    }

    /// The subject's common name, if there is a readable one.
    pub(crate) fn common_name(&self) -> Option<String> {
        self.subject()?.common_name().ok()?.map(Into::into)
    }

    /// Issuer and subject are the same name: what "self-signed" means before signatures are looked at.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject().is_some() && self.subject() == self.issuer()
    }

    pub(crate) fn has_extended_key_usage(&self) -> bool {
        self.content.as_deref().is_some_and(|content| {
            content.tbs_certificate().filter_extensions::<ExtendedKeyUsage>().next().is_some()
        })
    }

    /// The subject public key info in DER, for proof of possession where webpki refuses the certificate.
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        self.content.as_deref()?.tbs_certificate().subject_public_key_info().to_der().ok()
    }

    /// `None` if it could not be read.
    pub(crate) fn facts(&self) -> Option<Facts> {
        let content = self.content.as_deref()?.tbs_certificate();
        Some(Facts {
            serial_number: content.serial_number().as_bytes().to_vec(),
            not_before: content.validity().not_before.to_system_time(),
            not_after: content.validity().not_after.to_system_time(),
            version: match content.version() {
                Version::V1 => 1,
                Version::V2 => 2,
                Version::V3 => 3,
            },
        })
    }

    pub(crate) fn summary(&self) -> CertificateSummary {
        let name = |name: Option<&Name>| name.map_or_else(|| "(unreadable)".to_owned(), ToString::to_string);
        CertificateSummary {
            subject: name(self.subject()),
            issuer: name(self.issuer()),
            sha256: self.thumbprint,
        }
    }
}

/// What stands in a certificate beside its names and its key.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) serial_number: Vec<u8>,
    pub(crate) not_before: SystemTime,
    pub(crate) not_after: SystemTime,
    /// From 1 on.
    pub(crate) version: u8,
}

/// What the event stream says of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateSummary {
    /// The subject in the form of RFC 4514.
    pub subject: String,
    /// The issuer in the form of RFC 4514.
    pub issuer: String,
    /// The SHA-256 thumbprint.
    pub sha256: Thumbprint,
}

impl fmt::Display for CertificateSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} issued by {}, SHA-256 {}", self.subject, self.issuer, self.sha256)
    }
}

/// The chain that a client presented in the TLS handshake, leaf first. Its key has been proven, nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Presented {
    pub(crate) leaf: Parsed,
    pub(crate) others: Vec<Parsed>,
}

impl Presented {
    /// `None` where no certificate was sent.
    pub(crate) fn new(chain: &[CertificateDer<'_>]) -> Option<Self> {
        let mut certificates = chain.iter().map(|der| Parsed::new(der.clone().into_owned()));
        Some(Self { leaf: certificates.next()?, others: certificates.collect() })
    }

    pub(crate) fn summaries(&self) -> Vec<CertificateSummary> {
        std::iter::once(&self.leaf).chain(&self.others).map(Parsed::summary).collect()
    }
}
