//! What a service says is believed as far as it proves it, natively and through the component.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dps_x509_tests::{cli, peer::Peer};
use serde_json::{Value, json};

use crate::desk::Desk;

/// The hub that a device is told in the end, and the one that it must not take.
const RIGHT: &str = "right.azure-devices.net";
const WRONG: &str = "wrong.azure-devices.net";

/// What is said: topics and bodies, and whether there is a hub in the end.
type Told = (&'static str, Vec<(String, String)>, bool);

fn body(operation: &str, status: &str, hub: &str) -> String {
    let state =
        json!({ "registrationId": "device-1", "assignedHub": hub, "deviceId": "device-1", "status": status });
    json!({ "operationId": operation, "status": status, "registrationState": state }).to_string()
}

fn bodies() -> Vec<Told> {
    let on = |status: u16, body: String| (format!("$dps/registrations/res/{status}/?$rid={{rid}}"), body);
    let wrong = || body("4", "assigned", WRONG);
    let right = || on(200, body("4", "assigned", RIGHT));
    let asked = || on(202, body("4", "assigning", WRONG));
    vec![
        ("assigned on 202", vec![on(202, wrong())], false),
        ("assigned on 202, then on 200", vec![on(202, wrong()), right()], true),
        (
            "another operation",
            vec![asked(), on(200, body("5", "assigned", WRONG)), on(200, body("5", "assigned", RIGHT))],
            true,
        ),
        (
            "other operations for ever",
            [asked()]
                .into_iter()
                .chain((5..50).map(|n| on(200, body(&n.to_string(), "assigned", WRONG))))
                .collect(),
            false,
        ),
        ("not decided, with a hub", vec![on(200, body("4", "assigning", WRONG)), right()], true),
        ("a word in another member", vec![on(200, wrong().replace("\"status\"", "\"Status\""))], false),
        ("no word", vec![on(200, wrong().replace("\"assigned\"", "null"))], false),
        ("a word with more", vec![on(200, wrong().replace("\"assigned\"", "\"assigned \""))], false),
    ]
}

fn topics() -> Vec<Told> {
    [
        ("RID in capitals", "$dps/registrations/res/200/?$RID={rid}"),
        ("rid without its sign", "$dps/registrations/res/200/?rid={rid}"),
        ("two requests", "$dps/registrations/res/200/?$rid={rid}&$rid=1"),
        ("two requests, the other way around", "$dps/registrations/res/200/?$rid=1&$rid={rid}"),
        ("a request with more", "$dps/registrations/res/200/?$rid={rid}0"),
        ("the topic in capitals", "$DPS/registrations/res/200/?$rid={rid}"),
        ("no question mark", "$dps/registrations/res/200/$rid={rid}"),
        ("no slash", "$dps/registrations/res/200?$rid={rid}"),
        ("a level more", "$dps/registrations/res/200/x/?$rid={rid}"),
        ("a level in front", "/$dps/registrations/res/200/?$rid={rid}"),
        ("a status in other digits", "$dps/registrations/res/\u{ff12}\u{ff10}\u{ff10}/?$rid={rid}"),
        ("a hub's answer", "$iothub/twin/res/200/?$rid={rid}"),
    ]
    .map(|(what, topic)| (what, vec![(topic.to_owned(), body("4", "assigned", WRONG))], false))
    .into()
}

#[test]
fn a_hub_is_taken_only_from_an_answer_that_says_so() {
    let desk = Desk::new("localhost");
    // All at once: most of them wait for their time to be over.
    let told = bodies().into_iter().chain(topics());
    let running: Vec<_> = told
        .flat_map(|(what, answers, is_assigned)| {
            let desk = &desk;
            [false, true].map(move |component| {
                let peer = Peer::telling(answers.clone(), &desk.certificate, &desk.key);
                let child = provision(desk, &peer, component);
                (format!("{what}, component {component}"), is_assigned, peer, child)
            })
        })
        .collect();
    for (what, is_assigned, _peer, child) in running {
        let begun = Instant::now();
        let output = child.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let hub = report["assignedHub"].as_str();
        assert_eq!(hub, is_assigned.then_some(RIGHT), "{what}: {report:#}");
        assert_eq!(report["outcome"] == "assigned", is_assigned, "{what}: {report:#}");
        assert_eq!(output.status.code() == Some(0), is_assigned, "{what}: {report:#}");
        // This is about hanging, not about speed.
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
    }
}

fn provision(desk: &Desk, peer: &Peer, component: bool) -> Child {
    let mut args = desk.flags("provision", &format!("localhost:{}", peer.address.port()));
    let at = args.iter().position(|word| word == "--timeout").unwrap();
    "12s".clone_into(&mut args[at + 1]);
    args.push("--json".to_owned());
    args.extend(component.then(|| "--component".to_owned()));
    let mut command = Command::new(cli::binary());
    command.args(&args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}
