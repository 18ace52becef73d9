//! Arbitrary inputs in arbitrary order.

use dps_x509_core::{
    name::{IdScope, RegistrationId, Transport},
    service::TlsAlert,
    session::{
        Config, ConnectionId, ConnectionInfo, Input, Instant, Output, Provisioning, Seed, TransportFailure,
        TransportFailureKind, mqtt::Decoder,
    },
};
use proptest::prelude::*;
use tungstenite::handshake::derive_accept_key;

#[derive(Debug, Clone)]
enum Action {
    Connected,
    ConnectFailed(bool),
    Received(Vec<u8>),
    /// What the last request for an upgrade wants to hear.
    Upgraded,
    Closed(bool),
    Timeout,
    Cancel,
}

/// Bytes that get far: whole packets of a service, mixed with noise.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"\x20\x02\x00\x00".to_vec()),
        Just(b"\x90\x03\x00\x01\x01".to_vec()),
        Just(b"\xd0\x00".to_vec()),
        Just(publish(
            "$dps/registrations/res/202/?retry-after=3",
            r#"{"operationId":"4","status":"assigning"}"#
        )),
        Just(publish("$dps/registrations/res/429/", "{}")),
        Just(publish("$dps/registrations/res/404/", r#"{"errorCode":404203}"#)),
        Just(publish(
            "$dps/registrations/res/200/",
            r#"{"status":"assigned","registrationState":{"assignedHub":"h","deviceId":"d"}}"#
        )),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn publish(topic: &str, body: &str) -> Vec<u8> {
    let length = u8::try_from(2 + topic.len() + body.len()).unwrap();
    let mut packet = vec![0x30];
    // Two length bytes hold up to 16,383.
    packet.extend(if length < 128 { vec![length] } else { vec![length, 1] });
    packet.extend([0, u8::try_from(topic.len()).unwrap()]);
    packet.extend(topic.as_bytes());
    packet.extend(body.as_bytes());
    packet
}

/// A binary message of a server.
fn frame(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let mut frame = vec![0x82];
    match u8::try_from(length) {
        Ok(length @ 0..=125) => frame.push(length),
        _ => frame.extend([[126].as_slice(), &length.to_be_bytes()].concat()),
    }
    frame.extend(content);
    frame
}

fn upgrade(request: &[u8]) -> Vec<u8> {
    let request = String::from_utf8_lossy(request);
    let key = request.split("Sec-WebSocket-Key: ").nth(1).and_then(|it| it.split('\r').next());
    let accept = derive_accept_key(key.unwrap_or_default().as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
    )
    .into_bytes()
}

/// After which time, on a late connection or the present one, what happens.
fn action() -> impl Strategy<Value = (u64, bool, Action)> {
    let what = prop_oneof![
        4 => Just(Action::Connected),
        1 => any::<bool>().prop_map(Action::ConnectFailed),
        8 => bytes().prop_map(Action::Received),
        4 => bytes().prop_map(|bytes| Action::Received(frame(&bytes))),
        4 => Just(Action::Upgraded),
        1 => any::<bool>().prop_map(Action::Closed),
        4 => Just(Action::Timeout),
        1 => Just(Action::Cancel),
    ];
    (prop_oneof![Just(0), 0..5_000_u64, Just(40_000)], prop::bool::weighted(0.1), what)
}

proptest! {
    /// No order of inputs is wrong: no panic, no livelock, waits that are finite and ahead, one outcome.
    #[test]
    fn any_order_of_inputs_is_harmless(
        actions in prop::collection::vec(action(), 0..60),
        is_websocket in any::<bool>(),
    ) {
        let mut config = Config::new(
            IdScope::new("0ne00111111").unwrap(),
            RegistrationId::new("dev").unwrap(),
            "localhost".parse().unwrap(),
        );
        config.transport = if is_websocket { Transport::WebSocket } else { Transport::Mqtt };
        let mut request = Vec::new();
        let mut now = Instant::from_millis(5);
        let mut machine = Provisioning::new(config, Seed([1; 16]), now);
        let mut ended = None;
        let mut dialled = ConnectionId::new(0);
        for (after, is_late, action) in actions {
            now = Instant::from_millis(now.as_millis() + after);
            let failure = |kind| TransportFailure::new(kind, "x");
            let answer = upgrade(&request);
            let at = if is_late { ConnectionId::new(dialled.number().wrapping_sub(1)) } else { dialled };
            machine.handle_input(now, match &action {
                Action::Upgraded => Input::Received(at, &answer),
                Action::Connected => Input::Connected(at, ConnectionInfo::default()),
                Action::ConnectFailed(true) => Input::ConnectFailed(at, failure(TransportFailureKind::TimedOut)),
                Action::ConnectFailed(false) => Input::ConnectFailed(at, failure(TransportFailureKind::Refused)),
                Action::Received(bytes) => Input::Received(at, bytes),
                Action::Closed(true) => Input::Closed(at, Some(failure(TransportFailureKind::Alert(TlsAlert::UNKNOWN_CA)))),
                Action::Closed(false) => Input::Closed(at, None),
                Action::Timeout => Input::Timeout,
                Action::Cancel => Input::Cancel,
            });
            let mut outputs = 0;
            loop {
                outputs += 1;
                prop_assert!(outputs < 1_000);
                match machine.poll_output() {
                    Output::Wait(wake) => {
                        prop_assert!(wake > now && ended.is_none());
                        break;
                    }
                    Output::Done(outcome) => {
                        let outcome = outcome.clone();
                        prop_assert_eq!(ended.get_or_insert_with(|| outcome.clone()), &outcome);
                        break;
                    }
                    Output::Connect(connection, _) => dialled = connection,
                    Output::Transmit(bytes) if bytes.starts_with(b"GET ") => request = bytes.to_vec(),
                    _ => prop_assert!(ended.is_none()),
                }
            }
            if now >= machine.deadline() {
                prop_assert!(ended.is_some());
            }
        }
    }

    /// The codec neither panics nor stalls on any bytes, and any split gives the same packets.
    #[test]
    fn any_bytes_decode_or_are_refused(stream in prop::collection::vec(bytes(), 0..8), size in 1_usize..20) {
        let stream = stream.concat();
        let read = |size: usize| {
            let mut decoder = Decoder::default();
            let mut seen = Vec::new();
            for chunk in stream.chunks(size.max(1)) {
                decoder.push(chunk);
                loop {
                    match decoder.next_packet() {
                        Ok(Some(packet)) => seen.push(Ok(packet)),
                        Ok(None) => break,
                        Err(violation) => {
                            seen.push(Err(violation));
                            return seen;
                        }
                    }
                }
            }
            seen
        };
        prop_assert_eq!(read(size), read(stream.len()));
    }
}
