//! Runs the cases in `tests/case/config`: what is given, and beside it a folder with every file of every target.
//!
//! `BLESS=1` writes what comes out; the runner refuses keys and words that it does not know, and files that are left over.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken case is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{self, Enrollment, File, Input, Inputs, Kind, Purpose, Report},
    config::{self, ALL, Artifact, Azure, Device, Folder, Key},
    finding::{Finding, Place, Severity},
    name::{IdScope, RegistrationId, Transport},
};
use serde_json::{Map, Value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn cases() -> Vec<(String, Map<String, Value>)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder().join("case/config")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let case: Map<String, Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let keys: Vec<_> = case.keys().map(String::as_str).collect();
            assert_eq!(keys, ["given", "what"], "{}", path.display());
            cases.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), case));
        }
    }
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(cases.len() >= 3, "there are {} cases", cases.len());
    cases
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join("fixture/cert").join(name)).unwrap()
}

fn device(given: &Map<String, Value>) -> (Device, Report) {
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
    let files: Vec<_> =
        purposes.iter().filter_map(|(key, purpose)| Some((*purpose, fixture(text(key)?)))).collect();
    let files = files
        .iter()
        .map(|(purpose, bytes)| Input { purpose: *purpose, place: Place::default(), bytes })
        .collect();
    let enrollment = match text("enrollment") {
        None => Enrollment::Unknown,
        Some("individual") => Enrollment::Individual,
        Some("group") => Enrollment::Group,
        Some(other) => panic!("{other} is no enrollment"),
    };
    let report = cert::check(&Inputs { files, enrollment, ..Inputs::default() });
    let cloud = text("cloud").unwrap_or("public").parse().unwrap();
    let endpoint = text("endpoint")
        .map_or_else(|| dps_x509_core::name::Cloud::global_endpoint(cloud), |it| it.parse().unwrap());
    let place = match text("onDevice") {
        Some(folder) => Folder::OnDevice(folder.to_owned()),
        None => Folder::Output(text("out").unwrap().to_owned()),
    };
    let mut device = Device::new(&report, endpoint, cloud, place);
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
        device.key = device.key.map(|key| key.embedding(&fixture(text("key").unwrap())));
    }
    let owned = |key: &str| text(key).map(str::to_owned);
    device.azure = Azure {
        dps_name: owned("dpsName"),
        resource_group: owned("resourceGroup"),
        group_name: owned("groupName"),
    };
    (device, report)
}

