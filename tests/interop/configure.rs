//! Generated configurations, taken as they were written to disk, and run by the clients they are for.

mod client;
mod compiler;
mod embedded;
/// The program of the target `rust` for the hostile device: it is compiled here, against `dps-x509-net`.
#[rustfmt::skip]
#[path = "../case/whole/config/rust/main.rs"]
#[allow(dead_code, reason = "it is compiled, not run")]
mod embedding;
mod format;
mod service;
mod shell;
mod windows;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::cli::{self, Run};
use tempfile::TempDir;

use crate::stand::{ID_SCOPE, Stand, run};

/// What a shell or a language could stumble over; the folder of every configuration here.
const HOSTILE: &str = "it's \"a\" $HOME, 100% `so`! \\n Gerät ‘1’ ${x} #";

/// A configuration on disk.
pub(crate) struct Written {
    folder: TempDir,
}

impl Written {
    /// Runs `dps-x509 configure` for these targets, with the stand's device of a group.
    pub(crate) fn group(stand: &Stand, endpoint: &str, targets: &[&str], more: &[&str]) -> Self {
        let written = Self::folder();
        let key = written.path("keys").join("the key.pem");
        fs::create_dir_all(key.parent().unwrap()).unwrap();
        fs::copy(&stand.grouped.key, &key).unwrap();
        let mut command = Command::new(cli::binary());
        command.arg("configure").args(targets).args([
            "--id-scope",
            ID_SCOPE,
            "--endpoint",
            endpoint,
            "--out",
        ]);
        command.arg(written.out()).arg("--cert").arg(&stand.grouped.chain);
        command.arg("--key").arg(&key).arg("--trust").arg(&stand.root).args(more);
        let run = cli::finish(command);
        assert_eq!(run.code, 0, "{run:?}");
        written
    }

    /// An empty one, in a folder of a hostile name.
    pub(crate) fn folder() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where files were written.
    pub(crate) fn out(&self) -> PathBuf {
        self.path(HOSTILE)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.out().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// A program to be run in the folder of a target.
    pub(crate) fn command(&self, program: impl AsRef<Path>, target: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(args).current_dir(self.out().join(target));
        command
    }
}

/// Registers and reaches the hub; the emulator's log agrees.
async fn assert_registers(stand: Stand, command: Command) {
    let run = run(command).await;
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("assigned to contoso.azure-devices.net as grouped-1"), "{run:?}");
    assert!(run.out.contains("telemetry sent"), "{run:?}");
    assert_telemetry(stand, &run).await;
}

async fn assert_telemetry(stand: Stand, run: &Run) {
    let log: String = stand.stop().await.iter().map(|event| format!("{event}\n")).collect();
    assert!(log.to_lowercase().contains("telemetry") || log.contains("messages/events"), "{run:?}\n{log}");
}
