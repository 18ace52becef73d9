//! Certificate and key files: what is in them, what chain they make, and what is wrong with it.
//!
//! Each file is read once, into a [`Read`], which every task takes; what is expensive draws on the one [`Budget`] of the
//! [`Inputs`]. [`check()`] gives a [`Report`]: the chain and the findings. It and the other tasks ([`open()`],
//! [`compare`], [`folder`], [`repair`], [`issuance`]) stand over six rooms, each of which knows only those below it:
//!
//! * [`rule`] judges a chain for a device that is to be provisioned by DPS;
//! * [`path`] makes a chain of a bag of certificates, and looks for the way from a leaf to an anchor;
//! * [`secret`] opens private keys and stores;
//! * [`x509`] reads one certificate part by part;
//! * [`mod@file`] tells what a file holds;
//! * [`der`] reads the elements that everything is made of.

pub mod boxes;
pub mod budget;
pub mod check;
pub mod checked;
pub mod compare;
pub mod der;
pub mod file;
pub mod folder;
pub mod input;
pub mod issuance;
pub mod json;
pub mod open;
/// Keys, private and public.
pub mod key {
    pub use super::{
        secret::{
            ec::CurveForm,
            error::KeyError,
            key::{KeyFacts, KeyMatch, anew, open},
            passphrase::Passphrase,
        },
        x509::public_key::KeyType,
    };
}
pub mod path;
pub mod repair;
pub mod report;
pub mod rule;
pub mod secret;
pub mod verdict;
pub mod x509;

pub use budget::Budget;
pub use check::check;
pub use der::{
    ber,
    kind::{KeyContainer, Kind},
};
pub use file::{File, Item, NotPlain, unreadable};
pub use input::{Enrollment, Inputs, Purpose, Read};
pub use open::{OpenKey, Opened, open};
pub use path::{
    authority, candidate,
    chain::{self, Chain},
    link::{self, Link},
    role::{self, Role},
};
pub use report::Report;
pub use secret::{passphrase::Passphrase, store};
pub use verdict::{Counting, Verdict};
pub use x509::{
    certificate::Certificate, distinguished_name, extension, outline, request, server_name, signature,
    time::UnixTime,
};
