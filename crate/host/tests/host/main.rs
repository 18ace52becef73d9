//! The host with the real component, against peers on the loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod certificates;
mod component;
mod guests;
mod identity;
mod memory;
mod peer;
mod provisioning;
mod route;
mod stage;
mod transport;

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use certificates::{Authority, Leaf};
use dps_x509_host::{
    Access, Cancellation, Event, Identity, Outcome, Provisioner, Settings, Trust, provisioning::Failure,
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

/// A device and the root that it trusts.
struct Bench {
    authority: Authority,
    device: Leaf,
}

const REGISTRATION_ID: &str = "device-on-the-bench";

impl Bench {
    fn new() -> Self {
        let authority = Authority::new("bench root");
        let device = authority.device(REGISTRATION_ID);
        Self { authority, device }
    }

    fn access(&self) -> Access {
        let identity =
            Identity::from_pem(self.device.pem().as_bytes(), self.device.key_pem().as_bytes(), None);
        let trust = Trust::empty().add_pem(self.authority.pem().as_bytes()).unwrap();
        Access::new(identity.unwrap(), &trust).unwrap()
    }

    /// Provisions at a port of the loopback, with everything that happened.
    async fn provision(&self, port: u16) -> (Outcome, Vec<Event>) {
        let access = self.access().allow("localhost", port);
        provision_with(&provisioner(), &settings(port), &access, &Cancellation::new()).await
    }

    /// The failure that a provisioning must end in.
    async fn fail(&self, port: u16) -> (Failure, Vec<Event>) {
        let (outcome, events) = self.provision(port).await;
        (outcome.expect_err("it was assigned"), events)
    }
}

fn settings(port: u16) -> Settings {
    let mut settings = Settings::new("0ne00000001", REGISTRATION_ID);
    settings.endpoint = Some(format!("localhost:{port}"));
    settings.timeout = Some(Duration::from_secs(20));
    settings
}

async fn provision_with(
    provisioner: &Provisioner,
    settings: &Settings,
    access: &Access,
    cancellation: &Cancellation,
) -> (Outcome, Vec<Event>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&events);
    let outcome = provisioner
        .provision(settings, access, move |_, event| sink.lock().unwrap().push(event), cancellation)
        .await
        .unwrap();
    let events = std::mem::take(&mut *events.lock().unwrap());
    (outcome, events)
}
