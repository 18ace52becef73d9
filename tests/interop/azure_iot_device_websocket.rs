//! Microsoft's Python SDK over WebSocket. Its port is fixed at 443, where only root may listen: the connection is
//! led to the emulator's port.

use dps_x509_emulator::{Event, What};
use dps_x509_tests::{chain::Files, cli::Run};

use crate::{
    azure_iot_device::{assert_assigned, assert_refused, assert_throttled_twice, throttle_once},
    stand::{Stand, device, dial, python, run},
};

async fn register(stand: &Stand, id: &str, files: &Files) -> Run {
    let mut command = python("azure-iot-device", "azure_iot_device_register.py");
    device(&mut command, "localhost", id, files, &stand.root);
    dial(&mut command, stand).arg("--websocket");
    run(command).await
}

/// How many connections asked for WebSocket.
pub(crate) fn upgrades(events: &[Event]) -> usize {
    let is_upgrade =
        |event: &&Event| matches!(&event.what, What::Asked { target, .. } if target == "/$iothub/websocket");
    events.iter().filter(is_upgrade).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_enrollment_is_assigned() {
    let stand = Stand::start("127.0.0.1:0").await;
    assert_assigned(&register(&stand, "grouped-1", &stand.grouped).await, "grouped-1");
    assert_eq!(upgrades(&stand.stop().await), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_not_enrolled_is_refused() {
    let stand = Stand::start("127.0.0.1:0").await;
    let run = register(&stand, "stranger-1", &stand.stranger).await;
    let events = stand.stop().await;
    assert_refused(&run, "404", &events, "404201");
    assert_eq!(upgrades(&events), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_register_and_poll_are_tried_again_after_the_wait() {
    let stand = Stand::start_with("127.0.0.1:0", throttle_once).await;
    assert_assigned(&register(&stand, "grouped-1", &stand.grouped).await, "grouped-1");
    assert_throttled_twice(&stand.stop().await);
}
