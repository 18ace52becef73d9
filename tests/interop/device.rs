//! A device's whole program at its hub, with Microsoft's SDKs: twins, methods, messages, broken connections, and an
//! emulator that is killed and started again.

mod mosquitto;
mod program;

use std::time::Duration;

use dps_x509_emulator::{CloudMessage, MethodCall, control::DeviceName};
use serde_json::json;

use program::{Hub, Program, Sdk};

const DEVICE: DeviceName<'static> = DeviceName::new("device-1");

/// Everything that a device and its service do with each other.
async fn whole_program(sdk: Sdk) {
    let hub = Hub::start().await;
    let mut device = Program::start(&hub, sdk).await;
    device.done(json!(["connect"])).await;
    assert_eq!(device.done(json!(["twin"])).await["reported"]["$version"], 1);
    device.done(json!(["report", {"firmware": "1.2", "battery": {"percent": 80}}])).await;
    device.done(json!(["report", {"battery": {"percent": null}}])).await;
    let twin = device.done(json!(["twin"])).await;
    assert_eq!(twin["reported"], json!({"firmware": "1.2", "battery": {}, "$version": 3}), "{twin}");

    let control = hub.control();
    control.change_twin(&DEVICE, &json!({"properties": {"desired": {"period": 5}}})).await.unwrap();
    // Node's SDK tells of what was there before, too.
    let event = device.next(|event| event["patch"]["period"] == 5).await;
    assert_eq!((&event["event"], &event["patch"]["$version"]), (&"desired".into(), &2.into()), "{event}");

    let call = MethodCall::new("reboot", Some(json!({"delay": 1})));
    let answer = control.call_method(&DEVICE, &call).await.unwrap();
    assert_eq!((answer.status, answer.payload), (207, json!({"seen": {"delay": 1}})));
    assert_eq!(device.event("method").await["name"], "reboot");

    let message = CloudMessage::new("hello").property("line", "7 & 8");
    let id = control.send_message(&DEVICE, &message).await.unwrap();
    let event = device.event("message").await;
    assert_eq!((&event["body"], &event["id"]), (&"hello".into(), &id.into()), "{event}");
    assert_eq!(event["properties"]["line"], "7 & 8", "{event}");
    hub.until_no_message_waits().await;

    device.done(json!(["send", {"temperature": 21.5}, {"a&b": "c=d"}])).await;
    let list = control.messages(Some("device-1"), 0, Duration::from_secs(20)).await.unwrap();
    let sent = list.messages.last().unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&sent.body).unwrap(), json!({"temperature": 21.5}));
    assert_eq!(sent.properties["a&b"].as_deref(), Some("c=d"));
    assert_eq!(sent.system_properties["content-type"].as_deref(), Some("application/json"));

    // What was sent while it was away comes when it is back, and the second twin of a session is answered too.
    device.done(json!(["disconnect"])).await;
    control.send_message(&DEVICE, &CloudMessage::new("while away")).await.unwrap();
    device.done(json!(["connect"])).await;
    assert_eq!(device.event("message").await["body"], "while away");
    assert_eq!(device.done(json!(["twin"])).await["desired"]["period"], 5);
    device.end().await;
}

/// The SDK comes back by itself, and goes on as if nothing had been.
async fn broken_connections(sdk: Sdk) {
    let hub = Hub::start().await;
    let mut device = Program::start(&hub, sdk).await;
    device.done(json!(["connect"])).await;
    device.done(json!(["twin"])).await;
    let control = hub.control();
    control.disconnect(&DEVICE).await.unwrap();
    hub.until_connected().await;
    assert_eq!(device.done(json!(["twin"])).await["desired"]["$version"], 1);
    device.done(json!(["report", {"a": 1}])).await;

    // Without a word: what is acknowledged is on the disk.
    let hub = hub.kill_and_start_again().await;
    hub.until_connected().await;
    let twin = device.done(json!(["twin"])).await;
    assert_eq!(twin["reported"], json!({"a": 1, "$version": 2}), "{twin}");
    let control = hub.control();
    control.send_message(&DEVICE, &CloudMessage::new("after all")).await.unwrap();
    assert_eq!(device.event("message").await["body"], "after all");
    let call = MethodCall::new("reboot", None);
    assert_eq!(control.call_method(&DEVICE, &call).await.unwrap().status, 207);
    device.end().await;
}

