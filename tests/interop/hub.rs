//! The assigned hub, by Microsoft's Python SDK: it goes where DPS sends it, as a device in the field does.

use dps_x509_emulator::What;
use serde_json::{Value, json};

use crate::{
    azure_iot_device_websocket::upgrades,
    stand::{Stand, device, dial, python, run},
};

async fn whole_run(more: &[&str], expected_upgrades: usize) {
    let stand = Stand::start("127.0.0.1:0").await;
    let mut command = python("azure-iot-device", "azure_iot_device_hub.py");
    device(&mut command, "localhost", "grouped-1", &stand.grouped, &stand.root);
    dial(&mut command, &stand).args(more);
    let run = run(command).await;
    assert_eq!(run.code, 0, "{run:?}");
    let answer = run.json();
    assert_eq!(answer["hub"], "contoso.azure-devices.net", "{run:?}");
    assert_eq!(answer["twin"], json!({"desired": {"$version": 1}, "reported": {"$version": 1}}), "{run:?}");
    assert_eq!(
        (&answer["firstIsDropped"], &answer["secondIsConnected"]),
        (&true.into(), &true.into()),
        "{run:?}"
    );

    let events = stand.stop().await;
    assert_eq!(upgrades(&events), expected_upgrades);
    let log: String = events.iter().map(|event| format!("{event}\n")).collect();
    let telemetry = events.iter().find(|event| matches!(event.what, What::Telemetry { .. }));
    let telemetry = telemetry.unwrap_or_else(|| panic!("no telemetry: {log}"));
    let telemetry: Value = serde_json::from_str(&telemetry.to_json()).unwrap();
    let message = &telemetry["message"];
    assert_eq!((&message["hub"], &message["deviceId"]), (&answer["hub"], &"grouped-1".into()), "{message}");
    assert_eq!(message["body"], r#"{"temperature": 21.5}"#, "{message}");
    assert_eq!(message["properties"], json!({"line": "7"}), "{message}");
    assert_eq!(message["systemProperties"]["content-type"], "application/json", "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn twin_telemetry_and_a_second_connection() {
    whole_run(&[], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twin_telemetry_and_a_second_connection_over_websocket() {
    // DPS, the first and the second connection to the hub.
    whole_run(&["--websocket"], 3).await;
}
