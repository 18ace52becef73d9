//! Provisioning through the component: assigned, refused, explained.

use std::path::Path;

use dps_x509_tests::chain::{self, Device, Factory, Files};
use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;
use tempfile::TempDir;

use crate::stand::{Args, Stand};

#[test]
fn a_device_gets_its_hub() {
    let stand = Stand::start();
    let run = stand.args().flag("--json").flag("--trace").run();
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["outcome"], "assigned");
    assert_eq!(report["assignedHub"], "localhost");
    assert_eq!(report["deviceId"], "device-1");
    assert_eq!(report["tally"]["requests"], 2);
    let packets: Vec<_> = report["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| Some(format!("{} {}", event["event"].as_str()?, event["packet"].as_str()?)))
        .filter(|line| !line.contains("PUBACK"))
        .collect();
    let expected = [
        "sent CONNECT",
        "received CONNACK",
        "sent SUBSCRIBE",
        "received SUBACK",
        "sent PUBLISH",
        "received PUBLISH",
        "sent PUBLISH",
        "received PUBLISH",
        "sent DISCONNECT",
    ];
    assert_eq!(packets, expected);
}

#[test]
fn the_outcome_is_on_standard_output_and_the_trace_is_not() {
    let stand = Stand::start();
    let run = stand.args().flag("--trace").run();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("assigned\n  hub        localhost\n"), "{}", run.out);
    assert!(!run.out.contains("CONNECT"), "{}", run.out);
    assert!(run.err.contains("->  CONNECT  client ID \"device-1\""), "{}", run.err);
    assert!(run.err.contains("password absent"), "{}", run.err);
    let quiet = stand.args().run();
    assert!(!quiet.err.contains("CONNECT"), "{}", quiet.err);
}

#[test]
fn a_device_gets_its_hub_over_websocket() {
    let stand = Stand::start();
    let run = stand.args().with("--transport", "websocket").flag("--json").flag("--trace").run();
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["assignedHub"], "localhost");
    let lines: Vec<_> = report["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| Some((event["event"].as_str()?, event["line"].as_str()?)))
        .collect();
    let expected = [
        ("upgrade-sent", "GET /$iothub/websocket HTTP/1.1"),
        ("upgrade-answered", "101 Switching Protocols"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_refusal_over_websocket_is_the_same_refusal() {
    let stand = Stand::start();
    let args = stand.args().with("--transport", "websocket").with("--cert", stand.text("/example/leaf"));
    let run = args.flag("--json").run();
    assert_eq!((run.code, run.json()["answer"]["code"].as_u64()), (1, Some(401_002)), "{run:?}");
    assert_eq!(run.codes()[0], "DX707");
}

#[test]
fn the_port_of_websocket_is_443() {
    let stand = Stand::start();
    let args = stand.args().with("--endpoint", "localhost").with("--transport", "websocket");
    let run = args.with("--timeout", "1ms").flag("--json").run_once();
    assert_eq!(run.json()["endpoint"], "localhost:443", "{run:?}");
}

#[test]
fn tcp_can_be_taken_elsewhere() {
    let stand = Stand::start();
    let port = stand.text("/endpoint").rsplit_once(':').unwrap().1;
    // Port 1 is where nobody listens; the name is what the server proves itself by.
    let args = stand.args().with("--endpoint", "localhost:1").flag("--json");
    assert_eq!(args.run().code, 3);
    let run = args.clone().with("--connect-to", format!("localhost:1:127.0.0.1:{port}")).run();
    assert_eq!((run.code, run.json()["endpoint"].as_str()), (0, Some("localhost:1")), "{run:?}");
    let run = args.with("--connect-to", "localhost:1").run();
    let told = run.json()["error"].as_str().map(str::to_owned).unwrap_or_default();
    assert!(run.code == 2 && told.contains("HOST:PORT:HOST2:PORT2"), "{run:?}");
}

#[test]
fn without_trace_there_is_no_transcript() {
    let stand = Stand::start();
    let report = stand.args().flag("--json").run().json();
    assert_eq!(report.get("transcript"), None);
}

#[test]
fn a_leaf_alone_is_refused_and_the_cause_is_named() {
    let stand = Stand::start();
    let args = stand.args().with("--cert", stand.text("/example/leaf"));
    let run = args.clone().flag("--json").run();
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    assert_eq!(report["answer"]["code"], 401_002);
    assert_eq!(report["answer"]["message"], "CA certificate not found.");
    assert_eq!(report["findings"][0]["code"], "DX707");
    let cause = report["findings"][0]["causedBy"].as_str().unwrap();
    let causes: Vec<_> = run.codes().into_iter().skip(1).collect();
    assert_eq!(causes[0], cause, "{run:?}");
    let text = args.run();
    assert!(text.out.starts_with("refused: 401002 \"CA certificate not found.\"\n"), "{}", text.out);
    assert!(text.err.contains("error DX707 ca-certificate-not-found"), "{}", text.err);
    assert!(text.err.contains(cause), "{}", text.err);
}

#[test]
fn a_registration_id_that_is_not_the_cn_is_marked_as_assumed() {
    let stand = Stand::start();
    let run = stand.args().with("--registration-id", "device-2").flag("--json").run();
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    assert!(report["answer"]["info"].to_string().contains("assumed"), "{run:?}");
    assert!(run.codes().contains(&"DX401".to_owned()), "{run:?}");
}

#[test]
fn a_wrong_id_scope_is_refused() {
    let stand = Stand::start();
    let run = stand.args().with("--id-scope", "0ne00222222").flag("--json").run();
    assert_eq!((run.code, run.json()["answer"]["code"].as_u64()), (1, Some(404_201)), "{run:?}");
}

#[test]
fn a_disabled_group_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let factory = Factory::new();
    std::fs::write(folder.path().join("ca.pem"), factory.intermediate.pem()).unwrap();
    let device = factory.device("device-1").write(folder.path(), "device");
    let text =
        "id-scope = \"0ne00111111\"\n[[group]]\nname = \"g\"\ncertificate = \"ca.pem\"\nenabled = false\n";
    let enrollments = folder.path().join("off.toml");
    std::fs::write(&enrollments, text).unwrap();
    let (_stand, args) = serve(folder, &enrollments, &device);
    let run = args.flag("--json").run();
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.json()["answer"]["operationStatus"], "disabled");
    assert_eq!(run.codes()[0], "DX715");
}

#[test]
fn a_leaf_for_servers_is_refused_and_the_cause_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let factory = Factory::new();
    std::fs::write(folder.path().join("ca.pem"), factory.intermediate.pem()).unwrap();
    let mut params = chain::device("device-1");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let device = factory.device_with(params).write(folder.path(), "device");
    let enrollments = folder.path().join("e.toml");
    let text = "id-scope = \"0ne00111111\"\n[[group]]\nname = \"g\"\ncertificate = \"ca.pem\"\n";
    std::fs::write(&enrollments, text).unwrap();
    let (_stand, args) = serve(folder, &enrollments, &device);
    let run = args.flag("--json").run();
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.codes(), ["DX706", "DX421"], "{run:?}");
}

