//! The form in which a certificate goes into a box of the service, and the files that make a client's certificate.
//!
//! A box of the service takes one certificate as PEM. What it must never be given is a file with a private key. A client
//! takes one file: the leaf, then its intermediates, each once.

use crate::{
    cert::{
        der::kind::Kind,
        file::Item,
        path::{link::Link, role::Role},
        report::Report,
    },
    finding::Place,
};

mod client;

/// The form in which a certificate goes into a box of the service, or files go into that of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Its file goes there as it is.
    AsItStands,
    /// Others stand in its file; this one goes there alone.
    Alone,
    /// Its file is no PEM as readers take it: a store, DER, a text.
    AsPem,
    /// A private key stands in its file, which must not leave the device.
    WithoutKey,
    /// Several files, one behind the other, in one.
    Joined,
    /// What stands in its files is not in the order in which it is sent.
    InOrder,
}

/// What a client is given as its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientCertificate {
    /// The files with it, that with the leaf first.
    pub files: Vec<Place>,
    /// What is to be done with them.
    pub form: Form,
}

impl Form {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsItStands => "as-it-stands",
            Self::Alone => "alone",
            Self::AsPem => "as-pem",
            Self::WithoutKey => "without-key",
            Self::Joined => "joined",
            Self::InOrder => "in-order",
        }
    }
}

/// The name of the file that holds a certificate of this role alone; `None` for one that goes into no box of the service.
#[must_use]
pub const fn file_name(role: Role) -> Option<&'static str> {
    match role {
        Role::Leaf | Role::SelfSignedDevice => Some("device-cert.pem"),
        Role::Intermediate => Some("intermediate.pem"),
        Role::Root => Some("root.pem"),
        Role::ProofOfPossession => Some("verification.pem"),
        _ => None,
    }
}

impl Report {
    /// Which file of a certificate goes into a box of the service, and in which form: the file in which it stands alone, if
    /// there is one.
    #[must_use]
    pub fn filing(&self, link: &Link) -> (Place, Form) {
        let is_it = |item: &&Item| item.kind == Kind::Certificate && **item.der == *link.certificate.der;
        let places = self.items.iter().filter(is_it).map(|item| &item.place);
        let forms = std::iter::once(&link.place).chain(places).map(|place| (place, self.form(link, place)));
        // The first of equal ones is that of the device's chain.
        let best = forms.min_by_key(|(_, form)| *form != Form::AsItStands);
        best.map_or_else(|| (link.place.clone(), Form::AsPem), |(place, form)| (place.clone(), form))
    }

    fn form(&self, link: &Link, place: &Place) -> Form {
        let is_beside = |item: &&Item| item.place.path == place.path && item.place.input == place.input;
        let in_file = || self.items.iter().filter(is_beside);
        let is_it = |item: &&Item| item.kind == Kind::Certificate && **item.der == *link.certificate.der;
        let is_pem = |item: &Item| item.label.is_some() && !item.is_damaged;
        if in_file().any(|item| item.kind.is_secret()) {
            // A store is none that a box reads, with or without what is in it.
            let is_pem = in_file().filter(is_it).any(|item| item.label.is_some());
            return if is_pem { Form::WithoutKey } else { Form::AsPem };
        }
        if !in_file().filter(is_it).all(is_pem) {
            Form::AsPem
        } else if in_file().any(|item| item.kind == Kind::Certificate && !is_it(&item)) {
            Form::Alone
        } else {
            Form::AsItStands
        }
    }
}
