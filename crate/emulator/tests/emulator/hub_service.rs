//! The service's side of the hub, by the control interface: twins, methods, messages.

use std::time::Duration;

use dps_x509_emulator::{
    BodyEncoding, CloudMessage, Group, MethodCall, Running,
    control::{ControlError, DeviceName},
};
use serde_json::{Value, json};

use crate::{
    client::{Client, connect_to_hub, control, publish, register, subscribe},
    hub::{TWIN, provisioned},
    pki::{Ca, Device},
};

const DEVICE: DeviceName<'static> = DeviceName::new("device");
const DESIRED: &str = "$iothub/twin/PATCH/properties/desired/#";
const METHODS: &str = "$iothub/methods/POST/#";

/// Connects and subscribes with QoS 0.
async fn enter(emulator: &Running, device: &Device, filters: &[&str]) -> Client {
    let mut client = Client::dial(emulator, Some(device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    for filter in filters {
        client.send(&subscribe(1, filter, 0)).await;
        assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 0])), "{filter}");
    }
    client
}

/// Publishes, and takes the answer about the twin: its topic and body.
async fn ask(client: &mut Client, topic: &str, body: &str) -> (String, Value) {
    client.send(&publish(topic, 0, 0, body.as_bytes())).await;
    let (_, topic, _, body) = client.publish().await;
    (topic, serde_json::from_slice(&body).unwrap_or_default())
}

fn status<T: std::fmt::Debug>(result: Result<T, ControlError>) -> u16 {
    match result {
        Err(ControlError::Refused { status, .. }) => status,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn reported_properties_are_merged_or_refused() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = enter(&emulator, &device, &[TWIN]).await;
    const PATCH: &str = "$iothub/twin/PATCH/properties/reported/?$rid=a-7";
    let (topic, _) = ask(&mut client, PATCH, r#"{"a":{"b":1},"c":2}"#).await;
    assert_eq!(topic, "$iothub/twin/res/204/?$rid=a-7&$version=2");
    let (topic, _) = ask(&mut client, PATCH, "{\"a\":{\"b\":null},\"c\":3}\0\0").await;
    assert_eq!(topic, "$iothub/twin/res/204/?$rid=a-7&$version=3");
    for bad in [
        "",
        "[1]",
        "{",
        "\0",
        "{}\0{}",
        r#"{"a.b":1}"#,
        r#"{"$version":1}"#,
        &format!(r#"{{"a":"{}"}}"#, "x".repeat(5000)),
    ] {
        let (topic, body) = ask(&mut client, PATCH, bad).await;
        assert_eq!(topic, "$iothub/twin/res/400/?$rid=a-7", "{bad:.50}");
        assert!(body["errorCode"].is_number() && body["message"].is_string(), "{body}");
    }
    let (topic, _) = ask(&mut client, &format!("{PATCH}&$version=2"), "{}").await;
    assert_eq!(topic, "$iothub/twin/res/412/?$rid=a-7");
    let (_, twin) = ask(&mut client, "$iothub/twin/GET/?$rid=1", "").await;
    assert_eq!(twin["reported"], json!({"a": {}, "c": 3, "$version": 3}));
}

#[tokio::test]
async fn the_service_sees_and_changes_the_twin_and_the_device_is_told() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let before = control.twin(&DEVICE).await.unwrap();
    assert_eq!((&before["connectionState"], &before["deviceId"]), (&"Disconnected".into(), &"device".into()));
    let mut client = enter(&emulator, &device, &[TWIN, DESIRED]).await;
    let change = json!({"tags": {"site": "north"}, "properties": {"desired": {"period": {"s": 5}}}});
    let after = control.change_twin(&DEVICE, &change).await.unwrap();
    assert_eq!(after["connectionState"], "Connected");
    assert_eq!(after["tags"], json!({"site": "north"}));
    assert_eq!(after["properties"]["desired"]["period"], json!({"s": 5}));
    assert_ne!((&before["etag"], &before["lastActivityTime"]), (&after["etag"], &after["lastActivityTime"]));
    let (_, topic, _, body) = client.publish().await;
    assert_eq!(topic, "$iothub/twin/PATCH/properties/desired/?$version=2");
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, json!({"period": {"s": 5}, "$version": 2}));
    let (_, twin) = ask(&mut client, "$iothub/twin/GET/?$rid=1", "").await;
    assert_eq!(twin["desired"], json!({"period": {"s": 5}, "$version": 2}));
    assert_eq!(twin.get("tags"), None, "tags are not for devices");
    for bad in [json!([]), json!({"properties": {"desired": {"a b": 1}}}), json!({"tags": 1})] {
        assert_eq!(status(control.change_twin(&DEVICE, &bad).await), 400, "{bad}");
    }
    assert_eq!(status(control.twin(&DeviceName::new("other")).await), 404);
}

#[tokio::test]
async fn methods_are_answered_or_said_not_to_be() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let call = MethodCall::new("reboot", Some(json!({"delay": 5})));
    assert_eq!(status(control.call_method(&DEVICE, &call).await), 404, "it is not connected");
    let mut client = enter(&emulator, &device, &[METHODS]).await;
    let answering = async {
        let (first, topic, _, body) = client.publish().await;
        assert_eq!((first, body.as_slice()), (0x30, &br#"{"delay":5}"#[..]));
        let rid = topic.strip_prefix("$iothub/methods/POST/reboot/?$rid=").unwrap().to_owned();
        client.send(&publish("$iothub/methods/res/200/?$rid=wrong", 0, 0, b"")).await;
        client
            .send(&publish(&format!("$iothub/methods/res/201/?$rid={rid}"), 0, 0, b"{\"ok\":true}\0"))
            .await;
    };
    let (answer, ()) = tokio::join!(control.call_method(&DEVICE, &call), answering);
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.payload), (201, json!({"ok": true})));

    let going_away = async {
        client.publish().await;
        drop(client);
    };
    let (answer, ()) = tokio::join!(control.call_method(&DEVICE, &call), going_away);
    assert_eq!(status(answer), 404, "whoever waits is told at once that the device is gone");

    let mut patient = call.clone();
    patient.connect_timeout_in_seconds = Some(20);
    let coming = async {
        let mut client = enter(&emulator, &device, &["$iothub/methods/POST/reboot/#"]).await;
        let (_, topic, ..) = client.publish().await;
        let rid = topic.split_once("$rid=").unwrap().1.to_owned();
        client.send(&publish(&format!("$iothub/methods/res/-1/?$rid={rid}"), 1, 3, b"\0")).await;
        client.packet().await.unwrap();
    };
    let (answer, ()) = tokio::join!(control.call_method(&DEVICE, &patient), coming);
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.payload), (-1, Value::Null));
    for bad in [MethodCall::new("a/b", None), MethodCall::new("", None)] {
        assert_eq!(status(control.call_method(&DEVICE, &bad).await), 400);
    }
}

