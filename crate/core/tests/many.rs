//! Files with many of one thing: as much as fits into a file is looked through in time that grows with the file.
#![cfg(feature = "cert")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken fixture is a failed test")]

use std::{collections::BTreeMap, time::Instant};

use dps_x509_core::{
    cert::{self, File, Inputs, Item, Purpose, Read, Report},
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

/// Four times as many take four times as long, and with anything quadratic in it sixteen times: the least of three each, for a
/// machine has other work.
#[track_caller]
fn assert_grows_with(many: usize, mut work: impl FnMut(usize)) {
    let mut least = |count: usize| {
        let times = (0..3).map(|_| {
            let begin = Instant::now();
            work(count);
            begin.elapsed()
        });
        times.min().unwrap()
    };
    let (few, all) = (least(many / 4), least(many));
    assert!(all < few * 9, "{few:?} for a quarter of them, {all:?} for all");
}

/// CA certificates of one name and key, each another by the end of its signature.
#[test]
fn every_certificate_has_its_box() {
    let der = first(fixture!("intermediate.pem")).der;
    let of = |count: usize| {
        let mut many = vec![first(fixture!("device-1.pem")).der.to_vec()];
        let ends = (0..u32::try_from(count).unwrap()).map(u32::to_be_bytes);
        many.extend(ends.map(|end| [&der[..der.len() - 4], &end].concat()));
        report(&many)
    };
    let reports = BTreeMap::from([1000, 4000].map(|count| (count, of(count))));
    assert_grows_with(4000, |count| {
        let report = &reports[&count];
        let filings = report.filings();
        let filed: Vec<_> = report.roles().map(|(link, _)| filings.of(link)).collect();
        assert_eq!(filed.len(), count + 1);
    });
}

#[test]
fn one_certificate_many_times() {
    let der = first(fixture!("device-1.pem")).der.to_vec();
    assert_grows_with(8000, |count| {
        assert_eq!(report(&vec![der.clone(); count]).chain.duplicates.len(), count - 1);
    });
}

/// Five bytes are an object of no known kind. A million of them, or six, are one thing.
#[test]
fn what_is_of_no_known_kind_is_one_thing() {
    let junk = [0x30, 3, 2, 1, 0].repeat(1_000_000);
    assert_grows_with(1_000_000, |count| {
        let file = File::read(&junk[..count * 5], &Place::default());
        assert_eq!((file.items.len(), file.items[0].der.len()), (1, count * 5));
    });
    let der = first(fixture!("device-1.pem")).der;
    let mixed = [&junk[..20], &der[..], &junk[..10], &der[..], &junk[..5]].concat();
    let lengths: Vec<_> =
        File::read(&mixed, &Place::default()).items.iter().map(|item| item.der.len()).collect();
    assert_eq!(lengths, [20, der.len(), 10, der.len(), 5]);
}
