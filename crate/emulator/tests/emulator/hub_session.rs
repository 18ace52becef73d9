//! Sessions at the hub: what outlives a connection, and a restart.

use std::path::Path;

use dps_x509_emulator::{CloudMessage, Config, Emulator, Running, What, control::DeviceName};

use crate::{
    client::{
        Client, at_once, close_reason, connect_to_hub, control, event, publish, register, scope, subscribe,
    },
    hub::{TWIN, provisioned},
    pki::{Ca, Device},
};

const C2D: &str = "devices/device/messages/devicebound/#";

/// Connects; whether there was a session of before.
async fn enter(emulator: &Running, device: &Device, is_clean: bool) -> (Client, bool) {
    let mut client = Client::dial(emulator, Some(device)).await;
    client.send(&connect_to_hub("device", is_clean, None)).await;
    let (first, body) = client.packet().await.unwrap();
    assert_eq!((first, body[1]), (0x20, 0));
    (client, body[0] == 1)
}

async fn leave(mut client: Client) {
    client.send(&[0xE0, 0]).await;
    client.end().await.unwrap();
}

#[tokio::test]
async fn subscriptions_are_kept_as_long_as_nobody_asks_for_a_clean_session() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let (mut client, was_there) = enter(&emulator, &device, false).await;
    assert!(!was_there);
    client.send(&subscribe(1, TWIN, 1)).await;
    client.packet().await.unwrap();
    leave(client).await;
    for _ in 0..2 {
        let (mut client, was_there) = enter(&emulator, &device, false).await;
        assert!(was_there);
        let (topic, _) = client.ask("$iothub/twin/GET/?$rid=1", b"").await;
        assert_eq!(topic, "$iothub/twin/res/200/?$rid=1");
        drop(client);
    }
    let (mut client, was_there) = enter(&emulator, &device, true).await;
    assert!(!was_there);
    client.send(&publish("$iothub/twin/GET/?$rid=1", 0, 0, b"")).await;
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])), "the answer was not delivered");
    leave(client).await;
    assert!(!enter(&emulator, &device, false).await.1);
}

#[tokio::test]
async fn unsubscribed_is_unsubscribed() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let (mut client, _) = enter(&emulator, &device, false).await;
    client.send(&subscribe(1, TWIN, 1)).await;
    client.packet().await.unwrap();
    let filter = [&[0, 2, 0, TWIN.len() as u8], TWIN.as_bytes()].concat();
    client.send(&crate::client::packet(0xA2, &filter)).await;
    assert_eq!(client.packet().await, Some((0xB0, vec![0, 2])));
    client.send(&publish("$iothub/twin/GET/?$rid=1", 0, 0, b"")).await;
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
}

#[tokio::test]
async fn messages_wait_and_come_again_until_they_are_acknowledged() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let name = DeviceName::new("device");
    let (mut client, _) = enter(&emulator, &device, false).await;
    client.send(&subscribe(1, C2D, 1)).await;
    client.packet().await.unwrap();
    leave(client).await;
    for body in ["one", "two"] {
        control.send_message(&name, &CloudMessage::new(body).property("n", "1 2")).await.unwrap();
    }
    assert_eq!(control.devices().await.unwrap()[0].waiting_messages, 2);

    let (mut client, _) = enter(&emulator, &device, false).await;
    let (first, topic, id, body) = client.publish().await;
    assert_eq!((first, body.as_slice()), (0x32, &b"one"[..]));
    assert!(topic.starts_with("devices/device/messages/devicebound/%24.mid="), "{topic}");
    assert!(topic.ends_with("&n=1%202"), "{topic}");
    client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    let (_, _, id, body) = client.publish().await;
    assert_eq!(body, b"two");
    drop(client);

    let (mut client, _) = enter(&emulator, &device, false).await;
    let (first, _, again, body) = client.publish().await;
    assert_eq!((first, again, body.as_slice()), (0x3A, id, &b"two"[..]), "a duplicate");
    client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
    assert_eq!(control.devices().await.unwrap()[0].waiting_messages, 0);
}

