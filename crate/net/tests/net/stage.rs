//! Peers that stop at each stage of the conversation, and embedders that do.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use dps_x509_net::{
    Cancellation,
    core::session::{Class, Event, Stage, TransportFailureKind, mqtt::Packet},
};
use tokio_rustls::rustls::version::TLS13;

use crate::{
    bench::{Bench, not_assigned, provision_with, settings},
    peer::{self, Manner, Until},
    run,
};

const STAGES: [(Until, Stage); 5] = [
    (Until::Tcp, Stage::Dial),
    (Until::Tls, Stage::Connect),
    (Until::Connack, Stage::Subscribe),
    (Until::Suback, Stage::Register),
    (Until::Registered, Stage::Poll),
];

#[tokio::test]
async fn a_server_that_hangs_at_any_stage_ends_with_the_time() {
    let runs: Vec<_> = STAGES
        .into_iter()
        .map(|(until, stage)| {
            tokio::spawn(async move {
                let bench = Bench::new();
                let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
                let port = peer::dps(tls, until, Manner::Hang).await;
                let mut settings = settings(port);
                settings.timeout = Some(Duration::from_secs(4));
                let access = bench.access().allow("localhost", port);
                let (report, _) = provision_with(&settings, &access, &Cancellation::new()).await;
                let elapsed = report.tally.elapsed;
                let failure = not_assigned(report);
                assert_eq!((failure.class, failure.stage), (Class::OutOfTime, stage), "{until:?}");
                assert!(elapsed >= Duration::from_secs(4), "{until:?} ended early, at {elapsed:?}");
            })
        })
        .collect();
    for run in runs {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_floods_and_does_not_read_is_left() {
    let bench = Bench::new();
    let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
    let port = peer::dps(tls, Until::Suback, Manner::Flood).await;
    let mut settings = settings(port);
    settings.timeout = Some(Duration::from_secs(20));
    let access = bench.access().allow("localhost", port);
    let failure = not_assigned(run(&settings, &access, |_, _| {}, &Cancellation::new()).await);
    assert_eq!((failure.class, failure.stage), (Class::Protocol, Stage::Register));
    assert_eq!(failure.findings[0].code(), "DX606", "{failure:?}");
}

#[tokio::test]
async fn a_server_that_goes_is_dialled_again_within_the_time() {
    for manner in [Manner::Close, Manner::Vanish] {
        let runs: Vec<_> = STAGES
            .into_iter()
            .map(|(until, _)| {
                tokio::spawn(async move {
                    let bench = Bench::new();
                    let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
                    let port = peer::dps(tls, until, manner).await;
                    let mut settings = settings(port);
                    settings.timeout = Some(Duration::from_secs(4));
                    let access = bench.access().allow("localhost", port);
                    let (report, told) = provision_with(&settings, &access, &Cancellation::new()).await;
                    assert!(report.tally.dials > 1, "{until:?} {manner:?}: {told:?}");
                    let kind = not_assigned(report).transport.map(|failure| failure.kind);
                    assert_eq!(kind, Some(TransportFailureKind::Closed), "{until:?} {manner:?}");
                })
            })
            .collect();
        for run in runs {
            run.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_server_that_sends_garbage_is_named_at_once() {
    let mut stages = STAGES;
    // It comes at once, and the client only polls after a while.
    stages[4].1 = Stage::Wait;
    for (until, stage) in stages.into_iter().skip(1) {
        let bench = Bench::new();
        let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
        let port = peer::dps(tls, until, Manner::Garbage).await;
        let (failure, _) = bench.fail(port).await;
        assert_eq!((failure.class, failure.stage), (Class::Protocol, stage));
        assert_eq!(failure.findings[0].code(), "DX603", "{failure:?}");
    }
}

/// Cancels when an event comes; gives the stage at which the provisioning ended.
async fn cancel_at(until: Until, trigger: fn(&Event<'_>) -> bool) -> Stage {
    let bench = Bench::new();
    let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
    let port = peer::dps(tls, until, Manner::Hang).await;
    let cancellation = Cancellation::new();
    let switch = cancellation.clone();
    let last = Arc::new(Mutex::new(false));
    let is_last = Arc::clone(&last);
    let events = move |_, event: Event<'_>| {
        if trigger(&event) {
            switch.cancel();
        }
        *is_last.lock().unwrap() = matches!(event, Event::Sent(Packet::Disconnect));
    };
    let access = bench.access().allow("localhost", port);
    let failure = not_assigned(run(&settings(port), &access, events, &cancellation).await);
    assert_eq!(failure.class, Class::Cancelled);
    assert_eq!(*last.lock().unwrap(), !matches!(failure.stage, Stage::Dial | Stage::Connect));
    failure.stage
}

#[tokio::test]
async fn cancelling_ends_it_at_any_stage() {
    let dialling = |event: &Event<'_>| matches!(event, Event::Dialling { .. });
    assert_eq!(cancel_at(Until::Tcp, dialling).await, Stage::Dial);
    let connect = |event: &Event<'_>| matches!(event, Event::Sent(Packet::Connect { .. }));
    assert_eq!(cancel_at(Until::Tls, connect).await, Stage::Connect);
    let publish = |event: &Event<'_>| matches!(event, Event::Sent(Packet::Publish { .. }));
    assert_eq!(cancel_at(Until::Suback, publish).await, Stage::Register);
}

#[tokio::test]
async fn a_switch_that_is_thrown_already_ends_it_before_it_dials() {
    let bench = Bench::new();
    let (listener, port) = peer::listen().await;
    let cancellation = Cancellation::new();
    cancellation.cancel();
    let access = bench.access().allow("localhost", port);
    let (report, _) = provision_with(&settings(port), &access, &cancellation).await;
    assert_eq!(not_assigned(report).class, Class::Cancelled);
    let listener = listener.into_std().unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
