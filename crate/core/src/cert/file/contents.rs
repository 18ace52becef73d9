//! What was found in one file.

use zeroize::Zeroizing;

use super::{finding, item::Item};
use crate::{
    cert::der::kind::Kind,
    finding::{Definition, Finding},
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
    /// Of which kinds blocks have nothing between their lines, or words that ask for it.
    pub(super) unfilled: Vec<Kind>,
    /// Of which kinds blocks are broken, those included.
    pub(super) broken: Vec<Kind>,
}

impl File {
    /// What was found in another part of it.
    pub(super) fn add(&mut self, read: Self) {
        self.items.extend(read.items);
        self.findings.extend(read.findings);
        self.broken.extend(read.broken);
    }

    /// Whether there is nothing in it but public keys, whole or broken: no client reads it.
    pub(in crate::cert) fn is_of_public_keys(&self) -> bool {
        let mut kinds = self.items.iter().map(|item| &item.kind).chain(&self.broken).peekable();
        kinds.peek().is_some() && kinds.all(|kind| *kind == Kind::PublicKey)
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
