//! The verdicts on chains that are made for the test, each with one thing wrong: the strict one beside those of
//! `openssl verify -x509_strict` and rustls-webpki, the usual one beside that of `openssl verify`.
//!
//! Each chain is a folder named after what is wrong, below the folder of build results. Where one of the others
//! differs, the mutation stands below with its reason; a reason that is not needed any more fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod authority;
mod edge;
mod first_way;
mod recipe;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use dps_x509_core::{
    cert::{
        Budget, Certificate, File, Item, Kind, UnixTime,
        extension::oid,
        path::{Rigour, Trust, signatures::Signatures},
    },
    finding::Place,
};
use recipe::{Chain, MUTATIONS, Recipe};
use rustls_pki_types::{CertificateDer, UnixTime as WebpkiTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// 2027-01-01.
const AT: u64 = 1_798_761_600;

/// Mutation, who differs, why.
const DIFFERENT: [(&str, &str, &str); 26] = [
    ("root-expired", "webpki", OF_ANCHORS),
    ("root-is-no-ca", "webpki", OF_ANCHORS),
    ("root-may-not-sign", "webpki", OF_ANCHORS),
    ("path-too-long", "webpki", OF_ANCHORS),
    (
        "issuer-has-another-key-identifier",
        "openssl",
        "OpenSSL chains by key identifiers; for RFC 5280 they are a hint",
    ),
    ("intermediate-may-not-sign", "webpki", "webpki 0.103 does not ask an issuer's keyUsage for keyCertSign"),
    ("intermediate-for-servers-only", "openssl", NESTING),
    ("intermediate-for-servers-only", "webpki", NESTING),
    ("leaf-may-not-sign", "webpki", "webpki does not look at the leaf's keyUsage"),
    (
        "leaf-is-a-ca",
        "webpki",
        "webpki refuses a CA in the place of the leaf; RFC 5280 does not, DX423 warns of it",
    ),
    ("root-does-not-say-that-it-is-a-ca", "webpki", OF_ANCHORS),
    ("root-says-nothing-of-itself", "webpki", OF_ANCHORS),
    ("root-with-an-unknown-critical-extension", "webpki", OF_ANCHORS),
    ("leaf-with-an-extension-twice", "openssl", TWICE),
    ("leaf-with-an-extension-twice", "webpki", TWICE),
    ("leaf-with-an-extension-twice", "openssl as usual", TWICE),
    ("leaf-with-a-usage-that-cannot-be-read", "webpki", UNREAD),
    ("leaf-with-a-key-identifier-that-cannot-be-read", "webpki", UNREAD),
    ("leaf-with-an-issuer-identifier-that-cannot-be-read", "webpki", UNREAD),
    ("leaf-with-a-netscape-type-that-cannot-be-read", "webpki", UNREAD),
    ("leaf-with-names-of-no-kind", "webpki", UNREAD),
    ("leaf-with-a-name-of-a-tenth-kind", "webpki", UNREAD),
    ("leaf-without-names-where-they-are", "webpki", "webpki takes an empty list for none"),
    ("leaf-with-points-of-no-kind", "webpki", UNREAD),
    ("leaf-with-a-key-that-is-none", "openssl", OFF_ITS_CURVE),
    ("leaf-with-a-key-that-is-none", "openssl as usual", OFF_ITS_CURVE),
];

const OF_ANCHORS: &str = "webpki takes name and key from a trust anchor and nothing else";
const TWICE: &str =
    "RFC 5280 forbids it and Go refuses it; OpenSSL and webpki look at the extensions that they read";
const UNREAD: &str = "webpki does not read it";
const OFF_ITS_CURVE: &str = "what verifies no signature is not computed with; DX306 tells it";
const NESTING: &str = "OpenSSL and webpki nest extendedKeyUsage; RFC 5280 does not, DX458 warns of it";

fn ours(chain: &Chain, rigour: Rigour) -> Result<(), String> {
    let read = |der: &Vec<u8>| Certificate::read(der).map_err(|outline| outline.to_string());
    let (root, leaf) = (read(&chain.root)?, read(&chain.leaf)?);
    let intermediates: Vec<_> = chain.intermediates.iter().map(read).collect::<Result<_, _>>()?;
    let trust = Trust {
        anchors: vec![&root],
        intermediates: intermediates.iter().collect(),
        at: UnixTime::from_seconds(AT.try_into().unwrap()),
        purpose: Some(oid::CLIENT_AUTH),
        server_name: None,
        max_depth: 10,
    };
    let budget = Budget::default();
    let verdict = trust.verify_by(&leaf, &Signatures::new(&budget), rigour);
    verdict.map(drop).map_err(|failure| failure.problem.to_string())
}

fn webpki(chain: &Chain) -> Result<(), String> {
    let verify = || {
        let root = CertificateDer::from(chain.root.clone());
        let anchor = anchor_from_trusted_cert(&root)?;
        let leaf = CertificateDer::from(chain.leaf.clone());
        let intermediates: Vec<_> = chain.intermediates.iter().cloned().map(CertificateDer::from).collect();
        EndEntityCert::try_from(&leaf)?.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &[anchor],
            &intermediates,
            WebpkiTime::since_unix_epoch(Duration::from_secs(AT)),
            KeyUsage::client_auth(),
            None,
            None,
        )?;
        Ok(())
    };
    verify().map_err(|error: webpki::Error| error.to_string())
}

