//! The component inside this binary, as machine code.

use dps_x509_host::{LoadError, Provisioner};

/// Written by `cargo xtask component` and put here by this crate's build script.
static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/provisioner.cwasm"));

/// Loads it. Costs no compilation.
#[allow(unsafe_code, reason = "machine code has to be taken on trust; this is the one place that does")]
pub(super) fn provisioner() -> Result<Provisioner, LoadError> {
    // SAFETY: the bytes come from `precompile` of the same build and are part of this binary, read-only: whoever
    // could change them could change the rest of the program as well. They are for a baseline processor, and
    // wasmtime checks its version and the processor's features before it runs them.
    unsafe { Provisioner::from_precompiled(COMPONENT) }
}
