//! Java's keystores as `keytool` makes them: JKS and JCEKS, of several kinds of keys and aliases.
#![cfg(feature = "cert")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_core::{
    cert::{
        self, Budget, Certificate, File, Inputs, Kind, Purpose, Read,
        key::{KeyError, KeyFacts, KeyMatch, Passphrase},
        store::{self, Stored},
    },
    finding::Place,
};

const PASSPHRASE: &str = "changeit";
const KINDS: [&str; 2] = ["JKS", "JCEKS"];

/// A folder of its own, away when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs `keytool` on the store `name` of a kind.
    fn keytool(&self, kind: &str, name: &str, command: &str, more: &[&str]) {
        let output = Command::new("keytool")
            .arg(command)
            .args(["-storetype", kind, "-storepass", PASSPHRASE, "-noprompt"])
            .arg("-keystore")
            .arg(self.0.join(name))
            .args(more)
            .env("JAVA_TOOL_OPTIONS", "-Xshare:auto")
            .output();
        let output = output.unwrap_or_else(|error| panic!("keytool is missing: {error}"));
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        assert!(output.status.success(), "{command} {more:?}: {}", String::from_utf8_lossy(&said));
    }

    fn pair(&self, kind: &str, name: &str, alias: &str, algorithm: &[&str]) {
        let name_of_it = format!("CN={alias}");
        let more = [&["-alias", alias, "-dname", &name_of_it, "-validity", "90"], algorithm].concat();
        self.keytool(kind, name, "-genkeypair", &more);
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert").join(name)
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes().to_vec())
}

fn open(bytes: &[u8], text: Option<&str>) -> Result<Vec<Stored>, KeyError> {
    store::jks(bytes, text.map(passphrase).as_ref(), &Budget::default())
}

fn certificates(stored: &[Stored]) -> Vec<Certificate> {
    let all = stored.iter().filter(|one| one.kind == Kind::Certificate);
    all.map(|one| Certificate::read(&one.der).unwrap()).collect()
}

fn keys(stored: &[Stored], text: Option<&str>) -> Vec<Result<KeyFacts, KeyError>> {
    let all = stored.iter().filter(|one| one.kind != Kind::Certificate);
    all.map(|one| KeyFacts::read(one.kind, &one.der, text.map(passphrase).as_ref(), &Budget::default()))
        .collect()
}

#[test]
fn every_kind_of_store_and_key_is_opened() {
    let folder = Folder::new("java-kinds");
    for kind in KINDS {
        let name = &format!("{kind}.jks");
        folder.pair(kind, name, "device-1", &["-keyalg", "EC", "-groupname", "secp256r1"]);
        folder.pair(kind, name, "gerät 2", &["-keyalg", "RSA", "-keysize", "2048"]);
        let root = fixture("root.pem");
        folder.keytool(kind, name, "-importcert", &["-alias", "root", "-file", root.to_str().unwrap()]);
        let bytes = folder.bytes(name);
        let stored = open(&bytes, Some(PASSPHRASE)).unwrap();
        let (certificates, keys) = (certificates(&stored), keys(&stored, Some(PASSPHRASE)));
        assert_eq!((certificates.len(), keys.len()), (3, 2), "{kind}");
        for key in keys {
            let key = key.unwrap();
            let of_it = certificates.iter().filter(|it| key.matches(&it.public_key) == KeyMatch::Yes);
            assert_eq!(of_it.count(), 1, "{kind}");
        }
        shut_and_changed(kind, &bytes);
    }
}

