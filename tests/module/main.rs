//! The core module as it was built: in wasmtime on the case files, with the same JSON as the core gives natively; then in
//! Node's WebAssembly and from C.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

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

mod ask;
mod buffer;
mod certificate;
mod conversation;
mod elsewhere;
mod explanation;
mod making;
mod request;
mod schema;

// Python's jsonschema, as the tests of the other schemas ask it.
#[allow(dead_code, reason = "those have more schemas")]
#[path = "../schema/validator.rs"]
mod validator;

use dps_x509_tests::expectation;
