//! Files with many of one thing: as much as fits into a file is looked through in time that grows with the file.
#![cfg(feature = "cert")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken fixture is a failed test")]

use std::time::{Duration, Instant};

use dps_x509_core::{
    cert::{
        self, Budget, Certificate, File, Inputs, Item, Purpose, Read, Report,
        key::{KeyFacts, KeyMatch},
    },
    finding::Place,
};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixture/cert/", $name)).as_slice()
    };
}

fn first(bytes: &[u8]) -> Item {
    File::read(bytes, &Place::default()).items[0].clone()
}

/// The report on one file of many certificates, by a path.
fn report(der: &[Vec<u8>]) -> Report {
    let mut place = Place::default();
    place.path = Some("many.der".to_owned());
    cert::check(&Inputs { files: vec![Read::new(Purpose::Any, place, der.concat())], ..Inputs::default() })
}

/// Many times what it takes on a machine with others, and a small part of what it takes with anything quadratic in it.
#[track_caller]
fn ends_within<T>(seconds: u64, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = work();
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(seconds), "{took:?}");
    done
}

/// CA certificates of one name and key, each another by the end of its signature.
#[test]
fn every_certificate_has_its_box() {
    let der = first(fixture!("intermediate.pem")).der;
    let mut many = vec![first(fixture!("device-1.pem")).der.to_vec()];
    many.extend((0..6000_u32).map(|number| [&der[..der.len() - 4], &number.to_be_bytes()].concat()));
    let report = report(&many);
    let filings = report.filings();
    let filed: Vec<_> = ends_within(3, || report.roles().map(|(link, _)| filings.of(link)).collect());
    assert_eq!(filed.len(), many.len());
}

#[test]
fn one_certificate_many_times() {
    let der = first(fixture!("device-1.pem")).der.to_vec();
    let report = ends_within(30, || report(&vec![der; 20_000]));
    assert_eq!(report.chain.duplicates.len(), 19_999);
}

/// Five bytes are an object of no known kind. Three million of them, or six, are one thing.
#[test]
fn what_is_of_no_known_kind_is_one_thing() {
    let junk = [0x30, 3, 2, 1, 0].repeat(3_000_000);
    let file = File::read(&junk, &Place::default());
    assert_eq!((file.items.len(), file.items[0].der.len()), (1, junk.len()));
    let der = first(fixture!("device-1.pem")).der;
    let mixed = [&junk[..20], &der[..], &junk[..10], &der[..], &junk[..5]].concat();
    let lengths: Vec<_> =
        File::read(&mixed, &Place::default()).items.iter().map(|item| item.der.len()).collect();
    assert_eq!(lengths, [20, der.len(), 10, der.len(), 5]);
}

/// Each of a thousand keys is compared with each of many certificates.
#[test]
fn keys_are_compared_with_certificates_by_their_bytes() {
    let key = first(fixture!("device-1.key"));
    let facts = KeyFacts::read(key.kind, &key.der, None, &Budget::default()).unwrap();
    let own = Certificate::read(&first(fixture!("device-1.pem")).der).unwrap().public_key;
    let others = Certificate::read(&first(fixture!("intermediate.pem")).der).unwrap().public_key;
    ends_within(10, || {
        for _ in 0..200_000 {
            assert_eq!(facts.matches(&own), KeyMatch::Yes);
            assert_eq!(facts.matches(&others), KeyMatch::No);
        }
    });
}
