//! MQTT as DPS restricts it, and what breaks it.

use dps_x509_emulator::Config;

use crate::{
    client::{
        Client, FILTER, REGISTER, SCOPE, at_once, close_reason, connect, packet, publish, scope, start,
        subscribe, user_name,
    },
    pki::Ca,
};

fn config(ca: &Ca) -> Config {
    at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap())
}

#[tokio::test]
async fn a_conversation_byte_by_byte_and_all_at_once() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca)).await;
    let device = ca.device("device");
    let conversation = [
        connect("device", &user_name(SCOPE, "device"), 60),
        subscribe(1, FILTER, 1),
        publish(REGISTER, 1, 5, b""),
    ]
    .concat();
    for size in [1, conversation.len()] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        for part in conversation.chunks(size) {
            client.send(part).await;
        }
        assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
        assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 1])));
        assert_eq!(client.packet().await, Some((0x40, vec![0, 5])));
        assert_eq!(client.response().await.0, "$dps/registrations/res/200/?$rid=1");
    }
}

#[tokio::test]
async fn qos_0_is_answered_with_qos_0() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca)).await;
    let mut client = Client::dial(&emulator, Some(&ca.device("device"))).await;
    client.send(&connect("device", &user_name(SCOPE, "device"), 0)).await;
    client.send(&subscribe(1, FILTER, 0)).await;
    client.send(&publish(REGISTER, 0, 0, b"")).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 0])));
    let (first, body) = client.packet().await.unwrap();
    assert_eq!(first, 0x30);
    assert!(body[2..].starts_with(b"$dps/registrations/res/200/?$rid=1{"));
}

#[tokio::test]
async fn qos_2_is_granted_as_1_and_other_filters_are_refused() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca)).await;
    let mut client = Client::dial(&emulator, None).await;
    client.send(&connect("device", &user_name(SCOPE, "device"), 60)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    client.send(&subscribe(7, FILTER, 2)).await;
    assert_eq!(client.packet().await, Some((0x90, vec![0, 7, 1])));
    for filter in ["#", "$dps/#", "$dps/registrations/res/+", "devices/device/messages/devicebound/#"] {
        client.send(&subscribe(8, filter, 1)).await;
        assert_eq!(client.packet().await, Some((0x90, vec![0, 8, 0x80])), "{filter}");
    }
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])), "still there");
}

#[tokio::test]
async fn without_a_subscription_no_answer_is_delivered() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca)).await;
    let mut client = Client::open(&emulator, None, "device").await;
    client.send(&packet(0xA2, &[&[0, 9, 0, 24], FILTER.as_bytes()].concat())).await;
    assert_eq!(client.packet().await, Some((0xB0, vec![0, 9])));
    client.send(&publish(REGISTER, 1, 3, b"")).await;
    assert_eq!(client.packet().await, Some((0x40, vec![0, 3])));
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])), "nothing came in between");
}

#[tokio::test]
async fn what_is_not_allowed_closes_the_connection() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca)).await;
    let status_without_id = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1";
    for (bytes, reason) in [
        (publish("devices/device/messages/events/", 0, 0, b""), "not allowed: the topic is neither"),
        (
            publish("$dps/registrations/PUT/iotdps-register/?", 0, 0, b""),
            "not allowed: the topic has no $rid",
        ),
        (publish(status_without_id, 1, 1, b""), "not allowed: the topic has no operationId"),
        (publish(REGISTER, 2, 1, b""), "not allowed: PUBLISH with QoS 2"),
        (connect("device", &user_name(SCOPE, "device"), 60), "not allowed: a second CONNECT"),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "bad packet: "),
        (vec![0xFF; 64], "bad packet: a packet of type 15"),
        (vec![0x30, 0xFF, 0xFF, 0xFF, 0xFF], "bad packet: the remaining length"),
        (vec![0x30, 0xFF, 0xFF, 0xFF, 0x7F], "bad packet: the packet has 268435455 bytes"),
        (vec![0xE0, 0], "the client disconnected"),
    ] {
        let mut events = emulator.events();
        let mut client = Client::open(&emulator, None, "device").await;
        client.send(&bytes).await;
        assert_eq!(client.packet().await, None, "{reason}");
        drop(client);
        let actual = close_reason(&mut events).await;
        assert!(actual.starts_with(reason), "{actual:?} should begin with {reason:?}");
    }
}

#[tokio::test]
async fn a_connect_that_does_not_fit_is_refused_with_its_code() {
    let emulator = start(Config::new(scope())).await;
    let mqtt5 = packet(0x10, b"\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x06device");
    for (bytes, code) in [
        (mqtt5, 1),
        (connect("other", &user_name(SCOPE, "device"), 60), 2),
        (connect("device", "elsewhere/device/", 60), 4),
        (connect("device", "localhost/device/", 60), 5),
        (packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x3C\x00\x06device"), 4),
        (packet(0x10, b"\x00\x04MQTT\x04\xC2\x00\x3C\x00\x01d\x00\x01u\x00\x01p"), 5),
    ] {
        let mut client = Client::dial(&emulator, None).await;
        client.send(&bytes).await;
        // The refusal, and the end, have to arrive in spite of all that is not looked at any more.
        client.send(&subscribe(1, FILTER, 1).repeat(20_000)).await;
        assert_eq!(client.packet().await, Some((0x20, vec![0, code])));
        client.end().await.unwrap();
    }
}

#[tokio::test]
async fn the_first_packet_must_be_connect() {
    let emulator = start(Config::new(scope())).await;
    for bytes in [subscribe(1, FILTER, 1), publish(REGISTER, 0, 0, b""), vec![0xC0, 0]] {
        let mut events = emulator.events();
        let mut client = Client::dial(&emulator, None).await;
        client.send(&bytes).await;
        assert_eq!(client.packet().await, None);
        drop(client);
        assert_eq!(close_reason(&mut events).await, "not allowed: the first packet is not CONNECT");
    }
}

#[tokio::test]
async fn the_second_connection_with_a_client_id_closes_the_first() {
    let emulator = start(Config::new(scope())).await;
    let mut first = Client::open(&emulator, None, "device").await;
    let mut bystander = Client::open(&emulator, None, "bystander").await;
    let mut events = emulator.events();
    let mut second = Client::open(&emulator, None, "DEVICE").await;
    assert_eq!(first.packet().await, None);
    drop(first);
    assert_eq!(close_reason(&mut events).await, "another connection has the same client ID");
    for client in [&mut second, &mut bystander] {
        client.send(&[0xC0, 0]).await;
        assert_eq!(client.packet().await, Some((0xD0, vec![])));
    }
}
