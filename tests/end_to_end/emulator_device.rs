//! `dps-x509 emulator` on a device at its hub, which is Mosquitto's command line: it listens, and never answers.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
};
use serde_json::{Value, json};

use crate::stand::Stand;

/// An emulator that has provisioned its example's device.
fn stand() -> Stand {
    let stand = Stand::start_in(tempfile::tempdir().unwrap(), &["--control", "0"]);
    assert_eq!(stand.args().run_once().code, 0);
    stand
}

fn ask(stand: &Stand, words: &[&str]) -> Run {
    cli::run(["emulator", "--control", stand.text("/control")].iter().chain(words))
}

fn ask_json(stand: &Stand, words: &[&str]) -> Value {
    let run = ask(stand, &[words, &["--json"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    run.json()
}

/// One of Mosquitto's tools as the device.
fn mosquitto(stand: &Stand, tool: &str, more: &[&str]) -> Command {
    let (host, port) = stand.text("/endpoint").rsplit_once(':').unwrap();
    let mut command = Command::new(program(tool));
    command.args(["-V", "mqttv311", "-h", host, "-p", port, "-i", "device-1", "-q", "1"]);
    command.args(["-u", "localhost/device-1/?api-version=2021-04-12", "--cafile", stand.text("/root")]);
    command
        .args(["--cert", stand.text("/example/fullChain"), "--key", stand.text("/example/key")])
        .args(more);
    command
}

struct Listening(Child);

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Subscribed, and connected.
fn listen(stand: &Stand, topics: &[&str]) -> Listening {
    let more: Vec<&str> = topics.iter().flat_map(|topic| ["-t", topic]).chain(["-F", "%p"]).collect();
    let child = mosquitto(stand, "mosquitto_sub", &more).stdout(Stdio::piped()).spawn().unwrap();
    let listening = Listening(child);
    until(|| ask_json(stand, &["devices"])[0]["connected"] == true);
    listening
}

fn until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn its_twin_is_shown_and_changed() {
    let stand = stand();
    let before = ask_json(&stand, &["twin", "device-1"]);
    assert_eq!(
        (&before["deviceId"], &before["connectionState"]),
        (&"device-1".into(), &"Disconnected".into())
    );
    let change = r#"{"tags":{"site":"north"},"properties":{"desired":{"period":5}}}"#;
    let after = ask_json(&stand, &["twin", "device-1", "set", change]);
    assert_eq!(
        (&after["tags"], &after["properties"]["desired"]["period"]),
        (&json!({"site": "north"}), &5.into())
    );
    assert_eq!(
        ask(&stand, &["twin", "device-1"]).json()["version"],
        after["version"],
        "text is the twin as well"
    );
    assert_eq!(ask_json(&stand, &["twin", "device-1", "--hub", "LOCALHOST"])["version"], after["version"]);
    for (words, code, said) in [
        (&["twin", "nobody"][..], 1, "no hub has a device nobody"),
        (&["twin", "device-1", "--hub", "other"], 1, "no hub has a device device-1"),
        (&["twin", "device-1", "set", r#"{"tags":{"a b":1}}"#], 1, "the key \"a b\""),
        (&["twin", "device-1", "set", "{"], 2, "it is no JSON"),
        (&["twin", "device-1", "set", "[1]"], 1, "it is no JSON object"),
        (&["twin", "device-1", "set", "{}"], 1, "it changes nothing"),
        (&["twin", "device-1", "set", r#"{"desired":{"a":1}}"#], 1, "a twin has no desired; tags and"),
        (&["twin", "device-1", "set", r#"{"tags":{},"properties":{"wanted":1}}"#], 1, "no properties.wanted"),
        (&["twin", "device-1", "set", r#"{"properties":{"reported":{"a":1}}}"#], 1, "it changes nothing"),
    ] {
        let run = ask(&stand, words);
        assert!(run.code == code && run.err.contains(said), "{words:?}: {run:?}");
        let run = ask(&stand, &[words, &["--json"]].concat());
        assert!(run.code == code && (code == 2 || run.json()["error"].is_string()), "{words:?}: {run:?}");
    }
}

#[test]
fn a_twin_that_was_shown_is_taken_back_as_a_whole() {
    let stand = stand();
    let mut twin = ask_json(&stand, &["twin", "device-1"]);
    twin["properties"]["desired"]["period"] = 5.into();
    let after = ask_json(&stand, &["twin", "device-1", "set", &twin.to_string()]);
    assert_eq!(after["properties"]["desired"]["period"], 5);
}

#[test]
fn times_that_the_hub_does_not_know_are_refused_by_the_flag() {
    let stand = stand();
    for (words, flag) in [
        (&["method", "device-1", "reboot", "--wait", "1"][..], "--wait"),
        (&["method", "device-1", "reboot", "--connect-wait", "301"], "--connect-wait"),
        (&["messages", "--wait", "301"], "--wait"),
        (&["message", "device-1", "x", "--expires", "0"], "--expires"),
        (&["message", "device-1", "x", "--expires", "172801"], "--expires"),
    ] {
        let run = ask(&stand, words);
        assert!(run.code == 2 && run.err.contains(flag) && run.err.contains("not in"), "{words:?}: {run:?}");
    }
}

#[test]
fn messages_go_there_and_come_from_there() {
    let stand = stand();
    let sent = ask_json(&stand, &["message", "device-1", "hello", "--property", "line=7", "--expires", "60"]);
    assert!(sent["messageId"].is_string(), "{sent}");
    assert_eq!(ask_json(&stand, &["devices"])[0]["waitingMessages"], 1);
    let mut listening = listen(&stand, &["devices/device-1/messages/devicebound/#"]);
    let mut line = String::new();
    BufReader::new(listening.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "hello\n");
    until(|| ask_json(&stand, &["devices"])[0]["waitingMessages"] == 0);

    assert_eq!(ask(&stand, &["disconnect", "device-1"]).code, 0);
    drop(listening);
    until(|| ask_json(&stand, &["devices"])[0]["connected"] == false);
    let run = ask(&stand, &["disconnect", "device-1"]);
    assert!(run.code == 1 && run.err.contains("device-1 is not connected"), "{run:?}");

    assert_eq!(ask_json(&stand, &["messages"]), json!({"messages": [], "dropped": 0}));
    assert_eq!(ask(&stand, &["messages", "--wait", "0"]).code, 4, "none comes");
    let publish = |topic: &str| {
        let run = cli::finish(mosquitto(&stand, "mosquitto_pub", &["-t", topic, "-m", "21.5"]));
        assert_eq!(run.code, 0, "{run:?}");
    };
    publish("devices/device-1/messages/events/line=7");
    let list = ask_json(&stand, &["messages", "--device", "device-1", "--wait", "20"]);
    assert_eq!(
        (&list["messages"][0]["body"], &list["messages"][0]["properties"]["line"]),
        (&"21.5".into(), &"7".into())
    );
    let number = list["messages"][0]["sequence"].to_string();
    assert_eq!(ask(&stand, &["messages", "--after", &number, "--wait", "0"]).code, 4);
    assert_eq!(ask(&stand, &["messages", "--device", "other", "--wait", "0"]).code, 4);
    let text = ask(&stand, &["messages"]);
    assert!(text.code == 0 && text.out.contains("21.5"), "{text:?}");
}

#[test]
fn a_method_that_nobody_answers() {
    let stand = stand();
    let call = ["method", "device-1", "reboot", r#"{"delay":1}"#, "--wait", "5"];
    let run = ask(&stand, &call);
    assert!(run.code == 1 && run.err.contains("the device is not connected"), "{run:?}");
    let mut listening = listen(&stand, &["$iothub/methods/POST/#"]);
    let run = ask(&stand, &[&call[..], &["--connect-wait", "20"]].concat());
    assert!(run.code == 1 && run.err.contains("the device has not answered in time"), "{run:?}");
    let mut line = String::new();
    BufReader::new(listening.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "{\"delay\":1}\n", "it was called");
}
