//! What is kept of a file, and of a certificate in it.

use crate::{
    cert::{
        der::kind::Kind, input::Read, open::Opened, secret::key::KeyFacts, x509::certificate::Certificate,
    },
    finding::{Finding, Severity, catalogue},
};

use super::names;

/// A certificate, once, however many files have it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) certificate: Certificate,
    pub(super) issuer: String,
    pub(super) subject: String,
    /// The files that hold it.
    pub(super) files: Vec<usize>,
}

impl Known {
    pub(super) fn new(certificate: Certificate) -> Self {
        let (issuer, subject) = (certificate.issuer.canonical(), certificate.subject.canonical());
        Self { certificate, issuer, subject, files: Vec::new() }
    }

    pub(super) fn common_name(&self) -> Option<&str> {
        self.certificate.subject.common_names().find_map(|name| name.text.as_deref())
    }
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) path: String,
    /// What its name says of whose it is.
    pub(super) owner: Vec<String>,
    pub(super) kinds: Vec<Kind>,
    /// The certificates in it, in its order.
    pub(super) certificates: Vec<usize>,
    /// The private keys that could be read.
    pub(super) keys: Vec<KeyFacts>,
    /// Whether it holds a key or a store that stayed shut.
    pub(super) is_shut: bool,
    /// Whether every object in it is PEM as clients read it.
    pub(super) is_clean: bool,
    /// Damage, where nothing came out of a file that should hold something.
    pub(super) damage: Option<Damage>,
}

/// What a damaged file should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    Key,
    Certificate,
}

impl Facts {
    /// Of a file that was read alone, without its certificates.
    pub(super) fn of(opened: &Opened, read: &Read) -> Self {
        let path = read.place().path.clone().unwrap_or_default();
        let kinds: Vec<_> = opened.items.iter().map(|item| item.kind).collect();
        let of_keys = kinds.iter().filter(|kind| matches!(kind, Kind::PrivateKey(_))).count();
        let holds_nothing = kinds.iter().all(|kind| *kind == Kind::Unknown);
        let is_damaged =
            holds_nothing && names::is_of_certificates(&path) && opened.findings.iter().any(is_damage);
        let is_of_key = read.bytes().windows(KEY.len()).any(|window| window == KEY);
        Self {
            owner: names::owner(&path),
            path,
            certificates: Vec::new(),
            keys: opened.keys.iter().map(|key| key.facts.clone()).collect(),
            is_shut: kinds.iter().any(|kind| kind.is_store() && kind.is_secret())
                || of_keys > opened.keys.len(),
            is_clean: opened.items.iter().all(|item| item.label.is_some() && !item.is_damaged),
            damage: is_damaged.then_some(if is_of_key { Damage::Key } else { Damage::Certificate }),
            kinds,
        }
    }

    pub(super) fn has_secret(&self) -> bool {
        self.kinds.iter().any(|kind| kind.is_secret())
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// How many folders it is deep.
    pub(super) fn depth(&self) -> usize {
        self.path.matches(['/', '\\']).count()
    }
}

const KEY: &[u8] = b"PRIVATE KEY";

/// Whether a file could have held something. One in another format holds what it holds.
fn is_damage(finding: &Finding) -> bool {
    finding.severity == Severity::Error
        && finding.family().is_about_files()
        && finding.definition != &catalogue::ANOTHER_FORMAT
}
