//! What a hub has and this one does not: the refusal says so, in its answer where that has words, and in an event.

use dps_x509_emulator::{Events, What};
use rustls::version::TLS12;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    client::{Client, connect, event, publish, tls},
    hub::provisioned,
};

/// An event says that this is not emulated.
async fn assert_told(events: &mut Events, what: &str) {
    event(events, |event| match event.what {
        What::Applied { evidence, .. } => {
            (evidence.contains("not emulated") && evidence.contains(what)).then_some(())
        }
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn amqp() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, Some(&device)).await;
    // The header of SASL, and that of AMQP itself.
    client.send(b"AMQP\x03\x01\x00\x00").await;
    assert_eq!(client.packet().await, None);
    assert_told(&mut events, "AMQP").await;
    for sub_protocol in ["AMQPWSB10", "amqp"] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        let request = format!(
            "GET /$iothub/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Protocol: {sub_protocol}\r\n\r\n"
        );
        client.send(request.as_bytes()).await;
        let head = String::from_utf8(client.until(b"\r\n\r\n").await).unwrap();
        assert!(head.starts_with("HTTP/1.1 501"), "{head}");
        assert_told(&mut events, "AMQP over WebSocket").await;
    }
}

/// The three steps that the SDKs take to upload a file, and a module's message.
#[tokio::test]
async fn file_upload_and_modules_by_https() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    for (method, path, what) in [
        ("POST", "/devices/device/files?api-version=2021-04-12", "file upload"),
        ("POST", "/devices/device/files/notifications?api-version=2021-04-12", "file upload"),
        ("GET", "/devices/device/files/a/b?api-version=2016-11-14", "file upload"),
        ("POST", "/devices/device/modules/camera/messages/events?api-version=2021-04-12", "modules"),
    ] {
        let mut stream = tls(&emulator, Some(&device), &TLS12, "localhost").await.unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 501") && answer.contains("not emulated"), "{path}: {answer}");
        assert_told(&mut events, what).await;
    }
}

#[tokio::test]
async fn modules() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    for user_name in
        ["localhost/device/camera/?api-version=2021-04-12", "localhost/device/camera/api-version=2016-11-14"]
    {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.send(&connect("device/camera", user_name, 60)).await;
        assert_eq!(client.packet().await, Some((0x20, vec![0, 5])), "{user_name}");
        assert_told(&mut events, "camera").await;
    }
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect("device", "localhost/device/?api-version=2021-04-12", 60)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    client.send(&publish("devices/device/modules/camera/messages/events/", 1, 9, b"{}")).await;
    assert_eq!(client.packet().await, Some((0x40, vec![0, 9])));
    assert_told(&mut events, "module").await;
}

/// As MQTT 3.1.1 tells a client of another version (3.1.2.2): CONNACK 1, in the form of 3.1.1.
#[tokio::test]
async fn mqtt_5() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, Some(&device)).await;
    // Clean start, keep-alive 60, no properties, the client ID "d".
    client.send(b"\x10\x0E\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x01d").await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 1])));
    assert_told(&mut events, "MQTT 5").await;
}
