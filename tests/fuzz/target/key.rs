//! Keys and stores with a passphrase: bounded work whatever they ask for.

use dps_x509_core::{
    cert::{self, Inputs, Passphrase, Purpose, Read},
    finding::Place,
};

pub(super) fn run(bytes: &[u8]) {
    // What the fixtures are under, or what the file itself ends with.
    let own = bytes.get(bytes.len().saturating_sub(6)..).unwrap_or_default();
    for passphrase in [None, Some(b"example".as_slice()), Some(own)] {
        let read = Read::new(Purpose::DeviceKey, Place::default(), bytes.to_vec());
        let passphrase = passphrase.map(|passphrase| Passphrase::new(passphrase.to_vec()));
        let report = cert::check(&Inputs { files: vec![read], passphrase, ..Inputs::default() });
        // The items say what there was; a secret's bytes are gone.
        for item in report.items.iter().filter(|item| item.kind.is_secret()) {
            assert!(item.der.is_empty(), "a report keeps a key: {item:?}");
        }
    }
}
