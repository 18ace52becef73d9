//! Which files a client is given as its certificate: what is named is what the device sends, each certificate once.
#![cfg(feature = "cert")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![allow(unreachable_pub, dead_code, reason = "the reader of the cases has other users")]

/// The one reader of the cases; other runners have it from the package of tests.
#[path = "../../../tests/src/case.rs"]
mod case;
#[path = "../../../tests/src/expectation.rs"]
mod expectation;

use std::{fs, path::Path};

use dps_x509_core::{
    cert::{
        self, Certificate, File, Inputs, Kind, Link, Purpose, Read, Report, Role,
        boxes::{ClientCertificate, Form},
        key::Passphrase,
        role::Destination,
    },
    finding::Place,
};

/// Where the reader looks for cases and fixtures.
mod environment {
    use std::path::{Path, PathBuf};

    pub(crate) fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }
}

/// A file of the fixtures, or several of them in one, by another name.
fn file(name: &str, parts: &[&str]) -> (String, Vec<u8>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert");
    let bytes = parts.iter().flat_map(|part| fs::read(folder.join(part)).unwrap()).collect();
    (name.to_owned(), bytes)
}

fn report(files: &[(String, Vec<u8>)], group_ca: &[&str]) -> Report {
    let read = |purpose: Purpose, name: &str, bytes: &[u8]| {
        let mut place = Place::default();
        place.path = Some(name.to_owned());
        Read::new(purpose, place, bytes.to_vec())
    };
    let mut given: Vec<_> = files.iter().map(|(name, bytes)| read(Purpose::Any, name, bytes)).collect();
    for name in group_ca {
        let (name, bytes) = file(name, &[name]);
        given.push(read(Purpose::GroupCa, &name, &bytes));
    }
    let passphrase = Some(Passphrase::new(b"example".to_vec()));
    cert::check(&Inputs { files: given, passphrase, ..Inputs::default() })
}

/// Checks that the files are what is sent, as the form says, and that none of them could be left out.
fn is_what_is_sent(report: &Report, given: &ClientCertificate, bytes: impl Fn(&Place) -> Vec<u8>) {
    let sent: Vec<_> = report.sent().iter().map(|link| link.certificate.der.to_vec()).collect();
    let certificates = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let items = File::read(bytes, &Place::default()).items;
        let items = items.into_iter().filter(|item| item.kind == Kind::Certificate);
        items.map(|item| item.der.to_vec()).collect()
    };
    let all: Vec<_> = given.files.iter().map(&bytes).collect();
    let told = format!("{given:?}");
    if matches!(given.form, Form::AsItStands | Form::Joined) {
        let joined = certificates(&all.concat());
        assert!(joined.starts_with(&sent), "{told}");
        assert!(!joined[sent.len()..].iter().any(|behind| sent.contains(behind)), "{told}: twice");
        assert_eq!(given.files.len() > 1, given.form == Form::Joined, "{told}");
    }
    // What is in a store is not in its bytes.
    let held: Vec<_> = all.iter().map(|bytes| certificates(bytes)).collect();
    for (at, file) in held.iter().enumerate().filter(|(_, file)| !file.is_empty()) {
        let elsewhere: Vec<_> =
            held.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, file)| file).collect();
        assert!(file.iter().any(|one| sent.contains(one) && !elsewhere.contains(&one)), "{told}: {at}");
    }
}

/// Each kind of folder that people have, its files in every order.
#[test]
fn one_file_that_is_sent_as_it_stands_goes_before_parts() {
    let leaf = || file("device-cert.pem", &["device-1.pem"]);
    let key = || file("device-key.pem", &["device-1.key"]);
    let middle = || file("intermediate.pem", &["intermediate.pem"]);
    let root = || file("root.pem", &["root.pem"]);
    let full = || file("full.pem", &["full-chain.pem"]);
    let wrong = || file("wrong.pem", &["wrong-order.pem"]);
    let store = || file("device.p12", &["device-1.p12"]);
    let der = || file("device.der", &["device-1.der"]);
    let with_key = || file("with-key.pem", &["device-1.key", "full-chain.pem"]);
    let with_root = || file("with-root.pem", &["with-root.pem"]);
    let above = || file("above.pem", &["intermediate.pem", "root.pem"]);
    let document = || {
        let text = String::from_utf8(full().1).unwrap();
        ("device.json".to_owned(), serde_json::json!({ "cert": text }).to_string().into_bytes())
    };
    let (as_it_stands, joined, as_pem, in_order) =
        (Form::AsItStands, Form::Joined, Form::AsPem, Form::InOrder);
    let folders: Vec<(Vec<_>, Form, &[&str])> = vec![
        (vec![leaf(), full(), middle(), root(), key()], as_it_stands, &["full.pem"]),
        (vec![leaf(), full()], as_it_stands, &["full.pem"]),
        (vec![store(), leaf(), full()], as_it_stands, &["full.pem"]),
        (vec![wrong(), full(), key()], as_it_stands, &["full.pem"]),
        (vec![with_key(), full()], as_it_stands, &["full.pem"]),
        (vec![with_root(), full()], as_it_stands, &["full.pem"]),
        (vec![document(), full()], as_it_stands, &["full.pem"]),
        (vec![with_root(), leaf(), middle()], as_it_stands, &["with-root.pem"]),
        (vec![with_key(), leaf(), key()], as_it_stands, &["with-key.pem"]),
        (vec![with_key(), with_root()], as_it_stands, &["with-root.pem"]),
        (vec![with_key()], as_it_stands, &["with-key.pem"]),
        (vec![leaf(), middle(), root(), key()], joined, &["device-cert.pem", "intermediate.pem"]),
        (vec![leaf(), above(), key()], joined, &["device-cert.pem", "above.pem"]),
        (vec![leaf(), middle(), wrong()], joined, &["device-cert.pem", "intermediate.pem"]),
        (vec![leaf(), middle(), der(), store()], joined, &["device-cert.pem", "intermediate.pem"]),
        (vec![wrong(), key(), root()], in_order, &["wrong.pem"]),
        (vec![wrong(), leaf()], in_order, &["wrong.pem"]),
        (vec![wrong(), der()], in_order, &["wrong.pem"]),
        (vec![store()], as_pem, &["device.p12"]),
        (vec![document(), key()], as_pem, &["device.json"]),
        (vec![der(), middle(), root()], as_pem, &["device.der", "intermediate.pem"]),
        (vec![file("twice.pem", &["twice.pem"])], in_order, &["twice.pem"]),
        (vec![file("own.pem", &["self-signed.pem"])], as_it_stands, &["own.pem"]),
    ];
    for (files, form, names) in folders {
        for turn in 0..files.len() {
            let mut files = files.clone();
            files.rotate_left(turn);
            let report = report(&files, &[]);
            let given = report.client_certificate().unwrap();
            let found: Vec<_> = given.files.iter().filter_map(|place| place.path.as_deref()).collect();
            let all: Vec<_> = files.iter().map(|(name, _)| name).collect();
            assert_eq!((given.form, found.as_slice()), (form, names), "{all:?}");
            let bytes = |place: &Place| {
                files.iter().find(|(name, _)| Some(name) == place.path.as_ref()).unwrap().1.clone()
            };
            is_what_is_sent(&report, &given, bytes);
        }
    }
}

