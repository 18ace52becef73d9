#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod bindings;
mod device;
mod engine;
mod error;
mod limits;
mod link;
mod mapping;
mod pool;
mod precompiled;
mod provisioner;
#[cfg(feature = "compile")]
mod weight;

pub use dps_x509_net as net;
pub use error::{HostError, LoadError};
pub use limits::Limits;
pub use pool::pool;
#[cfg(feature = "compile")]
pub use precompiled::{precompile, precompile_for};
pub use provisioner::Provisioner;

/// The types that both worlds have.
mod contract {
    pub(crate) use crate::bindings::dps_x509::device::{findings, session, transcript, transport};
}
