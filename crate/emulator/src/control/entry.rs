//! What the control interface tells, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// A running emulator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// The version of this crate.
    pub version: String,
    /// Where devices find it.
    pub endpoints: Vec<String>,
    /// The names in the server's certificate.
    pub server_names: Vec<String>,
    /// The file of the root that clients have to trust, where a folder was given.
    pub root: Option<String>,
    /// The configuration file that it follows.
    pub configuration: Option<String>,
    /// Why the state cannot be written at the moment; `None` if it can, or if there is no folder.
    #[serde(default)]
    pub state_failure: Option<String>,
    /// What is in force.
    #[serde(flatten)]
    pub totals: Totals,
}

/// What is in force, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Totals {
    /// The ID scope that devices must name.
    pub id_scope: String,
    /// Individual enrollments.
    pub individuals: usize,
    /// Enrollment groups.
    pub groups: usize,
    /// Uploaded CA certificates.
    pub ca_certificates: usize,
    /// Devices that are registered.
    pub registrations: usize,
    /// Scripted faults.
    pub faults: usize,
}

/// An enrollment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrollmentEntry {
    /// `individual` or `group`.
    pub kind: String,
    /// The registration ID, or the name of the group.
    pub name: String,
    /// Whether devices are provisioned or refused.
    pub enabled: bool,
    /// SHA-256 of the certificates, the primary one first.
    pub thumbprints: Vec<String>,
    /// The device ID, where it is not the registration ID.
    pub device_id: Option<String>,
}

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegistrationEntry {
    /// The registration ID.
    pub registration_id: String,
    /// The device ID at the hub.
    pub device_id: String,
    /// The hub.
    pub assigned_hub: String,
    /// What decided, such as `group factory`.
    pub enrollment: Option<String>,
    /// SHA-256 of the leaf that was provisioned.
    pub thumbprint: Option<String>,
    /// When the device registered first, as DPS writes times.
    pub created: String,
    /// When it was assigned last.
    pub updated: String,
    /// Changes with each assignment.
    pub etag: String,
    /// How often it was assigned.
    pub count: u64,
}

/// What service SDKs are given. Whoever has one of them can do everything that a service can.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionStrings {
    /// Of each hub, by its name.
    pub hubs: BTreeMap<String, String>,
    /// Of DPS.
    pub provisioning: String,
}

/// Without what is secret in them.
impl std::fmt::Debug for ConnectionStrings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.hubs.keys()).finish()
    }
}

/// A device at its hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeviceEntry {
    /// The hub.
    pub hub: String,
    /// The device.
    pub device_id: String,
    /// Whether it is connected.
    pub connected: bool,
    /// When it did something last, as DPS writes times.
    pub last_activity: Option<String>,
    /// Messages that wait for it.
    pub waiting_messages: usize,
}

/// An uploaded CA certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CaEntry {
    /// Its name.
    pub name: String,
    /// The subject in the form of RFC 4514.
    pub subject: String,
    /// SHA-256.
    pub thumbprint: String,
    /// Whether it is verified.
    pub verified: bool,
}

/// The faults in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaultList {
    /// Decides about faults with a chance.
    pub seed: u64,
    /// In the order in which they happen.
    pub faults: Vec<FaultDescription>,
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaultDescription {
    /// The registration ID or device ID; `None` for every device.
    pub device: Option<String>,
    /// Whose answer, in the word of the configuration.
    pub stage: String,
    /// At which occurrences, in words.
    pub when: String,
    /// What happens, in words.
    pub action: String,
}

impl From<&Fault> for FaultDescription {
    fn from(fault: &Fault) -> Self {
        Self {
            device: fault.device.clone(),
            stage: fault.stage.to_string(),
            when: fault.when.to_string(),
            action: fault.action.to_string(),
        }
    }
}
