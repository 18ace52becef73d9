//! What is read of a result again.

use std::time::SystemTime;

use dps_x509_core::{
    finding::Naming,
    session::{ProvisioningReport, Seconds},
};
use serde::Deserialize;

use super::Standing;
use crate::{
    device::{Device, rfc3339},
    key::Key,
};

/// A result, as far as it is read again. The rest of the line is for others.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// The how manieth row of the list it was.
    pub row: Option<u64>,
    /// The registration ID that was asked for, if the row had one.
    pub device: Option<String>,
    /// The ID scope that was asked for.
    pub id_scope: Option<String>,
    /// The word for it, such as `assigned` or `refused`.
    pub outcome: String,
    /// The hub.
    pub assigned_hub: Option<String>,
    /// What the device is called there.
    pub device_id: Option<String>,
    /// When it was over, as RFC 3339 has it.
    pub at: Option<String>,
    /// How often it was tried.
    pub attempts: Option<u32>,
    /// What it took.
    pub tally: Option<Took>,
    /// What was found, what counts most first.
    #[serde(default)]
    pub findings: Vec<Found>,
}

/// What a result took.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Took {
    /// From the first dial to the outcome.
    pub seconds: f64,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Found {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How bad it is.
    pub severity: String,
    /// A sentence.
    pub message: String,
}

impl Entry {
    /// Of a report that no journal keeps.
    pub(crate) fn of(device: &Device, report: &ProvisioningReport, at: SystemTime) -> Self {
        let (outcome, findings) = match &report.result {
            Ok(_) => ("assigned", &[][..]),
            Err(not_assigned) => (not_assigned.class.as_str(), not_assigned.findings.as_slice()),
        };
        let found = |finding: &dps_x509_core::finding::Finding| Found {
            code: finding.code().to_owned(),
            name: finding.definition.name.to_owned(),
            severity: finding.severity.as_str().to_owned(),
            message: finding.message.said(Naming::CommandLine),
        };
        Self {
            row: Some(device.name().row),
            device: device.name().device.clone(),
            id_scope: device.name().id_scope.clone(),
            outcome: outcome.to_owned(),
            assigned_hub: report.result.as_ref().ok().map(|assigned| assigned.assigned_hub.to_string()),
            device_id: report.result.as_ref().ok().map(|assigned| assigned.device_id.clone()),
            at: Some(rfc3339(at)),
            attempts: Some(1),
            tally: Some(Took { seconds: Seconds(report.tally.elapsed).number() }),
            findings: findings.iter().map(found).collect(),
        }
    }

    /// What the device is remembered by; `None` of a line that is of no device.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        match (&self.id_scope, &self.device, self.row) {
            (Some(scope), Some(device), _) => Some(Key::of(scope, device)),
            (_, _, Some(row)) => Some(Key::of_row(row)),
            _ => None,
        }
    }

    /// How the device stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.outcome.as_str() {
            "assigned" => Standing::Assigned,
            "cancelled" | "invalid-settings" => Standing::Open,
            _ => Standing::Failed,
        }
    }
}
