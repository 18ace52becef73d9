//! Everything of the core that needs no host as a component: world `toolkit` of `wit/` over
//! [`dps_x509_core`].
//!
//! It imports nothing: files and passphrases are arguments, reports are results, and whoever drives a provisioning
//! brings the sockets, the TLS, the clock and the seed.
//!
//! Built for wasm32-unknown-unknown and componentised by `cargo xtask component`. On other targets it compiles,
//! for checks, and does nothing.

#![allow(clippy::result_large_err, reason = "the results are those of the contract")]

#[allow(unsafe_code, reason = "generated: the canonical ABI is raw memory")]
mod bindings {
    wit_bindgen::generate!({
        world: "toolkit",
        path: "../../../wit",
        generate_all,
    });

    // The names of the canonical ABI are none for a native linker.
    #[cfg(target_family = "wasm")]
    export!(Toolkit with_types_in self);

    #[cfg(target_family = "wasm")]
    use super::Toolkit;
}

mod configuration;
mod explanation;
mod generation;
mod identity;
mod inspection;
mod machine;
#[path = "../../mapping/mod.rs"]
mod mapping;
mod naming;

/// The types that both worlds have.
mod contract {
    pub(crate) use crate::bindings::exports::dps_x509::device::{findings, session, transcript, transport};
}

/// What the component exports.
struct Toolkit;
