//! TCP that ends elsewhere than the endpoint's name says.

use dps_x509_net::{
    Access, Cancellation,
    core::session::{Distrust, ProvisioningReport, TransportFailureKind as Kind},
};
use rcgen::SanType;
use tokio_rustls::rustls::version::TLS13;

use crate::{
    bench::{Bench, Events, assigned, not_assigned, provision_with, settings},
    peer::{self, Manner, Until},
};

/// A name that resolves nowhere (RFC 6761 section 6.4).
const NAME: &str = "dps.invalid";

/// Provisions at `dps.invalid:8883`, whose server listens at a port of the loopback.
async fn provision(
    name_of_server: &str,
    access: impl FnOnce(Access, u16) -> Access,
) -> (ProvisioningReport, Events) {
    let bench = Bench::new();
    let name = SanType::DnsName(name_of_server.try_into().unwrap());
    let leaf = bench.authority.server(|params| params.subject_alt_names = vec![name]);
    let port = peer::dps(peer::server(&leaf, &[&TLS13]), Until::Assigned, Manner::Hang).await;
    let mut settings = settings(8883);
    settings.endpoint = Some(NAME.to_owned());
    let access = access(bench.access(), port);
    provision_with(&settings, &access, &Cancellation::new()).await
}

#[tokio::test]
async fn tcp_goes_elsewhere_and_the_name_stays() {
    let elsewhere = |access: Access, port| access.allow(NAME, 8883).connect_to(NAME, 8883, "127.0.0.1", port);
    let (report, told) = provision(NAME, elsewhere).await;
    assigned(report);
    assert!(told.infos[0].peer.as_ref().unwrap().starts_with("127.0.0.1:"));
    let (report, _) = provision("localhost", elsewhere).await;
    let kind = not_assigned(report).transport.unwrap().kind;
    assert_eq!(kind, Kind::ServerNotTrusted(Distrust::WrongName));
}

#[tokio::test]
async fn where_it_goes_instead_is_not_what_is_allowed() {
    let other =
        |access: Access, port| access.allow("127.0.0.1", port).connect_to(NAME, 8883, "127.0.0.1", port);
    let (report, _) = provision(NAME, other).await;
    assert_eq!(not_assigned(report).transport.unwrap().kind, Kind::NotAllowed);
}
