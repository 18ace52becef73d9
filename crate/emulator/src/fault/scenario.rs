//! Named scenarios: scripts that come with the emulator.

use std::fmt;

use dps_x509_core::text::Quoted;
use serde::Deserialize;

use super::{Fault, FaultEntry};

/// A script that comes with the emulator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// Its name in the configuration.
    pub name: &'static str,
    pub(super) text: &'static str,
}

macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        /// All of them.
        pub const ALL: &'static [Self] =
            &[$(Self { name: $name, text: include_str!(concat!("../../scenario/", $name, ".toml")) }),*];
    };
}

impl Scenario {
    scenarios![
        "slow",
        "flaky",
        "lost-answers",
        "cut-off",
        "garbled",
        "confused",
        "no-hints",
        "huge-retry-after",
        "throttled",
        "unavailable",
        "late-refusal",
        "connack-refusal",
        "tls-refusal",
        "expired-server",
        "wrong-host",
    ];

    /// The scenario of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scenario| scenario.name == name)
    }

    /// The scenario of this name, or which there are.
    pub(crate) fn find(name: &str) -> Result<Self, String> {
        Self::named(name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|scenario| scenario.name).collect();
            format!("{} is none of {}", Quoted(name), names.join(", "))
        })
    }

    /// What it is for: the first line of its file.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    /// Its faults.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        #[derive(Deserialize)]
        struct File {
            fault: Vec<FaultEntry>,
        }
        // A test reads every file, so nothing is lost here.
        let entries = toml::from_str::<File>(self.text).map(|file| file.fault).unwrap_or_default();
        entries.iter().filter_map(|entry| entry.fault().ok()).collect()
    }
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scenario({})", self.name)
    }
}
