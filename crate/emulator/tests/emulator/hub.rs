//! The assigned hub.

use dps_x509_emulator::{
    Config, Emulator, HubTrust, Running, What,
    fault::{Action, Fault, Stage},
};
use serde_json::Value;

use crate::{
    client::{
        Client, REGISTER, at_once, close_reason, connect, event, publish, register, scope, start, subscribe,
    },
    pki::{Ca, Device},
};

pub(crate) const TWIN: &str = "$iothub/twin/res/#";

pub(crate) async fn provisioned(change: impl FnOnce(&mut Config)) -> (Running, Ca, Device) {
    let ca = Ca::root("root");
    let mut config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    change(&mut config);
    let emulator = Emulator::new(config).control("127.0.0.1:0".parse().unwrap()).start().await.unwrap();
    let device = ca.device("device");
    let (_, body) = register(&emulator, Some(&device), "device").await;
    assert_eq!(body["registrationState"]["assignedHub"], "localhost");
    (emulator, ca, device)
}

pub(crate) fn user_name(device_id: &str) -> String {
    format!("localhost/{device_id}/?api-version=2021-04-12&DeviceClientType=test")
}

/// The code of CONNACK.
async fn knock(
    emulator: &Running,
    device: Option<&Device>,
    client_id: &str,
    user_name: &str,
) -> (Client, u8) {
    let mut client = Client::dial(emulator, device).await;
    client.send(&connect(client_id, user_name, 60)).await;
    let (first, body) = client.packet().await.unwrap();
    assert_eq!((first, body[0]), (0x20, 0));
    (client, body[1])
}

async fn enter(emulator: &Running, device: &Device) -> Client {
    let (client, code) = knock(emulator, Some(device), "device", &user_name("device")).await;
    assert_eq!(code, 0);
    client
}

#[tokio::test]
async fn the_provisioned_device_reads_its_twin_and_sends_telemetry() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut events = emulator.events();
    let mut client = enter(&emulator, &device).await;
    client.send(&subscribe(1, TWIN, 2)).await;
    assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 1])));
    let (topic, twin) = client.ask("$iothub/twin/GET/?$rid=a%2F7", b"").await;
    assert_eq!(topic, "$iothub/twin/res/200/?$rid=a%2F7");
    assert_eq!(twin["desired"]["$version"], 1);
    client.send(&publish("devices/device/messages/events/$.ct=text%2Fplain", 1, 5, b"hello")).await;
    assert_eq!(client.packet().await, Some((0x40, vec![0, 5])));
    let told = event(&mut events, |event| match event.what {
        What::Telemetry { message } => Some(message),
        _ => None,
    });
    let message = told.await;
    assert_eq!((message.hub.as_str(), message.device_id.as_str()), ("localhost", "device"));
    assert_eq!((message.body.as_str(), message.length), ("hello", 5));
    assert_eq!(message.system_properties["content-type"].as_deref(), Some("text/plain"));
}

#[tokio::test]
async fn a_hub_with_capitals_lets_its_devices_in() {
    let ca = Ca::root("root");
    let mut config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    config.hubs = vec!["LocalHost".to_owned()];
    let (emulator, device) = (start(config).await, ca.device("device"));
    let (_, body) = register(&emulator, Some(&device), "device").await;
    assert_eq!(body["registrationState"]["assignedHub"], "LocalHost");
    enter_at(&emulator, &device, "LocalHost").await;
    enter_at(&emulator, &device, "localhost").await;
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let (emulator, ca, device) = provisioned(|_| ()).await;
    let renewed = ca.device("device");
    for (device, client_id, user_name) in [
        (None, "device", user_name("device")),
        (Some(&renewed), "device", user_name("device")),
        (Some(&device), "other", user_name("other")),
        (Some(&device), "other", user_name("device")),
        (Some(&device), "DEVICE", user_name("DEVICE")),
        (Some(&device), "device", user_name("device").replace("localhost", "elsewhere")),
        (Some(&device), "device/module", user_name("device/module")),
    ] {
        let (mut client, code) = knock(&emulator, device, client_id, &user_name).await;
        assert_eq!(code, 5, "{client_id} {user_name}");
        client.end().await.unwrap();
    }
    enter(&emulator, &device).await;
}