/// A service by its own SDK, with a device that answers.
async fn service(sdk: Sdk) -> serde_json::Value {
    let hub = Hub::start().await;
    let mut device = Program::start(&hub, Sdk::PYTHON).await;
    device.done(json!(["connect"])).await;
    let run = crate::stand::run(hub.service(sdk).await).await;
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(device.event("method").await["name"], "reboot");
    device.end().await;
    run.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_in_python() {
    let told = service(Sdk::PYTHON_SERVICE).await;
    assert_eq!(
        (&told["connection"], &told["tags"], &told["desired"]),
        (&"Connected".into(), &json!({"site": "north"}), &9.into()),
        "{told}"
    );
    assert_eq!(told["method"], json!([207, {"seen": {"delay": 2}}]), "{told}");
    assert!(told["stale"].as_str().unwrap().contains("Precondition Failed"), "{told}");
    assert_eq!(told["devices"], json!(["device-1"]), "{told}");
    assert_eq!((&told["found"], &told["notFound"]), (&json!(["device-1"]), &json!([])), "{told}");
    assert!(told["refused"].as_str().unwrap().contains("Bad Request"), "{told}");
    assert_eq!(told["statistics"], 1, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_in_node_for_hub_and_dps() {
    let told = service(Sdk::NODE_SERVICE).await;
    assert_eq!((&told["tags"], &told["desired"]), (&json!({"line": 4}), &"eco".into()), "{told}");
    assert_eq!(told["method"], json!([207, {"seen": {"delay": 3}}]), "{told}");
    assert_eq!(told["listed"], json!(["device-1"]), "{told}");
    assert_eq!(told["rows"], json!([{"deviceId": "device-1", "line": 4}]), "{told}");
    assert_eq!(told["states"], json!([{"state": "Connected", "n": 1}]), "{told}");
    assert_eq!(told["etags"], json!([true, false]), "{told}");
    assert_eq!(told["groups"], json!(["factory", "made-by-service"]), "{told}");
    assert_eq!((&told["status"], &told["gone"]), (&"disabled".into(), &404.into()), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_of_dps_in_python() {
    let hub = Hub::start().await;
    let run = crate::stand::run(hub.service(Sdk::PYTHON_PROVISIONING_SERVICE).await).await;
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    assert_eq!(told["groups"], json!(["factory", "made-by-service"]), "{told}");
    assert_eq!((&told["twin"], &told["status"]), (&json!(["service", 1]), &"disabled".into()), "{told}");
    assert!(told["stale"].as_str().unwrap().contains("Precondition Failed"), "{told}");
    assert!(told["gone"].as_str().unwrap().contains("404"), "{told}");
    assert_eq!(told["device"], json!(["pump-7", true, "x509"]), "{told}");
    assert_eq!(told["bulk"], json!([false, ["not an ID"], true]), "{told}");
    assert_eq!(told["individuals"], json!(["alone"]), "{told}");
    assert_eq!(told["state"], json!(["assigned", "localhost"]), "{told}");
    assert!(told["forgotten"].as_str().unwrap().contains("404"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_python() {
    whole_program(Sdk::PYTHON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_python_over_websocket() {
    whole_program(Sdk::PYTHON.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_asynchronous_python() {
    whole_program(Sdk::PYTHON_ASYNC).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_asynchronous_python_over_websocket() {
    whole_program(Sdk::PYTHON_ASYNC.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_with_the_beta_of_python_3() {
    whole_program(Sdk::PYTHON_3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_with_the_beta_of_python_3_over_websocket() {
    whole_program(Sdk::PYTHON_3.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_with_paho() {
    whole_program(Sdk::PAHO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_with_paho_for_c() {
    whole_program(Sdk::PAHO_C).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_with_aiomqtt() {
    whole_program(Sdk::AIOMQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_node() {
    whole_program(Sdk::NODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_program_in_node_over_websocket() {
    whole_program(Sdk::NODE.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_python() {
    broken_connections(Sdk::PYTHON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_python_over_websocket() {
    broken_connections(Sdk::PYTHON.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_asynchronous_python() {
    broken_connections(Sdk::PYTHON_ASYNC).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_asynchronous_python_over_websocket() {
    broken_connections(Sdk::PYTHON_ASYNC.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_with_the_beta_of_python_3() {
    broken_connections(Sdk::PYTHON_3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_with_the_beta_of_python_3_over_websocket() {
    broken_connections(Sdk::PYTHON_3.over_websocket()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_with_paho_for_c() {
    broken_connections(Sdk::PAHO_C).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_node_over_websocket() {
    broken_connections(Sdk::NODE.over_websocket()).await;
}

/// What a device without MQTT has: telemetry, one by one and in batches, and messages that it settles itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_by_https_in_node() {
    let hub = Hub::start().await;
    let control = hub.control();
    for text in ["one", "two", "three"] {
        control.send_message(&DEVICE, &CloudMessage::new(text).property("n", text)).await.unwrap();
    }
    let run = crate::stand::run(hub.once(Sdk::NODE_HTTPS)).await;
    assert_eq!(run.code, 0, "{run:?}");
    let seen = run.json();
    let bodies: Vec<&str> = seen.as_array().unwrap().iter().map(|it| it["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["one", "two", "three", "three"], "{seen}");
    // The SDK leaves the prefix of the header where it is.
    assert_eq!(seen[1]["properties"], json!({"iothub-app-n": "two"}), "{seen}");
    hub.until_no_message_waits().await;

    let list = control.messages(Some("device-1"), 0, Duration::from_secs(20)).await.unwrap();
    let bodies: Vec<&str> = list.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["alone", "one", "two"]);
    let property = |place: usize, name: &str| list.messages[place].properties[name].clone();
    assert_eq!((property(0, "line").as_deref(), property(2, "number").as_deref()), (Some("7"), Some("2")));
    assert_eq!(list.messages[0].system_properties["message-id"].as_deref(), Some("m-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_with_paho() {
    broken_connections(Sdk::PAHO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_with_aiomqtt() {
    broken_connections(Sdk::AIOMQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_in_node() {
    broken_connections(Sdk::NODE).await;
}
