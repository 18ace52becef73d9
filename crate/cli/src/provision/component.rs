//! The component: the one inside this binary, or that of a file.

use std::path::Path;

use dps_x509_core::{
    cert,
    finding::{Finding, Place, catalogue::COMPONENT_FAILED},
};
use dps_x509_host::{LoadError, Provisioner};

use super::component_failed;
use crate::input::{self, place, reason};

/// The flag, as findings name it.
const FLAG: &str = "--component";

/// The component of a file, or without one the built-in one.
pub(super) fn provisioner(file: Option<&Path>) -> Result<Provisioner, Vec<Finding>> {
    match file {
        None => built_in().map_err(|error| vec![component_failed(&error).at(Place::input(FLAG))]),
        Some(path) => {
            let bytes = input::read(path)
                .map_err(|error| vec![cert::unreadable(place(FLAG, path), reason(&error))])?;
            compile(&bytes).map_err(|error| vec![unusable(&error).at(place(FLAG, path))])
        }
    }
}

fn unusable(error: &LoadError) -> Finding {
    let next_step = "Give a component of the world `provisioner`, or no file for the built-in one.";
    Finding::new(&COMPONENT_FAILED, format!("The component cannot be run: {error}."), next_step)
}

/// Loads the machine code that was built in. Costs no compilation.
#[cfg(precompiled)]
#[allow(unsafe_code, reason = "machine code has to be taken on trust; this is the one place that does")]
fn built_in() -> Result<Provisioner, LoadError> {
    static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/provisioner.cwasm"));
    // SAFETY: the bytes come from `precompile`, as whoever built this binary said, and are part of it, read-only: whoever
    // could change them could change the rest of the program as well. They are for a baseline processor, and wasmtime
    // checks its version and the processor's features before it runs them.
    unsafe { Provisioner::from_precompiled(CODE) }
}

/// Compiles the component that was built in.
#[cfg(not(precompiled))]
fn built_in() -> Result<Provisioner, LoadError> {
    compile(dps_x509_component::PROVISIONER.bytes)
}

#[cfg(feature = "compile")]
fn compile(component: &[u8]) -> Result<Provisioner, LoadError> {
    Provisioner::from_component(component)
}

#[cfg(not(feature = "compile"))]
fn compile(_: &[u8]) -> Result<Provisioner, LoadError> {
    let reason =
        "this program was built without its compiler; it runs the built-in component alone".to_owned();
    Err(LoadError::Engine { reason })
}