/// The certificates need no passphrase, the keys need theirs, and a changed store is told from a wrong passphrase.
fn shut_and_changed(kind: &str, bytes: &[u8]) {
    for (given, expected) in
        [(None, KeyError::PassphraseMissing), (Some("wrong one"), KeyError::PassphraseWrong)]
    {
        let stored = open(bytes, given).unwrap();
        assert_eq!(certificates(&stored).len(), 3, "{kind}");
        for key in keys(&stored, given) {
            assert_eq!(key.unwrap_err(), expected, "{kind}");
        }
    }
    let mut changed = bytes.to_vec();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let is_whole = |bytes: &[u8], text| store::jks_is_whole(bytes, &passphrase(text), &Budget::default());
    assert_eq!(is_whole(bytes, PASSPHRASE), Ok(true), "{kind}");
    assert_eq!(is_whole(bytes, "wrong one"), Ok(false), "{kind}");
    assert_eq!(is_whole(&changed, PASSPHRASE), Ok(false), "{kind}");
    for end in (0..bytes.len()).step_by(37) {
        assert_eq!(open(&bytes[..end], None).err(), Some(KeyError::Malformed), "{kind} up to {end}");
    }
    for at in (0..bytes.len()).step_by(29) {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x81;
        let _ = open(&changed, None);
    }
}

#[test]
fn a_key_with_its_own_passphrase_stays_shut_beside_its_certificate() {
    let folder = Folder::new("java-keypass");
    for kind in KINDS {
        let name = &format!("{kind}.jks");
        folder.pair(kind, name, "own", &["-keyalg", "EC", "-groupname", "secp384r1", "-keypass", "its own"]);
        let bytes = folder.bytes(name);
        let stored = open(&bytes, Some(PASSPHRASE)).unwrap();
        assert_eq!(keys(&stored, Some(PASSPHRASE))[0], Err(KeyError::PassphraseWrong), "{kind}");
        assert!(keys(&open(&bytes, Some("its own")).unwrap(), None)[0].is_ok(), "{kind}");
    }
}

#[test]
fn secret_keys_of_a_jceks_are_left_out() {
    let folder = Folder::new("java-secret");
    let name = "secret.jceks";
    let secret = |alias| {
        folder.keytool("JCEKS", name, "-genseckey", &["-alias", alias, "-keyalg", "AES", "-keysize", "128"])
    };
    secret("a");
    folder.pair("JCEKS", name, "device-1", &["-keyalg", "EC", "-groupname", "secp256r1"]);
    secret("z");
    secret("m");
    let stored = open(&folder.bytes(name), Some(PASSPHRASE)).unwrap();
    assert_eq!((certificates(&stored).len(), keys(&stored, None).len()), (1, 1));
    assert!(keys(&stored, None)[0].is_ok());
}

#[test]
fn a_store_in_any_frame_makes_the_device() {
    let folder = Folder::new("java-frame");
    let p12 = fixture("device-1.p12");
    let from = ["-srckeystore", p12.to_str().unwrap(), "-srcstoretype", "PKCS12", "-srcstorepass", "example"];
    let to = ["-deststoretype", "JKS", "-deststorepass", PASSPHRASE, "-destkeypass", PASSPHRASE];
    let target = folder.0.join("device.jks");
    let output = Command::new("keytool")
        .args(["-importkeystore", "-noprompt", "-destkeystore", target.to_str().unwrap()])
        .args(from)
        .args(to)
        .output();
    let output = output.unwrap_or_else(|error| panic!("keytool is missing: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let bytes = folder.bytes("device.jks");
    let hex: Vec<_> = bytes.iter().map(|octet| format!("0x{octet:02x}")).collect();
    for (name, text) in [
        ("device.jks", bytes.clone()),
        ("device.h", format!("const unsigned char store[] = {{\n{}\n}};\n", hex.join(", ")).into_bytes()),
        ("device.txt", bytes.iter().map(|octet| format!("{octet:02x}")).collect::<String>().into_bytes()),
    ] {
        let place = Place::default().path(name);
        let kinds: Vec<_> = File::read(&text, &place).items.iter().map(|item| item.kind).collect();
        assert_eq!(kinds, [Kind::Jks], "{name}");
        let files = vec![Read::new(Purpose::Any, place, text)];
        let inputs = Inputs { files, passphrase: Some(passphrase(PASSPHRASE)), ..Inputs::default() };
        let report = cert::check(&inputs);
        let leaf = report.chain.leaf.as_ref().unwrap();
        assert_eq!(report.keys.len(), 1, "{name}");
        assert_eq!(report.keys[0].0.matches(&leaf.certificate.public_key), KeyMatch::Yes, "{name}");
    }
}
