//! [`dps_x509_core`] for JavaScript: plain values in, JSON text out, nothing decided here.
//!
//! This is the raw side of the npm package `dps-x509`; its entry points in `npm/` make promises, objects and typed
//! errors of it. Built for wasm32-unknown-unknown, once for each module, by `cargo xtask npm`.
//!
//! Whatever was given is wiped here when it has been used. What was made of it on the way is wiped by the package,
//! which clears the whole memory after a call that [may have seen a secret](Inputs::may_hold_secret), or that
//! [made one](generation).

#[cfg(feature = "complete")]
pub mod advice;
#[cfg(feature = "generation")]
pub mod generation;
#[cfg(feature = "inspection")]
pub mod inputs;
#[cfg(feature = "inspection")]
pub mod inspection;
#[cfg(feature = "session")]
pub mod session;

#[cfg(feature = "inspection")]
pub use inputs::Inputs;

use dps_x509_core::finding::{Finding, json};
use serde_json::{Value, json};

/// What is thrown: a JSON object with `message` and `findings`.
fn wrong(message: &str, findings: &[Finding]) -> String {
    let findings: Value = findings.iter().map(json::finding).collect();
    json!({ "message": message, "findings": findings }).to_string()
}

/// Settings that are wrong, told by the first of their findings.
fn wrong_settings(findings: &[Finding]) -> String {
    let message = findings.first().map_or("The settings are wrong.", |finding| finding.message.as_str());
    wrong(message, findings)
}
