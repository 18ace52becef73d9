//! The crate holds what it says: the components that were built, with their hashes, and every file of the contract.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::BTreeSet, fs, path::Path};

use dps_x509_component::{PROVISIONER, TOOLKIT, WIT};
use sha2::{Digest as _, Sha256};

#[test]
fn the_hashes_are_those_of_the_components() {
    for component in [PROVISIONER, TOOLKIT] {
        let world = component.world;
        assert!(component.bytes.starts_with(b"\0asm\x0d\0\x01\0"), "{world}: run `cargo xtask component`");
        let digest: String =
            Sha256::digest(component.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(component.sha256, digest, "{world}");
    }
}

#[test]
fn every_file_of_the_contract_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    assert_eq!(WIT.iter().map(|(path, _)| (*path).to_owned()).collect::<BTreeSet<_>>(), files);
}
