//! What the records of a journal come to.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Record;
use crate::{certificate::Thumbprint, operation::Operation, registration::Registration};

/// What is known after the last record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// By ID.
    pub(crate) operations: HashMap<String, Operation>,
    /// By registration ID in lower case.
    pub(crate) registrations: HashMap<String, Registration>,
    pub(crate) verified: HashSet<Thumbprint>,
    /// PEM of uploaded CA certificates by name.
    pub(crate) uploaded: BTreeMap<String, String>,
}

impl State {
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Operation(operation) => {
                self.operations.insert(operation.id.clone(), *operation);
            }
            Record::Registration(registration) => {
                self.registrations.insert(registration.registration_id.to_ascii_lowercase(), *registration);
            }
            Record::Deleted { registration_id } => {
                self.registrations.remove(&registration_id.to_ascii_lowercase());
            }
            Record::Verified(thumbprint) => {
                self.verified.insert(thumbprint);
            }
            Record::Uploaded { name, pem } => {
                self.uploaded.insert(name, pem);
            }
        }
    }

    /// The records that come to the same.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> {
        let operations =
            self.operations.values().map(|operation| Record::Operation(Box::new(operation.clone())));
        let registrations = self.registrations.values();
        let registrations =
            registrations.map(|registration| Record::Registration(Box::new(registration.clone())));
        let verified = self.verified.iter().map(|thumbprint| Record::Verified(*thumbprint));
        let uploaded = self.uploaded.iter();
        let uploaded = uploaded.map(|(name, pem)| Record::Uploaded { name: name.clone(), pem: pem.clone() });
        operations.chain(registrations).chain(verified).chain(uploaded)
    }
}
