//! Faults by script: what goes wrong, for whom, where, and the how manieth time.
//!
//! Nothing here is random: a fault with a chance is decided by a hash of the seed, the device, the stage and the
//! occurrence, so that a run with the same seed fails in the same places, however its connections interleave.

mod action;
mod entry;
mod request;
mod scenario;

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

pub use action::{Action, Alert};
pub(crate) use entry::FaultEntry;
pub(crate) use request::FaultScript;
pub use scenario::Scenario;

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The registration ID (at the hub: the device ID) it is for; `None` for every device.
    pub device: Option<String>,
    /// Which answer is affected.
    pub stage: Stage,
    /// The how manieth of a device's answers at this stage, from 1.
    pub when: When,
    /// What happens.
    pub action: Action,
}

impl Fault {
    /// A fault for every device, every time.
    #[must_use]
    pub const fn new(stage: Stage, action: Action) -> Self {
        Self { device: None, stage, when: When::Always, action }
    }

    /// For this device only. At [`Stage::Tls`] and [`Stage::Upgrade`] devices are not known yet: such a fault never
    /// happens.
    #[must_use]
    pub fn of(mut self, device: impl Into<String>) -> Self {
        self.device = Some(device.into());
        self
    }

    /// When it happens.
    #[must_use]
    pub const fn at(mut self, when: When) -> Self {
        self.when = when;
        self
    }
}

/// Which answer of the emulator is affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// The TLS handshake. Counted over all connections.
    Tls,
    /// The answer to a request for MQTT over WebSocket. Counted over all connections.
    Upgrade,
    /// CONNACK.
    Connect,
    /// SUBACK.
    Subscribe,
    /// The answer to a register.
    Register,
    /// The answer to a poll.
    Poll,
    /// CONNACK of the assigned hub.
    HubConnect,
    /// SUBACK of the assigned hub.
    HubSubscribe,
    /// The answer to a twin GET of the assigned hub.
    Twin,
    /// The end of the connection after DISCONNECT, of DPS or the assigned hub.
    Disconnect,
}

impl Stage {
    /// The word in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Upgrade => "upgrade",
            Self::Connect => "connect",
            Self::Subscribe => "subscribe",
            Self::Register => "register",
            Self::Poll => "poll",
            Self::HubConnect => "hub-connect",
            Self::HubSubscribe => "hub-subscribe",
            Self::Twin => "twin",
            Self::Disconnect => "disconnect",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which occurrences are affected; they are counted for each device and stage, from 1, since the configuration
/// was put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// Every one.
    Always,
    /// So many, from this one on.
    From {
        /// The first, from 1.
        first: u32,
        /// How many.
        count: u32,
    },
    /// Each with this chance in percent, by the seed.
    Chance(u8),
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("always"),
            Self::From { first, count: 1 } => write!(f, "at occurrence {first}"),
            Self::From { first, count } => write!(f, "at {count} occurrences from {first} on"),
            Self::Chance(percent) => write!(f, "with a chance of {percent} %"),
        }
    }
}

/// A fault that is about to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Happening {
    /// The registration ID, or at the hub the device ID; empty as long as the device is not known.
    pub device: String,
    /// Which answer is affected.
    pub stage: Stage,
    /// The how manieth of its answers, from 1.
    pub occurrence: u32,
    /// What happens.
    pub action: Action,
    /// What the seed makes of this place, for bytes that look random.
    #[serde(skip)]
    pub(crate) dice: [u8; 32],
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault by script, {} #{}", self.stage, self.occurrence)?;
        if !self.device.is_empty() {
            write!(f, " of {}", self.device)?;
        }
        write!(f, ": {}", self.action)
    }
}

/// The script of a configuration at work.
#[derive(Debug, Default)]
pub(crate) struct Script {
    seed: u64,
    faults: Vec<Fault>,
    occurrences: Mutex<HashMap<(String, Stage), u32>>,
}

impl Script {
    /// More devices than this, and counting begins anew: registration IDs come from strangers.
    const MAX_COUNTED: usize = 100_000;

    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        Self { seed, faults, occurrences: Mutex::default() }
    }

    /// Whether anything can go wrong at this stage.
    pub(crate) fn concerns(&self, stage: Stage) -> bool {
        self.faults.iter().any(|fault| fault.stage == stage)
    }

    /// Whether TCP is reset anywhere.
    pub(crate) fn resets(&self) -> bool {
        self.faults.iter().any(|fault| fault.action == Action::Reset)
    }

    /// Counts an answer and tells what goes wrong with it.
    pub(crate) fn next(&self, stage: Stage, device: &str) -> Vec<Happening> {
        let device = device.to_ascii_lowercase();
        let concerned = |fault: &&Fault| {
            fault.stage == stage && fault.device.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(&device))
        };
        if !self.faults.iter().any(|fault| concerned(&fault)) {
            return Vec::new();
        }
        let occurrence = self.count(stage, &device);
        let happening = |(index, fault): (usize, &Fault)| {
            let dice = self.dice(index, stage, &device, occurrence);
            let is_now = match fault.when {
                When::Always => true,
                When::From { first, count } => occurrence >= first && occurrence - first < count,
                When::Chance(percent) => u16::from_be_bytes([dice[0], dice[1]]) % 100 < percent.into(),
            };
            let action = fault.action.clone();
            is_now.then(|| Happening { device: device.clone(), stage, occurrence, action, dice })
        };
        self.faults.iter().enumerate().filter(|(_, fault)| concerned(fault)).filter_map(happening).collect()
    }

    fn count(&self, stage: Stage, device: &str) -> u32 {
        let mut occurrences = self.occurrences.lock().unwrap_or_else(PoisonError::into_inner);
        if occurrences.len() >= Self::MAX_COUNTED {
            occurrences.clear();
        }
        let count = occurrences.entry((device.to_owned(), stage)).or_default();
        *count = count.saturating_add(1);
        *count
    }

    fn dice(&self, index: usize, stage: Stage, device: &str, occurrence: u32) -> [u8; 32] {
        let text = format!("{} {index} {stage} {occurrence} {device}", self.seed);
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        digest.as_ref().try_into().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
