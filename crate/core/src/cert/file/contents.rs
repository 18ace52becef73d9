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
}

impl File {
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
