//! What a comparison comes to.

use super::{
    facts::Change,
    steps::Step,
    subject::{Relation, Subject},
};
use crate::finding::{Finding, Severity};

/// What two chains have to do with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// What it comes to.
    pub verdict: Relation,
    /// Whether devices or CAs were compared.
    pub subject: Subject,
    /// What differs.
    pub changes: Vec<Change>,
    /// What has to be done, in this order.
    pub steps: Vec<Step>,
    /// What of the old files could not be read, and what is wrong with the new ones.
    pub findings: Vec<Finding>,
}

impl Comparison {
    /// Whether the new certificate can follow the old one: nothing was found that stands against it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}
