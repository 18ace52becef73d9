//! `provision --check-hub`: the assigned hub takes the device, or not.

use dps_x509_tests::chain::Device;
use serde_json::json;

use crate::stand::{Args, Stand};

/// The example's device, with the way to its hub.
fn args(stand: &Stand, port: u16) -> Args {
    asking(stand, port).flag("--json")
}

/// The example's hub is no hub of the cloud, so it has to be allowed.
fn asking(stand: &Stand, port: u16) -> Args {
    let args = stand.args().with("--allow-hub", "localhost");
    args.with("--connect-to", to_emulator(stand, port)).flag("--check-hub")
}

/// The hub's name at its port, taken to the emulator.
fn to_emulator(stand: &Stand, port: u16) -> String {
    let (_, own) = stand.text("/endpoint").rsplit_once(':').unwrap();
    format!("localhost:{port}:127.0.0.1:{own}")
}

#[test]
fn the_hub_takes_the_device_and_gives_its_twin() {
    let stand = Stand::start();
    for (transport, port) in [("mqtt", 8883), ("websocket", 443)] {
        let run = args(&stand, port).with("--transport", transport).run();
        assert_eq!(run.code, 0, "{run:?}");
        let report = run.json();
        assert_eq!(
            (&report["outcome"], &report["hubCheck"]["outcome"]),
            (&json!("assigned"), &json!("taken"))
        );
        assert!(report["hubCheck"]["twin"]["desired"].is_object(), "{run:?}");
        assert_eq!(report["tally"]["dials"], 2);
        // What it does to a running device is said every time.
        assert_eq!(run.codes(), ["DX811"], "{run:?}");
    }
}

#[test]
fn text_shows_the_twin_and_warns() {
    let stand = Stand::start();
    let text = asking(&stand, 8883).run();
    assert_eq!(text.code, 0, "{text:?}");
    assert!(text.out.contains("  hub check  the hub takes the device; its twin: {"), "{}", text.out);
    assert!(text.err.contains("warning DX811 hub-check-disconnects"), "{}", text.err);
}

#[test]
fn without_the_flag_no_hub_is_asked() {
    let stand = Stand::start();
    let report = stand.args().flag("--json").run().json();
    assert_eq!((report.get("hubCheck"), &report["tally"]["dials"]), (None, &json!(1)));
}

#[test]
fn a_hub_that_refuses_leaves_the_device_assigned() {
    let (_stand, args) = serve(
        "example-hub.azure-devices.net",
        "[[fault]]\nstage = \"hub-connect\"\nkind = \"connack\"\ncode = 4\n",
    );
    let run = args.clone().flag("--json").run();
    assert_eq!((run.code, &run.json()["outcome"]), (5, &json!("assigned")), "{run:?}");
    assert_eq!(run.codes()[0], "DX812", "{run:?}");
    let text = args.run();
    assert!(
        text.out.contains("  hub check  failed, without a twin: DX812 hub-refuses-device\n"),
        "{}",
        text.out
    );
}

#[test]
fn a_hub_that_needs_a_moment_is_asked_again() {
    let (_stand, args) = serve(
        "example-hub.azure-devices.net",
        "[[fault]]\nstage = \"hub-connect\"\noccurrence = 1\nkind = \"connack\"\ncode = 5\n",
    );
    let run = args.flag("--json").run_once();
    assert_eq!((run.code, &run.json()["tally"]["dials"]), (0, &json!(3)), "{run:?}");
}

#[test]
fn a_hub_outside_the_cloud_is_dialled_only_if_it_is_allowed() {
    let (_stand, args) = serve("hub.factory.example", "");
    let args = args.flag("--json");
    let run = args.run();
    assert_eq!((run.code, &run.codes()[..2]), (5, &["DX813".to_owned(), "DX514".to_owned()][..]), "{run:?}");
    let run = args.with("--allow-hub", "hub.factory.example").run();
    assert_eq!(run.code, 0, "{run:?}");
}

/// Where several emulators listen side by side, each has an address of its own, and its hub is called by it.
#[test]
fn the_hub_of_a_test_is_an_address() {
    let (_stand, args) = serve("127.8.4.7", "");
    let args = args.flag("--json");
    let run = args.run();
    assert_eq!((run.code, &run.json()["assignedHub"]), (5, &json!("127.8.4.7")), "{run:?}");
    assert_eq!(run.codes()[..2], ["DX813", "DX514"], "{run:?}");
    let run = args.with("--allow-hub", "127.8.4.7").run();
    assert_eq!((run.code, &run.json()["hubCheck"]["outcome"]), (0, &json!("taken")), "{run:?}");
}

/// An emulator with one device, whose hub has this name, and the arguments that check it.
fn serve(hub: &str, faults: &str) -> (Stand, Args) {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::self_signed("device-1").write(folder.path(), "device");
    let enrollments = folder.path().join("enrollments.toml");
    let text = format!(
        "id-scope = \"0ne00111111\"\nhubs = [\"{hub}\"]\n\
         [[individual]]\nregistration-id = \"device-1\"\ncertificate = \"device-leaf.pem\"\n{faults}"
    );
    std::fs::write(&enrollments, text).unwrap();
    let stand = Stand::start_in(folder, &[enrollments.to_str().unwrap()]);
    let (_, own) = stand.text("/endpoint").rsplit_once(':').unwrap();
    let args = Args::new()
        .with("--id-scope", "0ne00111111")
        .with("--endpoint", stand.text("/endpoint"))
        .with("--cert", &device.chain)
        .with("--key", &device.key)
        .with("--trust", stand.text("/root"))
        .with("--connect-to", format!("{hub}:8883:127.0.0.1:{own}"))
        .flag("--check-hub");
    (stand, args)
}
