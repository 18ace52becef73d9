//! The components as they were built: what they import, and the toolkit in wasmtime on the case files, with the
//! same JSON as the core gives natively.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![allow(clippy::result_large_err, reason = "the results are those of the contract")]

// The session's cases and their steps, as the core's own tests read and play them.
#[allow(dead_code, reason = "the core's tests measure and damage the cases as well")]
#[path = "../../crate/core/tests/session/case.rs"]
mod case;
#[allow(dead_code, reason = "the core's tests split and damage the bytes as well")]
#[path = "../../crate/core/tests/session/drive.rs"]
mod drive;
#[allow(dead_code, reason = "the core's tests measure and damage the cases as well")]
#[path = "../../crate/core/tests/session/wire.rs"]
mod wire;

// Those of explanations, likewise.
#[allow(dead_code, reason = "the core's tests judge what is expected")]
#[path = "../../crate/core/tests/explain/case.rs"]
mod explain_case;

mod explanation;
mod guest;
mod inspection;
mod machine;
mod toolkit;
mod worlds;

// Between the contract and the core, as the components and their host have it.
#[path = "../../crate/component/mapping/mod.rs"]
mod mapping;

/// What the mapping is over.
mod contract {
    pub(crate) use crate::toolkit::bindings::exports::dps_x509::device::{
        findings, session, transcript, transport,
    };
}

use dps_x509_tests::expectation;
