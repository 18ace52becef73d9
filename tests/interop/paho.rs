//! Today's Paho, driven by a small script of our own.

use crate::stand::{Stand, device, python, run};

async fn register(qos: &str) {
    let stand = Stand::start("127.0.0.1:0").await;
    let mut command = python("paho", "paho_register.py");
    device(&mut command, "localhost", "grouped-1", &stand.grouped, &stand.root);
    command.args(["--port", &stand.port(), "--qos", qos]);
    let run = run(command).await;
    let answer = run.json();
    assert_eq!(answer["status"], 200, "{run:?}");
    assert_eq!(answer["body"]["registrationState"]["assignedHub"], "contoso.azure-devices.net", "{run:?}");
    let seen: Vec<_> = answer["seen"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(seen, ["CONNACK Success", "SUBACK Granted QoS 1", "202 first one", "200 2"], "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_at_qos_1() {
    register("1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_at_qos_0() {
    register("0").await;
}
