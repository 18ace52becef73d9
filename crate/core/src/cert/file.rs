//! From the bytes of a file to the objects in it.
//!
//! Reading never fails: a file gives [`Item`]s, and findings for what is wrong with it.

mod base64;
mod finding;
mod pem;

use std::fmt;

use zeroize::Zeroizing;

pub(super) use finding::DEFINITIONS;
pub use finding::unreadable;

use super::{
    der::{Element, Malformed, tag},
    kind::{Kind, is_curve_name},
};
use crate::finding::{Finding, Place};

/// What was found in one file.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct File {
    /// The objects, in the order of the file.
    pub items: Vec<Item>,
    /// What is wrong with the file itself.
    pub findings: Vec<Finding>,
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
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, der, label, place } = self;
        f.debug_struct("Item")
            .field("kind", kind)
            .field("bytes", &der.len())
            .field("label", label)
            .field("place", place)
            .finish()
    }
}

impl Item {
    /// The same, with the bytes wiped if they hold a secret.
    pub(super) fn without_secret(mut self) -> Self {
        if self.kind.is_secret() {
            self.der = Zeroizing::default();
        }
        self
    }
}

impl File {
    /// Largest file taken, in bytes. A chain has some kilobytes.
    pub const MAX_SIZE: usize = 4 * 1024 * 1024;

    /// Reads a file. `place` is its label: the flag it came by and its path.
    #[must_use]
    pub fn read(bytes: &[u8], place: &Place) -> Self {
        let mut file = Self::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            file.findings.push(finding::empty(place));
        } else if bytes.len() > Self::MAX_SIZE {
            file.findings.push(finding::too_large(bytes.len(), place));
        } else if bytes.first() == Some(&tag::SEQUENCE) && Element::read(bytes, 0).is_ok() {
            file.read_der(bytes, place);
        } else {
            file.read_text(bytes, place);
        }
        file
    }

    fn read_der(&mut self, bytes: &[u8], place: &Place) {
        let mut rest = bytes;
        while let Ok(element) = Element::read(rest, bytes.len() - rest.len()) {
            let kind = Kind::of(&element);
            self.push(kind, element.bytes.to_vec(), None, place.clone());
            rest = rest.get(element.bytes.len()..).unwrap_or_default();
        }
    }

    fn read_text(&mut self, bytes: &[u8], place: &Place) {
        let text = String::from_utf8_lossy(bytes);
        for block in pem::blocks(&text) {
            self.read_block(block, place);
        }
        if self.items.is_empty() && self.findings.is_empty() {
            match base64::decode(text.lines().zip(1..)) {
                Ok(der) if Element::read(&der, 0).is_ok_and(|element| element.bytes.len() == der.len()) => {
                    self.read_der(&der, &place.clone().line(1));
                }
                _ => self.findings.push(finding::not_recognised(&text, place)),
            }
        }
    }

    fn read_block(&mut self, block: pem::Block<'_>, place: &Place) {
        let place = place.clone().line(block.line);
        let claimed = Kind::of_label(block.label);
        let der = match base64::decode(block.body.iter().copied()) {
            Ok(der) => der,
            Err(bad) => {
                self.findings.push(finding::bad_base64(block.label, &bad, &place));
                return;
            }
        };
        if block.is_legacy_encrypted {
            let kind = Kind::PrivateKey(super::kind::KeyContainer::LegacyEncrypted);
            return self.push(kind, der.to_vec(), Some(block.label.to_owned()), place);
        }
        match Element::read(&der, 0) {
            Ok(element) => {
                let seen = if is_curve_name(&element) { Kind::EcParameters } else { Kind::of(&element) };
                let kind = if seen == Kind::Unknown { claimed } else { seen };
                if block.is_cut {
                    self.findings.push(finding::end_missing(block.label, &place));
                }
                self.push(kind, element.bytes.to_vec(), Some(block.label.to_owned()), place);
            }
            Err(malformed) => self.findings.push(Self::broken(block.label, malformed, &place)),
        }
    }

    fn broken(label: &str, malformed: Malformed, place: &Place) -> Finding {
        use super::der::Problem;
        match malformed.problem {
            Problem::Empty | Problem::HeaderCut | Problem::ContentCut { .. } => {
                finding::truncated(label, malformed, place)
            }
            _ => finding::not_der(label, malformed, place),
        }
    }

    fn push(&mut self, kind: Kind, der: Vec<u8>, label: Option<String>, place: Place) {
        self.items.push(Item { kind, der: Zeroizing::new(der), label, place });
    }
}
