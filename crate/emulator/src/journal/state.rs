//! What the records of a journal come to.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Record;
use crate::{
    certificate::Thumbprint,
    dps::Enrolled,
    hub::{KeptDevice, Key, Waiting},
    operation::Operation,
    registration::Registration,
};

/// What is known after the last record.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct State {
    /// By ID.
    pub(crate) operations: HashMap<String, Operation>,
    /// By registration ID in lower case.
    pub(crate) registrations: HashMap<String, Registration>,
    pub(crate) verified: HashSet<Thumbprint>,
    /// PEM of uploaded CA certificates by name.
    pub(crate) uploaded: BTreeMap<String, String>,
    /// What the service enrolled.
    pub(crate) enrolled: Enrolled,
    /// By hub and ID.
    pub(crate) devices: HashMap<Key, KeptDevice>,
    /// By number.
    pub(crate) feedback: BTreeMap<u64, Waiting>,
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
            Record::Unverified(thumbprint) => {
                self.verified.remove(&thumbprint);
            }
            Record::Uploaded { name, pem } => {
                self.uploaded.insert(name, pem);
            }
            Record::Withdrawn { name } => {
                self.uploaded.remove(&name);
            }
            Record::Enrolled { kind, id, document } => {
                let key = (kind, id.to_ascii_lowercase());
                match document {
                    Some(document) => drop(self.enrolled.insert(key, document)),
                    None => drop(self.enrolled.remove(&key)),
                }
            }
            Record::Twin { hub, device_id, twin } => self.device(hub, device_id).twin = Some(*twin),
            Record::Identity { hub, device_id, identity } => {
                self.device(hub, device_id).identity = Some(*identity);
            }
            Record::Session { hub, device_id, subscriptions } => {
                self.device(hub, device_id).session = subscriptions;
            }
            Record::Queued { hub, device_id, queued } => {
                let device = self.device(hub, device_id);
                device.last_sequence = device.last_sequence.max(queued.sequence);
                device.queue.insert(queued.sequence, *queued);
            }
            Record::Settled { hub, device_id, sequence } => {
                let device = self.device(hub, device_id);
                device.last_sequence = device.last_sequence.max(sequence);
                device.queue.remove(&sequence);
            }
            Record::Forgotten { hub, device_id } => {
                self.devices.remove(&(hub, device_id));
            }
            Record::Feedback { number, waiting: Some(waiting) } => {
                self.feedback.insert(number, *waiting);
            }
            Record::Feedback { number, waiting: None } => {
                self.feedback.remove(&number);
            }
        }
    }

    fn device(&mut self, hub: String, device_id: String) -> &mut KeptDevice {
        self.devices.entry((hub, device_id)).or_default()
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
        let devices = self.devices.iter().flat_map(|(key, device)| device_records(key, device));
        let enrolled = self.enrolled.iter().map(|((kind, id), document)| Record::Enrolled {
            kind: *kind,
            id: id.clone(),
            document: Some(document.clone()),
        });
        let feedback = self.feedback.iter().map(|(number, waiting)| Record::Feedback {
            number: *number,
            waiting: Some(Box::new(waiting.clone())),
        });
        let dps = operations.chain(registrations).chain(verified).chain(uploaded).chain(enrolled);
        dps.chain(devices).chain(feedback)
    }
}

fn device_records((hub, device_id): &Key, device: &KeptDevice) -> Vec<Record> {
    let key = || (hub.clone(), device_id.clone());
    let mut records = Vec::new();
    records.extend(device.twin.as_ref().map(|twin| {
        let (hub, device_id) = key();
        Record::Twin { hub, device_id, twin: Box::new(twin.clone()) }
    }));
    records.extend(device.identity.as_ref().map(|identity| {
        let (hub, device_id) = key();
        Record::Identity { hub, device_id, identity: Box::new(identity.clone()) }
    }));
    if device.session.is_some() {
        let (hub, device_id) = key();
        records.push(Record::Session { hub, device_id, subscriptions: device.session.clone() });
    }
    records.extend(device.queue.values().map(|queued| {
        let (hub, device_id) = key();
        Record::Queued { hub, device_id, queued: Box::new(queued.clone()) }
    }));
    // Numbers go on where they were, though the messages are gone.
    if device.last_sequence > device.queue.keys().next_back().copied().unwrap_or_default() {
        let (hub, device_id) = key();
        records.push(Record::Settled { hub, device_id, sequence: device.last_sequence });
    }
    records
}
