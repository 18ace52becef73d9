//! A device made of Mosquitto's command line tools, each of them a connection of its own. Twins are beyond them: they either
//! publish or subscribe, and mosquitto_rr wants a topic for the answer where a hub has a filter.

use std::{process::Command, time::Duration};

use dps_x509_emulator::{CloudMessage, control::DeviceName};
use dps_x509_tests::{cli::Run, environment::program};

use super::program::Hub;

const DEVICE: DeviceName<'static> = DeviceName::new("device-1");

/// One of the tools as the device, to its end.
async fn tool(hub: &Hub, name: &str, args: &[&str]) -> Run {
    let (host, port) = hub.text("/endpoint").rsplit_once(':').unwrap();
    let mut command = Command::new(program(name));
    command.args(["-V", "mqttv311", "-h", host, "-p", port, "-i", "device-1"]);
    command.args(["-u", "localhost/device-1/?api-version=2021-04-12", "--cafile", hub.text("/root")]);
    command.args(["--cert", hub.text("/example/fullChain"), "--key", hub.text("/example/key")]);
    let run = crate::stand::run({
        command.args(args);
        command
    })
    .await;
    assert_eq!(run.code, 0, "{name} {args:?}: {run:?}");
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn telemetry_and_a_kept_session() {
    let hub = Hub::start().await;
    let control = hub.control();

    let topic = "devices/device-1/messages/events/line=7%208&%24.ct=application%2Fjson&%24.ce=utf-8";
    tool(&hub, "mosquitto_pub", &["-q", "1", "-r", "-t", topic, "-m", r#"{"temperature":21.5}"#]).await;
    tool(&hub, "mosquitto_pub", &["-q", "0", "-t", "devices/device-1/messages/events/", "-n"]).await;
    let list = control.messages(Some("device-1"), 0, Duration::from_secs(20)).await.unwrap();
    let first = &list.messages[0];
    assert_eq!(
        (first.body.as_str(), first.properties["line"].as_deref()),
        (r#"{"temperature":21.5}"#, Some("7 8"))
    );
    assert_eq!(first.system_properties["content-type"].as_deref(), Some("application/json"));
    assert_eq!(first.properties["mqtt-retain"].as_deref(), Some("true"));
    // Nothing acknowledges the second one: it may come later than the tool ends.
    let list = control.messages(Some("device-1"), first.sequence, Duration::from_secs(20)).await.unwrap();
    assert_eq!(list.messages.first().map(|message| message.body.as_str()), Some(""));

    // It subscribes and goes; what is sent then waits for it, and comes without a new subscription.
    let filter = "devices/device-1/messages/devicebound/#";
    let subscribe = ["-c", "-q", "1", "-t", filter];
    tool(&hub, "mosquitto_sub", &[&subscribe[..], &["-E"]].concat()).await;
    for text in ["one", "two"] {
        control.send_message(&DEVICE, &CloudMessage::new(text).property("n", text)).await.unwrap();
    }
    let got =
        tool(&hub, "mosquitto_sub", &[&subscribe[..], &["-C", "2", "-W", "20", "-F", "%q %p"]].concat())
            .await;
    assert_eq!(got.out, "1 one\n1 two\n");
    hub.until_no_message_waits().await;
}
