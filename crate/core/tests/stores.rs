//! PKCS#12 stores and encrypted keys as OpenSSL makes them, in every combination of its algorithms.
#![cfg(feature = "cert")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_core::{
    cert::{
        Budget, Certificate, File, Kind,
        key::{KeyError, KeyFacts, KeyMatch, Passphrase},
        store::{self, Stored},
    },
    finding::Place,
};

/// What `-certpbe` and `-keypbe` take: the schemes of PKCS#12, PBES1, and ciphers for PBES2.
const ALGORITHMS: [&str; 13] = [
    "PBE-SHA1-RC4-128",
    "PBE-SHA1-RC4-40",
    "PBE-SHA1-3DES",
    "PBE-SHA1-2DES",
    "PBE-SHA1-RC2-128",
    "PBE-SHA1-RC2-40",
    "PBE-MD5-DES",
    "PBE-SHA1-DES",
    "PBE-SHA1-RC2-64",
    "aes-128-cbc",
    "aes-256-cbc",
    "des-ede3-cbc",
    "NONE",
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert").join(name)
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

fn openssl(arguments: &[&str], out: &Path) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).arg("-out").arg(out).output();
    let output = output.unwrap_or_else(|error| panic!("openssl is missing: {error}"));
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let bytes = fs::read(out).unwrap();
    fs::remove_file(out).unwrap();
    bytes
}

/// The chain and the key of `device-1`, with `-legacy` for what OpenSSL 3 keeps apart.
fn store_with(name: &str, passphrase: &str, more: &[&str]) -> Vec<u8> {
    let (key, chain) = (fixture("device-1.key"), fixture("full-chain.pem"));
    let passphrase = format!("pass:{passphrase}");
    let mut arguments = vec!["pkcs12", "-export", "-legacy", "-inkey", key.to_str().unwrap()];
    arguments.extend(["-in", chain.to_str().unwrap(), "-passout", &passphrase]);
    arguments.extend(more);
    openssl(&arguments, &scratch(name))
}

fn open(der: &[u8], passphrase: Option<&str>) -> Result<Vec<Stored>, KeyError> {
    let passphrase = passphrase.map(|text| Passphrase::new(text.as_bytes().to_vec()));
    store::pkcs12(der, passphrase.as_ref(), &Budget::default())
}

/// Two certificates, and a key that is the leaf's.
fn assert_whole(name: &str, opened: Result<Vec<Stored>, KeyError>) {
    let opened = opened.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let certificates: Vec<_> = opened
        .iter()
        .filter(|stored| stored.kind == Kind::Certificate)
        .map(|stored| Certificate::read(&stored.der).unwrap())
        .collect();
    let key = opened.iter().find(|stored| stored.kind != Kind::Certificate).unwrap();
    let key = KeyFacts::read(key.kind, &key.der, None, &Budget::default())
        .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_eq!(certificates.len(), 2, "{name}");
    assert_eq!(key.matches(&certificates[0].public_key), KeyMatch::Yes, "{name}");
}

#[test]
fn every_pair_of_algorithms_is_opened() {
    for certificates in ALGORITHMS {
        for key in ALGORITHMS {
            let name = format!("certificates {certificates}, key {key}");
            let der =
                store_with("pair", "example", &["-certpbe", certificates, "-keypbe", key, "-iter", "10"]);
            assert_whole(&name, open(&der, Some("example")));
            assert_eq!(open(&der, Some("wrong")).err(), Some(KeyError::PassphraseWrong), "{name}");
        }
    }
}

#[test]
fn every_mac_is_checked() {
    for mac in ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] {
        let der = store_with("mac", "example", &["-macalg", mac]);
        assert_whole(mac, open(&der, Some("example")));
        assert_eq!(open(&der, Some("wrong")).err(), Some(KeyError::PassphraseWrong), "{mac}");
        assert_eq!(open(&der, None).err(), Some(KeyError::PassphraseMissing), "{mac}");
    }
    for more in [&["-nomac"][..], &["-noiter", "-nomaciter"], &["-descert"], &["-maciter"]] {
        assert_whole(&format!("{more:?}"), open(&store_with("more", "example", more), Some("example")));
    }
}

#[test]
fn every_passphrase_is_taken() {
    let long = "a long passphrase that does not fit into one block of any hash, ".repeat(4);
    for passphrase in ["e", "pässwörd", "密码", "🔑", &long] {
        assert_whole(passphrase, open(&store_with("passphrase", passphrase, &[]), Some(passphrase)));
    }
    // An empty one need not be given.
    let der = store_with("empty", "", &[]);
    assert_whole("empty", open(&der, Some("")));
    assert_whole("not given", open(&der, None));
}

/// With the right passphrase a changed store is told to be changed, unless nothing in it can be opened any more.
#[test]
fn damage_is_told_from_a_wrong_passphrase() {
    let der = store_with("changed", "example", &["-iter", "1"]);
    assert_whole("unchanged", open(&der, Some("example")));
    let (mut changed, mut wrong) = (0, 0);
    // The MAC stands in the last 80 bytes; one of another kind would tell nothing.
    for at in (200..der.len() - 80).step_by(7) {
        let mut der = der.clone();
        der[at] ^= 0x11;
        match open(&der, Some("example")).err() {
            Some(KeyError::Changed) => changed += 1,
            Some(KeyError::PassphraseWrong) => wrong += 1,
            Some(_) => {}
            None => panic!("byte {at} can be changed"),
        }
    }
    assert!(changed > 100 && wrong < changed / 10, "{changed} changed, {wrong} wrong");
}

#[test]
fn encrypted_keys_of_every_scheme_are_opened() {
    let key = fixture("device-1.key");
    let leaf = fs::read(fixture("device-1.pem")).unwrap();
    let leaf = Certificate::read(&File::read(&leaf, &Place::default()).items[0].der).unwrap();
    let schemes = ALGORITHMS.iter().filter(|name| name.starts_with("PBE")).map(|name| vec!["-v1", *name]);
    let ciphers = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"].map(|name| vec!["-v2", name]);
    let hashes = ["hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"];
    let hashes = hashes.map(|name| vec!["-v2", "aes-256-cbc", "-v2prf", name]);
    for scheme in schemes.chain(ciphers).chain(hashes) {
        let mut arguments = vec!["pkcs8", "-topk8", "-provider", "legacy", "-provider", "default"];
        arguments.extend(["-in", key.to_str().unwrap(), "-passout", "pass:example"]);
        arguments.extend(&scheme);
        let pem = openssl(&arguments, &scratch("key"));
        let file = File::read(&pem, &Place::default());
        let read = |passphrase: &str| {
            let passphrase = Passphrase::new(passphrase.as_bytes().to_vec());
            KeyFacts::read(file.items[0].kind, &file.items[0].der, Some(&passphrase), &Budget::default())
        };
        let facts = read("example").unwrap_or_else(|error| panic!("{scheme:?}: {error:?}"));
        assert_eq!(facts.matches(&leaf.public_key), KeyMatch::Yes, "{scheme:?}");
        assert_eq!(read("wrong").err(), Some(KeyError::PassphraseWrong), "{scheme:?}");
    }
}
