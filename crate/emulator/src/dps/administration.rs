//! What the owner of an instance does with it, beside the configuration.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    sync::Arc,
};

use x509_cert::der::pem::{LineEnding, encode_string};

use super::{Dps, lock};
use crate::{
    ca::CaCertificate,
    certificate::{Parsed, Thumbprint},
    config::Config,
    control::{CaEntry, EnrollmentEntry, RegistrationEntry, Totals},
    enrollment::CertificateError,
    fault::FaultScript,
    journal::{Record, Ticket},
    proof::{self, ProofError},
    timestamp,
};

/// Verification codes that are waited for, and what was verified besides the configuration.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    /// By name of the CA certificate.
    codes: HashMap<String, String>,
    verified: HashSet<Thumbprint>,
    uploaded: Vec<CaCertificate>,
}

impl Proofs {
    /// What was verified before.
    pub(super) fn restore(&mut self, verified: HashSet<Thumbprint>, uploaded: &BTreeMap<String, String>) {
        self.verified = verified;
        // Each of them was read before it was written down.
        let read = |(name, pem): (&String, &String)| CaCertificate::from_pem(name, pem.as_bytes()).ok();
        self.uploaded = uploaded.iter().filter_map(read).collect();
    }

    /// Adds to a configuration what was uploaded besides it, and marks what was verified. A name that the
    /// configuration has itself is the configuration's.
    pub(super) fn mark(&self, config: &mut Config) {
        for ca in &self.uploaded {
            if config.ca_certificates.iter().all(|other| other.name != ca.name) {
                config.ca_certificates.push(ca.clone());
            }
        }
        for ca in &mut config.ca_certificates {
            ca.verified |= self.verified.contains(&ca.thumbprint());
        }
    }
}

impl Dps {
    /// All enrollments, groups first, each kind in the order of its name.
    pub(crate) fn enrollments(&self) -> Vec<EnrollmentEntry> {
        let config = self.config();
        let thumbprints = |certificates: Vec<&Parsed>| {
            certificates.iter().map(|certificate| certificate.thumbprint.to_string()).collect()
        };
        let groups = config.enrollments.groups().iter().map(|group| EnrollmentEntry {
            kind: "group".to_owned(),
            name: group.name.clone(),
            enabled: group.terms.enabled,
            thumbprints: thumbprints(group.signers.iter().map(|signer| &signer.certificate).collect()),
            device_id: None,
        });
        let individuals = config.enrollments.individuals().map(|individual| EnrollmentEntry {
            kind: "individual".to_owned(),
            name: individual.registration_id.as_str().to_owned(),
            enabled: individual.terms.enabled,
            thumbprints: thumbprints(individual.leaves.iter().collect()),
            device_id: individual.device_id.clone(),
        });
        let mut all: Vec<_> = groups.chain(individuals).collect();
        all.sort_unstable_by(|one, other| (&one.kind, &one.name).cmp(&(&other.kind, &other.name)));
        all
    }

    /// All registrations, by registration ID.
    pub(crate) fn registrations(&self) -> Vec<RegistrationEntry> {
        let registrations = lock(&self.registrations);
        let entries = registrations.iter().map(|registration| RegistrationEntry {
            registration_id: registration.registration_id.clone(),
            device_id: registration.device_id.clone(),
            assigned_hub: registration.hub.clone(),
            enrollment: registration.enrollment.clone(),
            thumbprint: registration.leaf.map(|leaf| leaf.to_string()),
            created: timestamp::utc(registration.created),
            updated: timestamp::utc(registration.updated),
            etag: registration.etag.to_string(),
            count: registration.count,
        });
        let mut all: Vec<_> = entries.collect();
        all.sort_unstable_by(|one, other| one.registration_id.cmp(&other.registration_id));
        all
    }

    /// `None` if there was none; otherwise what to wait for until it is gone for good.
    pub(crate) fn delete_registration(&self, registration_id: &str) -> Option<Option<Ticket>> {
        let mut registrations = lock(&self.registrations);
        let removed = registrations.remove(registration_id)?;
        // Another registration may have come to the same device since.
        if registrations.of_device(&removed.hub, &removed.device_id).is_none() {
            self.hubs.forget(&removed.hub, &removed.device_id);
        }
        let registration_id = removed.registration_id;
        Some(self.append(|| Record::Deleted { registration_id }))
    }

    pub(crate) fn ca_certificates(&self) -> Vec<CaEntry> {
        let config = self.config();
        let entry = |ca: &CaCertificate| CaEntry {
            name: ca.name.clone(),
            subject: ca.signer.certificate.summary().subject,
            thumbprint: ca.thumbprint().to_string(),
            verified: ca.verified,
        };
        config.ca_certificates.iter().map(entry).collect()
    }

    /// Uploads a CA certificate, not verified; the ticket is what to wait for until that lasts.
    pub(crate) fn upload_ca(&self, name: &str, pem: &[u8]) -> Result<Option<Ticket>, UploadError> {
        let ca = CaCertificate::from_pem(name, pem).map_err(UploadError::Certificate)?;
        let certificate = encode_string("CERTIFICATE", LineEnding::LF, &ca.signer.certificate.der);
        let certificate = certificate.unwrap_or_default();
        let mut proofs = lock(&self.proofs);
        // The same order of locks as in `configure`.
        let mut config = lock(&self.config);
        if config.ca_certificates.iter().any(|other| other.name == name) {
            return Err(UploadError::NameTaken(name.to_owned()));
        }
        proofs.uploaded.push(ca);
        proofs.mark(Arc::make_mut(&mut config));
        // The certificate alone: whoever uploads a key beside it does not find it on the disk.
        Ok(self.append(|| Record::Uploaded { name: name.to_owned(), pem: certificate }))
    }

