//! What is written is read back by the inspection of files: every file of every target is in one of the two lists.

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64, Encoding as _};
use dps_x509_core::{
    cert::{self, File, Inputs, Kind, Purpose, Read},
    config::{self, DeviceSetup},
    finding::{Finding, Naming, Place, Severity},
    name::Cloud,
};

use self::Held::{AzureRoots, Chain, GroupCa, Intermediates, Key, Leaf, Roots};
use crate::given::{cases, device, fixture, write};

/// What a file has in it, as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Chain,
    Leaf,
    Intermediates,
    GroupCa,
    Roots,
    AzureRoots(Cloud),
    Key,
}

/// Files with certificates or keys, each with all that is in it, in its order.
const WITH: [(&str, &[Held]); 17] = [
    ("arduino/device_key.h", &[Key]),
    ("arduino/iot_configs_dps.h", &[Chain, Roots]),
    ("bicep/ca.bicep", &[GroupCa]),
    ("device-cert.pem", &[Leaf]),
    ("device-full-chain.pem", &[Chain]),
    ("freertos/demo_config_dps.h", &[Chain, Roots]),
    ("freertos/device_key.h", &[Key]),
    ("group-ca.pem", &[GroupCa]),
    ("intermediates.pem", &[Intermediates]),
    ("kubernetes/job.yaml", &[Chain, Roots]),
    ("kubernetes/secret.yaml", &[Key]),
    ("rest/enrollment-group.json", &[GroupCa]),
    ("rest/enrollment.json", &[Leaf]),
    ("roots/azure-roots-china.pem", &[AzureRoots(Cloud::China)]),
    ("roots/azure-roots-public.pem", &[AzureRoots(Cloud::Public)]),
    ("roots/azure-roots-usgov.pem", &[AzureRoots(Cloud::UsGov)]),
    ("server-roots.pem", &[Roots]),
];

/// Files without any, which name others by their paths.
const WITHOUT: [&str; 70] = [
    "arduino/make-key-header.sh",
    "azure-cli/1-enroll.cmd",
    "azure-cli/1-enroll.ps1",
    "azure-cli/1-enroll.sh",
    "azure-cli/1-upload-ca.cmd",
    "azure-cli/1-upload-ca.ps1",
    "azure-cli/1-upload-ca.sh",
    "azure-cli/2-verification-code.ps1",
    "azure-cli/2-verification-code.sh",
    "azure-cli/3-verify-ca.ps1",
    "azure-cli/3-verify-ca.sh",
    "azure-cli/4-enroll.cmd",
    "azure-cli/4-enroll.ps1",
    "azure-cli/4-enroll.sh",
    "c/CMakeLists.txt",
    "c/register.c",
    "csharp/Program.cs",
    "csharp/register.csproj",
    "curl/look-up.cmd",
    "curl/look-up.ps1",
    "curl/look-up.sh",
    "curl/poll.cmd",
    "curl/poll.ps1",
    "curl/poll.sh",
    "curl/register.cmd",
    "curl/register.json",
    "curl/register.ps1",
    "curl/register.sh",
    "docker-compose/compose.yaml",
    "docker-compose/register.py",
    "docker-compose/requirements.txt",
    "embedded-c/run.sh",
    "environment/device.cmd",
    "environment/device.env",
    "environment/device.ps1",
    "environment/device.sh",
    "esp-idf/dps.cmake",
    "esp-idf/dps_mqtt.h",
    "freertos/make-key-header.sh",
    "identity-service/config.toml",
    "iot-edge/config.toml",
    "java/pom.xml",
    "java/src/main/java/Register.java",
    "kubernetes/create-secret.sh",
    "mosquitto/check.cmd",
    "mosquitto/check.ps1",
    "mosquitto/check.sh",
    "mosquitto/telemetry.cmd",
    "mosquitto/telemetry.json",
    "mosquitto/telemetry.ps1",
    "mosquitto/telemetry.sh",
    "mqttx/mqttx.json",
    "node/package.json",
    "node/register.js",
    "nrf-connect/dps.conf",
    "openssl/handshake.cmd",
    "openssl/handshake.ps1",
    "openssl/handshake.sh",
    "paho/register.py",
    "paho/requirements.txt",
    "provision/device.toml",
    "python-async/register.py",
    "python-async/requirements.txt",
    "python-sync/register.py",
    "python-sync/requirements.txt",
    "rest/create.sh",
    "rust/main.rs",
    "settings-sheet/settings.txt",
    "systemd/device.toml",
    "systemd/dps-register.service",
];

