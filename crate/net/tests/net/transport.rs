//! Every way in which there is no connection.

use dps_x509_net::{
    Cancellation,
    core::{
        service::TlsAlert,
        session::{Distrust, NotAssigned, Stage, TransportFailure, TransportFailureKind as Kind},
    },
};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, SanType, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::{
    bench::{Bench, not_assigned, provision_with, settings},
    certificates::Authority,
    peer::{self, Manner, Until},
};

fn transport(not_assigned: NotAssigned) -> TransportFailure {
    not_assigned.transport.unwrap_or_else(|| panic!("{:?}", not_assigned.class))
}

/// Provisions at an endpoint that is allowed, whatever it is.
async fn fail_at(host: &str, port: u16) -> NotAssigned {
    let mut settings = settings(port);
    settings.endpoint = Some(format!("{host}:{port}"));
    let access = Bench::new().access().allow(host, port);
    not_assigned(provision_with(&settings, &access, &Cancellation::new()).await.0)
}

#[tokio::test]
async fn a_name_without_address() {
    // RFC 6761 section 6.4: never resolves.
    let failure = fail_at("dps.invalid", 8883).await;
    assert_eq!(failure.findings[0].code(), "DX501");
    assert_eq!(transport(failure).kind, Kind::NameNotFound);
}

#[tokio::test]
async fn a_port_at_which_nobody_listens() {
    let (_unused, port) = peer::unused();
    let failure = fail_at("localhost", port).await;
    assert_eq!((failure.stage, failure.findings[0].code()), (Stage::Dial, "DX503"));
    assert_eq!(transport(failure).kind, Kind::Refused);
}

#[tokio::test]
async fn an_address_without_route() {
    // TCP has no route to the broadcast address, and sends nothing to it.
    let failure = fail_at("255.255.255.255", 8883).await;
    assert_eq!(transport(failure).kind, Kind::Unreachable);
}

#[tokio::test]
async fn a_peer_that_does_not_speak_tls() {
    let bench = Bench::new();
    let leaf = bench.authority.server(|_| {});
    let port = peer::dps(peer::server(&leaf, &[&TLS13]), Until::Tcp, Manner::Garbage).await;
    let (failure, _) = bench.fail(port).await;
    assert_eq!(transport(failure).kind, Kind::NotTls);
}

/// What the client thinks of a server's certificate.
async fn distrust(
    bench: &Bench,
    issuer: &Authority,
    change: impl FnOnce(&mut CertificateParams),
) -> Distrust {
    let leaf = issuer.server(change);
    let port = peer::dps(peer::server(&leaf, &[&TLS13]), Until::Assigned, Manner::Hang).await;
    let failure = transport(bench.fail(port).await.0);
    let Kind::ServerNotTrusted(reason) = failure.kind else { panic!("{failure:?}") };
    assert_eq!(failure.server_chain, [leaf.der().to_vec()]);
    reason
}

#[tokio::test]
async fn servers_that_are_not_trusted_say_why_and_show_their_chain() {
    let bench = Bench::new();
    let ours = &bench.authority;
    let stranger = Authority::new("another root");
    assert_eq!(distrust(&bench, &stranger, |_| {}).await, Distrust::UnknownIssuer);
    let namesake = Authority::new("bench root");
    assert_eq!(distrust(&bench, &namesake, |_| {}).await, Distrust::Invalid);
    let expired = |params: &mut CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    assert_eq!(distrust(&bench, ours, expired).await, Distrust::Expired);
    let future = |params: &mut CertificateParams| params.not_before = date_time_ymd(2090, 1, 1);
    assert_eq!(distrust(&bench, ours, future).await, Distrust::NotYetValid);
    let other_name = |params: &mut CertificateParams| {
        params.subject_alt_names = vec![SanType::DnsName("dps.example".try_into().unwrap())];
    };
    assert_eq!(distrust(&bench, ours, other_name).await, Distrust::WrongName);
    let client_only = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    assert_eq!(distrust(&bench, ours, client_only).await, Distrust::Invalid);
}

#[tokio::test]
async fn a_refused_client_certificate_is_an_alert_in_and_behind_the_handshake() {
    for version in [&TLS12, &TLS13] {
        let bench = Bench::new();
        let tls =
            peer::strict_server(&bench.authority.server(|_| {}), &Authority::new("another"), &[version]);
        let port = peer::dps(tls, Until::Assigned, Manner::Hang).await;
        let (failure, told) = bench.fail(port).await;
        // In TLS 1.3 the client is done before the server has looked at its certificate.
        assert_eq!(!told.infos.is_empty(), version.version == TLS13.version);
        assert_eq!(failure.findings[0].code(), "DX511");
        assert_eq!(transport(failure).kind, Kind::Alert(TlsAlert::UNKNOWN_CA), "{:?}", version.version);
    }
}

#[tokio::test]
async fn a_server_of_an_older_tls() {
    // ServerHello of TLS 1.0 with TLS_RSA_WITH_AES_128_CBC_SHA and no session.
    let mut hello = vec![22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let (port, _) = peer::spawn(move |mut tcp| {
        let hello = hello.clone();
        async move {
            let mut request = [0; 5];
            tcp.read_exact(&mut request).await.unwrap();
            tcp.write_all(&hello).await.unwrap();
            let mut rest = Vec::new();
            let _ = tcp.read_to_end(&mut rest).await;
        }
    })
    .await;
    let (failure, _) = Bench::new().fail(port).await;
    assert_eq!(transport(failure).kind, Kind::NoCommonParameters);
}

#[tokio::test]
async fn an_endpoint_that_is_not_allowed_is_not_dialled() {
    let bench = Bench::new();
    let (listener, port) = peer::listen().await;
    let other_port = port ^ 1;
    for access in [
        bench.access(),
        bench.access().allow("localhost", other_port),
        bench.access().allow("127.0.0.1", port),
        bench.access().allow("localhost.", port),
        bench.access().allow_below("localhost", port),
        bench.access().allow_below("ocalhost", port),
        bench.access().allow_below("", other_port),
    ] {
        let (report, _) = provision_with(&settings(port), &access, &Cancellation::new()).await;
        assert_eq!(transport(not_assigned(report)).kind, Kind::NotAllowed);
    }
    let listener = listener.into_std().unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
