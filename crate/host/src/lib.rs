//! Provisions Azure IoT devices through a WebAssembly component, from inside a Rust program.
//!
//! The component speaks MQTT and DPS. This crate runs it in wasmtime and gives it what it cannot have by
//! itself: TLS connections. It resolves, dials and shakes hands, judges the server against the roots it was
//! given, and keeps the private key: the guest holds an opaque [`Identity`] and may dial exactly the
//! endpoints of its [`Access`].
//!
//! A whole program, with the component that `cargo xtask component` builds:
//!
//! ```no_run
//! use std::{error::Error, fs, time::Duration};
//!
//! use dps_x509_host::{
//!     Access, Cancellation, Cloud, Event, Identity, Provisioner, Settings, Trust, events::Packet,
//! };
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn Error>> {
//!     // Once for all devices. Compiling takes a moment; `precompile` and `from_precompiled` save it.
//!     let provisioner = Provisioner::from_component(&fs::read("provisioner.wasm")?)?;
//!
//!     // Once for each device: leaf and intermediates, the key, whom to trust, where to dial.
//!     let identity = Identity::from_pem(&fs::read("device-chain.pem")?, &fs::read("device-key.pem")?, None)?;
//!     let access = Access::new(identity, &Trust::azure(Cloud::Public))?
//!         .allow("global.azure-devices-provisioning.net", 8883);
//!
//!     let mut settings = Settings::new("0ne00000000", "device-1");
//!     settings.timeout = Some(Duration::from_secs(30));
//!
//!     // Told while it happens; `cancellation.cancel()` from anywhere ends it politely.
//!     let events = |at: Duration, event: Event| match event {
//!         Event::Connected(info) => println!("{at:?} connected to {:?}", info.peer),
//!         Event::Sent(Packet::Publish(publish)) => println!("{at:?} sent {}", publish.topic),
//!         Event::Received(Packet::Publish(publish)) => println!("{at:?} received {}", publish.topic),
//!         other => println!("{at:?} {other:?}"),
//!     };
//!     let cancellation = Cancellation::new();
//!
//!     match provisioner.provision(&settings, &access, events, &cancellation).await? {
//!         Ok(assignment) => println!("{} at {}", assignment.device_id, assignment.assigned_hub),
//!         Err(failure) => {
//!             for finding in failure.findings {
//!                 eprintln!("{} {} {}", finding.code, finding.message, finding.next_step);
//!             }
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Whose fault
//! * [`IdentityError`], [`TrustError`], [`LoadError`]: what was given does not do, said before anything runs.
//! * [`HostError`]: the guest broke down or had to be stopped; see [`Limits`].
//! * [`Failure`]: DPS refused, could not be reached, or the settings are wrong; with findings for a person.
//!
//! # Runtime
//! [`Provisioner::provision`] needs a Tokio runtime with I/O and time. It spawns no task: dropping its future
//! gives everything up at once. One thread of a `Provisioner` wakes every 10 ms while a guest is in flight,
//! to stop one that does not end.
//!
//! # Features
//! `compile`, on by default, brings the compiler. Without it there is [`Provisioner::from_precompiled`] alone.
#![deny(unsafe_code)]

mod access;
mod bindings;
mod cancellation;
mod device;
mod dial;
mod engine;
mod error;
mod failure;
mod identity;
mod link;
mod precompiled;
pub mod probe;
mod provisioner;
mod proxy;
mod route;
mod settings;
mod trust;
mod verifier;

pub use access::Access;
pub use bindings::{
    dps_x509::device::{
        events::{self, Event},
        findings::{self, Finding},
        tls,
    },
    exports::dps_x509::device::provisioning::{self, Assignment, Failure},
};
pub use cancellation::Cancellation;
pub use error::{HostError, LoadError};
pub use identity::{Identity, IdentityError};
#[cfg(feature = "compile")]
pub use precompiled::precompile;
pub use provisioner::{Limits, Provisioner};
pub use proxy::{Bypass, Proxy, ProxyError};
pub use route::{Redirection, RedirectionError, Route};
pub use settings::{Qos, Settings, Transport};
pub use trust::{Cloud, Trust, TrustError};
pub use wasmtime;

/// How a provisioning ended: assigned, or a failure with its findings.
pub type Outcome = Result<Assignment, Failure>;
