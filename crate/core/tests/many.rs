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

/// Whatever can be the start of base64 is tried, and what was tried for one start is not tried for the next once more: lines of
/// base64 take some times as long as lines of words.
#[test]
fn lines_of_base64_of_words() {
    let words = "The quick brown fox jumps over the lazy dog. The quick brown fox jumps over the lazy dog.\n";
    // What it says in base64, with the sign at its end after which base64 can begin again.
    let encoded =
        "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gVGhlIHF1aWNrIGJyb3duIGZveA==\n";
    let time = |line: &str| {
        let text = line.repeat(400);
        let times = (0..3).map(|_| {
            let begin = Instant::now();
            assert!(File::read(text.as_bytes(), &Place::default()).items.is_empty());
            begin.elapsed()
        });
        times.min().unwrap()
    };
    let (words, encoded) = (time(words), time(encoded));
    assert!(encoded < words * 8, "{words:?} for words, {encoded:?} for their base64");
}

/// What is told of a file has an end: as numbers, as a message of PKCS#7, as values of a program.
#[test]
fn what_is_told_has_an_end() {
    let most = File::MAX_OBJECTS;
    let message = |content: &[u8]| {
        let part = |tag: u8, content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x84][..], &length, content].concat()
        };
        let identifier = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2];
        let parts = [&[2, 1, 1, 0x31, 0][..], &part(0xa0, content), &[0x31, 0]].concat();
        part(0x30, &[&identifier[..], &part(0xa0, &part(0x30, &parts))].concat())
    };
    let report = report(&[message(&[0x30, 3, 2, 1, 0].repeat(most + 100))]);
    assert_eq!(report.items.len(), most);
    assert!(report.findings.iter().any(|finding| finding.code() == "DX207"));
    for text in [
        "48 3 2 1 0 ".repeat(most + 100),
        "char a[] = {48,3,2,1,0,48,3,2,1,0,48,3,2,1,0,48,3,2,1,0};\n".repeat(most / 4 + 100),
    ] {
        let read = File::read(text.as_bytes(), &Place::default());
        assert!(read.items.len() < most + 5, "{}", read.items.len());
        assert!(read.findings.iter().any(|finding| finding.code() == "DX207"));
    }
}
