//! The component: the one inside this binary, as machine code, or that of a file.

use std::path::Path;

use dps_x509_core::{
    cert,
    finding::{Finding, Place},
};
use dps_x509_host::Provisioner;

use super::component_failed;
use crate::input::{self, place, reason};

/// The flag, as findings name it.
const FLAG: &str = "--component";

/// Written by `cargo xtask component` and put here by this crate's build script.
static BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/provisioner.cwasm"));

/// The component of a file, or without one the built-in one.
pub(super) fn provisioner(file: Option<&Path>) -> Result<Provisioner, Vec<Finding>> {
    match file {
        None => built_in(),
        Some(path) => {
            let bytes = input::read(path)
                .map_err(|error| vec![cert::unreadable(place(FLAG, path), reason(&error))])?;
            Provisioner::from_component(&bytes).map_err(|error| {
                let next_step = "Give the provisioner component, which `cargo xtask component` makes, or no file for the built-in one.";
                let message = format!("The component cannot be run: {error}.");
                vec![Finding::new(&dps_x509_core::finding::catalogue::COMPONENT_FAILED, message, next_step).at(place(FLAG, path))]
            })
        }
    }
}

/// Loads the built-in one. Costs no compilation.
#[allow(unsafe_code, reason = "machine code has to be taken on trust; this is the one place that does")]
fn built_in() -> Result<Provisioner, Vec<Finding>> {
    // SAFETY: the bytes come from `precompile` of the same build and are part of this binary, read-only: whoever
    // could change them could change the rest of the program as well. They are for a baseline processor, and
    // wasmtime checks its version and the processor's features before it runs them.
    let loaded = unsafe { Provisioner::from_precompiled(BUILT_IN) };
    loaded.map_err(|error| vec![component_failed(&error).at(Place::input(FLAG))])
}
