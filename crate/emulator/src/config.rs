//! What an emulated DPS instance is: its ID scope, its hubs, its pace and its enrollments.

mod file;

use std::time::Duration;

use dps_x509_core::name::{IdScope, RegistrationId};

pub use file::{ConfigError, Problem};

use crate::enrollment::{CertificateError, Enrollments, Group};

/// One emulated DPS instance.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The ID scope that devices must name.
    pub id_scope: IdScope,
    /// The IoT hubs that devices are assigned to, as host names. With none of them every operation fails.
    pub hubs: Vec<String>,
    /// How long an operation takes.
    pub pace: Pace,
    /// Who may be provisioned.
    pub enrollments: Enrollments,
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
            pace: Pace::default(),
            enrollments: Enrollments::default(),
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

    /// The hub of a device: always the same one as long as the list of hubs stays.
    pub(crate) fn hub_of(&self, registration_id: &RegistrationId) -> Option<&str> {
        let name = registration_id.as_str().to_ascii_lowercase();
        let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
        let hash = digest.as_ref().first_chunk().map(|bytes| u64::from_be_bytes(*bytes))?;
        let index = hash.checked_rem(u64::try_from(self.hubs.len()).ok()?)?;
        self.hubs.get(usize::try_from(index).ok()?).map(String::as_str)
    }
}

/// How long an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How often a device has to poll: that many answers say `assigning`, the first of them to the register
    /// itself. With 0 the register itself is answered with `assigned`.
    pub assigning_polls: u32,
    /// The `retry-after` of each `assigning`, in whole seconds. Polling sooner is not punished yet.
    pub retry_after: Duration,
}

/// One poll after three seconds, as the real service was seen to answer.
impl Default for Pace {
    fn default() -> Self {
        Self { assigning_polls: 1, retry_after: Duration::from_secs(3) }
    }
}