#[test]
fn settings_come_from_a_file_too() {
    let stand = Stand::start();
    let config = stand.file("device.toml");
    let text = format!(
        "id-scope = \"{}\"\nendpoint = \"{}\"\ncert = \"device-1-full-chain.pem\"\nkey = \"device-1-key.pem\"\n\
         trust = [\"root.pem\"]\nonly-trust = true\npayload = {{ site = 7 }}\njson = true\ntrace = true\n",
        stand.text("/idScope"),
        stand.text("/endpoint")
    );
    std::fs::write(&config, text).unwrap();
    let run = Args::new().with("--config", &config).run();
    assert_eq!(run.code, 0, "{run:?}");
    let transcript = run.json()["transcript"].clone();
    let bodies: Vec<&str> =
        transcript.as_array().unwrap().iter().filter_map(|it| it["body"].as_str()).collect();
    assert!(bodies.contains(&r#"{"registrationId":"device-1","payload":{"site":7}}"#), "{bodies:?}");
}

#[test]
fn no_private_key_is_shown_anywhere() {
    let stand = Stand::start();
    let key = std::fs::read_to_string(stand.text("/example/key")).unwrap();
    let secret: Vec<&str> = key.lines().filter(|line| !line.starts_with("-----")).collect();
    for args in
        [stand.args(), stand.args().with("--registration-id", "other"), stand.args().with("--timeout", "1ms")]
    {
        let run = args.clone().flag("--trace").run_once();
        for line in &secret {
            assert!(!run.out.contains(line) && !run.err.contains(line), "{args:?}");
        }
    }
    assert!(!secret.is_empty() && key.contains(secret[0]));
}

#[test]
fn the_service_that_never_decides_runs_into_the_time_limit() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::self_signed("device-1").write(folder.path(), "device");
    let enrollments = folder.path().join("slow.toml");
    let text = "id-scope = \"0ne00111111\"\nassigning-polls = 1000\nretry-after = 1\n\
                [[individual]]\nregistration-id = \"device-1\"\ncertificate = \"device-leaf.pem\"\n";
    std::fs::write(&enrollments, text).unwrap();
    let (_stand, args) = serve(folder, &enrollments, &device);
    let args = args.with("--timeout", "2500ms");
    let run = args.flag("--json").run();
    assert_eq!(run.code, 4, "{run:?}");
    assert_eq!(run.json()["outcome"], Value::from("out-of-time"));
    assert_eq!(run.codes(), ["DX801"]);
}

/// An emulator with these enrollments, and the arguments that a device registers with.
fn serve(folder: TempDir, enrollments: &Path, device: &Files) -> (Stand, Args) {
    let stand = Stand::start_in(folder, &[enrollments.to_str().unwrap()]);
    let args = Args::new()
        .with("--id-scope", "0ne00111111")
        .with("--endpoint", stand.text("/endpoint"))
        .with("--cert", &device.chain)
        .with("--key", &device.key)
        .with("--trust", stand.text("/root"));
    (stand, args)
}
