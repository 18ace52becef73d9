//! What an emulated DPS instance is: its ID scope, its hubs, its pace and its enrollments.

mod error;
mod file;
mod read;

use std::time::Duration;

use dps_x509_core::name::IdScope;
use serde::Deserialize;

pub use error::{ConfigError, Problem};
pub(crate) use read::{open, read, read_text};

use crate::{
    allocation::Allocation,
    ca::CaCertificate,
    enrollment::{CertificateError, Enrollments, Group},
    fault::Fault,
    hub::HubTrust,
    throttle::Throttling,
};

/// One emulated DPS instance.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The ID scope that devices must name.
    pub id_scope: IdScope,
    /// The IoT hubs that devices are assigned to, as host names. With none of them every operation fails.
    pub hubs: Vec<String>,
    /// How devices get their hub, where their enrollment does not say otherwise.
    pub allocation: Allocation,
    /// How long an operation takes.
    pub pace: Pace,
    /// Who may be provisioned.
    pub enrollments: Enrollments,
    /// The uploaded CA certificates. With none of them a group's CA counts as verified.
    pub ca_certificates: Vec<CaCertificate>,
    /// How a device without a right to be provisioned is told so.
    pub refusals: Refusals,
    /// How much is too much.
    pub throttling: Throttling,
    /// How the assigned hub knows its devices.
    pub hub_trust: HubTrust,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Decides about faults with a chance.
    pub seed: u64,
    /// Names (DNS or IP address) that the server's certificate has besides those of this machine.
    pub server_names: Vec<String>,
}

impl Config {
    /// The hub of a configuration that names none.
    pub const DEFAULT_HUB: &'static str = "localhost";

    /// An instance without enrollments, with one hub ([`Self::DEFAULT_HUB`]) and the default pace.
    #[must_use]
    pub fn new(id_scope: IdScope) -> Self {
        Self {
            id_scope,
            hubs: vec![Self::DEFAULT_HUB.to_owned()],
            allocation: Allocation::default(),
            pace: Pace::default(),
            enrollments: Enrollments::default(),
            ca_certificates: Vec::new(),
            refusals: Refusals::default(),
            throttling: Throttling::default(),
            hub_trust: HubTrust::default(),
            faults: Vec::new(),
            seed: 0,
            server_names: Vec::new(),
        }
    }

    /// An instance with one enabled group, for the CA certificate in `pem`.
    ///
    /// # Errors
    /// There is no certificate in it, or it cannot serve as a trust anchor.
    pub fn with_group(id_scope: IdScope, name: &str, pem: &[u8]) -> Result<Self, CertificateError> {
        let mut config = Self::new(id_scope);
        let group = Group::from_pem(name, pem)?;
        // Into an empty set nothing comes twice.
        config.enrollments.add_group(group).unwrap_or_default();
        Ok(config)
    }
}

/// How long an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a caller sets what it wants")]
pub struct Pace {
    /// How often a device has to poll: that many answers say `assigning`, the first of them to the register
    /// itself. With 0 the register itself is answered with `assigned`.
    pub assigning_polls: u32,
    /// The `retry-after` of each `assigning`, in whole seconds.
    pub retry_after: Duration,
}

/// One poll after three seconds, as the real service was seen to answer.
impl Default for Pace {
    fn default() -> Self {
        Self { assigning_polls: 1, retry_after: Duration::from_secs(3) }
    }
}

/// How a device is told that its certificate does not entitle it (401xxx). DPS was seen to do each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusals {
    /// The register is answered with status 401 (azure-iot-sdk-c#1900).
    #[default]
    Response,
    /// The register starts an operation that fails (azure-iot-sdk-c#437).
    Operation,
    /// CONNECT is answered with CONNACK 5 (azure-iot-sdk-csharp#330, from 2018).
    Connack,
}
