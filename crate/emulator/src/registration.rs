//! Registrations: which device is provisioned where. DPS keeps them, and the hubs know their devices by them.

use std::{collections::HashMap, time::SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{allocation::Reprovision, certificate::Thumbprint, matching::Verdict, operation::Operation};

/// One provisioned device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    /// As it was sent when the device registered last.
    pub(crate) registration_id: String,
    pub(crate) device_id: String,
    pub(crate) hub: String,
    /// The leaf that was provisioned: what the hub knows the device by (azure-iot-sdk-csharp#3360).
    pub(crate) leaf: Option<Thumbprint>,
    /// What decided, such as `group factory`.
    pub(crate) enrollment: Option<String>,
    pub(crate) created: SystemTime,
    pub(crate) updated: SystemTime,
    pub(crate) etag: Uuid,
    pub(crate) substatus: Substatus,
    /// What a custom allocation had to say.
    pub(crate) payload: Option<Map<String, Value>>,
    /// What was issued for a CSR the last time, base64.
    #[serde(default)]
    pub(crate) issued: Vec<String>,
    /// How often it was assigned.
    pub(crate) count: u64,
}

/// What became of the device's data, in the words of the DPS REST model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Substatus {
    InitialAssignment,
    DeviceDataMigrated,
    DeviceDataReset,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    /// By registration ID in lower case.
    by_id: HashMap<String, Registration>,
    /// Keys of the former by hub and device ID.
    by_device: HashMap<(String, String), String>,
}

impl Registrations {
    /// An operation has come to its end: `None` if that is not an assignment.
    pub(crate) fn record(&mut self, operation: &Operation, now: SystemTime) -> Option<Registration> {
        let Verdict::Assigned { hub, device_id } = &operation.verdict else { return None };
        let known = self.get(&operation.registration_id);
        let substatus = match known {
            Some(known) if known.hub != *hub && operation.reprovision == Reprovision::Reset => {
                Substatus::DeviceDataReset
            }
            Some(known) if known.hub != *hub => Substatus::DeviceDataMigrated,
            Some(known) => known.substatus,
            None => Substatus::InitialAssignment,
        };
        let registration = Registration {
            registration_id: operation.registration_id.clone(),
            device_id: device_id.clone(),
            hub: hub.clone(),
            leaf: operation.leaf,
            enrollment: operation.enrollment.clone(),
            created: known.map_or(operation.created, |known| known.created),
            updated: now,
            etag: operation.etag,
            substatus,
            payload: operation.payload.clone(),
            issued: operation.issued.clone(),
            count: known.map_or(0, |known| known.count).saturating_add(1),
        };
        self.insert(registration.clone());
        Some(registration)
    }

    pub(crate) fn insert(&mut self, registration: Registration) {
        self.remove(&registration.registration_id);
        let key = registration.registration_id.to_ascii_lowercase();
        self.by_device.insert(device_key(&registration.hub, &registration.device_id), key.clone());
        self.by_id.insert(key, registration);
    }

    pub(crate) fn remove(&mut self, registration_id: &str) -> Option<Registration> {
        let key = registration_id.to_ascii_lowercase();
        let removed = self.by_id.remove(&key)?;
        let device = device_key(&removed.hub, &removed.device_id);
        // Another registration may have come to the same device since.
        if self.by_device.get(&device) == Some(&key) {
            self.by_device.remove(&device);
        }
        Some(removed)
    }

    pub(crate) fn get(&self, registration_id: &str) -> Option<&Registration> {
        self.by_id.get(&registration_id.to_ascii_lowercase())
    }

    /// The device of a hub. Device IDs are case-sensitive.
    pub(crate) fn of_device(&self, hub: &str, device_id: &str) -> Option<&Registration> {
        self.by_device
            .get(&device_key(hub, device_id))
            .and_then(|registration_id| self.by_id.get(registration_id))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Registration> {
        self.by_id.values()
    }
}

/// A device at its hub. Host names are case-insensitive, device IDs are not.
pub(crate) fn device_key(hub: &str, device_id: &str) -> (String, String) {
    (hub.to_ascii_lowercase(), device_id.to_owned())
}