/// Every file of every target, the guides, and the targets that refuse.
fn write(device: &Device) -> BTreeMap<String, String> {
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

#[test]
fn every_case_gives_its_files() {
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let golden = folder().join("case/config").join(&name);
        let files = write(&device(case["given"].as_object().unwrap()).0);
        if std::env::var_os("BLESS").is_some() {
            if golden.exists() {
                fs::remove_dir_all(&golden).unwrap();
            }
            for (path, text) in &files {
                let path = golden.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            continue;
        }
        let expected: BTreeSet<String> = files_below(&golden, "").into_iter().collect();
        let actual: BTreeSet<String> = files.keys().cloned().collect();
        wrong.extend(
            expected.symmetric_difference(&actual).map(|path| format!("{name}/{path}: there or not")),
        );
        for (path, text) in files.iter().filter(|(path, _)| expected.contains(*path)) {
            if fs::read_to_string(golden.join(path)).unwrap() != *text {
                wrong.push(format!("{name}/{path}:\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not as expected (BLESS=1 rewrites):\n{}", wrong.join("\n"));
}

fn files_below(folder: &Path, prefix: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() { files.extend(files_below(&path, &format!("{name}/"))) } else { files.push(name) }
    }
    files
}

#[test]
fn no_name_of_a_template_is_left() {
    for (case, given) in cases() {
        for (path, text) in write(&device(given["given"].as_object().unwrap()).0) {
            let mut parts = text.split('@').skip(1);
            let name = |part: &&str| {
                part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert_eq!(parts.find(name), None, "{case}/{path}");
        }
    }
}

/// What a target says in certificates is what it was given: the core reads its own files back.
#[test]
fn every_certificate_is_read_back() {
    let mut count = 0;
    for (case, given) in cases() {
        let (device, _) = device(given["given"].as_object().unwrap());
        let mut known: BTreeSet<Vec<u8>> =
            device.chain.iter().chain(&device.group_ca).map(|pem| pem.certificate.der.to_vec()).collect();
        known.extend(device.roots.iter().map(|root| root.certificate.der.to_vec()));
        for cloud in dps_x509_core::name::Cloud::ALL {
            known.extend(config::roots(cloud).iter().map(|root| root.certificate.der.to_vec()));
        }
        for (path, text) in write(&device) {
            if !text.contains("-----BEGIN CERTIFICATE-----") || path.ends_with(".java") {
                continue;
            }
            let file = File::read(text.as_bytes(), &Place::default().path(&path));
            let errors: Vec<_> = file.findings.iter().filter(|it| it.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{case}/{path}: {errors:?}");
            let read: Vec<_> = file.items.iter().filter(|item| item.kind == Kind::Certificate).collect();
            let marks = text.matches("-----BEGIN CERTIFICATE-----").count();
            assert_eq!(read.len(), marks, "{case}/{path}: not every certificate is read");
            for item in read {
                assert!(
                    known.contains(item.der.as_slice()),
                    "{case}/{path}: another certificate than was given"
                );
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count} certificates");
}

/// The key's text is nowhere, unless it was asked for; then only in files that say so.
#[test]
fn the_key_is_embedded_only_on_request() {
    let mut embedded = 0;
    for (case, given) in cases() {
        let given = given["given"].as_object().unwrap();
        let (device, _) = device(given);
        let key = String::from_utf8(fixture(given["key"].as_str().unwrap())).unwrap();
        let line = key.lines().nth(1).unwrap();
        for target in ALL {
            let Ok(configuration) = config::configure(target, &device) else { continue };
            for artifact in configuration.artifacts {
                let has_key = artifact.text.contains(line);
                assert_eq!(has_key, artifact.is_secret, "{case}: {}", artifact.path);
                assert!(!has_key || given.contains_key("embedKey"), "{case}: {}", artifact.path);
                assert!(!format!("{artifact:?}").contains(line));
                embedded += usize::from(has_key);
            }
        }
        assert!(!format!("{device:?}").contains(line), "{case}: Debug shows the key");
    }
    assert!(embedded >= 3, "{embedded} files with a key");
}

#[test]
fn every_definition_fires_and_is_quiet() {
    let mut fired: BTreeMap<&str, usize> = BTreeMap::new();
    let mut runs = 0;
    let mut count = |findings: &[Finding]| {
        runs += 1;
        let codes: BTreeSet<_> = findings.iter().map(Finding::code).collect();
        codes.into_iter().for_each(|code| *fired.entry(code).or_default() += 1);
    };
    count(&[config::unknown("pahoo", Some("paho"))]);
    for (_, given) in cases() {
        let (device, _) = device(given["given"].as_object().unwrap());
        for target in ALL {
            count(&config::configure(target, &device).map_or_else(|it| it, |it| it.findings));
        }
    }
    for definition in config::DEFINITIONS {
        let fires = fired.get(definition.code).copied().unwrap_or(0);
        assert!(fires > 0 && fires < runs, "{} fires in {fires} of {runs}", definition.code);
    }
}

#[test]
fn names_are_unique_and_lists_are_in_order() {
    let names: BTreeSet<_> = ALL.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert!(ALL.iter().map(|target| target.family).is_sorted());
    assert!(
        ALL.iter().all(|target| config::find(target.name).is_some_and(|found| found.title == target.title))
    );
    assert!(config::find("all").is_none());
}

/// The table of `crate/core/CONFIGURE.md`.
#[test]
fn the_document_has_every_target() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONFIGURE.md");
    let text = fs::read_to_string(&path).unwrap();
    let row = |target: &&config::Target| {
        let (word, how) = (target.proof.as_str(), target.proof.how());
        format!("| `{}` | {} | {word} | {how} |\n", target.name, target.title)
    };
    let table: String = ALL.iter().map(row).collect();
    let (before, rest) = text.split_once("| --- | --- | --- | --- |\n").unwrap();
    let after = rest.trim_start_matches(|c| c != '\n').split_once("\n\n").map_or("", |(_, after)| after);
    let wanted = format!("{before}| --- | --- | --- | --- |\n{table}\n{after}");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, wanted).unwrap();
    } else {
        assert_eq!(text, wanted, "BLESS=1 rewrites the table");
    }
}
