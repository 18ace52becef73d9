//! The form in which a certificate goes into a box of the service, and the files that make a client's certificate.
//!
//! A box of the service takes one certificate as PEM. What it must never be given is a file with a private key. A client
//! takes one file: the leaf, then its intermediates, each once.

use crate::{cert::path::role::Role, finding::Place};

mod client;
mod filing;

pub use filing::Filings;

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