#[tokio::test]
async fn the_service_can_end_a_connection() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let mut events = emulator.events();
    let (mut client, _) = enter(&emulator, &device, false).await;
    assert!(control.devices().await.unwrap()[0].connected);
    control.disconnect(&DeviceName::new("device").at("LocalHost")).await.unwrap();
    assert_eq!(client.packet().await, None);
    drop(client);
    while close_reason(&mut events).await != "the service wants it closed" {}
    assert!(control.disconnect(&DeviceName::new("device")).await.is_err());
    assert!(control.disconnect(&DeviceName::new("other")).await.is_err());

    let (mut client, _) = enter(&emulator, &device, false).await;
    control.delete_registration("device").await.unwrap();
    assert_eq!(client.packet().await, None, "it is gone from its hub");
    assert!(control.devices().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_will_is_said_unless_the_device_takes_leave() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    for is_polite in [true, false] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        let will = Some(("devices/device/messages/events/a=b", &b"gone"[..]));
        client.send(&connect_to_hub("device", true, will)).await;
        client.packet().await.unwrap();
        if is_polite {
            leave(client).await;
        }
    }
    let message = event(&mut events, |event| match event.what {
        What::Telemetry { message } => Some(message),
        _ => None,
    })
    .await;
    assert_eq!((message.sequence, message.body.as_str()), (1, "gone"));
    assert_eq!(message.system_properties["iothub-MessageType"].as_deref(), Some("Will"));
    assert_eq!(message.properties["a"].as_deref(), Some("b"));
}

async fn start_in(folder: &Path, ca: &Ca) -> Running {
    let config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    let emulator = Emulator::new(config).folder(folder).control("127.0.0.1:0".parse().unwrap());
    emulator.start().await.unwrap()
}

/// The folder as a process leaves it that is killed now.
fn as_after_a_kill(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["root.pem", "root-key.pem", "state.journal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

#[tokio::test]
async fn a_kill_loses_no_twin_no_session_and_no_message() {
    let (ca, folder) = (Ca::root("root"), tempfile::tempdir().unwrap());
    let emulator = start_in(folder.path(), &ca).await;
    let device = ca.device("device");
    register(&emulator, Some(&device), "device").await;
    let (mut client, _) = enter(&emulator, &device, false).await;
    for filter in [TWIN, C2D] {
        client.send(&subscribe(1, filter, 1)).await;
        client.packet().await.unwrap();
    }
    let patch = publish("$iothub/twin/PATCH/properties/reported/?$rid=1", 0, 0, br#"{"a":1}"#);
    client.send(&patch).await;
    assert_eq!(client.publish().await.1, "$iothub/twin/res/204/?$rid=1&$version=2");
    leave(client).await;
    let name = DeviceName::new("device");
    control(&emulator).send_message(&name, &CloudMessage::new("waits")).await.unwrap();
    let folder = as_after_a_kill(folder.path());

    let emulator = start_in(folder.path(), &ca).await;
    let (mut client, was_there) = enter(&emulator, &device, false).await;
    assert!(was_there);
    let (_, _, id, body) = client.publish().await;
    assert_eq!(body, b"waits");
    client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    let (_, twin) = client.ask("$iothub/twin/GET/?$rid=1", b"").await;
    assert_eq!(twin["reported"], serde_json::json!({"a": 1, "$version": 2}));
    leave(client).await;
    emulator.shutdown().await;

    let emulator = start_in(folder.path(), &ca).await;
    assert_eq!(control(&emulator).devices().await.unwrap()[0].waiting_messages, 0, "acknowledged is gone");
    control(&emulator).delete_registration("device").await.unwrap();
    emulator.shutdown().await;
    let emulator = start_in(folder.path(), &ca).await;
    assert!(control(&emulator).devices().await.unwrap().is_empty());
}
