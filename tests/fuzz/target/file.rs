//! Reading a file never fails, and what is repaired is the same, for good.

use dps_x509_core::{
    cert::{
        File, Purpose, Read,
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
        let (before, after) = (ders(bytes), ders(text.as_bytes()));
        // What a store holds is not there before it is opened.
        let is_store = File::read(bytes, &Place::default()).items.iter().any(|item| item.kind.is_store());
        let is_there = |der| before.contains(der);
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

fn ders(bytes: &[u8]) -> Vec<Vec<u8>> {
    let file = File::read(bytes, &Place::default());
    file.items.iter().map(|item| item.der.to_vec()).collect()
}
