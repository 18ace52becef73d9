//! The command line, as a user runs it, against the emulator and against peers that misbehave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod check;
mod compare;
mod configure;
mod emulate;
mod emulate_in_ci;
mod emulator;
mod emulator_device;
mod engines;
mod explain;
mod fleet;
mod full_disk;
mod generate;
mod hub;
mod inputs;
mod issuance;
mod key_form;
mod passphrase;
mod peers;
mod power;
mod probe;
mod provision;
mod proxy;
mod stand;
mod token;
