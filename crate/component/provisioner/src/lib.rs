//! The provisioner as a WASI component: world `provisioner` of `wit/` over [`dps_x509_core`].
//!
//! It maps and waits; every decision is the core's. The host resolves, dials, shakes hands and keeps
//! the private key; this side speaks MQTT and DPS through it.
//!
//! Built for wasm32-unknown-unknown and componentised by `cargo xtask component`: the imports are those of
//! the world and nothing else. On other targets it compiles, for checks, and does nothing.

#![allow(clippy::result_large_err, reason = "the results are those of the contract")]

#[allow(unsafe_code, reason = "generated: the canonical ABI is raw memory")]
mod bindings {
    wit_bindgen::generate!({
        world: "provisioner",
        path: "../../../wit",
        generate_all,
    });

    // The names of the canonical ABI are none for a native linker.
    #[cfg(target_family = "wasm")]
    export!(Provisioner with_types_in self);

    #[cfg(target_family = "wasm")]
    use super::Provisioner;
}

mod link;
#[path = "../../mapping/mod.rs"]
mod mapping;
mod run;

/// The types that both worlds have.
mod contract {
    pub(crate) use crate::bindings::dps_x509::device::{findings, session, transcript, transport};
}

use bindings::dps_x509::device::tls::Identity;
use bindings::exports::dps_x509::device::provisioning::{Assignment, Failure, Guest, Settings};

/// What the component exports.
struct Provisioner;

impl Guest for Provisioner {
    fn provision(settings: Settings, identity: &Identity) -> Result<Assignment, Failure> {
        run::provision(&settings, identity)
    }
}
