//! TCP that ends elsewhere than the endpoint's name says.

use dps_x509_host::{
    Access, Cancellation, Event, Outcome,
    provisioning::Cause,
    tls::{Distrust, TransportFailure, UntrustedServer},
};
use rcgen::SanType;
use tokio_rustls::rustls::version::TLS13;

use crate::{
    Bench,
    peer::{self, Manner, Until},
    provision_with, provisioner, settings,
};

/// A name that resolves nowhere (RFC 6761 section 6.4).
const NAME: &str = "dps.invalid";

/// Provisions at `dps.invalid:8883`, whose server listens at a port of the loopback.
async fn provision(
    name_of_server: &str,
    access: impl FnOnce(Access, u16) -> Access,
) -> (Outcome, Vec<Event>) {
    let bench = Bench::new();
    let name = SanType::DnsName(name_of_server.try_into().unwrap());
    let leaf = bench.authority.server(|params| params.subject_alt_names = vec![name]);
    let port = peer::dps(peer::server(&leaf, &[&TLS13]), Until::Assigned, Manner::Hang).await;
    let mut settings = settings(8883);
    settings.endpoint = Some(NAME.to_owned());
    let access = access(bench.access(), port);
    provision_with(&provisioner(), &settings, &access, &Cancellation::new()).await
}

#[tokio::test]
async fn tcp_goes_elsewhere_and_the_name_stays() {
    let elsewhere = |access: Access, port| access.allow(NAME, 8883).connect_to(NAME, 8883, "127.0.0.1", port);
    let (outcome, events) = provision(NAME, elsewhere).await;
    outcome.unwrap();
    let peer = events.iter().find_map(|event| match event {
        Event::Connected(info) => info.peer.clone(),
        _ => None,
    });
    assert!(peer.unwrap().starts_with("127.0.0.1:"));
    let (outcome, _) = provision("localhost", elsewhere).await;
    let failure = outcome.unwrap_err();
    let wrong_name = |server: &UntrustedServer| server.reason == Distrust::WrongName;
    assert!(
        matches!(&failure.cause, Cause::Transport(TransportFailure::ServerNotTrusted(server)) if wrong_name(server)),
        "{failure:?}"
    );
}

#[tokio::test]
async fn where_it_goes_instead_is_not_what_is_allowed() {
    let other =
        |access: Access, port| access.allow("127.0.0.1", port).connect_to(NAME, 8883, "127.0.0.1", port);
    let (outcome, _) = provision(NAME, other).await;
    let failure = outcome.unwrap_err();
    assert!(matches!(failure.cause, Cause::Transport(TransportFailure::NotAllowed(_))), "{failure:?}");
}
