//! The keys of the TOML file.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use crate::{allocation::Reprovision, config::Refusals, fault::FaultEntry, hub::HubTrust};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) id_scope: Spanned<String>,
    pub(super) hubs: Option<Vec<Spanned<String>>>,
    pub(super) allocation: Option<Spanned<Policy>>,
    pub(super) assigning_polls: Option<u32>,
    /// Whole seconds, as on the wire.
    pub(super) retry_after: Option<u32>,
    #[serde(default)]
    pub(super) refusals: Refusals,
    #[serde(default)]
    pub(super) server_names: Vec<String>,
    #[serde(default)]
    pub(super) hub_trust: HubTrust,
    #[serde(default)]
    pub(super) throttling: ThrottlingEntry,
    #[serde(default)]
    pub(super) seed: u64,
    #[serde(default)]
    pub(super) scenarios: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) fault: Vec<Spanned<FaultEntry>>,
    #[serde(default)]
    pub(super) ca: Vec<CaEntry>,
    #[serde(default)]
    pub(super) individual: Vec<IndividualEntry>,
    #[serde(default)]
    pub(super) group: Vec<GroupEntry>,
}

/// With 0 there is no limit.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ThrottlingEntry {
    pub(super) registrations_per_minute: Option<u32>,
    #[serde(rename = "polls-per-10-seconds")]
    pub(super) polls_per_10_seconds: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CaEntry {
    pub(super) name: Spanned<String>,
    pub(super) certificate: Spanned<PathBuf>,
    #[serde(default)]
    pub(super) verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct IndividualEntry {
    pub(super) registration_id: Spanned<String>,
    pub(super) certificate: Spanned<PathBuf>,
    pub(super) secondary_certificate: Option<Spanned<PathBuf>>,
    pub(super) device_id: Option<String>,
    // Not flattened: serde could not refuse unknown keys any more.
    #[serde(default = "enabled")]
    pub(super) enabled: bool,
    pub(super) allocation: Option<Spanned<Policy>>,
    pub(super) hubs: Option<Vec<Spanned<String>>>,
    pub(super) custom: Option<Spanned<Custom>>,
    #[serde(default)]
    pub(super) issues_certificates: bool,
    #[serde(default)]
    pub(super) reprovision: Reprovision,
    pub(super) initial_twin: Option<Spanned<Map<String, Value>>>,
    pub(super) capabilities: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GroupEntry {
    pub(super) name: Spanned<String>,
    pub(super) certificate: Option<Spanned<PathBuf>>,
    pub(super) secondary_certificate: Option<Spanned<PathBuf>>,
    /// The name of an uploaded CA certificate, in place of `certificate`.
    pub(super) ca: Option<Spanned<String>>,
    pub(super) secondary_ca: Option<Spanned<String>>,
    #[serde(default = "enabled")]
    pub(super) enabled: bool,
    pub(super) allocation: Option<Spanned<Policy>>,
    pub(super) hubs: Option<Vec<Spanned<String>>>,
    pub(super) custom: Option<Spanned<Custom>>,
    #[serde(default)]
    pub(super) issues_certificates: bool,
    #[serde(default)]
    pub(super) reprovision: Reprovision,
    pub(super) initial_twin: Option<Spanned<Map<String, Value>>>,
    pub(super) capabilities: Option<Map<String, Value>>,
}

const fn enabled() -> bool {
    true
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Policy {
    Hashed,
    LowestLatency,
    Static,
    Custom,
}

/// What the function of a custom allocation answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Custom {
    pub(super) hub: Option<Spanned<String>>,
    pub(super) payload: Option<Map<String, Value>>,
    pub(super) fails_with: Option<u16>,
}
