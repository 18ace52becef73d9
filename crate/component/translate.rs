//! Between the words of `wit/` and those of the core: one to one, nothing is decided here.
//!
//! Both components are built from this one source, each over its own `crate::contract`: what one world imports the
//! other exports, so that the generated types are the same in all but their paths.

#[path = "translate/event.rs"]
pub(crate) mod event;
#[path = "translate/finding.rs"]
pub(crate) mod finding;
#[path = "translate/outcome.rs"]
pub(crate) mod outcome;
#[path = "translate/settings.rs"]
pub(crate) mod settings;
#[path = "translate/transport.rs"]
pub(crate) mod transport;

use std::time::Duration;

/// Nanoseconds, as the contract counts them; 584 years and more are as many as fit.
pub(crate) fn nanos(duration: Duration) -> crate::contract::transport::Duration {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
