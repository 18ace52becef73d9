//! What changed between two certificates or chains, and what has to be done at DPS because of it.
//!
//! [`compare()`] takes two reports of [`check()`](crate::cert::check()). The device's certificate is compared, or,
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
pub use json::{VERSION, nothing};
pub use steps::{Slot, Step, Target};
pub use subject::{Relation, Subject};

use crate::{
    cert::{
        input::Enrollment,
        path::{chain::Chain, link::Link},
        report::Report,
        x509::certificate::Certificate,
    },
    finding::{Family, Finding, Severity, catalogue, say},
};

/// Compares what two sets of files hold.
///
/// Of a chain without a leaf the lowest CA is compared. A self-signed one is taken for a device only if the enrollment
/// is individual.
///
/// # Errors
/// One of them has no certificate to compare; what of the files could not be read.
pub fn compare(old: &Report, new: &Report, enrollment: Enrollment) -> Result<Comparison, Vec<Finding>> {
    let of_files = |finding: &&Finding| finding.is_error_of(Family::is_about_files);
    let unread = old.findings.iter().filter(of_files);
    let Some(mut comparison) = compare_chains(&old.chain, &new.chain, enrollment) else {
        return Err(unread.chain(new.findings.iter().filter(of_files)).cloned().collect());
    };
    comparison.findings = unread.cloned().collect();
    // A CA may follow a CA; beside a device's certificate it is told.
    let is_device_missing = |finding: &&Finding| finding.definition == &catalogue::DEVICE_CERTIFICATE_MISSING;
    if old.chain.leaf.is_none() && new.chain.leaf.is_some() {
        comparison.findings.extend(old.findings.iter().filter(is_device_missing).cloned());
    }
    let counts = |finding: &&Finding| {
        finding.severity == Severity::Error && (!is_device_missing(finding) || old.chain.leaf.is_some())
    };
    comparison.findings.extend(new.findings.iter().filter(counts).cloned());
    comparison.findings.extend(ends_earlier(&old.chain, &new.chain));
    Ok(comparison)
}

/// A successor that is none.
fn ends_earlier(old: &Chain, new: &Chain) -> Option<Finding> {
    let (old, new) = (lowest(old)?, lowest(new)?);
    let (old, end) = (old.certificate.not_after?, new.certificate.not_after?);
    let is_earlier = end < old;
    is_earlier.then(|| say::SuccessorEndsEarlier { new: &end, old: &old }.finding().at(new.place.clone()))
}

fn compare_chains(old: &Chain, new: &Chain, enrollment: Enrollment) -> Option<Comparison> {
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
    Some(Comparison { verdict, subject, changes, steps, findings: Vec::new() })
}

/// What is compared of a chain: the device's certificate, or else the lowest CA.
fn lowest(chain: &Chain) -> Option<&Link> {
    chain.links().next().map(AsRef::as_ref)
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
            .and_then(|name| name.text.as_ref().map(|it| it.to_ascii_lowercase()))
    };
    match (subject, name(old), name(new)) {
        (Subject::Device, Some(old), Some(new)) => old == new,
        _ => old.subject.says_the_same(&new.subject),
    }
}
