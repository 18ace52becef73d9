//! What a verifier comes to that takes the first certificate with the issuer's name and goes back from no way: our word beside
//! that of `openssl verify`, where several certificates have one name.

use std::{fs, path::Path};

use dps_x509_core::{
    cert::{Enrollment, Inputs, Purpose, Read, UnixTime, check},
    finding::{Place, Severity},
};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::{AT, Chain, Rigour, openssl, recipe::extension, write};

/// Name, what is sent behind the leaf, whether it holds: each of the certificates by its name in [`Certificates`].
type Way = (&'static str, &'static [&'static str], bool);

/// The leaf stands below "issuing", and that below the root, which is the anchor.
const WAYS: [Way; 12] = [
    ("right", &["right"], true),
    ("wrong-behind", &["right", "wrong"], true),
    ("wrong-first", &["wrong", "right"], false),
    ("wrong-first-and-expired", &["wrong and expired", "right"], true),
    ("wrong-first-and-not-yet-valid", &["wrong and early", "right"], true),
    ("wrong-first-and-unreadable", &["wrong and unreadable", "right"], true),
    ("wrong-first-and-with-its-usage-twice", &["wrong and doubled", "right"], true),
    ("wrong-first-and-no-ca", &["wrong and no ca", "right"], false),
    ("elsewhere-first", &["elsewhere", "right"], false),
    ("elsewhere-first-with-its-root", &["elsewhere", "other root", "right"], false),
    ("in-a-circle", &["by itself in a circle", "circle", "right"], true),
    ("root-of-another-key-beside", &["right", "false root"], true),
];

struct Certificates {
    leaf: Vec<u8>,
    root: Vec<u8>,
    others: Vec<(&'static str, Vec<u8>)>,
}

impl Certificates {
    fn new() -> Self {
        let key = || KeyPair::generate().unwrap();
        let (top, issuing, wrong, other, circle) = (key(), key(), key(), key(), key());
        let root = ca("root");
        let by = |above: &str, key: &KeyPair, params: &CertificateParams, of: &KeyPair| {
            params.signed_by(of, &Issuer::from_params(&ca(above), key)).unwrap().der().to_vec()
        };
        // Of the wrong ones none is valid as long as the right one.
        let mut right = ca("issuing");
        right.not_after = date_time_ymd(2050, 1, 1);
        let changed = |change: fn(&mut CertificateParams)| {
            let mut params = ca("issuing");
            change(&mut params);
            by("root", &top, &params, &wrong)
        };
        let mut device = named("device-1");
        device.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        Self {
            leaf: by("issuing", &issuing, &device, &key()),
            root: root.self_signed(&top).unwrap().der().to_vec(),
            others: vec![
                ("right", by("root", &top, &right, &issuing)),
                ("wrong", changed(|_| ())),
                ("wrong and expired", changed(|it| it.not_after = date_time_ymd(2026, 1, 1))),
                ("wrong and early", changed(|it| it.not_before = date_time_ymd(2030, 1, 1))),
                (
                    "wrong and unreadable",
                    changed(|it| {
                        it.key_usages = Vec::new();
                        it.custom_extensions = vec![extension(15, &[5, 0])];
                    }),
                ),
                (
                    "wrong and doubled",
                    changed(|it| it.custom_extensions = vec![extension(15, &[3, 2, 1, 6])]),
                ),
                ("wrong and no ca", changed(|it| it.is_ca = IsCa::ExplicitNoCa)),
                ("elsewhere", by("other root", &other, &ca("issuing"), &issuing)),
                ("other root", ca("other root").self_signed(&other).unwrap().der().to_vec()),
                ("by itself in a circle", by("circle", &circle, &ca("issuing"), &issuing)),
                ("circle", by("issuing", &issuing, &ca("circle"), &circle)),
                ("false root", root.self_signed(&wrong).unwrap().der().to_vec()),
            ],
        }
    }

    fn chain(&self, sent: &[&str]) -> Chain {
        let of = |name: &&str| self.others.iter().find(|(it, _)| it == name).unwrap().1.clone();
        Chain {
            root: self.root.clone(),
            intermediates: sent.iter().map(of).collect(),
            leaf: self.leaf.clone(),
        }
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2040, 1, 1));
    params
}

/// No key identifier tells two of one name apart.
fn ca(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]);
    params
}

/// Whether every verifier finds a way, as far as the report tells.
fn ours(folder: &Path, anchor: &str, at: Option<u64>) -> bool {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let file = |purpose, bytes| Read::new(purpose, Place::default(), bytes);
    let sent = [read("leaf.pem"), read("intermediates.pem")].concat();
    let report = check(&Inputs {
        files: vec![file(Purpose::DeviceChain, sent), file(Purpose::GroupCa, read(anchor))],
        at: at.map(|at| UnixTime::from_seconds(at.try_into().unwrap())),
        enrollment: Enrollment::Group,
        ..Inputs::default()
    });
    report.findings.iter().all(|finding| finding.severity != Severity::Error)
}

#[test]
fn the_first_of_a_name_is_taken() {
    let certificates = Certificates::new();
    for (name, sent, holds) in WAYS {
        let folder = write(&certificates.chain(sent), &format!("first-{name}"));
        let theirs = openssl(&folder, Rigour::Usual { is_timed: true });
        assert_eq!(theirs.is_ok(), holds, "{name}: {theirs:?}");
        assert_eq!(ours(&folder, "root.pem", Some(AT)), holds, "{name}");
    }
}

/// Without a time an expired one is as good as another.
#[test]
fn without_a_time_none_is_too_old() {
    let folder = write(&Certificates::new().chain(&["wrong and expired", "right"]), "first-without-a-time");
    assert!(!ours(&folder, "root.pem", None));
}
