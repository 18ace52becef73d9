//! Clients that register and reach the hub. Their ports are fixed and the hub's name is; where their connections lead is
//! the only thing that is changed, by `tests/interop/dial`.

use std::{path::Path, process::Command};

use dps_x509_emulator::Enrollments;
use dps_x509_tests::{
    cli,
    environment::{npm_project, program, python},
    loopback::own_address,
};

use super::{Written, assert_registers, assert_telemetry};
use crate::stand::{Stand, dial, dial_folder, run};

/// Where a client without more words dials, and where over WebSocket.
const MQTT: (&str, &[&str]) = ("localhost:8883", &[]);
const WEB_SOCKET: (&str, &[&str]) = ("localhost:443", &["--transport", "websocket"]);

async fn python_script(target: &str, environment: &str, (endpoint, more): (&str, &[&str])) {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, endpoint, &[target], more);
    let mut command = written.command(python(environment), target, &["register.py"]);
    dial(&mut command, &stand);
    assert_registers(stand, command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paho_registers_and_sends_telemetry() {
    python_script("paho", "paho", MQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paho_over_websocket() {
    python_script("paho", "paho", WEB_SOCKET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_asynchronous_python_sdk() {
    python_script("python-async", "azure-iot-device", MQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_python_sdk() {
    python_script("python-sync", "azure-iot-device", MQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_over_websocket() {
    python_script("python-sync", "azure-iot-device", WEB_SOCKET).await;
}

async fn node((endpoint, more): (&str, &[&str])) {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, endpoint, &["node"], more);
    let command = node_command(&stand, &written);
    assert_registers(stand, command).await;
}

fn node_command(stand: &Stand, written: &Written) -> Command {
    let dial = dial_folder().join("dial.js");
    let mut command =
        written.command(program("node"), "node", &["--require", dial.to_str().unwrap(), "register.js"]);
    command
        .env("NODE_PATH", npm_project("azure-iot-device").join("node_modules"))
        .env("DIAL", stand.address());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_sdk() {
    node(MQTT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_sdk_over_websocket() {
    node(WEB_SOCKET).await;
}

/// Refused: the programs end with a code of failure, and what they print has the service's own code.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told() {
    let targets = ["node", "paho", "python-async", "python-sync"];
    let stand = Stand::start_with("127.0.0.1:0", |config| config.enrollments = Enrollments::default()).await;
    let written = Written::group(&stand, MQTT.0, &targets, &[]);
    for target in targets {
        let mut command = match target {
            "node" => node_command(&stand, &written),
            "paho" => written.command(python("paho"), target, &["register.py"]),
            _ => written.command(python("azure-iot-device"), target, &["register.py"]),
        };
        dial(&mut command, &stand);
        let run = run(command).await;
        assert_eq!(run.code, 1, "{target}: {run:?}");
        assert!(run.err.contains("401002") && !run.err.contains("Traceback"), "{target}: {run:?}");
        assert!(!run.out.contains("assigned to"), "{target}: {run:?}");
    }
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

/// With the hub put in as the script says, in the user name; it is dialled at the stand's loopback address, which its
/// certificate has, because no name leads there.
#[tokio::test(flavor = "multi_thread")]
async fn mosquitto_pub_sends_telemetry() {
    let host = own_address();
    let endpoint = format!("{host}:8883");
    let stand = Stand::start(&endpoint).await;
    let written = Written::group(&stand, &endpoint, &["mosquitto", "provision"], &[]);
    let registered =
        run(written.command(cli::binary(), "provision", &["provision", "--config", "device.toml"])).await;
    assert_eq!(registered.code, 0, "{registered:?}");
    let script = written.read("mosquitto/telemetry.sh");
    let script = script.replace("-h REPLACE-WITH-ASSIGNED-HUB.azure-devices.net", &format!("-h {host}"));
    let script = script.replace("REPLACE-WITH-ASSIGNED-HUB", "contoso");
    std::fs::write(written.out().join("mosquitto/telemetry.sh"), script).unwrap();
    let run = run(written.command(program("sh"), "mosquitto", &["telemetry.sh"])).await;
    assert!(run.code == 0 && format!("{}{}", run.out, run.err).contains("received PUBACK"), "{run:?}");
    assert_telemetry(stand, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mqttx_connects_by_what_it_imports() {
    for (port, more) in [(MQTT.0, MQTT.1), (WEB_SOCKET.0, WEB_SOCKET.1)] {
        let stand = Stand::start("127.0.0.1:0").await;
        let endpoint = port.replace(|at: char| at.is_ascii_digit(), "") + &stand.port();
        let written = Written::group(&stand, &endpoint, &["mqttx"], more);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/configure/mqttx.js");
        let mut command = written.command(program("node"), "mqttx", &[script.to_str().unwrap()]);
        command.env("NODE_PATH", npm_project("azure-iot-device").join("node_modules"));
        let run = run(command).await;
        assert!(run.code == 0 && run.out.contains("$dps/registrations/res/202/"), "{more:?}: {run:?}");
    }
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
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, &format!("localhost:{}", stand.port()), &["curl"], &[]);
    let register = run(written.command(program("sh"), "curl", &["register.sh"])).await;
    assert!(register.code == 0 && register.out.contains("HTTP/1.1 202"), "{register:?}");
    let (_, body) = register.out.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let script = written.read("curl/poll.sh");
    // The comment says it as well.
    let script = script.replace("REPLACE-WITH-OPERATION-ID", body["operationId"].as_str().unwrap());
    std::fs::write(written.out().join("curl/poll.sh"), script).unwrap();
    for script in ["poll.sh", "look-up.sh"] {
        let run = run(written.command(program("sh"), "curl", &[script])).await;
        assert!(run.code == 0 && run.out.contains("HTTP/1.1 200"), "{script}: {run:?}");
        assert!(run.out.contains("contoso.azure-devices.net"), "{script}: {run:?}");
    }
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
