//! A provisioning as it should be.

use dps_x509_net::{
    Cancellation,
    core::{
        finding::{Finding, Input},
        session::{Class, Settings},
    },
};
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::{
    bench::{Bench, REGISTRATION_ID, assigned, not_assigned, provision_with, settings},
    peer::{self, Manner, Until},
};

#[tokio::test]
async fn a_device_is_assigned_and_every_step_is_told() {
    for (version, name) in [(&TLS12, "TLSv1.2"), (&TLS13, "TLSv1.3")] {
        let bench = Bench::new();
        let leaf = bench.authority.server(|_| {});
        let server_chain = vec![leaf.der().to_vec()];
        let port = peer::dps(peer::server(&leaf, &[version]), Until::Assigned, Manner::Hang).await;
        let (report, told) = bench.provision(port).await;

        let tally = report.tally;
        assert_eq!((tally.dials, tally.requests), (1, 2));
        assert!(tally.bytes_sent > 100 && tally.bytes_received > 100);
        let assigned = assigned(report);
        assert_eq!(assigned.assigned_hub.as_str(), "hub.example");
        assert_eq!(assigned.device_id, REGISTRATION_ID);
        assert_eq!(assigned.substatus.as_deref(), Some("initialAssignment"));

        let expected = [
            "dialling",
            "connected",
            "sent CONNECT",
            "received CONNACK",
            "sent SUBSCRIBE",
            "received SUBACK",
            "sent PUBLISH",
            "received PUBACK",
            "received PUBLISH",
            "waiting: retry-after",
            "sent PUBLISH",
            "received PUBACK",
            "received PUBLISH",
            "sent DISCONNECT",
        ];
        assert_eq!(told.words, expected);
        let info = &told.infos[0];
        assert_eq!(info.peer, Some(format!("127.0.0.1:{port}")));
        assert_eq!(info.tls_version.as_deref(), Some(name));
        assert_eq!(info.server_chain, server_chain);
        assert!(info.cipher_suite.as_ref().is_some_and(|suite| suite.starts_with("TLS_")), "{info:?}");
    }
}

#[tokio::test]
async fn many_devices_at_once_do_not_meet() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let runs: Vec<_> = (0..20)
        .map(|_| {
            let access = bench.access().allow("localhost", port);
            tokio::spawn(async move { provision_with(&settings(port), &access, &Cancellation::new()).await })
        })
        .collect();
    for run in runs {
        let (report, told) = run.await.unwrap();
        assert_eq!((report.tally.dials, assigned(report).assigned_hub.as_str()), (1, "hub.example"));
        assert_eq!(told.words.len(), 14);
    }
}

#[tokio::test]
async fn wrong_settings_come_back_as_findings_and_nothing_is_dialled() {
    let access = Bench::new().access();
    let settings = Settings {
        registration_id: "a b".to_owned(),
        endpoint: Some("https://dps.example/".to_owned()),
        ..Settings::default()
    };
    let (report, told) = provision_with(&settings, &access, &Cancellation::new()).await;
    let failure = not_assigned(report);
    assert_eq!(failure.class, Class::InvalidSettings);
    let codes: Vec<_> = failure.findings.iter().map(Finding::code).collect();
    assert_eq!(codes, ["DX101", "DX102", "DX104"]);
    assert_eq!(failure.findings[2].place.input, Some(Input::Endpoint.into()));
    assert!(told.words.is_empty(), "{told:?}");
}

#[tokio::test]
async fn a_warning_is_noticed_and_ends_nothing() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let mut settings = settings(port);
    settings.registration_id = "Device-On-The-Bench".to_owned();
    let access = bench.access().allow("localhost", port);
    let (report, told) = provision_with(&settings, &access, &Cancellation::new()).await;
    assigned(report);
    assert_eq!((told.words[0].as_str(), told.noticed.as_slice()), ("noticed DX103", &["DX103"][..]));
}
