//! Peers that stop at each stage of the conversation, and embedders that do.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use dps_x509_host::{
    Cancellation, Event,
    events::Packet,
    provisioning::{Cause, Stage},
    tls::TransportFailure,
};
use tokio_rustls::rustls::version::TLS13;

use crate::{
    Bench,
    peer::{self, Manner, Until},
    provision_with, provisioner, settings,
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
                let (outcome, _) =
                    provision_with(&provisioner(), &settings, &access, &Cancellation::new()).await;
                let failure = outcome.unwrap_err();
                assert_eq!((&failure.cause, failure.stage), (&Cause::OutOfTime, stage), "{until:?}");
                let elapsed = Duration::from_nanos(failure.tally.elapsed);
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
    let outcome = provisioner().provision(&settings, &access, |_, _| {}, &Cancellation::new()).await.unwrap();
    let failure = outcome.unwrap_err();
    assert_eq!((&failure.cause, failure.stage), (&Cause::Protocol, Stage::Register));
    assert_eq!(failure.findings[0].code, "DX606", "{failure:?}");
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
                    let (outcome, events) =
                        provision_with(&provisioner(), &settings, &access, &Cancellation::new()).await;
                    let failure = outcome.unwrap_err();
                    assert!(
                        matches!(failure.cause, Cause::Transport(TransportFailure::Closed(_))),
                        "{until:?} {manner:?}: {failure:?}"
                    );
                    assert!(failure.tally.dials > 1, "{until:?} {manner:?}: {events:?}");
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
        assert_eq!((&failure.cause, failure.stage), (&Cause::Protocol, stage));
        assert_eq!(failure.findings[0].code, "DX603", "{failure:?}");
    }
}

/// Cancels when an event comes; gives the stage at which the provisioning ended.
async fn cancel_at(until: Until, trigger: fn(&Event) -> bool) -> Stage {
    let bench = Bench::new();
    let tls = peer::server(&bench.authority.server(|_| {}), &[&TLS13]);
    let port = peer::dps(tls, until, Manner::Hang).await;
    let cancellation = Cancellation::new();
    let switch = cancellation.clone();
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&events);
    let outcome = provisioner()
        .provision(
            &settings(port),
            &bench.access().allow("localhost", port),
            move |_, event| {
                if trigger(&event) {
                    switch.cancel();
                }
                sink.lock().unwrap().push(event);
            },
            &cancellation,
        )
        .await
        .unwrap();
    let failure = outcome.unwrap_err();
    assert_eq!(failure.cause, Cause::Cancelled);
    let polite = matches!(events.lock().unwrap().last(), Some(Event::Sent(Packet::Disconnect)));
    assert_eq!(polite, !matches!(failure.stage, Stage::Dial | Stage::Connect));
    failure.stage
}

#[tokio::test]
async fn cancelling_ends_it_at_any_stage() {
    let dialling = |event: &Event| matches!(event, Event::Dialling(_));
    assert_eq!(cancel_at(Until::Tcp, dialling).await, Stage::Dial);
    let connect = |event: &Event| matches!(event, Event::Sent(Packet::Connect(_)));
    assert_eq!(cancel_at(Until::Tls, connect).await, Stage::Connect);
    let publish = |event: &Event| matches!(event, Event::Sent(Packet::Publish(_)));
    assert_eq!(cancel_at(Until::Suback, publish).await, Stage::Register);
}

#[tokio::test]
async fn a_switch_that_is_thrown_already_ends_it_before_it_dials() {
    let bench = Bench::new();
    let (listener, port) = peer::listen().await;
    let cancellation = Cancellation::new();
    cancellation.cancel();
    let access = bench.access().allow("localhost", port);
    let (outcome, _) = provision_with(&provisioner(), &settings(port), &access, &cancellation).await;
    assert_eq!(outcome.unwrap_err().cause, Cause::Cancelled);
    let listener = listener.into_std().unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
