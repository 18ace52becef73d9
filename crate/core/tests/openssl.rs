//! The strict verdict beside that of `openssl verify -x509_strict`, on every certificate of the fixtures.
//!
//! OpenSSL is another's opinion, not the truth: where the two differ on purpose, the file stands below with its reason.
#![allow(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_core::{
    cert::{Certificate, File, Kind, UnixTime, extension::oid, path::Trust},
    finding::Place,
};

/// In the time of all certificates of the fixtures.
const AT: i64 = 1_798_000_000;
/// File, our verdict, why OpenSSL's is another.
const DIFFERENT: [(&str, bool, &str); 2] = [
    (
        "issuer-purpose.pem",
        true,
        "OpenSSL nests extendedKeyUsage, RFC 5280 does not; the rule DX458 warns of it",
    ),
    (
        "asks-for-serial.pem",
        true,
        "OpenSSL takes no issuer with another serial number, to RFC 5280 that is a hint; the rule DX456 tells it",
    ),
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert").join(name)
}

fn certificates(path: &Path) -> Vec<Certificate> {
    let file = File::read(&fs::read(path).unwrap(), &Place::default());
    let items = file.items.iter().filter(|item| item.kind == Kind::Certificate);
    items.filter_map(|item| Certificate::read(&item.der).ok()).collect()
}

fn openssl(leaf: &Path, others: &Path) -> bool {
    let output = Command::new("openssl")
        .args([
            "verify",
            "-no-CApath",
            "-no-CAstore",
            "-x509_strict",
            "-policy_check",
            "-purpose",
            "sslclient",
            "-attime",
            &AT.to_string(),
            "-CAfile",
        ])
        .arg(fixture("root.pem"))
        .arg("-untrusted")
        .arg(others)
        .arg(leaf)
        .output()
        .unwrap();
    output.status.success()
}

#[test]
fn verdicts_agree() {
    let root = certificates(&fixture("root.pem"));
    let mut files: Vec<_> = fs::read_dir(fixture("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut differ = Vec::new();
    let (mut accepted, mut refused) = (0, 0);
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "pem")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bag = certificates(path);
        // OpenSSL reads the first certificate of a file as the leaf, and strict PEM only.
        let Some(leaf) = bag.first().filter(|_| !["cut.pem", "bad-character.pem"].contains(&name)) else {
            continue;
        };
        let intermediate = certificates(&fixture("intermediate.pem"));
        let trust = Trust {
            anchors: root.iter().collect(),
            intermediates: bag.iter().skip(1).chain(&intermediate).collect(),
            at: UnixTime::from_seconds(AT),
            purpose: Some(oid::CLIENT_AUTH),
            server_name: None,
            max_depth: 10,
        };
        let others = std::env::temp_dir().join(format!("dps-x509-{}-{name}", std::process::id()));
        fs::write(
            &others,
            [fs::read(path).unwrap(), fs::read(fixture("intermediate.pem")).unwrap()].concat(),
        )
        .unwrap();
        let verdict = trust.verify(leaf);
        let theirs = openssl(path, &others);
        fs::remove_file(&others).unwrap();
        if verdict.is_ok() {
            accepted += 1
        } else {
            refused += 1
        }
        let expected = DIFFERENT.iter().find(|(file, ..)| *file == name).map_or(theirs, |(_, ours, _)| *ours);
        if verdict.is_ok() != expected {
            let why = verdict.map_or_else(
                |failure| failure.problem.to_string(),
                |path| format!("{} certificates", path.len()),
            );
            differ.push(format!("{name}: ours {} ({why}), OpenSSL's {theirs}", theirs ^ true));
        }
    }
    assert!(accepted >= 3 && refused >= 10, "{accepted} accepted, {refused} refused");
    assert!(differ.is_empty(), "{differ:#?}");
}
