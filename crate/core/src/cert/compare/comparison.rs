//! What a comparison comes to.

use super::{
    facts::Change,
    steps::Step,
    subject::{Relation, Subject},
};

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
}
