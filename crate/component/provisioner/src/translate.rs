//! Between the words of `wit/` and those of the core: one to one, nothing is decided here.

pub(crate) mod event;
pub(crate) mod finding;
pub(crate) mod outcome;
pub(crate) mod settings;
pub(crate) mod transport;

use std::time::Duration;

use crate::bindings::wasi::clocks::monotonic_clock;

/// Nanoseconds as WASI counts them; 584 years and more are as many as fit.
pub(crate) fn nanos(duration: Duration) -> monotonic_clock::Duration {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
