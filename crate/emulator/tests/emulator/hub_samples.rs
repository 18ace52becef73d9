//! The conversations of azure-sdk-for-c's samples with their hub, packet by packet: what they subscribe to, publish and
//! expect (`sdk/samples/iot/paho_iot_hub_*.c`).

use dps_x509_emulator::{CloudMessage, MethodCall, Running, control::DeviceName};
use serde_json::{Value, json};

use crate::{
    client::{Client, connect, control, publish, subscribe},
    hub::provisioned,
    pki::Device,
};

const DEVICE: DeviceName<'static> = DeviceName::new("device");

/// CONNECT as `az_iot_hub_client_get_user_name` has it, with a keep-alive of 240 seconds.
async fn sample(emulator: &Running, device: &Device, filters: &[&str]) -> Client {
    let mut client = Client::dial(emulator, Some(device)).await;
    let user_name = "localhost/device/?api-version=2020-09-30&DeviceClientType=azsdk-c%2F1.6.0\
                     &model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1";
    client.send(&connect("device", user_name, 240)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    for filter in filters {
        client.send(&subscribe(1, filter, 1)).await;
        assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 1])), "{filter}");
    }
    client
}

#[tokio::test]
async fn paho_iot_hub_c2d() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = sample(&emulator, &device, &["devices/+/messages/devicebound/#"]).await;
    for number in 0..5 {
        let message = CloudMessage::new(number.to_string());
        control(&emulator).send_message(&DEVICE, &message).await.unwrap();
        let (first, topic, id, body) = client.publish().await;
        assert_eq!((first, body), (0x32, number.to_string().into_bytes()));
        // What `az_iot_hub_client_c2d_parse_received_topic` looks for.
        assert!(topic.starts_with("devices/device/messages/devicebound/"), "{topic}");
        client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    }
}

#[tokio::test]
async fn paho_iot_hub_methods() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = sample(&emulator, &device, &["$iothub/methods/POST/#"]).await;
    let sample = async {
        let (_, topic, _, body) = client.publish().await;
        assert_eq!(body, b"null");
        let rid = topic.strip_prefix("$iothub/methods/POST/ping/?$rid=").unwrap().to_owned();
        let answer = format!("$iothub/methods/res/200/?$rid={rid}");
        client.send(&publish(&answer, 0, 0, br#"{"response": "pong"}"#)).await;
    };
    let (control, call) = (control(&emulator), MethodCall::new("ping", None));
    let (answer, ()) = tokio::join!(control.call_method(&DEVICE, &call), sample);
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.payload), (200, json!({"response": "pong"})));
}

#[tokio::test]
async fn paho_iot_hub_twin() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let filters = ["$iothub/twin/PATCH/properties/desired/#", "$iothub/twin/res/#"];
    let mut client = sample(&emulator, &device, &filters).await;
    client.send(&publish("$iothub/twin/GET/?$rid=get_twin", 0, 0, b"")).await;
    let (_, topic, _, body) = client.publish().await;
    assert_eq!(topic, "$iothub/twin/res/200/?$rid=get_twin");
    let twin: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(twin["desired"]["$version"], 1);
    let patch = "$iothub/twin/PATCH/properties/reported/?$rid=reported_prop";
    client.send(&publish(patch, 0, 0, br#"{"device_count":0}"#)).await;
    assert_eq!(client.publish().await.1, "$iothub/twin/res/204/?$rid=reported_prop&$version=2");
    let change = json!({"properties": {"desired": {"device_count": 42}}});
    control(&emulator).change_twin(&DEVICE, &change).await.unwrap();
    let (_, topic, _, body) = client.publish().await;
    assert_eq!(topic, "$iothub/twin/PATCH/properties/desired/?$version=2");
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({"device_count": 42, "$version": 2}));
}

#[tokio::test]
async fn paho_iot_hub_telemetry_and_pnp_with_a_component() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = sample(&emulator, &device, &[]).await;
    for (topic, subject) in [
        ("devices/device/messages/events/", None),
        ("devices/device/messages/events/$.sub=thermostat1", Some("thermostat1")),
    ] {
        client.send(&publish(topic, 1, 3, br#"{"temperature":22.00}"#)).await;
        assert_eq!(client.packet().await, Some((0x40, vec![0, 3])));
        let list = control(&emulator).messages(None, 0, std::time::Duration::ZERO).await.unwrap();
        let properties = &list.messages.last().unwrap().system_properties;
        let value = |name: &str| properties.get(name).cloned().flatten();
        assert_eq!(value("dt-subject").as_deref(), subject);
        assert_eq!(value("dt-dataschema").as_deref(), Some("dtmi:com:example:Thermostat;1"));
    }
}
