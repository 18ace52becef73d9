//! Probes of one connection, up to each way that it ends.

use super::*;
use crate::{
    name::{IdScope, RegistrationId, Transport},
    service::Channel,
};

fn probe(transport: Transport) -> Probe {
    let endpoint = "dps.example".parse().unwrap();
    let mut config =
        Config::new(IdScope::new("0ne00111111").unwrap(), RegistrationId::new("dev-1").unwrap(), endpoint);
    config.transport = transport;
    Probe::device(config, Seed([7; 16]), at(0))
}

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// What is sent until there is nothing more to do, and the outcome if there is one.
fn drain(probe: &mut Probe) -> (Vec<u8>, Option<Result<(), Failure>>) {
    let mut sent = Vec::new();
    loop {
        match probe.poll_output() {
            ProbeOutput::Transmit(bytes) => sent.extend_from_slice(bytes),
            ProbeOutput::Event(_) => {}
            ProbeOutput::Wait(_) => return (sent, None),
            ProbeOutput::Done(outcome) => return (sent, Some(outcome.clone())),
        }
    }
}

fn receive(probe: &mut Probe, millis: u64, bytes: &[u8]) -> (Vec<u8>, Option<Result<(), Failure>>) {
    probe.handle_input(at(millis), ProbeInput::Received(bytes));
    drain(probe)
}

#[test]
fn a_device_connects_subscribes_and_leaves_without_registering() {
    let mut probe = probe(Transport::Mqtt);
    let (connect, outcome) = drain(&mut probe);
    assert_eq!((connect.first(), outcome), (Some(&0x10), None));
    let (subscribe, outcome) = receive(&mut probe, 5, b"\x20\x02\x00\x00");
    assert_eq!((subscribe.first(), outcome), (Some(&0x82), None));
    let (disconnect, outcome) = receive(&mut probe, 12, b"\x90\x03\x00\x01\x01");
    assert_eq!((disconnect.as_slice(), outcome), (&b"\xe0\x00"[..], Some(Ok(()))));
    let millis = Duration::from_millis;
    assert_eq!(probe.passed(), [(Stage::Connect, millis(5)), (Stage::Subscribe, millis(7))]);
    // Sticky.
    assert_eq!(receive(&mut probe, 13, b"\x00"), (Vec::new(), Some(Ok(()))));
}

#[test]
fn every_split_of_the_answers_comes_to_the_same() {
    let answers = b"\x20\x02\x00\x00\x90\x03\x00\x01\x01";
    for cut in 0..=answers.len() {
        let mut probe = probe(Transport::Mqtt);
        let (head, tail) = answers.split_at(cut);
        receive(&mut probe, 1, head);
        assert_eq!(receive(&mut probe, 2, tail).1, Some(Ok(())), "{cut}");
    }
}

#[test]
fn refusals_say_where_they_came_from() {
    let mut connack = probe(Transport::Mqtt);
    let (_, outcome) = receive(&mut connack, 1, b"\x20\x02\x00\x05");
    let failure = outcome.unwrap().unwrap_err();
    assert!(
        matches!(&failure.cause, FailureCause::Refused(it) if it.channel == Channel::Connack && it.status == 5)
    );
    assert_eq!((failure.stage, connack.passed()), (Stage::Connect, &[][..]));
    let mut suback = probe(Transport::Mqtt);
    let (_, outcome) = receive(&mut suback, 1, b"\x20\x02\x00\x00\x90\x03\x00\x01\x80");
    let failure = outcome.unwrap().unwrap_err();
    assert!(
        matches!(&failure.cause, FailureCause::Refused(it) if it.channel == Channel::Suback),
        "{failure:?}"
    );
    assert_eq!(failure.stage, Stage::Subscribe);
}

#[test]
fn silence_and_the_end_of_the_connection_end_it() {
    let mut silent = probe(Transport::Mqtt);
    silent.handle_input(Instant::LAST, ProbeInput::Timeout);
    assert!(matches!(drain(&mut silent).1, Some(Err(Failure { cause: FailureCause::OutOfTime { .. }, .. }))));
    let mut closed = probe(Transport::Mqtt);
    closed.handle_input(at(1), ProbeInput::Closed(None));
    let failure = drain(&mut closed).1.unwrap().unwrap_err();
    let kind = TransportFailureKind::Closed;
    assert!(matches!(failure.cause, FailureCause::Transport(it) if it.kind == kind));
}

/// A packet that stays unanswered is the server's silence, and said before the time for all of it is over.
#[test]
fn an_unanswered_packet_ends_it() {
    let mut probe = probe(Transport::Mqtt);
    assert_eq!(drain(&mut probe).1, None);
    assert!(matches!(probe.poll_output(), ProbeOutput::Wait(wake) if wake == at(30_000)));
    probe.handle_input(at(30_000), ProbeInput::Timeout);
    let failure = drain(&mut probe).1.unwrap().unwrap_err();
    assert!(
        matches!(&failure.cause, FailureCause::Transport(it) if it.kind == TransportFailureKind::Silent),
        "{failure:?}"
    );
    assert_eq!(failure.tally.elapsed, Duration::from_secs(30));
}

#[test]
fn the_upgrade_alone_needs_no_device() {
    let endpoint: Endpoint = "dps.example:443".parse().unwrap();
    let timeout = Duration::from_secs(1);
    let mut probe = Probe::upgrade(&endpoint, timeout, Seed([7; 16]), at(0));
    let (request, _) = drain(&mut probe);
    assert!(request.starts_with(b"GET /$iothub/websocket HTTP/1.1\r\nHost: dps.example\r\n"));
    let (sent, outcome) = receive(&mut probe, 1, b"HTTP/1.1 403 Forbidden\r\n\r\n");
    assert!(sent.is_empty());
    assert!(matches!(
        outcome,
        Some(Err(Failure { cause: FailureCause::WebSocket(_), stage: Stage::Upgrade, .. }))
    ));
}
