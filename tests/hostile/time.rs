//! A process that is stopped and a clock that goes on are nobody's fault: out of time, and no fault of the program.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use dps_x509_tests::{
    cli,
    peer::{Misdeed, Peer, Until},
};

use crate::desk::Desk;

#[test]
fn a_suspended_process_is_out_of_time() {
    let desk = Desk::new("localhost");
    for component in [false, true] {
        for until in [Until::Tcp, Until::Tls, Until::Connack, Until::Suback, Until::Puback] {
            let peer = Peer::start(until, Misdeed::Hang, &desk.certificate, &desk.key);
            let mut args = desk.flags("provision", &format!("localhost:{}", peer.address.port()));
            let at = args.iter().position(|word| word == "--timeout").unwrap();
            "3s".clone_into(&mut args[at + 1]);
            args.push("--json".to_owned());
            args.extend(component.then(|| "--component".to_owned()));
            let mut command = Command::new(cli::binary());
            command.args(&args);
            let child =
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let signal = |signal: &str| {
                assert!(
                    Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success()
                );
            };
            if until == Until::Tcp {
                thread::sleep(Duration::from_secs(1))
            } else {
                peer.wait_until_misdeed()
            }
            signal("-STOP");
            // Longer than its time and the grace of a component together.
            thread::sleep(Duration::from_secs(9));
            signal("-CONT");
            let begun = Instant::now();
            let output = child.wait_with_output().unwrap();
            let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(4), "{until:?}, component {component}: {json:#}");
            assert_eq!(json["outcome"], "out-of-time", "{json:#}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        }
    }
}
