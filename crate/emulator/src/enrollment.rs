//! Who may be provisioned: individual enrollments by leaf, enrollment groups by CA.

pub(crate) mod document;
mod info;
mod pem;

use std::{collections::HashMap, fmt};

use dps_x509_core::name::RegistrationId;
use serde_json::{Map, Value};

use crate::{
    allocation::{Allocation, Reprovision},
    behaviour::{self, Behaviour},
    ca::CaCertificate,
    certificate::{Parsed, Thumbprint},
    hub::TwinChange,
};

pub(crate) use info::with_info;
pub use pem::CertificateError;
pub(crate) use pem::{SigningCertificate, first_certificate};

/// What individual enrollments and groups have in common.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) enabled: bool,
    /// `None`: that of the instance.
    pub(crate) allocation: Option<Allocation>,
    /// Which of the instance's hubs; `None`: all of them.
    pub(crate) hubs: Option<Vec<String>>,
    /// Whether a CSR is answered with certificates (preview).
    pub(crate) issues_certificates: bool,
    /// What becomes of a device that is assigned to another hub.
    pub(crate) reprovision: Reprovision,
    /// The twin of a device that is new at its hub.
    pub(crate) initial_twin: Option<Box<TwinChange>>,
    /// What the enrollment asks for and the emulator does not do, for a note in the events.
    pub(crate) ignored: Vec<&'static Behaviour>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            enabled: true,
            allocation: None,
            hubs: None,
            issues_certificates: false,
            reprovision: Reprovision::default(),
            initial_twin: None,
            ignored: Vec::new(),
        }
    }
}

/// The methods that both kinds of enrollment have.
macro_rules! with_terms {
    () => {
        /// Whether devices are provisioned or refused.
        #[must_use]
        pub const fn enabled(mut self, enabled: bool) -> Self {
            self.terms.enabled = enabled;
            self
        }

        /// How its devices get their hub, where that is not the instance's policy.
        #[must_use]
        pub fn allocation(mut self, allocation: Allocation) -> Self {
            self.terms.allocation = Some(allocation);
            self
        }

        /// The hubs that its devices may be assigned to, where these are not all of the instance.
        #[must_use]
        pub fn hubs(mut self, hubs: Vec<String>) -> Self {
            self.terms.hubs = Some(hubs);
            self
        }

        /// What becomes of its devices when they are assigned to another hub than before.
        #[must_use]
        pub const fn reprovision(mut self, reprovision: Reprovision) -> Self {
            self.terms.reprovision = reprovision;
            self
        }

        /// The twin of its devices that are new at their hub: an object with `tags` and `properties.desired`, as in
        /// the REST API of DPS.
        ///
        /// # Errors
        /// No twin can have that.
        pub fn initial_twin(mut self, twin: Map<String, Value>) -> Result<Self, InitialTwinError> {
            let twin =
                TwinChange::initial_by_hand(twin).map_err(|error| InitialTwinError(error.to_string()))?;
            self.terms.initial_twin = Some(Box::new(twin));
            Ok(self)
        }

        /// That it asks for capabilities (IoT Edge). The emulator's hub ignores it, and an event says so.
        #[must_use]
        pub fn has_capabilities(mut self) -> Self {
            self.terms.ignored.push(&behaviour::CAPABILITIES);
            self
        }
    };
}

/// An individual enrollment: one device, matched by the SHA-256 thumbprint of its leaf.
#[derive(Debug, Clone)]
pub struct Individual {
    pub(crate) registration_id: RegistrationId,
    /// The primary one, and the secondary one if there is any.
    pub(crate) leaves: Vec<Parsed>,
    pub(crate) device_id: Option<String>,
    pub(crate) terms: Terms,
}

impl Individual {
    /// An enabled enrollment of a device with the certificate in `pem` (its first one, the leaf).
    ///
    /// # Errors
    /// There is no certificate, or it cannot be read.
    pub fn from_pem(registration_id: RegistrationId, pem: &[u8]) -> Result<Self, CertificateError> {
        let leaves = vec![first_certificate(pem)?];
        Ok(Self { registration_id, leaves, device_id: None, terms: Terms::default() })
    }

    /// The secondary certificate: devices may present this leaf as well.
    ///
    /// # Errors
    /// There is no certificate in `pem`, or it cannot be read.
    pub fn secondary(mut self, pem: &[u8]) -> Result<Self, CertificateError> {
        self.leaves.truncate(1);
        self.leaves.push(first_certificate(pem)?);
        Ok(self)
    }

    /// The device ID at the hub, where it is not the registration ID.
    #[must_use]
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.device_id = Some(device_id.into());
        self
    }

    with_terms!();
}

