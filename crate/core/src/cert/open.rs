//! What files hold once their stores and their keys are opened: before any chain is built and any rule applied.

use std::{borrow::Cow, sync::Arc};

use zeroize::Zeroizing;

use crate::{
    cert::{
        der::kind::{KeyContainer, Kind},
        file::{File, Item, too_many},
        input::{Inputs, Purpose, Read},
        path::{link::Link, role::ServerRoot},
        rule::{self, purpose},
        secret::{
            error::KeyError,
            key::{self, KeyFacts},
            store::{self, Stored},
        },
        x509::{certificate::Certificate, revocation::RevocationList},
    },
    finding::{Definition, Finding, Place},
};

/// What the files hold, each object with the file that it came by.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Opened {
    /// The certificates that may be of the device or stand above it.
    pub device: Vec<Arc<Link>>,
    /// The CA certificates that were uploaded to the service.
    pub group_cas: Vec<Arc<Link>>,
    /// The roots by which the device trusts the server.
    pub server_trust: Vec<Arc<Link>>,
    /// The private keys that could be read.
    pub keys: Vec<OpenKey>,
    /// Everything, in the order of the files. Secrets are told by kind and place, without their bytes.
    pub items: Vec<Item>,
    /// What is neither a certificate nor a store, in files of which nobody said the purpose.
    pub others: Vec<(Kind, Place)>,
    /// The revocation lists of all files.
    pub revocation_lists: Vec<(RevocationList, Place)>,
    /// Where keys are that stayed shut and that nobody said to be the device's.
    pub shut: Vec<Place>,
    /// Whether a key or a store has a passphrase and none was given.
    pub is_passphrase_missing: bool,
    /// Of the findings, the kinds for which a client does not read the files as they are written.
    pub refused: Vec<&'static Definition>,
    /// What is wrong with each file as a file.
    pub findings: Vec<Finding>,
}

/// A private key without its encryption. Wiped when it is dropped, and `Debug` does not show it.
#[non_exhaustive]
pub struct OpenKey {
    /// What is public of it.
    pub facts: KeyFacts,
    /// Where it came from.
    pub place: Place,
    /// What its file was given for.
    pub purpose: Purpose,
    /// PKCS#8, SEC1 or PKCS#1 in DER.
    pub der: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for OpenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { facts, place, purpose, der } = self;
        f.debug_struct("OpenKey")
            .field("facts", facts)
            .field("place", place)
            .field("purpose", purpose)
            .field("bytes", &der.len())
            .finish()
    }
}

/// Opens what the files hold, on the budget of the inputs.
#[must_use]
pub fn open(inputs: &Inputs) -> Opened {
    let mut opened = Opened::default();
    for (number, read) in inputs.files.iter().enumerate() {
        let before = inputs.files.get(..number).unwrap_or_default();
        if let Some(first) = before.iter().find(|first| is_copy(read, first) && !read.items().is_empty()) {
            opened.findings.push(purpose::copy(read, first));
            opened.items.extend(read.items().iter().map(Item::without_secret));
            continue;
        }
        let (told, known) = (opened.findings.len(), opened.keys.len());
        opened.take(number, read, inputs);
        if before.iter().any(|first| first.bytes() == read.bytes()) {
            forget_repeated(&mut opened.findings, told);
            opened.keys.truncate(known);
        }
    }
    opened
}

impl Opened {
    /// Takes what is in the file of this number.
    fn take(&mut self, number: usize, read: &Read, inputs: &Inputs) {
        self.findings.extend(read.file().findings.iter().cloned());
        self.refused.extend(&read.file().refused);
        let items = self.open_stores(read.items(), inputs);
        let items: Vec<&Item> = items.iter().map(AsRef::as_ref).collect();
        let purpose = read.purpose();
        purpose::check(purpose, &items, &mut self.findings);
        for item in items {
            match item.kind {
                Kind::Certificate if purpose != Purpose::DeviceKey => {
                    self.certificate(number, purpose, item);
                }
                Kind::PrivateKey(_) => self.key(purpose, item, inputs),
                Kind::RevocationList => {
                    let list = RevocationList::read(&item.der).ok();
                    self.revocation_lists.extend(list.map(|list| (list, item.place.clone())));
                }
                _ => {}
            }
            let is_other =
                item.kind != Kind::Certificate && item.kind != Kind::Unknown && !item.kind.is_store();
            if is_other && purpose == Purpose::Any {
                self.others.push((item.kind, item.place.clone()));
            }
            self.items.push(item.without_secret());
        }
    }

