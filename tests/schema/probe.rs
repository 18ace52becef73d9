//! What `probe` prints, judged by its schema.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use dps_x509_tests::{cli, environment::root};
use serde_json::Value;

use crate::{
    assert_valid,
    validator::{Document, PROBE},
};

/// Through to SUBSCRIBE, of a server that is not trusted, of nobody, of nothing.
#[test]
fn what_a_probe_sees_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (trust, cert, key) = (file("root.pem"), file("device-1-full-chain.pem"), file("device-1-key.pem"));
    let scope = ["--id-scope", "0ne00111111", "--cert", &cert, "--key", &key];
    let (endpoint, trusted) = (["--endpoint", &emulator.endpoint], ["--trust", &trust]);
    let leaf = root().join("tests/fixture/cert/device-1.pem").display().to_string();
    let documents = [
        ("passed", [&endpoint[..], &trusted, &scope].concat()),
        ("passed", [&endpoint[..], &trusted].concat()),
        ("failed", endpoint.to_vec()),
        ("failed", vec!["--endpoint", "127.0.0.1:9"]),
        ("failed", vec!["--proxy", "http://127.0.0.1:9"]),
        ("invalid-settings", vec!["--cert", &leaf]),
    ]
    .map(|(outcome, more)| {
        let run = cli::run(["probe", "--json"].iter().chain(&more));
        assert_eq!(run.json()["outcome"], outcome, "{run:?}");
        Document::new(&more.join(" "), PROBE, run.json())
    });
    assert_valid(&documents);
}

/// A running `dps-x509 emulate`.
struct Emulator {
    child: Child,
    endpoint: String,
    /// Without somebody who reads, the emulator ends.
    _events: BufReader<ChildStdout>,
}

impl Emulator {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(cli::binary());
        command.args(["emulate", "--listen", "127.0.0.1:0", "--json", "--folder"]).arg(folder);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut events = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        events.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self { child, endpoint: ready["endpoint"].as_str().unwrap().to_owned(), _events: events }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
