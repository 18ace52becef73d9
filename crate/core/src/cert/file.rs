//! From the bytes of a file to the objects in it.
//!
//! Reading never fails: a file gives [`Item`]s, and findings for what is wrong with it. An item that had to be
//! repaired has the bytes that were meant, bit for bit, or it is not there: nothing is ever made up.

mod base64;
mod block;
mod body;
mod finding;
mod fold;
mod foreign;
mod frame;
mod marker;
mod octets;
mod reader;
mod rest;
mod text;

use std::fmt;

use zeroize::Zeroizing;

pub use finding::unreadable;
pub(super) use finding::{BAD_BASE64, DEFINITIONS, TRUNCATED};

use self::reader::Reader;
use crate::{
    cert::der::kind::Kind,
    finding::{Definition, Finding, Place},
};

/// What was found in one file.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct File {
    /// The objects, in the order of the file.
    pub items: Vec<Item>,
    /// What is wrong with the file itself.
    pub findings: Vec<Finding>,
    /// Of the findings, the kinds for which OpenSSL, and so most clients, does not read the file; [`File::to_pem`]
    /// is the repair.
    pub refused: Vec<&'static Definition>,
}

/// One object of a file. Its bytes are wiped when it is dropped, and `Debug` does not show them.
#[non_exhaustive]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Its DER; for a key under legacy encryption the encrypted bytes.
    pub der: Zeroizing<Vec<u8>>,
    /// The label of its PEM block, as written.
    pub label: Option<String>,
    /// Where it begins.
    pub place: Place,
    /// Whether it is written in a way that strict readers refuse; [`Item::to_pem`] is the repair.
    pub is_damaged: bool,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, der, label, place, is_damaged } = self;
        f.debug_struct("Item")
            .field("kind", kind)
            .field("bytes", &der.len())
            .field("label", label)
            .field("place", place)
            .field("is_damaged", is_damaged)
            .finish()
    }
}

impl Item {
    /// The object as PEM that every reader takes: the same DER, its right label. `None` for what has no PEM form.
    #[must_use]
    pub fn to_pem(&self) -> Option<Zeroizing<String>> {
        self.kind.label().filter(|_| !self.der.is_empty()).map(|label| base64::to_pem(label, &self.der))
    }

    /// What this item, a store, holds, at the store's place.
    pub(super) fn holding(&self, kind: Kind, der: Zeroizing<Vec<u8>>) -> Self {
        Self { kind, der, label: None, place: self.place.clone(), is_damaged: false }
    }

    /// The same, with the bytes wiped if they hold a secret.
    pub(super) fn without_secret(mut self) -> Self {
        if self.kind.is_secret() {
            self.der = Zeroizing::default();
        }
        self
    }
}

impl File {
    /// Largest file taken, in bytes. A chain has some kilobytes, and ten thousand certificates some megabytes.
    pub const MAX_SIZE: usize = 16 * 1024 * 1024;

    /// Reads a file. `place` is its label: the flag it came by and its path.
    #[must_use]
    pub fn read(bytes: &[u8], place: &Place) -> Self {
        let mut file = Self::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            file.findings.push(finding::empty(place));
        } else if bytes.len() > Self::MAX_SIZE {
            file.findings.push(finding::too_large(place));
        } else {
            Reader::new(&mut file, place).read(bytes);
            file.findings = fold::fold(file.findings);
            file.refused = finding::refused(&mut file.findings);
        }
        file
    }

    /// All objects as PEM, in the order of the file: what the file should have been. `None` if an object could not
    /// be read or has no PEM form.
    #[must_use]
    pub fn to_pem(&self) -> Option<Zeroizing<String>> {
        if self.items.is_empty() || self.findings.iter().any(finding::is_loss) {
            return None;
        }
        let blocks = self.items.iter().map(Item::to_pem).collect::<Option<Vec<_>>>()?;
        let mut out = Zeroizing::new(String::with_capacity(blocks.iter().map(|block| block.len()).sum()));
        for block in &blocks {
            out.push_str(block);
        }
        Some(out)
    }
}
