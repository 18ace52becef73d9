//! Mosquitto's client connects and subscribes. It cannot register: DPS answers on the connection that asks, and
//! its tools either publish or subscribe.

use std::process::Command;

use dps_x509_tests::environment::program;

use crate::stand::{ID_SCOPE, Stand, run};

fn subscribe(stand: &Stand, filter: &str) -> Command {
    let mut command = Command::new(program("mosquitto_sub"));
    command.args(["-d", "-E", "-V", "mqttv311", "-h", "localhost", "-p", &stand.port(), "-i", "grouped-1"]);
    command.args(["-u", &format!("{ID_SCOPE}/registrations/grouped-1/api-version=2019-03-31")]);
    command.arg("--cafile").arg(&stand.root).arg("--cert").arg(&stand.grouped.chain);
    command.arg("--key").arg(&stand.grouped.key);
    command.args(["--tls-version", "tlsv1.2", "-q", "1", "-t", filter]);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn connects_and_subscribes() {
    let stand = Stand::start("127.0.0.1:0").await;
    let run = run(subscribe(&stand, "$dps/registrations/res/#")).await;
    assert_eq!(run.code, 0, "{run:?}");
    let log = format!("{}{}", run.out, run.err);
    assert!(log.contains("received CONNACK (0)") && log.contains("received SUBACK"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_filter_is_allowed() {
    let stand = Stand::start("127.0.0.1:0").await;
    let run = run(subscribe(&stand, "devices/#")).await;
    assert!(run.out.contains("received CONNACK (0)"), "{run:?}");
    assert!(run.err.contains("All subscription requests were denied."), "{run:?}");
}
