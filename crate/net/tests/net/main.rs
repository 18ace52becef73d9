//! The client against peers on the loopback. The host's tests run the same cases through the component.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod bench;
mod certificates;
mod identity;
mod peer;
mod provisioning;
mod route;
mod stage;
mod transport;

use std::time::Duration;

use dps_x509_net::{
    Access, Cancellation,
    core::session::{Event, ProvisioningReport, Settings},
};

/// The engine of these tests: the client itself.
async fn run(
    settings: &Settings,
    access: &Access,
    mut events: impl FnMut(Duration, Event<'_>) + Send + 'static,
    cancellation: &Cancellation,
) -> ProvisioningReport {
    let (config, doubtful) = match settings.parse() {
        Ok(parsed) => parsed,
        Err(findings) => return ProvisioningReport::invalid_settings(findings),
    };
    doubtful.iter().for_each(|finding| events(Duration::ZERO, Event::Noticed(finding)));
    let endpoint = config.endpoint.clone();
    ProvisioningReport::new(&dps_x509_net::provision(config, access, events, cancellation).await, &endpoint)
}
