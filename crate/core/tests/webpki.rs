//! The strict verdict beside that of rustls-webpki, on every certificate of the fixtures, each of which has one thing
//! wrong at the most.
//!
//! webpki is another's opinion, not the truth: where the two differ, the file stands below with its reason, and a
//! reason that is not needed any more fails.
#![allow(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    cert::{Certificate, File, Kind, UnixTime, extension::oid, path::Trust},
    finding::Place,
};
use rustls_pki_types::{CertificateDer, UnixTime as WebpkiTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// In the time of all certificates of the fixtures.
const AT: i64 = 1_798_000_000;

/// File, and why webpki's verdict is another than ours.
const DIFFERENT: [(&str, &str); 16] = [
    ("edge-ca.pem", CA_AS_LEAF),
    ("intermediate-constrains-nothing.pem", CA_AS_LEAF),
    ("intermediate-huge-length.pem", "webpki has one octet for a path length; RFC 5280 4.2.1.9 has no bound"),
    ("intermediate-other-id.pem", CA_AS_LEAF),
    ("intermediate-renamed.pem", CA_AS_LEAF),
    ("intermediate-sha1.pem", CA_AS_LEAF),
    ("intermediate.pem", CA_AS_LEAF),
    (
        "issuer-may-not-sign.pem",
        "webpki 0.103 does not ask an issuer's keyUsage for keyCertSign; RFC 5280 6.1.4 (n) does",
    ),
    ("issuer-purpose.pem", "webpki nests extendedKeyUsage, RFC 5280 does not; the rule DX458 warns of it"),
    ("lax.pem", "webpki does not ask whether basicConstraints is critical; RFC 5280 4.2.1.9 does"),
    ("namesake-first.pem", "webpki does not ask for key identifiers; RFC 5280 4.2.1.1 does"),
    ("namesake.pem", CA_AS_LEAF),
    ("no-signature.pem", "webpki does not look at the leaf's keyUsage"),
    ("root.pem", CA_AS_LEAF),
    ("sha1.pem", "webpki has no SHA-1; RFC 5280 does not forbid it, the rules of the device profile do"),
    ("wrong-order.pem", CA_AS_LEAF),
];

const CA_AS_LEAF: &str = "webpki refuses a CA in the place of the leaf; RFC 5280 does not, the rules of the device profile speak of it";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert")
}

fn certificates(path: &Path) -> Vec<Certificate> {
    let file = File::read(&fs::read(path).unwrap(), &Place::default());
    let items = file.items.iter().filter(|item| item.kind == Kind::Certificate);
    items.filter_map(|item| Certificate::read(&item.der).ok()).collect()
}

fn theirs(leaf: &Certificate, intermediates: &[&Certificate], root: &Certificate) -> Result<(), String> {
    let der = |certificate: &Certificate| CertificateDer::from(certificate.der.to_vec());
    let root = der(root);
    let anchor = anchor_from_trusted_cert(&root).map_err(|error| error.to_string())?;
    let leaf = der(leaf);
    let leaf = EndEntityCert::try_from(&leaf).map_err(|error| error.to_string())?;
    let intermediates: Vec<_> = intermediates.iter().map(|certificate| der(certificate)).collect();
    let at = WebpkiTime::since_unix_epoch(Duration::from_secs(AT.try_into().unwrap()));
    leaf.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        &[anchor],
        &intermediates,
        at,
        KeyUsage::client_auth(),
        None,
        None,
    )
    .map(drop)
    .map_err(|error| error.to_string())
}

#[test]
fn verdicts_agree_or_are_explained() {
    let root = certificates(&fixtures().join("root.pem")).remove(0);
    let intermediate = certificates(&fixtures().join("intermediate.pem"));
    let mut files: Vec<_> = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    let mut explained: BTreeSet<&str> = DIFFERENT.iter().map(|(file, _)| *file).collect();
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "pem")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bag = certificates(path);
        let Some(leaf) = bag.first() else { continue };
        let intermediates: Vec<_> = bag.iter().skip(1).chain(&intermediate).collect();
        let trust = Trust {
            anchors: vec![&root],
            intermediates: intermediates.clone(),
            at: UnixTime::from_seconds(AT),
            purpose: Some(oid::CLIENT_AUTH),
            server_name: None,
            max_depth: 10,
        };
        let ours = trust.verify(leaf);
        let theirs = theirs(leaf, &intermediates, &root);
        if ours.is_ok() {
            accepted += 1;
        } else {
            refused += 1;
        }
        let differs = ours.is_ok() != theirs.is_ok();
        if differs && !explained.remove(name) {
            let ours = ours.map_or_else(|failure| failure.problem.to_string(), |_| "holds".to_owned());
            wrong.push(format!("{name}: ours: {ours}; webpki: {theirs:?}"));
        }
    }
    assert!(accepted >= 3 && refused >= 10, "{accepted} accepted, {refused} refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(explained.is_empty(), "no difference any more: {explained:?}");
}
