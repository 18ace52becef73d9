//! A provisioning as it should be.

use dps_x509_host::{
    Cancellation, Event, Provisioner, Settings,
    events::{Packet, WaitReason},
    provisioning::Cause,
};
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::{
    Bench, REGISTRATION_ID, built,
    peer::{self, Manner, Until},
    provision_with, provisioner, settings,
};

#[tokio::test]
async fn a_device_is_assigned_and_every_step_is_told() {
    for (version, name) in [(&TLS12, "TLSv1.2"), (&TLS13, "TLSv1.3")] {
        let bench = Bench::new();
        let leaf = bench.authority.server(|_| {});
        let server_chain = vec![leaf.der().to_vec()];
        let port = peer::dps(peer::server(&leaf, &[version]), Until::Assigned, Manner::Hang).await;
        let (outcome, events) = bench.provision(port).await;

        let assignment = outcome.unwrap();
        assert_eq!(assignment.assigned_hub, "hub.example");
        assert_eq!(assignment.device_id, REGISTRATION_ID);
        assert_eq!(assignment.substatus.as_deref(), Some("initialAssignment"));
        assert_eq!((assignment.tally.dials, assignment.tally.requests), (1, 2));
        assert!(assignment.tally.bytes_sent > 100 && assignment.tally.bytes_received > 100);

        let told: Vec<_> = events.iter().map(word).collect();
        let expected = [
            "dialling",
            "connected",
            "sent connect",
            "received connack",
            "sent subscribe",
            "received suback",
            "sent publish",
            "received puback",
            "received publish",
            "waiting",
            "sent publish",
            "received puback",
            "received publish",
            "sent disconnect",
        ];
        assert_eq!(told, expected);
        let Event::Connected(info) = &events[1] else { panic!("{:?}", events[1]) };
        assert_eq!(info.peer, Some(format!("127.0.0.1:{port}")));
        assert_eq!(info.tls_version.as_deref(), Some(name));
        assert_eq!(info.server_chain, server_chain);
        assert!(info.cipher_suite.as_ref().is_some_and(|suite| suite.starts_with("TLS_")), "{info:?}");
        let Event::Waiting(pause) = &events[9] else { panic!("{:?}", events[9]) };
        assert_eq!(pause.reason, WaitReason::RetryAfter);
    }
}

fn word(event: &Event) -> &'static str {
    match event {
        Event::Dialling(_) => "dialling",
        Event::Connected(_) => "connected",
        Event::Disconnected(_) => "disconnected",
        Event::Waiting(_) => "waiting",
        Event::Ignored(_) => "ignored",
        Event::Noticed(_) => "noticed",
        Event::Sent(Packet::Connect(_)) => "sent connect",
        Event::Sent(Packet::Subscribe(_)) => "sent subscribe",
        Event::Sent(Packet::Publish(_)) => "sent publish",
        Event::Sent(Packet::Disconnect) => "sent disconnect",
        Event::UpgradeSent(_) => "sent upgrade",
        Event::UpgradeAnswered(_) => "received upgrade",
        Event::Sent(_) => "sent another",
        Event::Received(Packet::Connack(_)) => "received connack",
        Event::Received(Packet::Suback(_)) => "received suback",
        Event::Received(Packet::Publish(_)) => "received publish",
        Event::Received(Packet::Puback(_)) => "received puback",
        Event::Received(_) => "received another",
    }
}

#[tokio::test]
#[expect(unsafe_code, reason = "the code was made by `cargo xtask component` of this workspace")]
async fn precompiled_code_does_the_same() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    // SAFETY: written by `precompile` in this build.
    let provisioner = unsafe { Provisioner::from_precompiled(&built("provisioner.cwasm")) }.unwrap();
    let access = bench.access().allow("localhost", port);
    let (outcome, _) = provision_with(&provisioner, &settings(port), &access, &Cancellation::new()).await;
    assert_eq!(outcome.unwrap().assigned_hub, "hub.example");
}

#[tokio::test]
async fn many_devices_at_once_do_not_meet() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let access = bench.access().allow("localhost", port);
            tokio::spawn(async move {
                provision_with(&provisioner(), &settings(port), &access, &Cancellation::new()).await
            })
        })
        .collect();
    for run in runs {
        let (outcome, events) = run.await.unwrap();
        assert_eq!(outcome.unwrap().tally.dials, 1);
        assert_eq!(events.len(), 14);
    }
}

#[tokio::test]
async fn wrong_settings_come_back_as_findings_and_nothing_is_dialled() {
    let access = Bench::new().access();
    let mut settings = Settings::new("", "a b");
    settings.endpoint = Some("https://dps.example/".to_owned());
    let (outcome, events) = provision_with(&provisioner(), &settings, &access, &Cancellation::new()).await;
    let failure = outcome.unwrap_err();
    assert_eq!(failure.cause, Cause::InvalidSettings);
    let codes: Vec<_> = failure.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["DX101", "DX102", "DX104"]);
    assert_eq!(failure.findings[2].place.input.as_deref(), Some("endpoint"));
    assert!(events.is_empty(), "{events:?}");
}

#[tokio::test]
async fn a_warning_is_noticed_and_ends_nothing() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let mut settings = settings(port);
    settings.registration_id = "Device-1".to_owned();
    let access = bench.access().allow("localhost", port);
    let (outcome, events) = provision_with(&provisioner(), &settings, &access, &Cancellation::new()).await;
    outcome.unwrap();
    let Event::Noticed(finding) = &events[0] else { panic!("{:?}", events[0]) };
    assert_eq!(finding.code, "DX103");
}
