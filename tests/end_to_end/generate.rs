//! `dps-x509 generate`: what it makes is ready, and nothing is half there.

mod bad;
mod openssl;
mod possession;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::cli::{self, Run};
use serde_json::Value;
use tempfile::TempDir;

use crate::stand::{Args, Stand};

/// An empty folder to generate into.
pub(crate) struct Room(TempDir);

impl Room {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(cli::binary());
        command.args(words.split_whitespace()).current_dir(&self.0);
        command
    }

    pub(crate) fn run(&self, words: &str) -> Run {
        cli::finish(self.command(words))
    }

    /// Generates, and sees to it that no key is in what is printed.
    pub(crate) fn generate(&self, words: &str) -> Run {
        let run = self.run(&format!("generate {words}"));
        assert_eq!(run.code, 0, "{words}: {run:?}");
        for path in self.files().iter().filter(|name| name.ends_with("-key.pem")) {
            let pem = fs::read_to_string(self.path(path)).unwrap();
            for secret in pem.lines().filter(|line| !line.starts_with('-')) {
                assert!(!run.out.contains(secret) && !run.err.contains(secret), "{words}");
            }
        }
        run
    }

    /// `check` finds neither error nor warning.
    pub(crate) fn assert_ready(&self, words: &str) {
        let run = self.run(&format!("check {words} --fail-on warning"));
        assert_eq!(run.code, 0, "{words}: {}{}", run.out, run.err);
    }

    /// The names of all files, with their folders.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        fn walk(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else {
                    found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        let mut found = BTreeSet::new();
        walk(self.0.path(), self.0.path(), &mut found);
        found
    }

    /// Starts `emulate` with what was generated.
    pub(crate) fn emulate(&self, more: &[&str]) -> Stand {
        let enrollments = self.path("enrollments.toml");
        let arguments = [&[enrollments.to_str().unwrap()], more].concat();
        Stand::start_in(tempfile::tempdir().unwrap(), &arguments)
    }

    pub(crate) fn provision(&self, stand: &Stand, cert: &str, key: &str) -> Run {
        Args::new()
            .with("--id-scope", stand.text("/idScope"))
            .with("--endpoint", stand.text("/endpoint"))
            .with("--cert", self.path(cert))
            .with("--key", self.path(key))
            .with("--trust", stand.text("/root"))
            .flag("--only-trust")
            .flag("--json")
            .run()
    }
}

const CHAIN: [&str; 8] = [
    "device-full-chain.pem",
    "device-key.pem",
    "device-cert.pem",
    "enrollments.toml",
    "intermediate-key.pem",
    "intermediate.pem",
    "root-key.pem",
    "root.pem",
];

fn assert_assigned(run: &Run, device: &str) {
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["deviceId"], device, "{run:?}");
}

#[test]
fn a_chain_gets_through() {
    let room = Room::new();
    let run = room.generate("chain --registration-id A.b_c:d-");
    assert_eq!(room.files(), CHAIN.map(str::to_owned).into());
    assert!(
        CHAIN.iter().all(|name| run.out.contains(name)) && run.out.contains("not for production"),
        "{run:?}"
    );
    room.assert_ready(
        "device-full-chain.pem --key device-key.pem --registration-id A.b_c:d- --enrollment group --group-ca root.pem --allow DX103",
    );
    let stand = room.emulate(&[]);
    assert_assigned(&room.provision(&stand, "device-full-chain.pem", "device-key.pem"), "A.b_c:d-");
}

#[test]
fn a_self_signed_device_gets_through() {
    let room = Room::new();
    let id = "x".repeat(64);
    room.generate(&format!("self-signed --registration-id {id} --days 1"));
    room.assert_ready(&format!(
        "device-cert.pem --key device-key.pem --registration-id {id} --enrollment individual"
    ));
    let stand = room.emulate(&[]);
    assert_assigned(&room.provision(&stand, "device-cert.pem", "device-key.pem"), &id);
}

#[test]
fn many_devices_get_through() {
    let room = Room::new();
    let run = room.generate("chain --registration-id sensor --count 3");
    assert_eq!(room.files().len(), 5 + 3 * 2);
    assert!(run.out.contains("3 devices, sensor-1 to sensor-3"), "{run:?}");
    assert!(run.out.contains("Devices are valid until"), "{run:?}");
    room.assert_ready("--each devices --enrollment group --group-ca root.pem");
    let stand = room.emulate(&[]);
    for id in ["sensor-1", "sensor-2", "sensor-3"] {
        let file = |name| format!("devices/{id}/{name}");
        let run = room.provision(&stand, &file("device-full-chain.pem"), &file("device-key.pem"));
        assert_assigned(&run, id);
    }
}

#[test]
fn a_device_below_a_ca_gets_through() {
    let room = Room::new();
    room.generate("chain --registration-id first");
    room.generate(
        "device --ca intermediate.pem --ca-key intermediate-key.pem --registration-id second --out second",
    );
    room.assert_ready(
        "second/device-full-chain.pem --key second/device-key.pem --registration-id second --group-ca root.pem",
    );
    let stand = room.emulate(&[]);
    let run = room.provision(&stand, "second/device-full-chain.pem", "second/device-key.pem");
    assert_assigned(&run, "second");
    // Below the root there is no intermediate to send.
    room.generate("device --ca root.pem --ca-key root-key.pem --registration-id third --out third");
    let chain = fs::read_to_string(room.path("third/device-full-chain.pem")).unwrap();
    assert_eq!(chain, fs::read_to_string(room.path("third/device-cert.pem")).unwrap());
    assert_assigned(&room.provision(&stand, "third/device-full-chain.pem", "third/device-key.pem"), "third");
}

