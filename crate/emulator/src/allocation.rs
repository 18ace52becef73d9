//! Which hub a device is assigned to.

use dps_x509_core::{name::RegistrationId, service::known};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    behaviour::{self, Behaviour},
    config::Config,
    enrollment::Terms,
};

/// How a device gets its hub (DPS `how-to-use-allocation-policies`).
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Allocation {
    /// Evenly weighted: by a hash of the registration ID, so always the same one as long as the hubs stay.
    #[default]
    Hashed,
    /// Lowest latency. Nothing is measured: the first hub in the order of the configuration is the nearest.
    LowestLatency,
    /// This hub.
    Static(String),
    /// What a function of the user's answered.
    Custom(CustomAllocation),
}

/// The answer of the function behind a custom allocation. The function itself is not called.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CustomAllocation {
    /// It chose.
    Answers {
        /// The hub; `None` takes the first one.
        hub: Option<String>,
        /// What it has to say to the device, in `registrationState.payload`.
        payload: Option<Map<String, Value>>,
    },
    /// It failed with this HTTP status: the operation fails with 400207.
    Fails {
        /// The status.
        status: u16,
    },
}

/// What becomes of a device that registers again, and is assigned to another hub than before (DPS
/// `concepts-device-reprovision`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reprovision {
    /// It moves, and takes its twin along.
    #[default]
    Migrate,
    /// It moves, and has the initial twin of its enrollment there.
    Reset,
    /// It stays where it is.
    Never,
}

/// Where a device goes.
#[derive(Debug)]
pub(crate) struct Allocated {
    pub(crate) hub: String,
    pub(crate) payload: Option<Map<String, Value>>,
    /// The row of the table that applies, where there was something to choose.
    pub(crate) note: Option<&'static Behaviour>,
}

/// Why it goes nowhere: the operation fails.
#[derive(Debug)]
pub(crate) struct Unallocated {
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) behaviour: &'static Behaviour,
}

pub(crate) fn allocate(
    config: &Config,
    terms: &Terms,
    registration_id: &RegistrationId,
) -> Result<Allocated, Unallocated> {
    let hubs = terms.hubs.as_ref().unwrap_or(&config.hubs);
    let allocation = terms.allocation.as_ref().unwrap_or(&config.allocation);
    let mut payload = None;
    let (hub, note) = match allocation {
        Allocation::Hashed => (by_hash(hubs, registration_id), (hubs.len() > 1).then_some(&behaviour::HUB)),
        Allocation::LowestLatency => (hubs.first(), Some(&behaviour::LOWEST_LATENCY)),
        Allocation::Static(hub) => (Some(hub), Some(&behaviour::STATIC)),
        Allocation::Custom(CustomAllocation::Answers { hub, payload: said }) => {
            payload.clone_from(said);
            (hub.as_ref().or(hubs.first()), Some(&behaviour::CUSTOM))
        }
        Allocation::Custom(CustomAllocation::Fails { status }) => {
            return Err(Unallocated {
                code: known::CUSTOM_ALLOCATION_FAILED.code,
                message: format!("Custom allocation failed with status code: {status}"),
                behaviour: &behaviour::CUSTOM_FAILS,
            });
        }
    };
    match hub {
        Some(hub) => Ok(Allocated { hub: hub.clone(), payload, note }),
        None => Err(Unallocated {
            code: known::NO_HUB.code,
            message: "No IoT hub is linked to this instance.".to_owned(),
            behaviour: &behaviour::NO_HUB,
        }),
    }
}

fn by_hash<'a>(hubs: &'a [String], registration_id: &RegistrationId) -> Option<&'a String> {
    let name = registration_id.as_str().to_ascii_lowercase();
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let hash = digest.as_ref().first_chunk().map(|bytes| u64::from_be_bytes(*bytes))?;
    let index = hash.checked_rem(u64::try_from(hubs.len()).ok()?)?;
    hubs.get(usize::try_from(index).ok()?)
}
