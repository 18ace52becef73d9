//! What the owner of an instance does with it, beside the configuration.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Dps, lock};
use crate::{
    ca::CaCertificate,
    certificate::{Parsed, Thumbprint},
    config::Config,
    control::{CaEntry, EnrollmentEntry, RegistrationEntry},
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
}

impl Proofs {
    /// What was verified before.
    pub(super) fn restore(&mut self, verified: HashSet<Thumbprint>) {
        self.verified = verified;
    }

    /// Marks in a configuration what was verified besides it.
    pub(super) fn mark(&self, config: &mut Config) {
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
        let registration_id = registrations.remove(registration_id)?.registration_id;
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

    /// A new verification code for a CA certificate; an older one is of no more use.
    pub(crate) fn new_verification_code(&self, name: &str) -> Result<String, ProofError> {
        self.with_ca(name, |ca| {
            let code = proof::new_code();
            lock(&self.proofs).codes.insert(ca.name.clone(), code.clone());
            code
        })
    }

    /// Verifies a CA certificate by the certificate in `pem`.
    pub(crate) fn prove(&self, name: &str, pem: &[u8]) -> Result<Option<Ticket>, ProofError> {
        self.with_ca(name, |ca| {
            let code = lock(&self.proofs).codes.get(name).cloned().ok_or(ProofError::NoCode)?;
            proof::check(pem, &code, &ca.signer)
        })??;
        self.mark_verified(name)
    }

    /// Marks a CA certificate as verified; the ticket is what to wait for until that lasts.
    pub(crate) fn mark_verified(&self, name: &str) -> Result<Option<Ticket>, ProofError> {
        let thumbprint = self.with_ca(name, CaCertificate::thumbprint)?;
        let mut proofs = lock(&self.proofs);
        proofs.codes.remove(name);
        proofs.verified.insert(thumbprint);
        // The same order of locks as in `configure`.
        let mut config = lock(&self.config);
        proofs.mark(Arc::make_mut(&mut config));
        Ok(self.append(|| Record::Verified(thumbprint)))
    }

    fn with_ca<T>(&self, name: &str, act: impl FnOnce(&CaCertificate) -> T) -> Result<T, ProofError> {
        let config = self.config();
        let ca = config.ca_certificates.iter().find(|ca| ca.name == name);
        ca.map(act).ok_or_else(|| ProofError::NoCa(name.to_owned()))
    }
}
