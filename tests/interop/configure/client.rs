//! Clients that register and reach the hub. Their ports are fixed or the hub's is, so each test has a loopback address of
//! its own; where names lead is the only thing that is changed, by `tests/interop/dial`.

use std::path::{Path, PathBuf};

use dps_x509_tests::{
    cli,
    environment::{npm_project, program, python},
};

use super::{Written, assert_registers, assert_telemetry};
use crate::stand::{Stand, run};

fn dial() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/dial")
}

async fn python_script(address: &str, target: &str, environment: &str, more: &[&str], port: u16) {
    let stand = Stand::start(&format!("{address}:{port}")).await;
    let written = Written::group(&stand, &format!("{address}:{port}"), &[target], more);
    let mut command = written.command(python(environment), target, &["register.py"]);
    command.env("PYTHONPATH", dial()).env("DIAL", address);
    assert_registers(stand, command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paho_registers_and_sends_telemetry() {
    python_script("127.0.9.1", "paho", "paho", &[], 8883).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paho_over_websocket() {
    python_script("127.0.9.2", "paho", "paho", &["--transport", "websocket"], 443).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_asynchronous_python_sdk() {
    python_script("127.0.9.3", "python-async", "azure-iot-device", &[], 8883).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_python_sdk() {
    python_script("127.0.9.4", "python-sync", "azure-iot-device", &[], 8883).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_over_websocket() {
    python_script("127.0.9.5", "python-sync", "azure-iot-device", &["--transport", "websocket"], 443).await;
}

async fn node(address: &str, port: u16, more: &[&str]) {
    let stand = Stand::start(&format!("{address}:{port}")).await;
    let written = Written::group(&stand, &format!("{address}:{port}"), &["node"], more);
    let dial = dial().join("dial.js");
    let mut command =
        written.command(program("node"), "node", &["--require", dial.to_str().unwrap(), "register.js"]);
    command.env("NODE_PATH", npm_project("azure-iot-device").join("node_modules")).env("DIAL", address);
    assert_registers(stand, command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_sdk() {
    node("127.0.9.6", 8883, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_sdk_over_websocket() {
    node("127.0.9.7", 443, &["--transport", "websocket"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mosquitto_sub_connects() {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, &format!("localhost:{}", stand.port()), &["mosquitto"], &[]);
    let run = run(written.command(program("sh"), "mosquitto", &["check.sh"])).await;
    assert_eq!(run.code, 0, "{run:?}");
    let log = format!("{}{}", run.out, run.err);
    assert!(log.contains("received CONNACK (0)") && log.contains("received SUBACK"), "{run:?}");
}

/// With the hub put in as the script says; at the stand it is a loopback address, which its certificate has.
#[tokio::test(flavor = "multi_thread")]
async fn mosquitto_pub_sends_telemetry() {
    let stand =
        Stand::start_with("127.0.9.8:8883", |config| config.hubs = vec!["127.0.9.8".to_owned()]).await;
    let written = Written::group(&stand, "127.0.9.8:8883", &["mosquitto", "provision"], &[]);
    let registered =
        run(written.command(cli::binary(), "provision", &["provision", "--config", "device.toml"])).await;
    assert_eq!(registered.code, 0, "{registered:?}");
    let script = written.read("mosquitto/telemetry.sh");
    let script = script.replace("REPLACE-WITH-ASSIGNED-HUB.azure-devices.net", "127.0.9.8");
    std::fs::write(written.out().join("mosquitto/telemetry.sh"), script).unwrap();
    let run = run(written.command(program("sh"), "mosquitto", &["telemetry.sh"])).await;
    assert!(run.code == 0 && format!("{}{}", run.out, run.err).contains("received PUBACK"), "{run:?}");
    assert_telemetry(stand, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_completes_the_handshake() {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, &format!("localhost:{}", stand.port()), &["openssl"], &[]);
    let run = run(written.command(program("sh"), "openssl", &["handshake.sh"])).await;
    assert!(run.code == 0 && run.out.contains("Verify return code: 0 (ok)"), "{run:?}");
    let log: String = stand.stop().await.iter().map(|event| format!("{event}\n")).collect();
    assert!(log.contains("CN=grouped-1") && log.contains("CN=test issuing"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_registers_over_https() {
    let stand = Stand::start_with("127.0.0.1:0", |config| config.pace.assigning_polls = 0).await;
    let written = Written::group(&stand, &format!("localhost:{}", stand.port()), &["curl"], &[]);
    let register = run(written.command(program("sh"), "curl", &["register.sh"])).await;
    assert!(register.code == 0 && register.out.contains("HTTP/1.1 20"), "{register:?}");
    assert!(register.out.contains("operationId"), "{register:?}");
    let look_up = run(written.command(program("sh"), "curl", &["look-up.sh"])).await;
    assert!(look_up.code == 0 && look_up.out.contains("HTTP/1.1 200"), "{look_up:?}");
    assert!(look_up.out.contains("contoso.azure-devices.net"), "{look_up:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_command_line_registers() {
    let stand = Stand::start("127.0.0.1:0").await;
    let written =
        Written::group(&stand, &format!("localhost:{}", stand.port()), &["provision", "systemd"], &[]);
    let run =
        run(written.command(cli::binary(), "provision", &["provision", "--config", "device.toml"])).await;
    assert!(run.code == 0 && run.out.contains("contoso.azure-devices.net"), "{run:?}");
}
