//! Reading a file never fails, and what is repaired is the same, for good.

use dps_x509_core::{
    cert::{
        Budget, File, Item, Purpose, Read, key,
        repair::{Repair, repair},
    },
    finding::Place,
};

pub(super) fn run(bytes: &[u8]) {
    for purpose in [Purpose::Any, Purpose::DeviceKey] {
        let read = |bytes: &[u8]| Read::new(purpose, Place::default().path("a.pem"), bytes.to_vec());
        let Repair::Done { text, .. } = repair(&read(bytes), None) else { continue };
        let again = repair(&read(text.as_bytes()), None);
        assert!(matches!(again, Repair::Needless), "repaired twice: {again:?}");
        let before = File::read(bytes, &Place::default()).items;
        // What a store holds is not there before it is opened.
        let is_store = before.iter().any(|item| item.kind.is_store());
        // A key that not every library reads is written as all do, and is that key and no other.
        let budget = Budget::default();
        let is_it = |item: &Item, der: &[u8]| {
            *item.der == *der || key::anew(item.kind, &item.der, &budget).is_some_and(|anew| *anew == der)
        };
        let is_there = |it: &Item| before.iter().any(|item| is_it(item, &it.der));
        let after = File::read(text.as_bytes(), &Place::default()).items;
        assert!(is_store || after.iter().all(is_there), "the repair made something that was not there");
    }
    // In lines or not, the places of findings are in the file.
    let file = File::read(bytes, &Place::default());
    let lines = bytes.split(|byte| *byte == b'\n' || *byte == b'\r').count().saturating_add(bytes.len() / 2);
    for finding in &file.findings {
        let line = finding.place.line.unwrap_or(1);
        assert!(usize::try_from(line).is_ok_and(|line| line <= lines.max(1)), "{finding:?} of {lines} lines");
    }
}