#[tokio::test]
async fn with_trust_in_the_ca_a_renewed_leaf_is_let_in() {
    let (emulator, ca, _) = provisioned(|config| config.hub_trust = HubTrust::Ca).await;
    enter(&emulator, &ca.device("device")).await;
    let stranger = Ca::root("root").device("device");
    for device in [stranger, ca.device("other")] {
        let (_, code) = knock(&emulator, Some(&device), "device", &user_name("device")).await;
        assert_eq!(code, 5);
    }
}

#[tokio::test]
async fn a_second_connection_closes_the_first_but_not_the_one_at_dps() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut at_dps = Client::open(&emulator, Some(&device), "device").await;
    let mut first = enter(&emulator, &device).await;
    let _second = enter(&emulator, &device).await;
    assert_eq!(first.packet().await, None);
    assert_eq!(at_dps.ask(REGISTER, b"").await.1["status"], Value::from("assigned"));
}

#[tokio::test]
async fn what_a_hub_does_not_have_is_refused_or_ignored() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = enter(&emulator, &device).await;
    for (filter, code) in [
        ("$dps/registrations/res/#", 0x80),
        ("#", 0x80),
        ("devices/other/messages/devicebound/#", 0x80),
        ("devices/device/messages/devicebound/#", 1),
        ("$iothub/methods/POST/#", 1),
    ] {
        client.send(&subscribe(3, filter, 1)).await;
        assert_eq!(client.packet().await, Some((0x90, vec![0, 3, code])), "{filter}");
    }
    let mut events = emulator.events();
    // Nothing of it ends the connection, and with QoS 1 all of it is acknowledged.
    for topic in
        ["devices/other/messages/events/", "a/b", REGISTER, "devices/device/modules/m/messages/events/"]
    {
        client.send(&publish(topic, 1, 9, b"")).await;
        assert_eq!(client.packet().await, Some((0x40, vec![0, 9])), "{topic}");
        let evidence = event(&mut events, |event| match event.what {
            What::Applied { evidence, .. } => Some(evidence),
            _ => None,
        });
        assert!(evidence.await.contains("topic"));
    }
    client.send(&publish("devices/device/messages/events/", 2, 1, b"")).await;
    assert_eq!(client.packet().await, None);
    drop(client);
    assert_eq!(close_reason(&mut events).await, "not allowed: PUBLISH with QoS 2 to a hub");
}

#[tokio::test]
async fn faults_reach_the_hub_too() {
    let faults = vec![
        Fault::new(Stage::HubSubscribe, Action::Duplicate),
        Fault::new(Stage::Twin, Action::WrongRid),
        Fault::new(Stage::Twin, Action::ReorderedQuery),
    ];
    let (emulator, _, device) = provisioned(|config| config.faults = faults).await;
    let mut client = enter(&emulator, &device).await;
    client.send(&subscribe(1, TWIN, 1)).await;
    for _ in 0..2 {
        assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 1])));
    }
    let (topic, _) = client.ask("$iothub/twin/GET/?$rid=1", b"").await;
    assert_eq!(topic, "$iothub/twin/res/200/?$version=1&$rid=wrong");
}

#[tokio::test]
async fn a_device_that_moves_keeps_its_history() {
    let (emulator, ca, device) = provisioned(|_| ()).await;
    let (_, first) = register(&emulator, Some(&device), "device").await;
    let mut config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    config.hubs = vec!["127.0.0.1".to_owned()];
    emulator.configure(config);
    let (_, second) = register(&emulator, Some(&device), "device").await;
    let (first, second) = (&first["registrationState"], &second["registrationState"]);
    assert_eq!(first["createdDateTimeUtc"], second["createdDateTimeUtc"]);
    assert_ne!(first["etag"], second["etag"]);
    assert_eq!(
        (&first["substatus"], &second["substatus"]),
        (&"initialAssignment".into(), &"deviceDataMigrated".into())
    );
    let (_, code) = knock(&emulator, Some(&device), "device", &user_name("device")).await;
    assert_eq!(code, 5, "it is not at the old hub any more");
    enter_at(&emulator, &device, "127.0.0.1").await;
}

async fn enter_at(emulator: &Running, device: &Device, hub: &str) {
    let name = user_name("device").replace("localhost", hub);
    assert_eq!(knock(emulator, Some(device), "device", &name).await.1, 0);
}
