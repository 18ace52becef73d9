//! What changed between two certificates or chains, and what has to be done at DPS because of it.
//!
//! [`compare()`] takes two chains as [`check()`](crate::cert::check()) builds them. The device's certificate is compared, or,
//! where the files hold nothing but a CA, that CA; what stands above it is compared as a whole.

mod action;
mod comparison;
mod facts;
mod json;
mod steps;
mod subject;
mod text;

pub use action::Action;
pub use comparison::Comparison;
pub use facts::{Change, Part};
pub use json::VERSION;
pub use steps::{Slot, Step, Target};
pub use subject::{Relation, Subject};

use crate::cert::{input::Enrollment, path::chain::Chain, x509::certificate::Certificate};

/// Compares two chains; `None` if one has no certificate.
///
/// Of a chain without a leaf the lowest CA is compared. A self-signed one is taken for a device only if the enrollment
/// is individual.
#[must_use]
pub fn compare(old: &Chain, new: &Chain, enrollment: Enrollment) -> Option<Comparison> {
    let (old, new) = (&from_the_lowest(old), &from_the_lowest(new));
    let (old_leaf, new_leaf) = (&old.leaf.as_ref()?.certificate, &new.leaf.as_ref()?.certificate);
    let is_authority = old_leaf.is_ca() && new_leaf.is_ca() && enrollment != Enrollment::Individual;
    let subject = if is_authority { Subject::Authority } else { Subject::Device };
    let changes = facts::changes(old, new, subject);
    let verdict = if old_leaf.der == new_leaf.der {
        if changes.is_empty() { Relation::Unchanged } else { Relation::OtherChain }
    } else if !is_same_identity(old_leaf, new_leaf, subject) {
        Relation::DifferentIdentity
    } else if old_leaf.public_key.der == new_leaf.public_key.der {
        Relation::Renewal
    } else {
        Relation::NewKey
    };
    let steps = steps::steps(old, new, verdict, subject, enrollment);
    Some(Comparison { verdict, subject, changes, steps })
}

/// The chain with what is compared as its leaf, a CA too.
fn from_the_lowest(chain: &Chain) -> Chain {
    let mut chain = chain.clone();
    if chain.leaf.is_none() {
        chain.leaf = if chain.intermediates.is_empty() {
            chain.root.take()
        } else {
            Some(chain.intermediates.remove(0))
        };
    }
    chain
}

/// DPS knows a device by its CN, in any case (DPS concepts-service: registration IDs are case-insensitive), and a CA
/// by its certificate.
fn is_same_identity(old: &Certificate, new: &Certificate, subject: Subject) -> bool {
    let name = |certificate: &Certificate| {
        certificate
            .subject
            .common_names()
            .next()
            .and_then(|name| name.text.as_ref().map(|it| it.to_lowercase()))
    };
    match (subject, name(old), name(new)) {
        (Subject::Device, Some(old), Some(new)) => old == new,
        _ => old.subject.says_the_same(&new.subject),
    }
}
