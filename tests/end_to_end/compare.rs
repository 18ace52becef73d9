//! `dps-x509 compare`: renewals, new keys and other devices, and what to upload because of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_tests::{
    chain::{self, Device, Factory},
    cli::{self, Run},
};
use tempfile::TempDir;

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn compare(&self, old: &str, new: &str, enrollment: &str) -> Run {
        let (old, new) = (self.file("old.pem", old), self.file("new.pem", new));
        let words = ["compare", old.to_str().unwrap(), new.to_str().unwrap(), "--enrollment", enrollment];
        let run = cli::run(words.iter().chain(&["--format", "json"]));
        assert_eq!(run.code, 0, "{run:?}");
        let text = cli::run(words);
        assert_eq!((text.code, text.err.as_str()), (0, ""), "{text:?}");
        for step in run.json()["steps"].as_array().unwrap() {
            assert!(text.out.contains(step["sentence"].as_str().unwrap()), "{text:?}");
        }
        run
    }
}

/// The verdict, the parts that changed, and the steps as `target/slot`.
fn told(run: &Run) -> (String, Vec<String>, Vec<String>) {
    let json = run.json();
    assert_eq!(json["version"], 1);
    let list = |key: &str| json[key].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let changes = list("changes").iter().map(|change| text(&change["part"])).collect();
    let steps = list("steps")
        .iter()
        .map(|step| format!("{}/{}", text(&step["target"]), text(&step["slot"])))
        .collect();
    (text(&json["verdict"]), changes, steps)
}

fn has(list: &[String], one: &str) -> bool {
    list.iter().any(|other| other == one)
}

const INDIVIDUAL: &str = "individual enrollment/secondary";
const GROUP: &str = "enrollment group/secondary";

#[test]
fn the_same_file() {
    let device = Factory::new().device("device-1");
    assert_eq!(
        told(&Desk::new().compare(&device.chain, &device.chain, "unknown")),
        ("unchanged".into(), vec![], vec![])
    );
}

#[test]
fn a_renewal_with_the_same_key() {
    let factory = Factory::new();
    let key = chain::key();
    let issue = |serial: u64| {
        let mut params = chain::device("device-1");
        params.serial_number = Some(serial.into());
        format!("{}{}", params.signed_by(&key, &factory.issuing).unwrap().pem(), factory.issuing.pem())
    };
    let run = Desk::new().compare(&issue(1), &issue(2), "unknown");
    let (verdict, changes, steps) = told(&run);
    assert_eq!((verdict.as_str(), changes), ("renewal", vec!["serial number".to_owned()]));
    assert!(has(&steps, INDIVIDUAL) && has(&steps, "enrollment group/") && !has(&steps, GROUP), "{steps:?}");
    assert!(run.out.contains("leads to the same CA"), "{run:?}");
}

#[test]
fn a_new_key_below_the_same_ca_and_below_another() {
    let factory = Factory::new();
    let (old, new) = (factory.device("device-1"), factory.device("Device-1"));
    let desk = Desk::new();
    let (verdict, changes, steps) = told(&desk.compare(&old.chain, &new.chain, "individual"));
    assert_eq!(verdict, "new-key");
    assert!(
        has(&changes, "public key") && has(&changes, "registration ID") && !has(&changes, "issuer"),
        "{changes:?}"
    );
    assert!(steps.first().is_some_and(|step| step == INDIVIDUAL), "the upload comes first: {steps:?}");
    assert!(steps.iter().all(|step| !step.starts_with("enrollment group")), "{steps:?}");

    let other = Factory::new();
    let new = [other.device("device-1").chain, other.intermediate.pem(), other.root.pem()].concat();
    let (verdict, changes, steps) = told(&desk.compare(&old.chain, &new, "group"));
    assert_eq!(verdict, "new-key");
    assert!(has(&changes, "intermediates") && has(&changes, "root"), "{changes:?}");
    // A group takes a CA only if it leads to a verified one.
    assert_eq!(&steps[..2], ["CA certificates of the DPS instance/", GROUP]);
    assert!(!has(&steps, INDIVIDUAL), "{steps:?}");
}

#[test]
fn another_device() {
    let factory = Factory::new();
    let (old, new) = (factory.device("device-1"), factory.device("device-2"));
    let desk = Desk::new();
    let (verdict, changes, steps) = told(&desk.compare(&old.chain, &new.chain, "unknown"));
    assert_eq!(verdict, "different-identity");
    assert!(has(&changes, "registration ID"), "{changes:?}");
    assert!(has(&steps, "individual enrollment/primary") && !has(&steps, GROUP), "{steps:?}");
}

#[test]
fn a_self_signed_device_has_no_group() {
    let (old, new) = (Device::self_signed("device-1"), Device::self_signed("device-1"));
    let (verdict, _, steps) = told(&Desk::new().compare(&old.chain, &new.chain, "unknown"));
    assert_eq!((verdict.as_str(), steps.first().unwrap().as_str()), ("new-key", INDIVIDUAL));
    assert!(steps.iter().all(|step| !step.starts_with("enrollment group")), "{steps:?}");
    let below_a_ca = Factory::new().device("device-1");
    let run = Desk::new().compare(&below_a_ca.chain, &new.chain, "group");
    assert!(run.out.contains("needs an individual enrollment"), "{run:?}");
}

#[test]
fn other_certificates_above_the_same_leaf() {
    let factory = Factory::new();
    let device = factory.device("device-1");
    let longer = format!("{}{}", device.chain, factory.intermediate.pem());
    let (verdict, changes, steps) = told(&Desk::new().compare(&device.chain, &longer, "group"));
    assert_eq!((verdict.as_str(), changes), ("other-chain", vec!["intermediates".to_owned()]));
    assert!(has(&steps, "device/"), "{steps:?}");
}

