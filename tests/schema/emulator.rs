//! A running `dps-x509 emulate`, and what `dps-x509 emulator` prints about it, judged by the schema.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use dps_x509_tests::cli;
use serde_json::Value;

use crate::{
    assert_valid,
    validator::{Document, EMULATOR},
};

/// Every command, with something to tell and with nothing, done and refused.
#[test]
fn what_the_emulator_tells_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let control = emulator.ready["control"].as_str().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let provisioned = cli::run([
        "provision",
        "--id-scope",
        "0ne00111111",
        "--endpoint",
        emulator.endpoint(),
        "--trust",
        &file("root.pem"),
        "--cert",
        &file("device-1-full-chain.pem"),
        "--key",
        &file("device-1-key.pem"),
    ]);
    assert_eq!(provisioned.code, 0, "{provisioned:?}");
    let mut documents = vec![Document::new("ready", EMULATOR, emulator.ready.clone())];
    for (code, words) in [
        (0, "status"),
        (0, "enrollments"),
        (0, "registrations"),
        (0, "ca list"),
        (0, &format!("ca upload mine {}", file("root.pem"))),
        (1, &format!("ca upload mine {}", file("root.pem"))),
        (2, "ca upload mine /nowhere.pem"),
        (0, "ca list"),
        (0, "ca code mine"),
        (1, &format!("ca verify mine {}", file("root.pem"))),
        (0, "ca mark-verified mine"),
        (0, "ca delete mine"),
        (0, "fault scenarios"),
        (0, "fault list"),
        (0, "fault use garbled flaky"),
        (0, "fault clear"),
        (0, "devices"),
        (0, "connection-string"),
        (0, "connection-string --provisioning"),
        (2, "connection-string --hub elsewhere.example"),
        (0, "twin device-1"),
        (0, "twin device-1 set {\"tags\":{\"a\":1}}"),
        (1, "twin device-1 set {\"tags\":1}"),
        (1, "twin nobody"),
        (0, "message device-1 hello --property a=b --expires 60"),
        (1, "method device-1 reboot {}"),
        (0, "messages --device device-1"),
        (4, "messages --wait 1"),
        (1, "disconnect device-1"),
        (0, "delete-registration device-1"),
        (0, "reload"),
        (0, "stop"),
    ] {
        let run = cli::run(["emulator", "--json", "--control", control].into_iter().chain(words.split(' ')));
        assert_eq!(run.code, code, "{words}: {run:?}");
        documents.push(Document::new(words, EMULATOR, run.json()));
    }
    assert_valid(&documents);
}

/// A running `dps-x509 emulate`.
pub(crate) struct Emulator {
    child: Child,
    /// Its first line.
    pub(crate) ready: Value,
    /// Without somebody who reads, the emulator ends.
    _events: BufReader<ChildStdout>,
}

impl Emulator {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(cli::binary());
        let flags = ["emulate", "--listen", "127.0.0.1:0", "--control", "0", "--json", "--folder"];
        command.args(flags).arg(folder);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut events = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        events.read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap(), _events: events }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.ready["endpoint"].as_str().unwrap()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
