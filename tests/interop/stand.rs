//! The emulator with a factory's group and one individual device, and the files that clients need.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use dps_x509_emulator::{
    Config, Emulator, Event, Events, Group, IdScope, Individual, Pace, RegistrationId, Running,
};
use dps_x509_tests::{
    chain::{Device, Factory, Files},
    cli::{self, Run},
};
use tempfile::TempDir;

pub(crate) const ID_SCOPE: &str = "0ne00111111";

/// A running emulator.
pub(crate) struct Stand {
    pub(crate) running: Running,
    pub(crate) root: PathBuf,
    /// The CA of the group.
    pub(crate) group_ca: PathBuf,
    /// Enrolled through its group; sends leaf and issuing intermediate.
    pub(crate) grouped: Files,
    /// Enrolled by itself, self-signed.
    pub(crate) individual: Files,
    /// Not enrolled at all, self-signed.
    pub(crate) stranger: Files,
    events: Events,
    _folder: TempDir,
}

impl Stand {
    /// Starts the emulator at an address.
    pub(crate) async fn start(address: &str) -> Self {
        Self::start_with(address, |_| {}).await
    }

    /// Starts it with another configuration.
    pub(crate) async fn start_with(address: &str, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let factory = Factory::new();
        let individual = Device::self_signed("individual-1");
        let mut config = Config::new(IdScope::new(ID_SCOPE).unwrap());
        config.hubs = vec!["contoso.azure-devices.net".to_owned()];
        config.pace = Pace { assigning_polls: 1, retry_after: Duration::from_secs(1) };
        let group = Group::from_pem("factory", factory.intermediate.pem().as_bytes()).unwrap();
        config.enrollments.add_group(group).unwrap();
        let registration_id = RegistrationId::new("individual-1").unwrap();
        let enrolled = Individual::from_pem(registration_id, individual.leaf.as_bytes()).unwrap();
        config.enrollments.add_individual(enrolled).unwrap();

        change(&mut config);
        let address: SocketAddr = address.parse().unwrap();
        let emulator = Emulator::new(config).listen(address).folder(folder.path());
        let running = emulator.start().await.unwrap_or_else(|error| panic!("{error}"));
        let group_ca = folder.path().join("group-ca.pem");
        fs::write(&group_ca, factory.intermediate.pem()).unwrap();
        let write = |device: &Device, name| device.write(folder.path(), name);
        Self {
            root: running.root_path().unwrap().to_owned(),
            group_ca,
            grouped: write(&factory.device("grouped-1"), "grouped-1"),
            individual: write(&individual, "individual-1"),
            stranger: write(&Device::self_signed("stranger-1"), "stranger-1"),
            events: running.events(),
            running,
            _folder: folder,
        }
    }

    pub(crate) fn address(&self) -> String {
        self.running.addr().to_string()
    }

    pub(crate) fn port(&self) -> String {
        self.running.addr().port().to_string()
    }

    /// Everything that has happened so far, once the emulator is stopped.
    pub(crate) async fn stop(mut self) -> Vec<Event> {
        self.running.shutdown().await;
        let mut events = Vec::new();
        while let Some(event) = self.events.next().await {
            events.push(event);
        }
        events
    }
}

/// Runs a client in a thread of its own, so that the emulator goes on meanwhile.
pub(crate) async fn run(command: Command) -> Run {
    tokio::task::spawn_blocking(|| cli::finish(command)).await.unwrap()
}

/// A command of Python, of the environment that this script has.
pub(crate) fn python(environment: &str, script: &str) -> Command {
    let mut command = Command::new(dps_x509_tests::environment::python(environment));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("interop").join(script));
    command
}

/// The arguments that both scripts take.
pub(crate) fn device(command: &mut Command, host: &str, registration_id: &str, files: &Files, root: &Path) {
    command.args(["--host", host, "--id-scope", ID_SCOPE, "--registration-id", registration_id]);
    command.arg("--cert").arg(&files.chain).arg("--key").arg(&files.key).arg("--root").arg(root);
}

/// Leads every connection of a Python program to the stand: its ports are fixed, and its hubs are in the cloud.
pub(crate) fn dial<'a>(command: &'a mut Command, stand: &Stand) -> &'a mut Command {
    command.env("PYTHONPATH", dial_folder()).env("DIAL", stand.address())
}

/// The folder of what leads connections elsewhere, by language.
pub(crate) fn dial_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/dial")
}
