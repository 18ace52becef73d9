//! A bundle of public roots: every one is read, and every one verifies itself over its own bytes.
//!
//! `ROOTS` names the bundle; otherwise it is Mozilla's, from the package certifi that `cargo xtask setup` installs.
#![allow(clippy::unwrap_used, reason = "a broken bundle is a failed test")]

use std::{fs, path::PathBuf};

use dps_x509_core::{
    cert::{
        Certificate, File, Kind,
        role::{SERVER_ROOTS, ServerRoot},
        signature,
    },
    config,
    finding::Place,
    name::Cloud,
};

mod installed;

#[test]
fn every_public_root_is_read_and_verifies_itself() {
    let path = std::env::var_os("ROOTS")
        .map_or_else(|| installed::package("certifi").join("cacert.pem"), PathBuf::from);
    let bundle = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let count = bundle.windows(10).filter(|bytes| *bytes == b"-----BEGIN").count();
    let file = File::read(&bundle, &Place::default());
    assert!(count > 100, "{count} roots in {}", path.display());
    assert_eq!(file.items.len(), count);
    assert_eq!(file.findings, []);
    let mut wrong = Vec::new();
    let mut server_roots = 0;
    for item in &file.items {
        assert_eq!(item.kind, Kind::Certificate);
        let certificate = Certificate::read(&item.der).unwrap();
        server_roots += usize::from(ServerRoot::of(&certificate).is_some());
        if let Err(error) = signature::verify(&certificate.public_key, &certificate) {
            wrong.push(format!("{}: {error}", certificate.subject));
        }
        // Certum Trusted Network CA 2 has its times so, and everybody takes it.
        let is_early = |what: &str| what.ends_with("is before 2050 and no UTCTime");
        if certificate.damage.iter().any(|damage| !is_early(&damage.what)) {
            wrong.push(format!("{}: {:?}", certificate.subject, certificate.damage));
        }
    }
    println!("{count} roots, {server_roots} of Azure's {}", SERVER_ROOTS.len());
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Those that Mozilla still has are the very same bytes; the one that it has dropped is told by its fingerprint.
#[test]
fn the_roots_to_trust_are_mozillas() {
    let bundle = fs::read(installed::package("certifi").join("cacert.pem")).unwrap();
    let mozilla = File::read(&bundle, &Place::default());
    let mut beside = Vec::new();
    for cloud in Cloud::ALL {
        for root in config::roots(cloud) {
            let known =
                root.known.unwrap_or_else(|| panic!("{} is none of Azure's", root.certificate.subject));
            if !mozilla.items.iter().any(|item| *item.der == *root.certificate.der)
                && !beside.contains(&known.name)
            {
                beside.push(known.name);
            }
        }
    }
    assert!(
        beside.iter().all(|name| *name == "DigiCert Global Root CA"),
        "not in Mozilla's list: {beside:?}"
    );
}
