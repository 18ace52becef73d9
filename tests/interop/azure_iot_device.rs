//! Microsoft's Python SDK. Its port is fixed at 8883, so each test has a loopback address of its own.

use std::{path::Path, time::Duration};

use dps_x509_emulator::{
    Config, Event, What,
    fault::{Action, Fault, Stage, When},
};
use dps_x509_tests::{chain::Files, cli::Run, loopback::own_address};
use serde_json::{Value, json};

use crate::stand::{Stand, device, python, run};

async fn register(host: &str, id: &str, files: &Files, root: &Path, payload: Option<&str>) -> Run {
    let mut command = python("azure-iot-device", "azure_iot_device_register.py");
    device(&mut command, host, id, files, root);
    if let Some(payload) = payload {
        command.args(["--payload", payload]);
    }
    run(command).await
}

pub(crate) fn assert_assigned(run: &Run, device_id: &str) {
    let answer = run.json();
    assert_eq!(answer["status"], "assigned", "{run:?}");
    assert_eq!(answer["assignedHub"], "contoso.azure-devices.net", "{run:?}");
    assert_eq!(answer["deviceId"], device_id, "{run:?}");
    assert_eq!(answer["substatus"], "initialAssignment", "{run:?}");
}

/// The SDK understands the refusal, but passes on its status alone; the code is in the emulator's log.
pub(crate) fn assert_refused(run: &Run, status: &str, events: &[Event], code: &str) {
    let errors = run.json()["error"].to_string();
    assert!(errors.contains(&format!("service error status code {status}")), "{run:?}");
    let log: String = events.iter().map(|event| format!("{event}\n")).collect();
    assert!(log.contains(&format!("refused with {code}")), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_individual_enrollment_is_assigned() {
    let host = own_address().to_string();
    let stand = Stand::start(&format!("{host}:8883")).await;
    let run = register(&host, "individual-1", &stand.individual, &stand.root, None).await;
    assert_assigned(&run, "individual-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_enrollment_with_intermediates_is_assigned() {
    let host = own_address().to_string();
    let stand = Stand::start(&format!("{host}:8883")).await;
    let run = register(&host, "grouped-1", &stand.grouped, &stand.root, None).await;
    assert_assigned(&run, "grouped-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_not_enrolled_is_refused() {
    let host = own_address().to_string();
    let stand = Stand::start(&format!("{host}:8883")).await;
    let run = register(&host, "stranger-1", &stand.stranger, &stand.root, None).await;
    assert_refused(&run, "404", &stand.stop().await, "404201");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_without_its_intermediate_is_refused_as_the_service_does() {
    let host = own_address().to_string();
    let stand = Stand::start(&format!("{host}:8883")).await;
    let alone = Files { chain: stand.grouped.leaf.clone(), ..stand.grouped.clone() };
    let run = register(&host, "grouped-1", &alone, &stand.root, None).await;
    assert_refused(&run, "401", &stand.stop().await, "401002 \"CA certificate not found.\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_payload_arrives() {
    let host = own_address().to_string();
    let stand = Stand::start(&format!("{host}:8883")).await;
    let payload = r#"{"site": "north", "line": 7}"#;
    let run = register(&host, "grouped-1", &stand.grouped, &stand.root, Some(payload)).await;
    assert_assigned(&run, "grouped-1");
    let bodies = received_bodies(&stand.stop().await);
    let expected = json!({"site": "north", "line": 7});
    assert!(bodies.iter().any(|body| body["payload"] == expected), "{bodies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_register_and_poll_are_tried_again_after_the_wait() {
    let host = own_address().to_string();
    let stand = Stand::start_with(&format!("{host}:8883"), throttle_once).await;
    let run = register(&host, "grouped-1", &stand.grouped, &stand.root, None).await;
    assert_assigned(&run, "grouped-1");
    assert_throttled_twice(&stand.stop().await);
}

/// The first register and the first poll are answered with 429 and a retry-after of one second.
pub(crate) fn throttle_once(config: &mut Config) {
    let when = When::From { first: 1, count: 1 };
    let throttled = || Action::Throttled(Duration::from_secs(1));
    config.faults =
        [Stage::Register, Stage::Poll].map(|stage| Fault::new(stage, throttled()).at(when)).into();
}

pub(crate) fn assert_throttled_twice(events: &[Event]) {
    let log: String = events.iter().map(|event| format!("{event}\n")).collect();
    assert_eq!(log.matches("res/429/").count(), 2, "{log}");
    assert_eq!(log.matches("iotdps-register/?").count(), 2, "{log}");
}

/// The JSON bodies of the PUBLISH packets that the emulator received.
fn received_bodies(events: &[Event]) -> Vec<Value> {
    let received = events.iter().filter(|event| matches!(event.what, What::Received { .. }));
    let events = received.map(|event| serde_json::from_str::<Value>(&event.to_json()).unwrap());
    events.filter_map(|event| serde_json::from_str(event["payload"].as_str()?).ok()).collect()
}
