//! A device's files, and a server that it trusts.

use std::{fs, path::PathBuf};

use dps_x509_tests::chain::{Factory, Files};
use rcgen::{CertificateParams, DnType, KeyPair};
use tempfile::TempDir;

pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) device: Files,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Desk {
    /// With a server whose certificate says this of itself.
    pub(crate) fn new(server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let factory = Factory::new();
        let device = factory.device("device-1").write(folder.path(), "device");
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, server);
        let certificate = params.signed_by(&key, &factory.root).unwrap().pem();
        fs::write(folder.path().join("root.pem"), factory.root.pem()).unwrap();
        Self { folder, device, certificate, key: key.serialize_pem() }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Flags of a command that dials.
    pub(crate) fn flags(&self, command: &str, endpoint: &str) -> Vec<String> {
        let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
        let root = path(&self.file("root.pem"));
        let (chain, key) = (path(&self.device.chain), path(&self.device.key));
        let words = [
            command,
            "--id-scope",
            "0ne00111111",
            "--endpoint",
            endpoint,
            "--cert",
            &chain,
            "--key",
            &key,
            "--trust",
            &root,
            "--only-trust",
            "--timeout",
            "5s",
        ];
        words.map(str::to_owned).to_vec()
    }
}