/// The two lists name every file that is written, and nothing else.
#[test]
fn every_file_is_known() {
    let mut written = BTreeSet::new();
    for (_, given) in cases() {
        let (device, _) = device(given["given"].as_object().unwrap());
        written.extend(write(&device).into_keys());
    }
    let mut known: Vec<&str> = WITH.iter().map(|(path, _)| *path).chain(WITHOUT).collect();
    known.sort_unstable();
    // Two are no files of a configuration: they have the findings and the guides.
    written.retain(|path| !["findings.txt", "guides.txt"].contains(&path.as_str()));
    assert_eq!(written.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

#[test]
fn what_a_file_holds_is_read_back() {
    let held: BTreeMap<_, _> = WITH.into_iter().collect();
    for (case, given) in cases() {
        let given = given["given"].as_object().unwrap();
        let (device, _) = device(given);
        let key = given.get("key").map(|name| ders(&fixture(name.as_str().unwrap()), "key"));
        for (path, text) in write(&device) {
            let Some(held) = held.get(path.as_str()) else { continue };
            let at = format!("{case}/{path}");
            let expected: Vec<Vec<u8>> = held
                .iter()
                .flat_map(
                    |held| if *held == Key { key.clone().unwrap() } else { certificates(&device, *held) },
                )
                .collect();
            assert!(!expected.is_empty(), "{at}");
            assert!(ders(text.as_bytes(), &at) == expected, "{at}: not what was given");
            if held.contains(&Chain) {
                assert_is_the_device_s(&device, text.as_bytes(), &at);
            }
        }
    }
}

/// `check` finds the same device in it, and the same certificates to send.
fn assert_is_the_device_s(device: &DeviceSetup, bytes: &[u8], at: &str) {
    let files = vec![Read::new(Purpose::Any, Place::default().path(at), bytes.to_vec())];
    let report = cert::check(&Inputs { files, enrollment: device.enrollment, ..Inputs::default() });
    let sent: Vec<Vec<u8>> = report.sent().into_iter().map(|link| link.certificate.der.to_vec()).collect();
    assert!(sent == certificates(device, Chain), "{at}: another chain");
    assert_eq!(errors(&report.findings), [""; 0], "{at}");
}

/// No certificate and no key is in it, by the inspection and by a plain search for their base64.
#[test]
fn the_others_hold_nothing() {
    for (case, given) in cases() {
        let given = given["given"].as_object().unwrap();
        let (device, _) = device(given);
        let all = [Chain, GroupCa, Roots].map(|held| certificates(&device, held)).concat();
        for (path, text) in write(&device) {
            if !WITHOUT.contains(&path.as_str()) {
                continue;
            }
            let file = File::read(text.as_bytes(), &Place::default());
            assert!(!file.items.iter().any(is_held), "{case}/{path}: {:?}", file.items);
            let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            for der in &all {
                // The serial number is among these, so no other certificate begins like this.
                let begin: String =
                    Base64::encode_string(&der[..48]).chars().filter(char::is_ascii_alphanumeric).collect();
                assert!(!letters.contains(&begin), "{case}/{path}");
            }
        }
    }
}

/// The certificates that were given for this.
fn certificates(device: &DeviceSetup, held: Held) -> Vec<Vec<u8>> {
    let of_roots = |roots: &[config::Root]| roots.iter().map(|it| it.certificate.der.to_vec()).collect();
    let of = |pems: &[config::Pem]| pems.iter().map(|pem| pem.certificate.der.to_vec()).collect();
    match held {
        Chain => of(&device.chain),
        Leaf => of(&device.chain[..1]),
        Intermediates => of(device.intermediates()),
        GroupCa => of(device.group_ca.as_slice()),
        Roots => of_roots(&device.roots),
        AzureRoots(cloud) => of_roots(&config::roots(cloud)),
        Key => panic!("a key is no certificate"),
    }
}

/// The certificates and keys of a file, in which nothing is wrong that changes what it holds.
fn ders(bytes: &[u8], at: &str) -> Vec<Vec<u8>> {
    let file = File::read(bytes, &Place::default().path(at));
    assert_eq!(errors(&file.findings), [""; 0], "{at}");
    file.items.iter().filter(|item| is_held(item)).map(|item| item.der.to_vec()).collect()
}

fn is_held(item: &cert::Item) -> bool {
    matches!(item.kind, Kind::Certificate | Kind::PrivateKey(_))
}

fn errors(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|it| it.severity == Severity::Error)
        .map(|it| it.to_text(Naming::CommandLine))
        .collect()
}