#[test]
fn a_ca_that_a_group_goes_by() {
    let (one, other) = (Factory::new(), Factory::new());
    let (verdict, _, steps) = told(&Desk::new().compare(&one.root.pem(), &other.root.pem(), "unknown"));
    assert_eq!(verdict, "new-key");
    assert_eq!(&steps[..2], ["CA certificates of the DPS instance/", GROUP]);
    // As an individual enrollment it is a self-signed device.
    let (_, _, steps) = told(&Desk::new().compare(&one.root.pem(), &other.root.pem(), "individual"));
    assert_eq!(steps.first().unwrap(), INDIVIDUAL);
}

#[test]
fn stores_open_with_their_passphrase() {
    let fixture = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture/cert").join(name).to_str().unwrap().to_owned()
    };
    let desk = Desk::new();
    let passphrase = desk.file("passphrase", "example\n").to_str().unwrap().to_owned();
    let words = ["compare".to_owned(), fixture("device-1.pem"), fixture("device-1.p12")];
    let flag = ["--key-passphrase-file".to_owned(), passphrase];
    let run = cli::run(words.iter().chain(&flag));
    assert!(run.code == 0 && run.err.is_empty() && run.out.contains("same certificate"), "{run:?}");
    let shut = cli::run(&words);
    assert!(shut.code == 2 && shut.err.contains("DX231"), "{shut:?}");
}

#[test]
fn what_cannot_be_compared() {
    let desk = Desk::new();
    let device = desk.file("device.pem", Device::self_signed("device-1").chain);
    let root = |name| chain::ca(name).self_signed(&chain::key()).unwrap().pem();
    let several = desk.file("cas.pem", format!("{}{}", root("one"), root("other")));
    for (path, reason) in [
        (desk.0.path().join("nowhere.pem"), "no such file"),
        (desk.file("empty.pem", ""), "DX202"),
        (desk.file("noise.pem", "certificate, honestly"), "DX203"),
        (desk.file("key.pem", chain::key().serialize_pem()), "DX211"),
        (several, "several CAs"),
    ] {
        for words in [[&device, &path], [&path, &device]] {
            let words = [PathBuf::from("compare"), words[0].clone(), words[1].clone()];
            let run = cli::run(&words);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
            assert!(run.err.contains(reason) && !run.err.contains("panicked"), "{reason}: {run:?}");
            let json = cli::run(
                words
                    .iter()
                    .map(|word| word.as_os_str())
                    .chain([std::ffi::OsStr::new("--format"), "json".as_ref()]),
            );
            assert_eq!((json.code, &json.json()["version"]), (2, &1.into()), "{json:?}");
        }
    }
}

#[test]
fn a_ca_in_the_place_of_a_device_is_told() {
    let desk = Desk::new();
    let device = desk.file("device.pem", Device::self_signed("device-1").chain);
    let root = desk.file("root.pem", chain::ca("root").self_signed(&chain::key()).unwrap().pem());
    let run = cli::run([&PathBuf::from("compare"), &device, &root]);
    assert!(run.code == 1 && run.out.starts_with("A different identity"), "{run:?}");
    assert!(run.err.contains("DX437") && run.err.contains("root.pem"), "{run:?}");
    let both = cli::run([&PathBuf::from("compare"), &root, &root]);
    assert_eq!((both.code, both.err.as_str()), (0, ""), "{both:?}");
}

/// Whatever keeps `check` from saying that a device is ready, keeps the certificate from following another.
#[test]
fn a_new_one_that_is_not_ready_is_no_routine() {
    let desk = Desk::new();
    let factory = Factory::new();
    let key = chain::key();
    let issue = |params: rcgen::CertificateParams| {
        format!("{}{}", params.signed_by(&key, &factory.issuing).unwrap().pem(), factory.issuing.pem())
    };
    let old = desk.file("old.pem", issue(chain::device("device-1")));
    let mut of_servers = chain::device("device-1");
    of_servers.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let mut over = chain::device("device-1");
    (over.not_before, over.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    for (params, codes) in [(of_servers, &["DX421"][..]), (over, &["DX411", "DX415"])] {
        let new = desk.file("new.pem", issue(params));
        let run = cli::run([&PathBuf::from("compare"), &old, &new]);
        assert!(run.code == 1 && run.out.contains("\nThe new one is not ready for it: DX4"), "{run:?}");
        assert!(codes.iter().all(|code| run.err.contains(code)), "{codes:?}: {run:?}");
        // The other way round all is well.
        let back = cli::run([&PathBuf::from("compare"), &new, &old]);
        assert!(back.code == 0 && back.err.is_empty() && !back.out.contains("not ready"), "{back:?}");
    }
}

#[test]
fn a_ca_of_the_same_name_is_not_the_same_ca() {
    let issue = |ca: &rcgen::CertifiedIssuer<'_, rcgen::KeyPair>, with_ca: bool| {
        let mut params = chain::device("device-1");
        params.use_authority_key_identifier_extension = false;
        let leaf = params.signed_by(&chain::key(), ca).unwrap().pem();
        if with_ca { leaf + &ca.pem() } else { leaf }
    };
    let ca = || rcgen::CertifiedIssuer::self_signed(chain::ca("the CA"), chain::key()).unwrap();
    let (one, other) = (ca(), ca());
    let desk = Desk::new();
    let same = desk.compare(&issue(&one, true), &issue(&one, false), "group");
    assert!(same.out.contains("leads to the same CA"), "{same:?}");
    let another = desk.compare(&issue(&one, true), &issue(&other, false), "group");
    assert!(another.out.contains("has another issuer"), "{another:?}");
}
