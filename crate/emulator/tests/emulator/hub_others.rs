//! Device programs as other people write them, without an SDK: the order of their packets, their user names, their forms
//! of topics.

use dps_x509_emulator::{CloudMessage, control::DeviceName};
use serde_json::json;

use crate::{
    client::{Client, connect, control, packet, publish, subscribe},
    hub::provisioned,
};

const DEVICE: DeviceName<'static> = DeviceName::new("device");

fn string(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}

/// MicroPython's umqtt.simple: an empty password beside each user name, QoS 0 throughout, retained telemetry, PINGREQ by
/// hand.
#[tokio::test]
async fn micropython() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    let head = b"\x00\x04MQTT\x04\xC2\x00\x3C";
    let body =
        [&head[..], &string("device"), &string("localhost/device/api-version=2016-11-14"), &string("")]
            .concat();
    client.send(&packet(0x10, &body)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    client.send(&subscribe(1, "devices/device/messages/devicebound/#", 0)).await;
    assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 0])));
    client.send(&packet(0x31, &[string("devices/device/messages/events/"), b"21.5".to_vec()].concat())).await;
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
    let control = control(&emulator);
    let list = control.messages(None, 0, std::time::Duration::ZERO).await.unwrap();
    assert_eq!(
        (list.messages[0].body.as_str(), list.messages[0].properties.len()),
        ("21.5", 1),
        "mqtt-retain"
    );
    control.send_message(&DEVICE, &CloudMessage::new("led=on")).await.unwrap();
    let (first, topic, _, body) = client.publish().await;
    assert_eq!((first, body.as_slice()), (0x30, &b"led=on"[..]));
    assert!(topic.starts_with("devices/device/messages/devicebound/"), "{topic}");
}

/// As programs around Go's Paho do it: all filters in one SUBSCRIBE, the patch before the first GET, everything with
/// QoS 1, a UUID as request ID, and a second GET before the answer to the first.
#[tokio::test]
async fn everything_at_once() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&crate::client::connect_to_hub("device", false, None)).await;
    client.packet().await.unwrap();
    let filters = [
        ("$iothub/methods/POST/#", 0),
        ("$iothub/twin/res/#", 1),
        ("$iothub/twin/PATCH/properties/desired/#", 0),
        ("devices/device/messages/devicebound/#", 1),
        ("no/such/filter", 1),
    ];
    let mut body = vec![0, 9];
    for (filter, qos) in filters {
        body.extend([string(filter), vec![qos]].concat());
    }
    client.send(&packet(0x82, &body)).await;
    assert_eq!(client.packet().await, Some((0x90, vec![0, 9, 0, 1, 0, 1, 0x80])));
    let rid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    let patch = format!("$iothub/twin/PATCH/properties/reported/?$rid={rid}");
    client.send(&publish(&patch, 1, 2, br#"{"a":{"b":[1,null]}}"#)).await;
    assert_eq!(client.packet().await, Some((0x40, vec![0, 2])));
    let (first, topic, id, body) = client.publish().await;
    assert_eq!((first, topic, body.len()), (0x32, format!("$iothub/twin/res/204/?$rid={rid}&$version=2"), 0));
    client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    for rid in ["one", "two"] {
        client.send(&publish(&format!("$iothub/twin/GET/?$rid={rid}"), 0, 0, b"")).await;
    }
    for rid in ["one", "two"] {
        let (_, topic, _, body) = client.publish().await;
        assert_eq!(topic, format!("$iothub/twin/res/200/?$rid={rid}"));
        assert!(body.starts_with(br#"{"desired":{"$version":1},"reported":{"a":{"b":[1,null]},"#));
    }
}

/// Answers that nobody subscribed to are not sent, and an event says so; the subscription may come after the request.
#[tokio::test]
async fn a_request_before_its_subscription() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect("device", "localhost/device/?api-version=2018-06-30", 0)).await;
    client.packet().await.unwrap();
    client.send(&publish("$iothub/twin/GET/?$rid=1", 0, 0, b"")).await;
    client.send(&subscribe(2, "$iothub/twin/res/#", 0)).await;
    assert_eq!(client.packet().await, Some((0x90, vec![0, 2, 0])));
    client.send(&publish("$iothub/twin/GET/?$rid=2", 0, 0, b"")).await;
    assert_eq!(client.publish().await.1, "$iothub/twin/res/200/?$rid=2");
}

/// System properties escaped or not, properties without a value or with none, in any order, beyond ASCII.
#[tokio::test]
async fn forms_of_a_property_bag() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client
        .send(&connect(
            "device",
            "LOCALHOST/device/?DeviceClientType=x%2F1%20(y%3B%20z)&api-version=2020-09-30",
            60,
        ))
        .await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    for (bag, system, custom) in [
        (
            "%24.mid=7&%24.ct=text%2Fplain",
            json!({"message-id": "7", "content-type": "text/plain"}),
            json!({}),
        ),
        ("$.mid=7&$.ct=text/plain", json!({"message-id": "7", "content-type": "text/plain"}), json!({})),
        (
            "b=%E2%82%AC&a=x%26y%3Dz&$.cid=1",
            json!({"correlation-id": "1"}),
            json!({"a": "x&y=z", "b": "\u{20ac}"}),
        ),
        ("flag&empty=", json!({}), json!({"flag": null, "empty": ""})),
        ("", json!({}), json!({})),
    ] {
        client.send(&publish(&format!("devices/device/messages/events/{bag}"), 1, 4, b"{}")).await;
        assert_eq!(client.packet().await, Some((0x40, vec![0, 4])), "{bag}");
        let list = control(&emulator).messages(None, 0, std::time::Duration::ZERO).await.unwrap();
        let message = list.messages.last().unwrap();
        for (name, value) in system.as_object().unwrap() {
            assert_eq!(message.system_properties[name].as_deref(), value.as_str(), "{bag}");
        }
        assert_eq!(json!(message.properties), custom, "{bag}");
    }
}

/// Plug and Play: what a device says of its model is in its twin.
#[tokio::test]
async fn the_model_of_a_device() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    for (query, model) in [
        ("api-version=2020-09-30&model-id=dtmi:com:example:Thermostat;1", "dtmi:com:example:Thermostat;1"),
        (
            "model-id=dtmi%3Acom%3Aexample%3AThermostat%3B2&api-version=2021-04-12",
            "dtmi:com:example:Thermostat;2",
        ),
        // A connection that says nothing of it changes nothing.
        ("api-version=2021-04-12", "dtmi:com:example:Thermostat;2"),
    ] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.send(&connect("device", &format!("localhost/device/?{query}"), 60)).await;
        assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
        let twin = control(&emulator).twin(&DEVICE).await.unwrap();
        assert_eq!(twin["modelId"], model);
    }
}
