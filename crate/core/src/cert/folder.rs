//! Which of many files are which device's: a folder as people and their tools leave it.
//!
//! Each file is looked at once ([`Sorter::add`]) and is not kept. What belongs together is told by keys, issuers and
//! signatures. The name of a file decides only where nothing else can: for a key that stays shut, and for a file that
//! is damaged. What is no device's (scripts, requests, the keys of CAs, a CA's own archive) is left out, with the reason.

mod authorities;
mod device;
mod facts;
mod left_out;
mod names;
mod sort;

use std::collections::HashMap;

pub use device::{DeviceFiles, Folder};
pub use left_out::LeftOut;

use crate::cert::{
    der::kind::Kind,
    input::{Inputs, Read},
    open::open,
    secret::passphrase::Passphrase,
    x509::certificate::Certificate,
};
use facts::{Facts, Known};

/// What is known of the files of a folder.
#[derive(Debug, Default)]
pub struct Sorter {
    files: Vec<Facts>,
    known: Vec<Known>,
    by_der: HashMap<Box<[u8]>, usize>,
    passphrase: Option<Passphrase>,
}

impl Sorter {
    /// Nothing is known yet. The passphrase is that of the devices' keys and stores.
    #[must_use]
    pub fn new(passphrase: Option<Passphrase>) -> Self {
        Self { passphrase, ..Self::default() }
    }

    /// Looks at a file. Its path ([`Read::place`]) is relative to the folder. Each file has a budget of its own: it is that
    /// of a call, and a folder is as many calls.
    pub fn add(&mut self, read: &Read) {
        let number = self.files.len();
        let inputs =
            Inputs { files: vec![read.clone()], passphrase: self.passphrase.clone(), ..Inputs::default() };
        let opened = open(&inputs);
        let mut facts = Facts::of(&opened, read);
        for item in opened.items.iter().filter(|item| item.kind == Kind::Certificate) {
            let Ok(certificate) = Certificate::read(&item.der) else { continue };
            let place = self.by_der.get(&certificate.der).copied().unwrap_or_else(|| {
                self.by_der.insert(certificate.der.clone(), self.known.len());
                self.known.push(Known::new(certificate));
                self.known.len() - 1
            });
            if let Some(known) = self.known.get_mut(place).filter(|known| !known.files.contains(&number)) {
                known.files.push(number);
            }
            facts.certificates.push(place);
        }
        self.files.push(facts);
    }

    /// How many files were added.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether no file was added.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Sorts what was added.
    #[must_use]
    pub fn sort(&self) -> Folder {
        sort::sort(&self.files, &self.known)
    }
}
