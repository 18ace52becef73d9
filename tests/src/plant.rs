//! A factory: a DPS on this machine, and devices with their certificates that are enrolled there.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{self, Run};

/// A DPS, and devices called `sensor-1` and on, in a folder of their own.
pub struct Plant {
    folder: TempDir,
    emulator: Child,
    ready: Value,
}

impl Plant {
    /// So many devices, and a DPS that assigns at once.
    ///
    /// # Panics
    /// Something cannot be made.
    #[must_use]
    pub fn new(devices: u32) -> Self {
        Self::with(devices, "")
    }

    /// With more at the end of the DPS's configuration.
    ///
    /// # Panics
    /// Something cannot be made.
    #[must_use]
    pub fn with(devices: u32, end: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut generate = Command::new(cli::binary());
        let count = devices.to_string();
        generate.args(["generate", "chain", "--registration-id", "sensor", "--count", &count, "--out", "."]);
        generate.current_dir(&folder);
        let made = cli::finish(generate);
        assert_eq!(made.code, 0, "{made:?}");
        let enrollments = folder.path().join("enrollments.toml");
        let text = fs::read_to_string(&enrollments).unwrap();
        fs::write(&enrollments, format!("assigning-polls = 0\n{text}\n{end}")).unwrap();
        let mut emulate = Command::new(cli::binary());
        emulate.args(["emulate", "enrollments.toml", "--listen", "127.0.0.1:0", "--control", "0"]);
        emulate.args(["--json", "--quiet", "--folder", "emulator"]).current_dir(&folder);
        let mut emulator = emulate.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(emulator.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { folder, emulator, ready }
    }

    /// What the DPS says of itself.
    ///
    /// # Panics
    /// It does not say this.
    #[must_use]
    pub fn text(&self, member: &str) -> &str {
        self.ready[member].as_str().unwrap()
    }

    /// A file in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    ///
    /// # Panics
    /// It cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Leaves the leaf alone of what a device sends, so that it is refused.
    ///
    /// # Panics
    /// There is no such device.
    pub fn cut_chain(&self, device: &str) {
        let path = self.path(&format!("devices/{device}/device-full-chain.pem"));
        let text = fs::read_to_string(&path).unwrap();
        let end = "-----END CERTIFICATE-----\n";
        fs::write(path, &text[..text.find(end).unwrap() + end.len()]).unwrap();
    }

    /// `fleet` with these words, in the folder.
    #[must_use]
    pub fn fleet(&self, words: &str) -> Command {
        let mut command = Command::new(cli::binary());
        command.arg("fleet").args(words.split_whitespace()).current_dir(&self.folder);
        command
    }

    /// The same with what gets devices to this DPS.
    #[must_use]
    pub fn dialling(&self, words: &str) -> Command {
        let mut command = self.fleet(words);
        command.args(["--endpoint", self.text("endpoint"), "--trust", self.text("root"), "--only-trust"]);
        command
    }

    /// The devices that the DPS itself has registered, by its own list.
    ///
    /// # Panics
    /// It does not answer.
    #[must_use]
    pub fn registered(&self) -> Vec<String> {
        let run: Run = cli::run(["emulator", "--control", self.text("control"), "registrations", "--json"]);
        let all = run.json();
        let id = |registration: &Value| registration["registrationId"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(id).collect()
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}
