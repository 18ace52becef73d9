//! What a file should have been: the same objects as canonical PEM.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::{
    cert::{
        budget::Budget,
        der::kind::{KeyContainer, Kind},
        file::{File, Item, to_pem},
        input::{Purpose, Read},
        report::Report,
        secret::{key, passphrase::Passphrase, store},
        x509::certificate::Certificate,
    },
    finding::{Definition, catalogue},
};

/// What can be done for a file.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever repairs has to do something for each")]
pub enum Repair {
    /// It is canonical already, or holds nothing that PEM is for.
    Needless,
    /// It is written anew.
    Done {
        /// Canonical PEM.
        text: Zeroizing<String>,
        /// Whether a private key is in it.
        is_secret: bool,
        /// Whether a private key was left out.
        is_without_key: bool,
    },
    /// It cannot be, and why not: without a full stop.
    Impossible(Cow<'static, str>),
}

/// Repairs a file. A private key is written only if the file is meant to hold one, and it had to be repaired, written as every
/// library reads it, or taken out of a store that is no store as clients read it. The passphrase is that of the store.
#[must_use]
pub fn repair(read: &Read, passphrase: Option<&Passphrase>) -> Repair {
    let budget = Budget::default();
    let has_key = read.items().iter().any(|item| item.kind.is_secret());
    let may_have_key = read.purpose() == Purpose::DeviceKey
        && read.items().iter().any(|item| {
            item.is_damaged || item.kind == Kind::Jks || key::anew(item.kind, &item.der, &budget).is_some()
        });
    if has_key && read.purpose() == Purpose::DeviceKey && !may_have_key {
        return Repair::Needless;
    }
    let file = read.file();
    if may_have_key && let Some(text) = keys_of_stores(file, passphrase) {
        return Repair::Done { text, is_secret: true, is_without_key: false };
    }
    if may_have_key && let Some(text) = unusual_keys(file) {
        return Repair::Done { text, is_secret: true, is_without_key: false };
    }
    let Some(whole) = file.to_pem() else {
        return if file.findings.is_empty() { Repair::Needless } else { Repair::Impossible(obstacle(file)) };
    };
    if whole.as_bytes() == read.bytes() {
        return Repair::Needless;
    }
    if !has_key || may_have_key {
        return Repair::Done { text: whole, is_secret: has_key, is_without_key: false };
    }
    let public = read.items().iter().filter(|item| !item.kind.is_secret()).map(Item::to_pem);
    match public.collect::<Option<Vec<_>>>() {
        Some(blocks) if !blocks.is_empty() => {
            let text = Zeroizing::new(blocks.iter().map(|block| block.as_str()).collect());
            Repair::Done { text, is_secret: false, is_without_key: true }
        }
        _ => Repair::Impossible("a private key is written only where one is asked for".into()),
    }
}

/// Why what was found in a file makes no PEM.
fn obstacle(read: &File) -> Cow<'static, str> {
    let without_form = read.items.iter().find(|item| item.to_pem().is_none()).map(|item| item.kind);
    let told = |definition: &'static Definition| read.findings.iter().find(|it| it.definition == definition);
    if let Some(store) = without_form.filter(|kind| kind.is_store()) {
        format!("it is {store}. The chain in it is written as one file, and the key stays in it").into()
    } else if let Some(kind) = without_form.filter(|kind| *kind != Kind::Unknown) {
        format!("it is {kind}, which has no form in PEM").into()
    } else if let Some(what) = told(&catalogue::ANOTHER_FORMAT).and_then(|it| it.found.clone()) {
        format!("it is {what}").into()
    } else if told(&catalogue::FILE_NOT_RECOGNISED).is_some() {
        "there is neither a certificate nor a key in it".into()
    } else if told(&catalogue::FILE_EMPTY).is_some() {
        "it is empty".into()
    } else if told(&catalogue::FILE_TOO_LARGE).is_some() {
        "it is too large".into()
    } else {
        "bytes are missing, or they were changed".into()
    }
}

/// The private keys in the stores of a file as PEM; `None` if there are none, or no store opens.
fn keys_of_stores(read: &File, passphrase: Option<&Passphrase>) -> Option<Zeroizing<String>> {
    let budget = Budget::default();
    let mut text = Zeroizing::new(String::new());
    for item in &read.items {
        let stored = match item.kind {
            Kind::Pkcs12 => store::pkcs12(&item.der, passphrase, &budget),
            Kind::Jks => store::jks(&item.der, passphrase, &budget),
            _ => continue,
        };
        let stored = stored.ok()?;
        for one in stored.into_iter().filter(|one| matches!(one.kind, Kind::PrivateKey(_))) {
            text.push_str(&item.holding(one.kind, one.der).to_pem()?);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A file with EC keys that not every library reads, with those as all do; `None` if it has none.
#[inline(never)]
fn unusual_keys(read: &File) -> Option<Zeroizing<String>> {
    let budget = Budget::default();
    let anew = |item: &Item| key::anew(item.kind, &item.der, &budget);
    if !read.items.iter().any(|item| anew(item).is_some()) {
        return None;
    }
    let mut blocks = Vec::new();
    for item in &read.items {
        blocks.push(match anew(item) {
            Some(der) => to_pem(Kind::PrivateKey(KeyContainer::Pkcs8), &der)?,
            None => item.to_pem()?,
        });
    }
    let mut text = Zeroizing::new(String::with_capacity(blocks.iter().map(|block| block.len()).sum()));
    for block in &blocks {
        text.push_str(block);
    }
    Some(text)
}

impl Report {
    /// What a device sends ([`Self::sent`]) as one file for a client. `None` without a leaf.
    #[must_use]
    pub fn full_chain_pem(&self) -> Option<String> {
        let mut text = String::new();
        for link in self.sent() {
            text.push_str(&self.pem_of(&link.certificate)?);
        }
        (!text.is_empty()).then_some(text)
    }

    /// A certificate of the files as PEM, alone.
    #[must_use]
    pub fn pem_of(&self, certificate: &Certificate) -> Option<Zeroizing<String>> {
        to_pem(Kind::Certificate, &certificate.der)
    }
}
