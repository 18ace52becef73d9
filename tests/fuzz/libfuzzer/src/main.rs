//! One program for all targets: the variable `TARGET` says which.
#![no_main]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "what panics is what is sought")]

#[path = "../../target/mod.rs"]
mod target;

use std::sync::LazyLock;

static RUN: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    let target = target::ALL.iter().find(|target| target.name == name);
    target.unwrap_or_else(|| panic!("there is no target \"{name}\"")).run
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| RUN(bytes));
