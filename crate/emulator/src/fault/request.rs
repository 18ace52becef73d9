//! The keys of a configuration that are about faults, by themselves.

use serde::Deserialize;

use super::{Fault, FaultEntry, Scenario};

/// What goes wrong from now on.
#[derive(Debug)]
pub(crate) struct FaultScript {
    pub(crate) seed: u64,
    pub(crate) faults: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    scenarios: Vec<String>,
    #[serde(default)]
    fault: Vec<FaultEntry>,
}

impl FaultScript {
    /// Reads `seed`, `scenarios` and `[[fault]]`; or says what is wrong with them.
    pub(crate) fn from_toml(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
        let mut faults = Vec::new();
        for name in &file.scenarios {
            faults.extend(Scenario::find(name)?.faults());
        }
        for (index, entry) in file.fault.iter().enumerate() {
            faults.push(entry.fault().map_err(|error| format!("fault {}: {error}", index + 1))?);
        }
        Ok(Self { seed: file.seed, faults })
    }
}
