//! An emulator for each run, with its faults, and the device that meets them.

use std::{fs, path::Path, sync::Arc};

use dps_x509_core::{
    name::{IdScope, RegistrationId, Transport},
    session::Config,
};
use dps_x509_emulator::{Emulator, Running};
use dps_x509_host::{
    Provisioner,
    net::{Access, Identity, Trust},
};
use dps_x509_tests::{
    chain::{Device, Files},
    environment::target,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    client::{self, Client},
    component, left,
};

/// What runs the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    /// This test, which jumps over its waits.
    Native,
    /// The component in its host.
    Component,
}

/// What all runs have in common.
pub(crate) struct Stand {
    runtime: Runtime,
    folder: TempDir,
    device: Device,
    provisioner: Provisioner,
}

/// The instance of every run: one poll, no limits, and room for a fault's entry.
fn instance(faults: &str) -> String {
    // Keys of the instance stand in front of all tables.
    let (keys, tables) = match faults.find("[[") {
        Some(position) => faults.split_at(position),
        None => (faults, ""),
    };
    format!(
        "id-scope = \"0ne00111111\"\nhubs = [\"{}\"]\nassigning-polls = 1\nretry-after = 1\n{keys}\n\
         [throttling]\nregistrations-per-minute = 0\npolls-per-10-seconds = 0\n\
         [[individual]]\nregistration-id = \"device-1\"\ncertificate = \"device-leaf.pem\"\n{tables}",
        client::HUB
    )
}

/// Whether a fault can happen at its stage. Anything else that is wrong with it is an error.
pub(crate) fn is_possible(fault: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    Device::self_signed("device-1").write(folder.path(), "device");
    match read(folder.path(), "possible.toml", fault) {
        Ok(_) => true,
        Err(error) => {
            assert!(error.contains("cannot happen at the stage"), "{error}");
            false
        }
    }
}

fn read(folder: &Path, name: &str, faults: &str) -> Result<dps_x509_emulator::Config, String> {
    let path = folder.join(name);
    fs::write(&path, instance(faults)).unwrap();
    dps_x509_emulator::Config::from_file(&path).map_err(|error| error.to_string())
}

impl Stand {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::self_signed("device-1");
        device.write(folder.path(), "device");
        let component = target().join("component/provisioner.wasm");
        let component = fs::read(&component).unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo xtask component` builds it", component.display())
        });
        let provisioner = Provisioner::from_component(&component).unwrap();
        Self { runtime: Runtime::new().unwrap(), folder, device, provisioner }
    }

    /// Where the files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The files of the device.
    pub(crate) fn device_files(&self) -> Files {
        self.device.write(self.folder.path(), "device")
    }

    /// Nothing of any emulator is alive.
    pub(crate) fn assert_idle(&self) {
        left::assert_no_task(self.runtime.handle());
    }

    /// Provisions against an emulator with these faults, and says in a line what came of it.
    pub(crate) fn run(&self, faults: &str, transport: Transport, engine: Engine) -> String {
        let running = self.emulator(faults);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(running.root_pem().as_bytes()).unwrap()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(self.device.chain.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(self.device.key.as_bytes()).unwrap(),
            )
            .unwrap();
        let client = Client::new(running.addr(), Arc::new(tls));
        let outcome = match engine {
            Engine::Native => client.provision(device_config(transport)),
            Engine::Component => {
                let identity =
                    Identity::from_pem(self.device.chain.as_bytes(), self.device.key.as_bytes(), None);
                let trust = Trust::empty().add_pem(running.root_pem().as_bytes()).unwrap();
                let access = Access::new(identity.unwrap(), &trust).unwrap();
                component::provision(&self.provisioner, &client, access, transport)
            }
        };
        self.stop(running);
        outcome
    }

    /// A running emulator with these faults.
    pub(crate) fn emulator(&self, faults: &str) -> Running {
        let file = tempfile::Builder::new().suffix(".toml").tempfile_in(self.folder.path()).unwrap();
        let name = file.path().file_name().unwrap().to_str().unwrap();
        let config = read(self.folder.path(), name, faults).unwrap();
        let emulator = Emulator::new(config).listen("127.0.0.1:0".parse().unwrap());
        self.runtime.block_on(emulator.start()).unwrap()
    }

    pub(crate) fn stop(&self, emulator: Running) {
        self.runtime.block_on(emulator.shutdown());
    }
}

fn device_config(transport: Transport) -> Config {
    let mut config = Config::new(
        IdScope::new("0ne00111111").unwrap(),
        RegistrationId::new("device-1").unwrap(),
        "localhost".parse().unwrap(),
    );
    config.transport = transport;
    config.check_hub = true;
    config.timeout = client::TIMEOUT;
    config
}
