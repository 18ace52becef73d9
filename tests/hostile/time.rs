//! A process that is stopped and a clock that goes on are nobody's fault: out of time, and no fault of the program.

use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use dps_x509_tests::{
    cli,
    peer::{Misdeed, Peer, Until},
};

use crate::desk::Desk;

const STAGES: [Until; 5] = [Until::Tcp, Until::Tls, Until::Connack, Until::Suback, Until::Puback];

#[test]
fn a_suspended_process_is_out_of_time() {
    let desk = Desk::new("localhost");
    let ways = [false, true].into_iter().flat_map(|component| STAGES.map(|until| (component, until)));
    let stopped: Vec<_> =
        ways.map(|(component, until)| (component, until, stop(&desk, until, component))).collect();
    // Longer than the time and the grace of a component together, for all of them at once.
    thread::sleep(Duration::from_secs(9));
    for (component, until, (_peer, child)) in stopped {
        signal(&child, "-CONT");
        let begun = Instant::now();
        let output = child.wait_with_output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(4), "{until:?}, component {component}: {json:#}");
        assert_eq!(json["outcome"], "out-of-time", "{json:#}");
        // This is about hanging, not about speed.
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    }
}

/// A process that is stopped once it has come so far, and the peer that it talks to.
fn stop(desk: &Desk, until: Until, component: bool) -> (Peer, Child) {
    let peer = Peer::start(until, Misdeed::Hang, &desk.certificate, &desk.key);
    let mut args = desk.flags("provision", &format!("localhost:{}", peer.address.port()));
    let at = args.iter().position(|word| word == "--timeout").unwrap();
    "3s".clone_into(&mut args[at + 1]);
    args.push("--json".to_owned());
    args.extend(component.then(|| "--component".to_owned()));
    let mut command = Command::new(cli::binary());
    command.args(&args);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    peer.wait_until_misdeed();
    signal(&child, "-STOP");
    (peer, child)
}

fn signal(child: &Child, signal: &str) {
    let kill = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}
