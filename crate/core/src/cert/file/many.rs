//! Of many findings and objects each is told in time that does not grow with the others.

use std::time::Instant;

use super::{contents::File, finding::too_many, fold, item::Item, rest};
use crate::{
    cert::der::kind::{KeyContainer, Kind},
    finding::{Finding, Place},
};

const MANY: u32 = 32_000;

/// Four times as many take four times as long, and with anything quadratic in it sixteen times: the least of three each, for a
/// machine has other work.
#[track_caller]
fn assert_grows<T>(make: impl Fn(u32) -> T, work: impl Fn(T)) {
    let least = |count| {
        let times = (0..3).map(|_| {
            let made = make(count);
            let begin = Instant::now();
            work(made);
            begin.elapsed()
        });
        times.min().unwrap_or_default()
    };
    let (few, all) = (least(MANY / 4), least(MANY));
    assert!(all < few * 9, "{few:?} for a quarter of them, {all:?} for all");
}

/// A finding on a line, with words that none on another line has.
fn finding(line: u32) -> Finding {
    let number = usize::try_from(line).unwrap_or_default();
    too_many(number, &Place::default().line(line))
}

fn item(kind: Kind, line: u32) -> Item {
    Item::plain(kind, Vec::new().into(), None, Place::default().line(line))
}

#[test]
fn findings_that_differ() {
    assert_grows(
        |count| (1..=count).map(finding).collect::<Vec<_>>(),
        |findings| assert!(fold::fold(findings).len() > 1000),
    );
}

#[test]
fn values_that_are_broken() {
    let of = |line| File { findings: vec![finding(line)], ..File::default() };
    let make = |count| {
        let plain = File {
            items: (1..=count).map(|line| item(Kind::Certificate, 3 * line)).collect(),
            findings: (1..=count).map(|line| finding(3 * line + 1)).collect(),
            ..File::default()
        };
        (plain, (1..=count).map(|line| (3 * line + 1..=3 * line + 2, of(3 * line + 2))).collect::<Vec<_>>())
    };
    assert_grows(make, |(plain, broken)| {
        let count = broken.len();
        let read = rest::competing(plain, broken.into_iter());
        // In place of what the text said of the same lines.
        assert_eq!(read.findings.len(), count);
        assert!(read.findings.iter().all(|finding| finding.place.line.is_some_and(|line| line % 3 == 2)));
    });
}

#[test]
fn objects_in_comments() {
    let key = Kind::PrivateKey(KeyContainer::Pkcs8);
    let make = |count| {
        let mut items: Vec<Item> = (1..=count).map(|line| item(key, line)).collect();
        items.push(item(key, 2 * count));
        let findings = (1..=count).map(finding).collect();
        (File { items, findings, ..File::default() }, (1..=count).map(|line| line..=line).collect::<Vec<_>>())
    };
    assert_grows(make, |(mut file, comments)| {
        rest::settle(&mut file, &comments);
        assert_eq!(file.items.len(), 1);
        assert!(file.findings.len() >= comments.len());
    });
}
