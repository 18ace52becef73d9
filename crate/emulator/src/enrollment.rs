//! Who may be provisioned: individual enrollments by leaf, enrollment groups by CA.

use std::{collections::HashMap, fmt};

use dps_x509_core::name::RegistrationId;
use rustls::pki_types::{CertificateDer, TrustAnchor, pem, pem::PemObject as _};

use crate::certificate::{Parsed, Thumbprint};

/// An individual enrollment: one device, matched by the SHA-256 thumbprint of its leaf.
#[derive(Debug, Clone)]
pub struct Individual {
    pub(crate) registration_id: RegistrationId,
    pub(crate) leaf: Parsed,
    pub(crate) device_id: Option<String>,
    pub(crate) enabled: bool,
}

impl Individual {
    /// An enabled enrollment of a device with the certificate in `pem` (its first one, the leaf).
    ///
    /// # Errors
    /// There is no certificate, or it cannot be read.
    pub fn from_pem(registration_id: RegistrationId, pem: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self { registration_id, leaf: first_certificate(pem)?, device_id: None, enabled: true })
    }

    /// The device ID at the hub, where it is not the registration ID.
    #[must_use]
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.device_id = Some(device_id.into());
        self
    }

    /// Whether devices are provisioned or refused.
    #[must_use]
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

/// An enrollment group: all devices whose chain leads to one CA, root or intermediate.
#[derive(Debug, Clone)]
pub struct Group {
    pub(crate) name: String,
    pub(crate) authority: Parsed,
    pub(crate) anchor: TrustAnchor<'static>,
    pub(crate) enabled: bool,
}

impl Group {
    /// An enabled group for the CA certificate in `pem` (its first one).
    ///
    /// # Errors
    /// There is no certificate, or it cannot serve as a trust anchor.
    pub fn from_pem(name: impl Into<String>, pem: &[u8]) -> Result<Self, CertificateError> {
        let authority = first_certificate(pem)?;
        let anchor = webpki::anchor_from_trusted_cert(&authority.der)
            .map_err(|error| CertificateError::NotAnAnchor(error.to_string()))?
            .to_owned();
        Ok(Self { name: name.into(), authority, anchor, enabled: true })
    }

    /// Whether devices are provisioned or refused.
    #[must_use]
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

fn first_certificate(pem: &[u8]) -> Result<Parsed, CertificateError> {
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

/// All enrollments of one DPS instance. A certificate can be in only one of them (DPS
/// `concepts-x509-attestation`).
#[derive(Debug, Clone, Default)]
pub struct Enrollments {
    /// By registration ID in lower case: it is case-insensitive.
    individuals: HashMap<String, Individual>,
    groups: Vec<Group>,
}

impl Enrollments {
    /// Adds an individual enrollment.
    ///
    /// # Errors
    /// Its registration ID or its certificate is already enrolled.
    pub fn add_individual(&mut self, individual: Individual) -> Result<(), DuplicateError> {
        let key = individual.registration_id.as_str().to_ascii_lowercase();
        if self.individuals.contains_key(&key) {
            return Err(DuplicateError::RegistrationId(individual.registration_id));
        }
        self.refuse_known(&individual.leaf)?;
        self.individuals.insert(key, individual);
        Ok(())
    }

    /// Adds an enrollment group.
    ///
    /// # Errors
    /// Its name or its certificate is already enrolled.
    pub fn add_group(&mut self, group: Group) -> Result<(), DuplicateError> {
        if self.groups.iter().any(|known| known.name == group.name) {
            return Err(DuplicateError::Group(group.name));
        }
        self.refuse_known(&group.authority)?;
        self.groups.push(group);
        Ok(())
    }

    /// How many individual enrollments and groups there are.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        (self.individuals.len(), self.groups.len())
    }

    pub(crate) fn individual(&self, registration_id: &RegistrationId) -> Option<&Individual> {
        self.individuals.get(&registration_id.as_str().to_ascii_lowercase())
    }

    pub(crate) fn individual_with_leaf(&self, thumbprint: Thumbprint) -> Option<&Individual> {
        self.individuals.values().find(|individual| individual.leaf.thumbprint == thumbprint)
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    fn refuse_known(&self, certificate: &Parsed) -> Result<(), DuplicateError> {
        let in_group = self.groups.iter().find(|group| group.authority.thumbprint == certificate.thumbprint);
        let enrollment = match (self.individual_with_leaf(certificate.thumbprint), in_group) {
            (Some(individual), _) => format!("the individual enrollment {}", individual.registration_id),
            (None, Some(group)) => format!("the group {}", group.name),
            (None, None) => return Ok(()),
        };
        Err(DuplicateError::Certificate { enrollment })
    }
}

/// Two enrollments that cannot stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DuplicateError {
    /// Two individual enrollments with one registration ID (it is case-insensitive).
    RegistrationId(RegistrationId),
    /// Two groups with one name.
    Group(String),
    /// A certificate in two enrollments.
    Certificate {
        /// Where it is already.
        enrollment: String,
    },
}

impl fmt::Display for DuplicateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RegistrationId(id) => write!(f, "the registration ID {id} is enrolled twice"),
            Self::Group(name) => write!(f, "there are two groups with the name {name}"),
            Self::Certificate { enrollment } => {
                write!(f, "its certificate is in {enrollment} already; DPS takes it only once")
            }
        }
    }
}

impl std::error::Error for DuplicateError {}