fn openssl(folder: &Path, rigour: Rigour) -> Result<(), String> {
    let mut command = Command::new("openssl");
    command.args(["verify", "-no-CApath", "-no-CAstore", "-purpose", "sslclient"]);
    command.args((rigour == Rigour::Strict).then_some("-x509_strict"));
    command.args(["-attime", &AT.to_string(), "-CAfile"]).arg(folder.join("root.pem"));
    if folder.join("intermediates.pem").exists() {
        command.arg("-untrusted").arg(folder.join("intermediates.pem"));
    }
    let output = command.arg(folder.join("leaf.pem")).output();
    let output = output.unwrap_or_else(|error| panic!("openssl is missing: {error}"));
    let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    if output.status.success() { Ok(()) } else { Err(said) }
}

fn write(chain: &Chain, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let pem = |der: &Vec<u8>| {
        let file = File::read(der, &Place::default());
        let item: &Item = &file.items[0];
        assert_eq!(item.kind, Kind::Certificate);
        item.to_pem().unwrap().to_string()
    };
    fs::write(folder.join("root.pem"), pem(&chain.root)).unwrap();
    fs::write(folder.join("leaf.pem"), pem(&chain.leaf)).unwrap();
    if !chain.intermediates.is_empty() {
        let intermediates: String = chain.intermediates.iter().map(pem).collect();
        fs::write(folder.join("intermediates.pem"), intermediates).unwrap();
    }
    folder
}

#[test]
fn verdicts_agree_or_are_explained() {
    let mut explained: BTreeSet<(&str, &str)> =
        DIFFERENT.iter().map(|(name, who, _)| (*name, *who)).collect();
    let mut wrong = Vec::new();
    for (name, mutate) in MUTATIONS {
        let mut recipe = Recipe::new();
        mutate(&mut recipe);
        let chain = recipe.make();
        let folder = write(&chain, name);
        let (strict, usual) = (Rigour::Strict, Rigour::Usual { is_timed: true });
        for (who, rigour, theirs) in [
            ("openssl", strict, openssl(&folder, strict)),
            ("webpki", strict, webpki(&chain)),
            ("openssl as usual", usual, openssl(&folder, usual)),
        ] {
            let ours = ours(&chain, rigour);
            if name.starts_with("nothing") && ours.is_err() {
                wrong.push(format!("{name}: {ours:?}, although nothing is wrong"));
            }
            if ours.is_ok() != theirs.is_ok() && !explained.remove(&(name, who)) {
                wrong.push(format!("{name}: ours: {ours:?}; {who}: {theirs:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(explained.is_empty(), "no difference any more: {explained:?}");
}
