//! The ready-made example: a certificate chain and a file of enrollments for it.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    generate::{Authority, Error, KeySearch, KeyType, Parts, Random, Subject, Validity},
    name::RegistrationId,
};
use zeroize::Zeroizing;

use crate::{
    input::random,
    output::{Folder, Mode},
    shell::{self, quoted},
};

/// The example's files, made once and kept as long as their folder.
///
/// The chain is root (the one enrolled in the group), intermediate, device. The device sends its leaf and the
/// intermediate: up to but not including the CA configured on the service, as Microsoft's C SDK samples document
/// it. Without the intermediate DPS cannot link it.
#[derive(Debug)]
pub(super) struct Example {
    folder: PathBuf,
    pub(super) enrollments: PathBuf,
}

/// The one device.
const REGISTRATION_ID: &str = "device-1";

const ENROLLMENTS: &str = "enrollments.toml";
/// `root.pem` is the server's.
const ROOT: &str = "device-root.pem";
const INTERMEDIATE: &str = "intermediate.pem";
const LEAF: &str = "device-1.pem";
const FULL_CHAIN: &str = "device-1-full-chain.pem";
const KEY: &str = "device-1-key.pem";
/// In the order in which they get their names.
const NAMES: [&str; 6] = [ROOT, INTERMEDIATE, LEAF, FULL_CHAIN, KEY, ENROLLMENTS];

fn enrollments(hub: &str) -> String {
    format!(
        r#"# The example of `dps-x509 emulate`: one enrollment group.
id-scope = "0ne00111111"
hubs = ["{hub}"]
assigning-polls = 1
retry-after = 1

[[group]]
name = "factory"
certificate = "device-root.pem"
"#
    )
}

/// What leads devices back to where it listens: `localhost` wherever that does, and it listens there as well if it listens
/// on every address.
fn hub(listen: IpAddr) -> String {
    match listen {
        IpAddr::V4(ip) if ip != Ipv4Addr::LOCALHOST && !ip.is_unspecified() => ip.to_string(),
        _ => "localhost".to_owned(),
    }
}

impl Example {
    /// The example in this folder, made if it is not there, for an emulator that listens on this address.
    pub(super) fn in_folder(folder: &Path, listen: IpAddr) -> Result<Self, String> {
        let example = Self { folder: folder.to_owned(), enrollments: folder.join(ENROLLMENTS) };
        if !example.enrollments.exists() && !Folder::resume(folder, &NAMES) {
            example.make(&hub(listen))?;
        }
        Ok(example)
    }

    /// All of it or nothing.
    fn make(&self, hub: &str) -> Result<(), String> {
        let folder = Folder::open("--folder", &self.folder, &NAMES)?;
        let id = RegistrationId::new(REGISTRATION_ID).map_err(|error| error.to_string())?;
        let chain = Chain::new(&id, &mut random()?)
            .map_err(|error| format!("cannot make the example's certificates: {error}"))?;
        folder.write(ROOT, &chain.root, Mode::Public)?;
        folder.write(INTERMEDIATE, &chain.intermediate, Mode::Public)?;
        folder.write(LEAF, &chain.leaf, Mode::Public)?;
        folder.write(FULL_CHAIN, &[chain.leaf, chain.intermediate].concat(), Mode::Public)?;
        folder.write(KEY, &chain.key, Mode::Secret)?;
        folder.write(ENROLLMENTS, &enrollments(hub), Mode::Public)?;
        folder.finish()
    }

    /// A command that provisions the example's device.
    pub(super) fn command(&self, id_scope: &str, endpoint: &str, root: &str) -> String {
        let path = |path: &Path| quoted(&shell::path(path));
        let file = |name: &str| path(&self.folder.join(name));
        format!(
            "dps-x509 provision --id-scope {id_scope} --endpoint {endpoint} --cert {} --key {} --trust {} --only-trust --trace",
            file(FULL_CHAIN),
            file(KEY),
            path(Path::new(root)),
        )
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        let file = |name: &str| self.folder.join(name).display().to_string();
        serde_json::json!({
            "registrationId": REGISTRATION_ID,
            "enrollments": self.enrollments.display().to_string(),
            "leaf": file(LEAF),
            "fullChain": file(FULL_CHAIN),
            "key": file(KEY),
        })
    }
}

/// The example's certificates in PEM.
struct Chain {
    root: String,
    intermediate: String,
    leaf: String,
    key: Zeroizing<String>,
}

impl Chain {
    fn new(id: &RegistrationId, random: &mut Random) -> Result<Self, Error> {
        let mut key = || KeySearch::new(KeyType::P256).run(random);
        let (root_key, intermediate_key, device_key) = (key(), key(), key());
        let parts = Parts::default();
        let validity = Validity::between(START, END)?;
        let subject = Subject::authority("root", &parts, random)?;
        let root = Authority::root(&subject, root_key, validity, random)?;
        let subject = Subject::authority("intermediate", &parts, random)?;
        let intermediate = root.intermediate(&subject, intermediate_key, validity, random)?;
        let subject = Subject::device(id, &parts)?;
        let leaf = intermediate.device(&subject, &device_key, validity, random)?;
        Ok(Self {
            root: root.certificate().to_pem().to_owned(),
            intermediate: intermediate.certificate().to_pem().to_owned(),
            leaf: leaf.to_pem().to_owned(),
            key: device_key.to_pem()?,
        })
    }
}

/// From 2026 to the end of 2049: an example that expires explains the wrong thing.
const START: Duration = Duration::from_secs(1_767_225_600);
const END: Duration = Duration::from_secs(2_524_607_999);