/// What the service has need not be sent; a file with it is sent all the same if there is no other.
#[test]
fn what_the_service_has_need_not_be_in_it() {
    for (files, name) in [
        (vec![file("leaf.pem", &["device-1.pem"]), file("full.pem", &["full-chain.pem"])], "leaf.pem"),
        (vec![file("full.pem", &["full-chain.pem"])], "full.pem"),
    ] {
        let report = report(&files, &["intermediate.pem"]);
        let given = report.client_certificate().unwrap();
        assert_eq!(given.form, Form::AsItStands);
        assert_eq!(given.files.iter().map(|place| place.path.as_deref()).collect::<Vec<_>>(), [Some(name)]);
    }
}

/// A CA, a proof of possession, the CA of an Edge device and a TPM's certificate are no device's.
#[test]
fn what_is_no_device_goes_into_no_client() {
    for name in ["intermediate.pem", "proof.pem", "edge-ca.pem", "tpm.pem"] {
        assert_eq!(report(&[file(name, &[name])], &[]).client_certificate(), None, "{name}");
    }
}

/// Whatever the files of a case are, what is named for the client is what the device sends.
#[test]
fn every_case_names_what_its_device_sends() {
    let (mut as_they_stand, mut others) = (0, 0);
    for case in case::all() {
        let inputs = case.given.inputs();
        let report = cert::check(&inputs);
        let Some(given) = report.client_certificate() else { continue };
        let is_it = |read: &&Read, place: &Place| {
            read.place().path == place.path && read.place().input == place.input
        };
        // Cases give some files twice, and texts without a name.
        let bytes = |place: &Place| -> Vec<u8> {
            let files: Vec<_> = inputs.files.iter().filter(|read| is_it(read, place)).collect();
            assert!(!files.is_empty(), "{}: {place}", case.name);
            files[0].bytes().to_vec()
        };
        let names: std::collections::BTreeSet<_> =
            inputs.files.iter().map(|read| read.place().to_string()).collect();
        if names.len() == inputs.files.len() {
            is_what_is_sent(&report, &given, bytes);
            let count = if given.form == Form::AsItStands { &mut as_they_stand } else { &mut others };
            *count += 1;
        }
    }
    assert!(as_they_stand > 100 && others > 20, "{as_they_stand} {others}");
}

/// Whatever the files of a case are, no box is offered an expired certificate beside a valid one of the same name and key.
#[test]
fn no_box_is_offered_what_was_renewed() {
    let mut renewed = 0;
    for case in case::all() {
        let inputs = case.given.inputs();
        let Some(at) = inputs.at else { continue };
        let report = cert::check(&inputs);
        // What the service is given; what the device sends has to be valid whatever else there is.
        let of_service = |role: Role| {
            role.destinations()
                .iter()
                .any(|to| !matches!(to, Destination::ClientCertificate | Destination::CaFile))
        };
        let is_leaf = |link: &Link| report.chain.leaf.as_deref().is_some_and(|leaf| std::ptr::eq(leaf, link));
        for (link, role) in report.roles().filter(|(link, _)| !is_leaf(link)) {
            let is_twin = |other: &Certificate| {
                other.subject == link.certificate.subject && other.public_key == link.certificate.public_key
            };
            let is_renewed = |(other, _): (&std::sync::Arc<Link>, Role)| {
                is_twin(&other.certificate) && other.certificate.is_valid_at(at)
            };
            if link.certificate.not_after.is_some_and(|end| end < at) && report.roles().any(is_renewed) {
                assert!(!of_service(role), "{}: {}", case.name, link.place);
                renewed += 1;
            }
        }
    }
    assert!(renewed >= 5, "{renewed}");
}
