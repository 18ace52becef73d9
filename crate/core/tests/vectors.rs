//! Files of the package `cryptography_vectors`: no panic, and each is named for what it is.
//!
//! `VECTORS` names the unpacked package (the folder with `x509` and `asymmetric` in it); otherwise it is the one that
//! `cargo xtask setup` installs.
#![allow(clippy::unwrap_used, reason = "a broken package is a failed test")]

use std::{
    fs, iter,
    num::NonZero,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use dps_x509_core::{
    cert::{self, Certificate, Inputs, Kind, Purpose, Read, key::Passphrase},
    finding::Place,
};

mod installed;

const FOLDERS: [&str; 8] = [
    "x509",
    "asymmetric/PKCS8",
    "asymmetric/PEM_Serialization",
    "asymmetric/Traditional_OpenSSL_Serialization",
    "asymmetric/DER_Serialization",
    "asymmetric/public",
    "pkcs12",
    "pkcs7",
];
/// What the README files of the package say.
const PASSPHRASES: [&str; 6] = ["foobar", "123456", "password", "baz", "cryptography", "asdf"];

#[test]
fn every_file_is_named_for_what_it_is() {
    let root =
        std::env::var_os("VECTORS").map_or_else(|| installed::package("cryptography_vectors"), PathBuf::from);
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() > 1_200, "{} files in {}", files.len(), root.display());
    // Every core takes the next file that nobody has.
    let next = AtomicUsize::new(0);
    let take = || files.get(next.fetch_add(1, Ordering::Relaxed));
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let judgements: Vec<Judgement> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| scope.spawn(|| iter::from_fn(take).map(|path| judge(&root, path)).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(judgements.len(), files.len());
    let judged: usize = judgements.iter().map(|judgement| judgement.certificates).sum();
    let mut unnamed: Vec<_> = judgements.into_iter().filter_map(|judgement| judgement.unnamed).collect();
    unnamed.sort();
    let named = files.len() - unnamed.len();
    println!(
        "{named} of {} named, {judged} certificates judged; not named:\n{}",
        files.len(),
        unnamed.join("\n")
    );
    assert!(named * 1_000 >= files.len() * 995, "{} of {}", named, files.len());
}

/// What was made of one file.
struct Judgement {
    /// How many of its certificates could be read.
    certificates: usize,
    /// What was found, if it has no name.
    unnamed: Option<String>,
}

fn judge(root: &Path, path: &Path) -> Judgement {
    let bytes = fs::read(path).unwrap();
    let file = cert::File::read(&bytes, &Place::default());
    let is_named = !file.items.is_empty() && file.items.iter().any(|item| item.kind != Kind::Unknown);
    let is_told = file.findings.iter().any(|finding| ["DX202", "DX209"].contains(&finding.code()));
    let unnamed = (!is_named && !is_told).then(|| {
        let kinds: Vec<_> = file.items.iter().map(|item| item.kind).collect();
        let codes = file.findings.iter().map(|finding| format!("{} {}", finding.code(), finding.message));
        let codes: Vec<_> = codes.collect();
        format!("{}: {kinds:?} {codes:?}", path.strip_prefix(root).unwrap().display())
    });
    for passphrase in PASSPHRASES {
        let read = Read::new(Purpose::Any, Place::default(), bytes.clone());
        let passphrase = Some(Passphrase::new(passphrase.as_bytes().to_vec()));
        let _ = cert::check(&Inputs { files: vec![read], passphrase, ..Inputs::default() });
        if !file.items.iter().any(|item| item.kind.is_secret()) {
            break;
        }
    }
    let is_certificate =
        |item: &&cert::Item| item.kind == Kind::Certificate && Certificate::read(&item.der).is_ok();
    Judgement { certificates: file.items.iter().filter(is_certificate).count(), unnamed }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_data = path.extension().and_then(|e| e.to_str()).is_some_and(|extension| {
            ["pem", "der", "crt", "cer", "crl", "key", "p12", "pfx", "p7b", "csr"].contains(&extension)
        });
        if path.is_dir() {
            collect(&path, files);
        } else if is_data {
            files.push(path);
        }
    }
}