/// An enrollment group: all devices whose chain leads to one CA, root or intermediate.
#[derive(Debug, Clone)]
pub struct Group {
    pub(crate) name: String,
    /// The primary one, and the secondary one if there is any.
    pub(crate) signers: Vec<SigningCertificate>,
    pub(crate) terms: Terms,
}

impl Group {
    /// An enabled group for the CA certificate in `pem` (its first one).
    ///
    /// # Errors
    /// There is no certificate, or it cannot serve as a trust anchor.
    pub fn from_pem(name: impl Into<String>, pem: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self::new(name, SigningCertificate::from_pem(pem)?))
    }

    /// An enabled group for an uploaded CA certificate.
    #[must_use]
    pub fn from_ca(name: impl Into<String>, ca: &CaCertificate) -> Self {
        Self::new(name, ca.signer.clone())
    }

    fn new(name: impl Into<String>, signer: SigningCertificate) -> Self {
        Self { name: name.into(), signers: vec![signer], terms: Terms::default() }
    }

    /// The secondary certificate: chains may lead to this CA as well.
    ///
    /// # Errors
    /// There is no certificate in `pem`, or it cannot serve as a trust anchor.
    pub fn secondary(self, pem: &[u8]) -> Result<Self, CertificateError> {
        Ok(self.and(SigningCertificate::from_pem(pem)?))
    }

    /// The secondary certificate out of the uploaded ones.
    #[must_use]
    pub fn secondary_ca(self, ca: &CaCertificate) -> Self {
        self.and(ca.signer.clone())
    }

    fn and(mut self, signer: SigningCertificate) -> Self {
        self.signers.truncate(1);
        self.signers.push(signer);
        self
    }

    with_terms!();
}

/// All enrollments of one DPS instance. A certificate can be in only one of them (DPS
/// `concepts-x509-attestation`).
#[derive(Debug, Clone, Default)]
pub struct Enrollments {
    /// By registration ID in lower case: it is case-insensitive.
    individuals: HashMap<String, Individual>,
    groups: Vec<Group>,
    /// In which enrollment a certificate is: the key of an individual one, or the place of a group.
    by_certificate: HashMap<Thumbprint, Place>,
}

#[derive(Debug, Clone)]
enum Place {
    Individual(String),
    Group(usize),
}

impl Enrollments {
    /// Adds an individual enrollment.
    ///
    /// # Errors
    /// Its registration ID or one of its certificates is already enrolled.
    pub fn add_individual(&mut self, individual: Individual) -> Result<(), DuplicateError> {
        let key = individual.registration_id.as_str().to_ascii_lowercase();
        if self.individuals.contains_key(&key) {
            return Err(DuplicateError::RegistrationId(individual.registration_id));
        }
        let thumbprints: Vec<_> = individual.leaves.iter().map(|leaf| leaf.thumbprint).collect();
        self.claim(&thumbprints, &Place::Individual(key.clone()))?;
        self.individuals.insert(key, individual);
        Ok(())
    }

    /// Adds an enrollment group.
    ///
    /// # Errors
    /// Its name or one of its certificates is already enrolled.
    pub fn add_group(&mut self, group: Group) -> Result<(), DuplicateError> {
        if self.groups.iter().any(|known| known.name == group.name) {
            return Err(DuplicateError::Group(group.name));
        }
        let thumbprints: Vec<_> = group.signers.iter().map(|signer| signer.certificate.thumbprint).collect();
        self.claim(&thumbprints, &Place::Group(self.groups.len()))?;
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
        match self.by_certificate.get(&thumbprint)? {
            Place::Individual(key) => self.individuals.get(key),
            Place::Group(_) => None,
        }
    }

    pub(crate) fn individuals(&self) -> impl Iterator<Item = &Individual> {
        self.individuals.values()
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Takes certificates for an enrollment that is about to be added.
    fn claim(&mut self, thumbprints: &[Thumbprint], place: &Place) -> Result<(), DuplicateError> {
        if let Some(known) = thumbprints.iter().find_map(|thumbprint| self.by_certificate.get(thumbprint)) {
            let enrollment = match known {
                Place::Individual(key) => match self.individuals.get(key) {
                    Some(individual) => format!("the individual enrollment {}", individual.registration_id),
                    None => format!("the individual enrollment {key}"),
                },
                Place::Group(index) => {
                    let name = self.groups.get(*index).map_or("", |group| &group.name);
                    format!("the group {name}")
                }
            };
            return Err(DuplicateError::Certificate { enrollment });
        }
        self.by_certificate.extend(thumbprints.iter().map(|thumbprint| (*thumbprint, place.clone())));
        Ok(())
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

/// An initial twin that no twin can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialTwinError(String);

impl fmt::Display for InitialTwinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the initial twin cannot be used: {}", self.0)
    }
}

impl std::error::Error for InitialTwinError {}
