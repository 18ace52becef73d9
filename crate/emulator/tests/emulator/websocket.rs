//! MQTT over WebSocket, by bytes: frames by hand (RFC 6455 section 5.2).

use dps_x509_emulator::{Config, Running};

use crate::{
    client::{
        Client, FILTER, PATIENCE, REGISTER, SCOPE, close_reason, connect, publish, scope, start, subscribe,
        user_name,
    },
    pki::{Ca, Device},
};
use tokio::time::timeout;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

fn upgrade(path: &str, protocol: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
    )
}

async fn stand() -> (Running, Device) {
    let ca = Ca::root("root");
    (start(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap()).await, ca.device("device"))
}

/// A client that has switched to WebSocket.
async fn switched(emulator: &Running, device: &Device) -> Client {
    let mut client = Client::dial(emulator, Some(device)).await;
    client.send(upgrade("/$iothub/websocket", "mqtt").as_bytes()).await;
    let head = String::from_utf8(client.until(b"\r\n\r\n").await).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    // The example of RFC 6455 section 1.3.
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
    assert!(head.contains("sec-websocket-protocol: mqtt\r\n"), "{head}");
    client
}

/// A final frame as clients send it: masked.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut bytes = vec![0x80 | opcode];
    match u8::try_from(payload.len()) {
        Ok(length @ 0..126) => bytes.push(0x80 | length),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// Opcode and payload of the next frame.
async fn next(client: &mut Client) -> (u8, Vec<u8>) {
    let [first, length] = client.exactly(2).await[..] else { unreachable!() };
    let length = match length {
        126 => {
            let bytes = client.exactly(2).await;
            usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
        }
        length => usize::from(length),
    };
    (first & 0x0F, client.exactly(length).await)
}

#[tokio::test]
async fn a_device_registers_whatever_the_frames_are() {
    let (emulator, device) = stand().await;
    let mut client = switched(&emulator, &device).await;
    let login = connect("device", &user_name(SCOPE, "device"), 60);
    let (head, tail) = login.split_at(3);
    for part in [head, tail] {
        client.send(&frame(2, part)).await;
    }
    assert_eq!(next(&mut client).await, (2, vec![0x20, 2, 0, 0]));
    client.send(&frame(9, b"ping")).await;
    assert_eq!(next(&mut client).await, (10, b"ping".to_vec()));
    let both = [subscribe(1, FILTER, 1), publish(REGISTER, 0, 0, b"")].concat();
    client.send(&frame(2, &both)).await;
    // Frames need not end where packets do.
    let mut answers = Vec::new();
    while !answers.ends_with(b"}") {
        let (opcode, bytes) = next(&mut client).await;
        assert_eq!(opcode, 2);
        answers.extend(bytes);
    }
    assert!(answers.starts_with(&[0x90, 3, 0, 1, 1]));
    assert!(String::from_utf8_lossy(&answers).contains("res/202/?$rid=1&retry-after=3"));
    let mut events = emulator.events();
    client.send(&frame(2, &[0xE0, 0])).await;
    assert_eq!(next(&mut client).await.0, 8, "close");
    client.send(&frame(8, b"")).await;
    assert_eq!(close_reason(&mut events).await, "the client disconnected");
}

#[tokio::test]
async fn what_is_no_mqtt_in_frames_ends_the_connection() {
    let (emulator, device) = stand().await;
    for (bytes, reason) in [
        (frame(2, b"GET / HTTP/1.1\r\n\r\n"), "bad packet"),
        (frame(1, b"text"), "the client closed without DISCONNECT"),
        (frame(8, b""), "the client closed without DISCONNECT"),
        (vec![0x82, 2, 0xC0, 0], "the client closed without DISCONNECT"),
        (vec![0x82, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 1, 2, 3, 4], "the client closed without DISCONNECT"),
    ] {
        let mut client = switched(&emulator, &device).await;
        let mut events = emulator.events();
        client.send(&bytes).await;
        client.rest_until_cut_off().await;
        drop(client);
        let actual = close_reason(&mut events).await;
        assert!(actual.starts_with(reason), "{actual} after {bytes:?}");
    }
}

/// Every ping is answered (RFC 6455 section 5.5.3), but pongs that nobody reads do not pile up.
#[tokio::test]
async fn a_client_that_pings_and_does_not_read_disturbs_nobody() {
    let (emulator, device) = stand().await;
    let mut events = emulator.events();
    let mut client = switched(&emulator, &device).await;
    let pings = frame(0x9, &[b'x'; 125]).repeat(500);
    // 33 MB of pings, more than the buffers on the way hold, there and back. While its answers are not read the last ping alone is
    // answered (RFC 6455 section 5.5.3), or the client is given up: which of them, the system's buffers decide.
    let flood = async {
        for _ in 0..500 {
            if client.try_send(&pings).await.is_err() {
                return true;
            }
        }
        false
    };
    let is_given_up = timeout(PATIENCE * 3, flood).await.expect("it takes pings and says nothing");
    let mut other = switched(&emulator, &device).await;
    other.send(&frame(0x9, b"are you there")).await;
    assert_eq!(other.exactly(15).await, [&[0x8A, 13], &b"are you there"[..]].concat());
    drop(client);
    let reason = close_reason(&mut events).await;
    assert!(!is_given_up || !reason.contains("disconnected"), "{reason}");
}

#[tokio::test]
async fn other_requests_for_websocket_are_refused() {
    let (emulator, device) = stand().await;
    for (request, status) in [
        (upgrade("/$iothub/websocket", "amqp"), "501"),
        (upgrade("/$iothub/websocket", "MQTT-SN"), "400"),
        (upgrade("/mqtt/", "mqtt"), "404"),
        (upgrade("/websocket", "mqtt"), "404"),
        (upgrade("/$iothub/websocket", "mqtt").replace("13", "8"), "400"),
        (upgrade("/$iothub/websocket", "mqtt").replace("Upgrade: websocket\r\n", ""), "400"),
        // The paths of the SDKs for Java and for .NET.
        (upgrade("/mqtt", "mqtt"), "101"),
        (upgrade("/", "mqtt"), "101"),
        (upgrade("/%24iothub/websocket?iothub-no-client-cert=true", "other, mqtt"), "101"),
    ] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.send(request.as_bytes()).await;
        let head = String::from_utf8(client.until(b"\r\n\r\n").await).unwrap();
        assert_eq!(head.split(' ').nth(1), Some(status), "{request}{head}");
    }
}
