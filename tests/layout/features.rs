//! The features of core are rooms: what a feature brings, and what it leaves out.

use std::{collections::BTreeSet, process::Command};

use super::root;

/// What reads certificates and keys, and what searches texts.
const CERTIFICATES_AND_TEXTS: [&str; 12] = [
    "aho-corasick",
    "crypto-bigint",
    "der",
    "ed25519-dalek",
    "elliptic-curve",
    "p256",
    "p384",
    "p521",
    "pkcs8",
    "rsa",
    "spki",
    "x509-cert",
];

/// The lines of `cargo tree` for a package: each crate below it with the features that are on.
fn tree(arguments: &[&str]) -> BTreeSet<(String, String)> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["tree", "--locked", "--edges", "normal", "--prefix", "none"]);
    let output = command.args(["--format", "{p} | {f}"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<_> = text
        .lines()
        .filter_map(|line| {
            let (package, features) = line.split_once(" | ")?;
            let features = features.trim_end_matches("(*)").trim();
            Some((package.split(' ').next()?.to_owned(), features.to_owned()))
        })
        .collect();
    assert!(crates.len() > 1, "{arguments:?} gives no tree: {text}");
    crates
}

fn features_of_core(package: &str) -> String {
    let tree = tree(&["--package", package]);
    tree.into_iter().find(|(name, _)| name == "dps-x509-core").unwrap().1
}

#[test]
fn the_machine_alone_brings_no_certificates() {
    let alone = ["--package", "dps-x509-core", "--no-default-features", "--features", "session"];
    let brought: Vec<_> = tree(&alone)
        .into_iter()
        .filter(|(name, _)| CERTIFICATES_AND_TEXTS.contains(&name.as_str()))
        .collect();
    assert!(brought.is_empty(), "{brought:?}");
    // The list names what is there otherwise.
    let all: BTreeSet<_> = tree(&["--package", "dps-x509-core"]).into_iter().map(|(name, _)| name).collect();
    let gone: Vec<_> = CERTIFICATES_AND_TEXTS.into_iter().filter(|name| !all.contains(*name)).collect();
    assert!(gone.is_empty(), "no room brings {gone:?}");
}

#[test]
fn every_crate_takes_the_rooms_that_it_needs() {
    for (package, features) in
        [("dps-x509-emulator", ""), ("dps-x509-net", "session"), ("dps-x509-provisioner", "session")]
    {
        assert_eq!(features_of_core(package), features, "{package}");
    }
}