#[tokio::test]
async fn messages_are_kept_for_whoever_asks_and_waited_for() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let mut client = enter(&emulator, &device, &[]).await;
    let none = control.messages(None, 0, Duration::ZERO).await.unwrap();
    assert!(none.messages.is_empty());
    let wait = control.messages(Some("device"), 0, Duration::from_secs(20));
    let send = async {
        client.send(&publish("devices/device/messages/events/x=a%26b&$.mid=7", 1, 1, &[0xFF])).await;
        client.packet().await.unwrap();
    };
    let (list, ()) = tokio::join!(wait, send);
    let [message] = &list.unwrap().messages[..] else { panic!() };
    assert_eq!((message.body.as_str(), message.body_encoding), ("/w==", BodyEncoding::Base64));
    assert_eq!(message.properties["x"].as_deref(), Some("a&b"));
    assert_eq!(message.system_properties["message-id"].as_deref(), Some("7"));
    let later = control.messages(Some("device"), message.sequence, Duration::ZERO).await.unwrap();
    assert!(later.messages.is_empty());
}

#[tokio::test]
async fn a_queue_holds_fifty_messages() {
    let (emulator, ..) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let bad = CloudMessage::new("x").property("", "y");
    assert_eq!(status(control.send_message(&DEVICE, &bad).await), 400);
    for _ in 0..50 {
        control.send_message(&DEVICE, &CloudMessage::new("x")).await.unwrap();
    }
    assert_eq!(status(control.send_message(&DEVICE, &CloudMessage::new("x")).await), 409);
}

#[tokio::test]
async fn an_initial_twin_is_that_of_a_new_device_only() {
    let ca = Ca::root("other");
    let twin = json!({"tags": {"line": 1}, "properties": {"desired": {"a": 1}}});
    let group = Group::from_pem("with-twin", ca.pem.as_bytes()).unwrap();
    let bad = |twin: Value| group.clone().initial_twin(twin.as_object().unwrap().clone());
    for twin in [json!({"desired": {"a": 1}}), json!({"properties": {"desired": {}, "reported": {"a": 1}}})] {
        assert!(bad(twin.clone()).is_err(), "{twin}");
    }
    let bad = bad(json!({"tags": {"a b": 1}}));
    assert!(bad.is_err());
    let group = group.initial_twin(twin.as_object().unwrap().clone()).unwrap();
    let (emulator, ..) = provisioned(|config| config.enrollments.add_group(group).unwrap()).await;
    let (control, device) = (control(&emulator), ca.device("second"));
    register(&emulator, Some(&device), "second").await;
    let name = DeviceName::new("second");
    let twin = control.twin(&name).await.unwrap();
    assert_eq!((&twin["tags"], &twin["properties"]["desired"]["a"]), (&json!({"line": 1}), &1.into()));
    control.change_twin(&name, &json!({"properties": {"desired": {"a": 2}}})).await.unwrap();
    register(&emulator, Some(&device), "second").await;
    assert_eq!(control.twin(&name).await.unwrap()["properties"]["desired"]["a"], 2);
}
