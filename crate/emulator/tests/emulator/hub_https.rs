//! A device that speaks HTTPS to its hub: telemetry, messages and what it does with them.

use dps_x509_emulator::{CloudMessage, Running, control::DeviceName};
use rustls::version::TLS12;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    client::{Client, connect_to_hub, control, subscribe, tls},
    hub::provisioned,
    pki::{Ca, Device},
};

const DEVICE: DeviceName<'static> = DeviceName::new("device");
const BOUND: &str = "/devices/device/messages/deviceBound";

/// Status, head in lower case and body of an answer.
async fn ask(
    emulator: &Running,
    device: Option<&Device>,
    request: &str,
    headers: &str,
    body: &str,
) -> (u16, String, String) {
    let mut stream = tls(emulator, device, &TLS12, "localhost").await.unwrap();
    let mark = if request.contains('?') { '&' } else { '?' };
    let text = format!(
        "{request}{mark}api-version=2021-04-12 HTTP/1.1\r\nHost: localhost:8883\r\nConnection: close\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_ascii_lowercase(), body.to_owned())
}

#[tokio::test]
async fn telemetry_alone_and_in_batches() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let send = async |headers: &str, body: &str| {
        ask(&emulator, Some(&device), "POST /devices/device/messages/events", headers, body).await.0
    };
    let headers = "iothub-app-line: 7\r\nIoTHub-MessageId: m-1\r\niothub-contenttype: application/json\r\n\
                   iothub-to: /devices/device/messages/events\r\n";
    assert_eq!(send(headers, r#"{"a":1}"#).await, 204);
    const BATCH: &str = "Content-Type: application/vnd.microsoft.iothub.json\r\n";
    let batch =
        r#"[{"body":"b25l","properties":{"iothub-app-Number":"1"}},{"body":"two","base64Encoded":false}]"#;
    assert_eq!(send(BATCH, batch).await, 204);
    // Names of the interface in any case, as services in .NET read them; the device's own stay.
    let other = "[{\"Body\":\"three\",\"Base64encoded\":false,\"PROPERTIES\":{\"iothub-app-Body\":\"x\"}}]\0";
    assert_eq!(send(BATCH, other).await, 204);
    for bad in ["", "{}", r#"[{"body":"§"}]"#, r#"[{"properties":{}}]"#, r#"[1]"#] {
        assert_eq!(send(BATCH, bad).await, 400, "{bad}");
    }
    let list =
        control(&emulator).messages(Some("device"), 0, std::time::Duration::ZERO).await.unwrap().messages;
    let bodies: Vec<&str> = list.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, [r#"{"a":1}"#, "one", "two", "three"]);
    let system = |name: &str| list[0].system_properties[name].as_deref();
    assert_eq!((system("message-id"), system("content-type")), (Some("m-1"), Some("application/json")));
    assert_eq!(list[0].properties["line"].as_deref(), Some("7"));
    assert_eq!(list[1].properties["Number"].as_deref(), Some("1"));
    assert_eq!(list[3].properties["Body"].as_deref(), Some("x"));
}

#[tokio::test]
async fn messages_are_taken_under_a_lock_and_settled() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let ask = async |request: &str| ask(&emulator, Some(&device), request, "", "").await;
    let get = format!("GET {BOUND}");
    assert_eq!(ask(&get).await.0, 204);
    for text in ["one", "two"] {
        let message = CloudMessage::new(text).property("line", "7");
        control(&emulator).send_message(&DEVICE, &message).await.unwrap();
    }
    let lock = |head: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        line.trim_matches('"').to_owned()
    };
    let (status, head, body) = ask(&get).await;
    assert_eq!((status, body.as_str()), (200, "one"));
    assert!(head.contains("iothub-app-line: 7") && head.contains("iothub-deliverycount: 0"), "{head}");
    assert!(head.contains("iothub-messageid: ") && head.contains("iothub-to: /devices/device/"), "{head}");
    let first = lock(&head);
    // The first is invisible now; put back, it comes first again.
    let (_, head, body) = ask("GET /devices/device/messages/devicebound").await;
    assert_eq!(body, "two");
    assert_eq!(ask(&format!("DELETE {BOUND}/{}?reject", lock(&head))).await.0, 204);
    assert_eq!(ask(&get).await.0, 204);
    assert_eq!(ask(&format!("POST {BOUND}/{first}/abandon")).await.0, 204);
    let (_, head, body) = ask(&get).await;
    assert_eq!(body, "one");
    assert!(head.contains("iothub-deliverycount: 1"), "{head}");
    for stale in [first.as_str(), "no-lock", "%ff"] {
        assert_eq!(ask(&format!("DELETE {BOUND}/{stale}")).await.0, 412, "{stale}");
    }
    assert_eq!(ask(&format!("DELETE {BOUND}/{}", lock(&head))).await.0, 204);
    assert_eq!(control(&emulator).devices().await.unwrap()[0].waiting_messages, 0);
}

#[tokio::test]
async fn a_message_that_is_put_back_ten_times_is_given_up() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    control(&emulator).send_message(&DEVICE, &CloudMessage::new("again")).await.unwrap();
    let ask = async |request: &str| ask(&emulator, Some(&device), request, "", "").await;
    for _ in 0..10 {
        let (_, head, _) = ask(&format!("GET {BOUND}")).await;
        let lock =
            head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().trim_matches('"').to_owned();
        assert_eq!(ask(&format!("POST {BOUND}/{lock}/abandon")).await.0, 204);
    }
    assert_eq!(ask(&format!("GET {BOUND}")).await.0, 204);
    assert_eq!(control(&emulator).devices().await.unwrap()[0].waiting_messages, 0);
}

#[tokio::test]
async fn only_the_device_itself() {
    let (emulator, ca, device) = provisioned(|_| ()).await;
    let other = Ca::root("other").device("device");
    let second = ca.device("second");
    for (who, path) in [
        (None, "/devices/device/messages/events"),
        (Some(&other), "/devices/device/messages/events"),
        (Some(&second), "/devices/device/messages/events"),
        (Some(&device), "/devices/second/messages/events"),
    ] {
        let (status, _, body) = ask(&emulator, who, &format!("POST {path}"), "", "x").await;
        assert!(status == 401 && body.contains("IotHubUnauthorizedAccess"), "{path}: {status} {body}");
    }
    let (status, _, _) = ask(&emulator, Some(&device), "PUT /devices/device/messages/events", "", "x").await;
    assert_eq!(status, 405);
}

/// A device that speaks both.
#[tokio::test]
async fn a_message_that_is_put_back_comes_by_mqtt() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    control(&emulator).send_message(&DEVICE, &CloudMessage::new("one")).await.unwrap();
    let (_, head, _) = ask(&emulator, Some(&device), &format!("GET {BOUND}"), "", "").await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    client.send(&subscribe(1, "devices/device/messages/devicebound/#", 1)).await;
    client.packet().await.unwrap();
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])), "nothing comes while it is locked");
    let lock = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().trim_matches('"');
    let path = format!("POST {BOUND}/{lock}/abandon");
    assert_eq!(ask(&emulator, Some(&device), &path, "", "").await.0, 204);
    assert_eq!(client.publish().await.3, b"one");
}
