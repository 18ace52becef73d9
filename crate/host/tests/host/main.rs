//! The host with the real component, against peers on the loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

// The cases of `dps-x509-net`, through the component.
#[path = "../../../net/tests/net/bench.rs"]
mod bench;
#[path = "../../../net/tests/net/certificates.rs"]
mod certificates;
mod component;
mod guests;
mod heavy;
mod memory;
#[path = "../../../net/tests/net/peer.rs"]
mod peer;
#[path = "../../../net/tests/net/provisioning.rs"]
mod provisioning;
#[path = "../../../net/tests/net/route.rs"]
mod route;
#[path = "../../../net/tests/net/stage.rs"]
mod stage;
#[path = "../../../net/tests/net/transport.rs"]
mod transport;

use std::{fs, path::PathBuf, sync::OnceLock, time::Duration};

use dps_x509_host::{
    Provisioner,
    net::{
        Access, Cancellation,
        core::session::{Event, ProvisioningReport, Settings},
    },
};

/// What `cargo xtask component` has built.
fn built(name: &str) -> Vec<u8> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(target).join("component").join(name);
    fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask component` first", path.display()))
}

/// The component, compiled once for all tests.
fn provisioner() -> Provisioner {
    static PROVISIONER: OnceLock<Provisioner> = OnceLock::new();
    PROVISIONER.get_or_init(|| Provisioner::from_component(&built("provisioner.wasm")).unwrap()).clone()
}

/// The engine of these tests: the component.
async fn run(
    settings: &Settings,
    access: &Access,
    events: impl FnMut(Duration, Event<'_>) + Send + 'static,
    cancellation: &Cancellation,
) -> ProvisioningReport {
    provisioner().provision(settings, access, events, cancellation).await.unwrap()
}