    /// Deletes an uploaded CA certificate, and what was proven of it; the ticket is what to wait for until it is
    /// gone for good.
    pub(crate) fn delete_ca(&self, name: &str) -> Result<Option<Ticket>, DeleteError> {
        let mut proofs = lock(&self.proofs);
        // The same order of locks as in `configure`.
        let mut config = lock(&self.config);
        let in_force = config.ca_certificates.iter().position(|ca| ca.name == name);
        let in_force = in_force.ok_or_else(|| DeleteError::NoCa(name.to_owned()))?;
        let uploaded = proofs.uploaded.iter().position(|ca| ca.name == name);
        let uploaded = uploaded.ok_or_else(|| DeleteError::Configured(name.to_owned()))?;
        let thumbprint = proofs.uploaded.remove(uploaded).thumbprint();
        proofs.codes.remove(name);
        let config = Arc::make_mut(&mut config);
        config.ca_certificates.remove(in_force);
        if config.ca_certificates.iter().all(|other| other.thumbprint() != thumbprint) {
            proofs.verified.remove(&thumbprint);
            // The record that follows stands for both.
            drop(self.append(|| Record::Unverified(thumbprint)));
        }
        Ok(self.append(|| Record::Withdrawn { name: name.to_owned() }))
    }

    /// Replaces the faults until the next configuration; their occurrences are counted anew.
    pub(crate) fn script_faults(&self, FaultScript { seed, faults }: FaultScript) {
        let mut config = lock(&self.config);
        let config = Arc::make_mut(&mut config);
        (config.seed, config.faults) = (seed, faults);
        *lock(&self.script) = Arc::new(super::script(config));
    }

    /// The seed and the faults in force.
    pub(crate) fn scripted_faults(&self) -> FaultScript {
        let config = self.config();
        FaultScript { seed: config.seed, faults: config.faults.clone() }
    }

    /// The hubs of the configuration.
    pub(crate) fn hub_names(&self) -> Vec<String> {
        self.config().hubs.clone()
    }

    /// What is in force, in numbers.
    pub(crate) fn totals(&self) -> Totals {
        let config = self.config();
        let (individuals, groups) = config.enrollments.count();
        Totals {
            id_scope: config.id_scope.to_string(),
            individuals,
            groups,
            ca_certificates: config.ca_certificates.len(),
            registrations: lock(&self.registrations).iter().count(),
            faults: config.faults.len(),
        }
    }

    /// A new verification code for a CA certificate; an older one is of no more use.
    pub(crate) fn new_verification_code(&self, name: &str) -> Result<String, ProofError> {
        let mut proofs = lock(&self.proofs);
        let config = lock(&self.config);
        if config.ca_certificates.iter().all(|ca| ca.name != name) {
            return Err(ProofError::NoCa(name.to_owned()));
        }
        let code = proof::new_code();
        proofs.codes.insert(name.to_owned(), code.clone());
        Ok(code)
    }

    /// Verifies a CA certificate by the certificate in `pem`.
    pub(crate) fn prove(&self, name: &str, pem: &[u8]) -> Result<Option<Ticket>, ProofError> {
        self.verify(name, |proofs, ca| {
            let code = proofs.codes.get(name).ok_or(ProofError::NoCode)?;
            proof::check(pem, code, &ca.signer)
        })
    }

    /// Marks a CA certificate as verified; the ticket is what to wait for until that lasts.
    pub(crate) fn mark_verified(&self, name: &str) -> Result<Option<Ticket>, ProofError> {
        self.verify(name, |_, _| Ok(()))
    }

    /// Verifies a CA certificate if `prove` finds nothing against it. The certificate that is looked at is the one
    /// that is marked: nobody deletes it or uploads another in its place in between.
    fn verify(
        &self,
        name: &str,
        prove: impl FnOnce(&Proofs, &CaCertificate) -> Result<(), ProofError>,
    ) -> Result<Option<Ticket>, ProofError> {
        let mut proofs = lock(&self.proofs);
        // The same order of locks as in `configure`.
        let mut config = lock(&self.config);
        let ca = config.ca_certificates.iter().find(|ca| ca.name == name);
        let ca = ca.ok_or_else(|| ProofError::NoCa(name.to_owned()))?;
        prove(&proofs, ca)?;
        let thumbprint = ca.thumbprint();
        proofs.codes.remove(name);
        proofs.verified.insert(thumbprint);
        proofs.mark(Arc::make_mut(&mut config));
        Ok(self.append(|| Record::Verified(thumbprint)))
    }
}

/// Why a CA certificate is not deleted.
#[derive(Debug)]
pub(crate) enum DeleteError {
    NoCa(String),
    Configured(String),
}

impl fmt::Display for DeleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCa(name) => write!(f, "there is no CA certificate with the name {name}"),
            Self::Configured(name) => {
                write!(f, "the CA certificate {name} is the configuration's: delete it in the file")
            }
        }
    }
}

/// Why a CA certificate is not taken.
#[derive(Debug)]
pub(crate) enum UploadError {
    Certificate(CertificateError),
    NameTaken(String),
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(error) => write!(f, "the CA certificate cannot be used: {error}"),
            Self::NameTaken(name) => write!(f, "there is a CA certificate with the name {name} already"),
        }
    }
}
