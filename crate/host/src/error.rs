//! What goes wrong on the host's side of a provisioning. What goes wrong with DPS is an outcome.

use std::{fmt, time::Duration};

/// Why a component is not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// wasmtime cannot be set up as asked.
    Engine {
        /// wasmtime's word.
        reason: String,
    },
    /// The bytes are not a component that wasmtime takes.
    NotAComponent {
        /// wasmtime's word.
        reason: String,
    },
    /// The component is larger than what is compiled while somebody waits.
    TooLarge {
        /// Its bytes.
        size: usize,
        /// As many are compiled.
        limit: usize,
    },
    /// There is more in the component than is compiled while somebody waits, however few bytes say so.
    TooMuch {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// As many are compiled.
        limit: u64,
    },
    /// The bytes are not precompiled code.
    NotPrecompiled,
    /// The code was made by another version of wasmtime.
    OtherWasmtime {
        /// wasmtime's word.
        reason: String,
    },
    /// The code was made for another processor or operating system.
    OtherProcessor {
        /// wasmtime's word.
        reason: String,
    },
    /// The code is damaged, or was made with other settings.
    Incompatible {
        /// wasmtime's word.
        reason: String,
    },
    /// The component wants imports that this host does not give, or lacks the world's export.
    OtherWorld {
        /// wasmtime's word.
        reason: String,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine { reason } => write!(f, "wasmtime cannot be set up: {reason}"),
            Self::NotAComponent { reason } => {
                write!(f, "this is not a WebAssembly component that can be compiled: {reason}")
            }
            Self::TooLarge { size, limit } => write!(
                f,
                "it has {size} bytes, and {limit} at most are compiled; a larger one that is trusted is precompiled, with the \
                 `precompile` program of dps-x509-host"
            ),
            Self::TooMuch { what, count, limit } => write!(
                f,
                "it comes to {count} {what}, and {limit} at most are compiled; one that is trusted with more is precompiled, \
                 with the `precompile` program of dps-x509-host"
            ),
            Self::NotPrecompiled => f.write_str(
                "this is not precompiled code; make it with the `precompile` program of this crate",
            ),
            Self::OtherWasmtime { reason } => {
                write!(f, "the code was made by another wasmtime ({reason}); precompile it again")
            }
            Self::OtherProcessor { reason } => {
                write!(f, "the code was made for another machine ({reason}); precompile it on this kind")
            }
            Self::Incompatible { reason } => {
                write!(f, "the precompiled code does not fit ({reason}); precompile it again")
            }
            Self::OtherWorld { reason } => {
                write!(f, "the component is not of the world dps-x509:device/provisioner ({reason})")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Why a provisioning came to no outcome: the guest's fault, not the service's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostError {
    /// The guest ended in a trap: it is broken, or reached a limit.
    Trap {
        /// wasmtime's word, with the guest's stack where there is one.
        reason: String,
    },
    /// The guest ran on without waiting.
    Spinning {
        /// How long it may run.
        limit: Duration,
    },
    /// The guest did not come back within its time and a grace period.
    Overdue {
        /// How long the host waited.
        limit: Duration,
    },
    /// As many devices are under way as may be. Nothing was dialled for this one.
    TooMany {
        /// How many may be.
        at_once: usize,
    },
    /// The guest says something that has no meaning here: it is of another version, or broken.
    NotUnderstood {
        /// What it says.
        what: String,
    },
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trap { reason } => write!(f, "the component broke down: {reason}"),
            Self::Spinning { limit } => {
                write!(f, "the component computed for more than {limit:?} and was stopped")
            }
            Self::Overdue { limit } => {
                write!(f, "the component did not come to an end within {limit:?} and was stopped")
            }
            Self::TooMany { at_once } => write!(
                f,
                "{at_once} devices are under way through the component, and no more may be; wait for one of them, or raise \
                 the number (`Provisioner::at_once`) and vm.max_map_count with it"
            ),
            Self::NotUnderstood { what } => write!(f, "what the component says is not understood: {what}"),
        }
    }
}

impl std::error::Error for HostError {}
