//! Keys and stores with a passphrase: bounded work whatever they ask for.

use dps_x509_core::{
    cert::{self, Input, Inputs, Passphrase, Purpose},
    finding::Place,
};

pub(super) fn run(bytes: &[u8]) {
    // What the fixtures are under, or what the file itself ends with.
    let own = bytes.get(bytes.len().saturating_sub(6)..).unwrap_or_default();
    for passphrase in [None, Some(b"example".as_slice()), Some(own)] {
        let input = Input { purpose: Purpose::DeviceKey, place: Place::default(), bytes };
        let passphrase = passphrase.map(|passphrase| Passphrase::new(passphrase.to_vec()));
        let report = cert::read(&Inputs { files: vec![input], passphrase, ..Inputs::default() });
        // The items say what there was; a secret's bytes are gone.
        for item in report.items.iter().filter(|item| item.kind.is_secret()) {
            assert!(item.der.is_empty(), "a report keeps a key: {item:?}");
        }
    }
}