    /// Puts what stores hold in the place of the store itself. One that stays shut stays an item.
    fn open_stores<'a>(&mut self, items: &'a [Item], inputs: &Inputs) -> Vec<Cow<'a, Item>> {
        let mut out = Vec::new();
        for item in items {
            let passphrase = inputs.passphrase.as_ref();
            let stored = match item.kind {
                // What is encrypted for somebody, or signed without a certificate, holds nothing either.
                Kind::Pkcs7 => Ok(store::pkcs7(&item.der).unwrap_or_default()),
                Kind::Pkcs12 => store::pkcs12(&item.der, passphrase, &inputs.budget),
                Kind::Jks => store::jks(&item.der, passphrase, &inputs.budget),
                _ => {
                    out.push(Cow::Borrowed(item));
                    continue;
                }
            };
            match stored {
                Ok(stored) if !stored.is_empty() => {
                    self.findings.extend(not_whole(item, &stored, inputs));
                    let is_full = stored.len() >= File::MAX_OBJECTS;
                    self.findings.extend(is_full.then(|| too_many(File::MAX_OBJECTS, &item.place)));
                    out.extend(stored.into_iter().map(|one| Cow::Owned(item.holding(one.kind, one.der))));
                    continue;
                }
                Ok(_) => self.findings.push(purpose::empty_store(item.kind, &item.place)),
                Err(error) => {
                    self.is_passphrase_missing |= error == KeyError::PassphraseMissing;
                    self.findings.push(rule::key::store_unreadable(item.kind, error, &item.place));
                }
            }
            out.push(Cow::Borrowed(item));
        }
        out
    }

    fn certificate(&mut self, number: usize, purpose: Purpose, item: &Item) {
        let certificate = match Certificate::read(&item.der) {
            Ok(certificate) => certificate,
            Err(outline) => return self.findings.push(rule::damage::no_certificate(&outline, &item.place)),
        };
        let links = match purpose {
            Purpose::GroupCa => &mut self.group_cas,
            Purpose::ServerTrust => &mut self.server_trust,
            Purpose::Any if ServerRoot::of(&certificate).is_some() => &mut self.server_trust,
            _ => &mut self.device,
        };
        let place = item.place.clone().object(format!("certificate \"{}\"", certificate.subject));
        links.push(Arc::new(Link { certificate, place, file: number, value: item.value }));
    }

    fn key(&mut self, purpose: Purpose, item: &Item, inputs: &Inputs) {
        let opened = key::open(item.kind, &item.der, inputs.passphrase.as_ref(), &inputs.budget);
        let read = opened.and_then(|der| Ok((KeyFacts::of_opened(item.kind, &der, &inputs.budget)?, der)));
        match read {
            Ok((facts, der)) => {
                let is_legacy = facts.container == Some(KeyContainer::LegacyEncrypted);
                self.findings.extend(is_legacy.then(|| rule::key::legacy(&item.place)));
                self.keys.push(OpenKey { facts, place: item.place.clone(), purpose, der });
            }
            Err(error) => {
                self.is_passphrase_missing |= error == KeyError::PassphraseMissing;
                self.findings.push(rule::key::unreadable(error, &item.place));
                self.shut.extend((purpose != Purpose::DeviceKey).then(|| item.place.clone()));
            }
        }
    }
}

/// A Java keystore of which a key was opened, and whose hash does not fit that passphrase.
fn not_whole(item: &Item, stored: &[Stored], inputs: &Inputs) -> Option<Finding> {
    let is_open = |one: &Stored| one.kind == Kind::PrivateKey(KeyContainer::Pkcs8);
    let passphrase =
        inputs.passphrase.as_ref().filter(|_| item.kind == Kind::Jks && stored.iter().any(is_open))?;
    let is_changed = store::jks_is_whole(&item.der, passphrase, &inputs.budget) == Ok(false);
    is_changed.then(|| rule::key::store_not_whole(&item.place))
}

/// Whether a file says nothing that another has not said.
fn is_copy(read: &Read, first: &Read) -> bool {
    first.purpose() == read.purpose() && first.bytes() == read.bytes()
}

/// Takes out what was told before, of the same bytes for another purpose.
fn forget_repeated(findings: &mut Vec<Finding>, told: usize) {
    let new = findings.split_off(told);
    let is_told = |one: &Finding| {
        findings.iter().any(|other| other.definition == one.definition && other.message == one.message)
    };
    let new: Vec<_> = new.into_iter().filter(|one| !is_told(one)).collect();
    findings.extend(new);
}