/// A file with the whole chain, in any order: the key says which one signs.
#[test]
fn a_ca_with_those_above_it() {
    let room = Room::new();
    room.generate("chain --registration-id first");
    let pem = |name| fs::read_to_string(room.path(name)).unwrap();
    fs::write(room.path("bundle.pem"), [pem("root.pem"), pem("intermediate.pem")].concat()).unwrap();
    room.generate(
        "device --ca bundle.pem --ca-key intermediate-key.pem --registration-id second --out second",
    );
    let expected = [pem("second/device-cert.pem"), pem("intermediate.pem")].concat();
    assert_eq!(pem("second/device-full-chain.pem"), expected);
}

/// Judged by three: our rules, OpenSSL, and the local DPS, which takes it for the device.
#[test]
fn every_key_type_gets_through() {
    for key_type in ["p256", "p384", "rsa2048", "rsa3072", "rsa4096"] {
        let room = Room::new();
        room.generate(&format!("self-signed --registration-id device-1 --key-type {key_type}"));
        room.assert_ready(
            "device-cert.pem --key device-key.pem --registration-id device-1 --enrollment individual",
        );
        openssl::openssl(
            &room,
            "verify -x509_strict -purpose sslclient -CAfile device-cert.pem device-cert.pem",
        );
        let stand = room.emulate(&[]);
        assert_assigned(&room.provision(&stand, "device-cert.pem", "device-key.pem"), "device-1");
    }
}

/// The local DPS follows the signatures of CAs with such keys.
#[test]
fn a_chain_of_other_keys_gets_through() {
    for key_type in ["p384", "rsa2048"] {
        let room = Room::new();
        room.generate(&format!("chain --registration-id device-1 --key-type {key_type}"));
        let stand = room.emulate(&[]);
        assert_assigned(&room.provision(&stand, "device-full-chain.pem", "device-key.pem"), "device-1");
    }
}

#[test]
#[cfg(unix)]
fn keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Room::new();
    room.generate("chain --registration-id sensor --count 2");
    let files = room.files();
    assert_eq!(files.iter().filter(|name| name.ends_with("-key.pem")).count(), 4);
    for name in files {
        let mode = fs::metadata(room.path(&name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode == 0o600, name.ends_with("-key.pem"), "{name} has mode {mode:o}");
    }
    let folder = fs::metadata(room.path("devices/sensor-1")).unwrap().permissions().mode() & 0o777;
    assert_ne!(folder, 0o700);
}

#[test]
fn json_names_every_file_once() {
    let room = Room::new();
    let run = room.generate("chain --registration-id sensor --count 2 --json");
    let json = run.json();
    let files = json["files"].as_array().unwrap();
    let paths: Vec<String> = files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths.len(), room.files().len());
    assert_eq!(paths.into_iter().collect::<BTreeSet<_>>(), room.files());
    let secrets = files.iter().filter(|file| file["isSecret"] == true).count();
    assert_eq!(secrets, 4);
    let root = files.iter().find(|file| file["kind"] == "root-certificate").unwrap();
    assert!(root["subject"].as_str().unwrap().contains("Test certificate"), "{root}");
}

/// The first command to go on with is `check`, and it finds all well, however odd the names are.
#[test]
fn the_next_command_works() {
    for (id, out) in [("device-1", "."), ("-dash", "-out"), (".dot", "a/b")] {
        for (what, more) in [("self-signed", ""), ("chain", ""), ("chain", " --count 2")] {
            let room = Room::new();
            let run = room.generate(&format!("{what}{more} --registration-id={id} --out={out} --json"));
            let next: Value = run.json()["next"].clone();
            let command = next[0].as_str().unwrap().strip_prefix("dps-x509 ").unwrap().to_owned();
            let run = room.run(&format!("{command} --fail-on warning"));
            assert_eq!(run.code, 0, "{command}: {run:?}");
        }
    }
}

#[test]
fn subject_and_validity_are_as_asked() {
    let room = Room::new();
    let output = cli::finish({
        let mut command =
            room.command("generate chain --registration-id d --days 9000 --not-before 2027-01-31 --json");
        command.args(["--organization", "Müller & \"Söhne\", Inc.", "--country", "DE", "--state", "Bayern"]);
        command.args(["--locality", "Hof"]);
        command
    });
    let json = output.json();
    for file in json["files"].as_array().unwrap().iter().filter(|file| file.get("subject").is_some()) {
        let subject = file["subject"].as_str().unwrap();
        assert!(subject.ends_with(",L=Hof,ST=Bayern,C=DE") && subject.contains("Müller"), "{subject}");
        assert_eq!(file["notBefore"], "2027-01-31T00:00:00Z");
        // 9000 days later: past 2050, CAs too.
        assert_eq!(file["notAfter"], "2051-09-22T00:00:00Z");
    }
    room.assert_ready(
        "device-full-chain.pem --key device-key.pem --registration-id d --group-ca root.pem --at 2051-09-21",
    );
}
