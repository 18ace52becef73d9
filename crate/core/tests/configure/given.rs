//! What the cases give, as the core takes it, and what comes of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{self, Enrollment, Inputs, Purpose, Read, Report},
    config::{self, ALL, Artifact, Azure, DeviceSetup, Folder, Key},
    finding::{Finding, Place, Severity},
    name::{Cloud, IdScope, RegistrationId, Transport},
};
use serde_json::{Map, Value};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

pub(crate) fn cases() -> Vec<(String, Map<String, Value>)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder().join("case/config")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let case: Map<String, Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let keys: Vec<_> = case.keys().map(String::as_str).collect();
            assert_eq!(keys, ["given", "refused", "what"], "{}", path.display());
            cases.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), case));
        }
    }
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(cases.len() >= 3, "there are {} cases", cases.len());
    cases
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join("fixture/cert").join(name)).unwrap()
}

pub(crate) fn device(given: &Map<String, Value>) -> (DeviceSetup, Report) {
    let text = |key: &str| given.get(key).map(|value| value.as_str().unwrap_or_else(|| panic!("{key}")));
    let known = [
        "cert",
        "key",
        "keyPath",
        "embedKey",
        "groupCa",
        "trust",
        "idScope",
        "registrationId",
        "endpoint",
        "cloud",
        "transport",
        "enrollment",
        "out",
        "onDevice",
        "dpsName",
        "resourceGroup",
        "groupName",
    ];
    let unknown = given.keys().find(|key| !known.contains(&key.as_str()));
    assert_eq!(unknown, None, "no case has this key");
    let purposes = [
        ("cert", Purpose::DeviceChain),
        ("key", Purpose::DeviceKey),
        ("groupCa", Purpose::GroupCa),
        ("trust", Purpose::ServerTrust),
    ];
    let read = |(key, purpose)| Some(Read::new(purpose, Place::default(), fixture(text(key)?)));
    let files: Vec<_> = purposes.into_iter().filter_map(read).collect();
    let enrollment = match text("enrollment") {
        None => Enrollment::Unknown,
        Some("individual") => Enrollment::Individual,
        Some("group") => Enrollment::Group,
        Some(other) => panic!("{other} is no enrollment"),
    };
    let report = cert::check(&Inputs { files: files.clone(), enrollment, ..Inputs::default() });
    let cloud = text("cloud").unwrap_or("public").parse().unwrap();
    let endpoint = text("endpoint").map_or_else(|| Cloud::global_endpoint(cloud), |it| it.parse().unwrap());
    let place = match text("onDevice") {
        Some(folder) => Folder::OnDevice(folder.to_owned()),
        None => Folder::Output(text("out").unwrap().to_owned()),
    };
    let mut device = DeviceSetup::new(&report, endpoint, cloud, place);
    device.id_scope = text("idScope").map(|text| IdScope::new(text).unwrap());
    device.registration_id = text("registrationId").map(|text| RegistrationId::new(text).unwrap());
    device.enrollment = enrollment;
    device.transport = match text("transport") {
        None => Transport::Mqtt,
        Some("websocket") => Transport::WebSocket,
        Some(other) => panic!("{other} is no transport"),
    };
    device.key = text("keyPath").map(|path| Key::at(path.to_owned()));
    if given.get("embedKey") == Some(&Value::Bool(true)) {
        let file = files.iter().find(|file| file.purpose() == Purpose::DeviceKey).unwrap();
        device.key = device.key.map(|key| key.embedding(file));
    }
    let owned = |key: &str| text(key).map(str::to_owned);
    device.azure = Azure {
        dps_name: owned("dpsName"),
        resource_group: owned("resourceGroup"),
        group_name: owned("groupName"),
    };
    (device, report)
}

/// Every file of every target, the guides, and what was found.
pub(crate) fn write(device: &DeviceSetup) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut written = Vec::new();
    let mut add = |artifact: &Artifact| {
        let old = files.insert(artifact.path.clone(), artifact.text.to_string());
        assert_eq!(old, None, "{} is written twice", artifact.path);
    };
    let mut summary = String::new();
    let mut say = |name: &str, findings: &[Finding]| {
        for finding in findings {
            summary +=
                &format!("{name}: {} {} {finding} {}\n", finding.severity, finding.code(), finding.next_step);
        }
    };
    let mut guides = String::new();
    for target in ALL {
        match config::configure(target, device) {
            Ok(configuration) => {
                configuration.artifacts.iter().for_each(&mut add);
                say(target.name, &configuration.findings);
                let guide = configuration.guide;
                guides +=
                    &format!("{}\n  {}\n  {}\n  {}\n", target.name, guide.place, guide.run, guide.expect);
                written.push(target);
            }
            Err(findings) => {
                assert!(
                    findings.iter().any(|finding| finding.severity == Severity::Error),
                    "{}",
                    target.name
                );
                say(target.name, &findings);
            }
        }
    }
    config::certificates(&written, device).iter().for_each(&mut add);
    files.insert("findings.txt".to_owned(), summary);
    files.insert("guides.txt".to_owned(), guides);
    files
}
