//! What RFC 5280 asks of each certificate, in the severities that it has for a device.
//!
//! [`crate::cert::x509::rfc5280`] finds; here stands how much it matters. Rules about issuing are in [`super::links`],
//! damage in [`super::damage`].

use std::sync::Arc;

use crate::{
    cert::{
        path::link::Link,
        rule::context::{Context, Rule},
        x509::{
            rfc5280::{Position, Violation, violations},
            signature::{Hash, Scheme},
        },
    },
    finding::{Finding, Severity::Warning, say},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    for link in context.way {
        for violation in violations(&link.certificate, Position::Leaf) {
            findings.extend(finding(violation, link));
        }
        version(link, findings);
    }
    // Nobody checks a root's signature on itself, so its hash does not matter; a device's own does.
    let is_device = |link: &Arc<Link>| chain.leaf.as_ref().is_some_and(|leaf| Arc::ptr_eq(leaf, link));
    let is_top = |link: &Arc<Link>| {
        context.is_of_cas_alone() || context.way.last().is_some_and(|top| Arc::ptr_eq(top, link))
    };
    let is_root = |link: &Arc<Link>| link.certificate.is_self_issued() && is_top(link) && !is_device(link);
    let signed = context.way.iter().filter(|link| !is_root(link));
    for link in signed {
        // What the service has is trusted for its own sake, and who goes on to its root checks it.
        let is_uploaded = is_top(link)
            && !is_device(link)
            && context.group_cas.iter().any(|ca| ca.certificate.der == link.certificate.der);
        let weak = hash(link);
        findings.extend(if is_uploaded { weak.map(|weak| weak.severity(Warning)) } else { weak });
    }
}

fn finding(violation: Violation, link: &Link) -> Option<Finding> {
    let (subject, why) = (&link.certificate.subject, &violation);
    let finding = match violation {
        Violation::SerialNotPositive | Violation::SerialTooLong => {
            say::SerialNumber { subject, why }.finding()
        }
        Violation::AlgorithmsDiffer => say::AlgorithmInconsistent { subject, why }.finding(),
        // Readers must take RSA without parameters, and take ECDSA with NULL (RFC 4055 section 5).
        Violation::AlgorithmParameters => {
            say::AlgorithmInconsistent { subject, why }.finding().severity(Warning)
        }
        Violation::DuplicateExtension(_) => say::DuplicateExtension { subject, why }.finding(),
        Violation::UnknownCritical(_) | Violation::Critical(_) => {
            say::UnknownCriticalExtension { subject, why }.finding()
        }
        Violation::NotCritical(_) => say::WrongCriticality { subject, why }.finding(),
        Violation::AuthorityKeyIdMissing | Violation::SubjectKeyIdMissing => {
            say::KeyIdentifierMissing { subject, why }.finding()
        }
        Violation::IssuerEmpty | Violation::SubjectEmpty => say::EmptyName { subject, why }.finding(),
        Violation::KeyCertSignWithoutCa
        | Violation::PathLenWithoutCa
        | Violation::NameConstraintsWithoutCa
        | Violation::ExtendedKeyUsageEmpty
        | Violation::SubjectAltNameEmpty => say::ExtensionsInconsistent { subject, why }.finding(),
        Violation::ExtensionsNeedVersion3 => say::OldVersion::Extensions { subject, why }.finding(),
        // Said by the rules on damage, names, keys and links.
        Violation::Damaged
        | Violation::NobodyNamed
        | Violation::PublicKeyMalformed
        | Violation::CurveWrittenOut
        | Violation::BasicConstraintsMissing
        | Violation::NotCa
        | Violation::KeyCertSignMissing => return None,
    };
    Some(finding.at(link.place.clone()))
}

fn version(link: &Link, findings: &mut Vec<Finding>) {
    let certificate = &link.certificate;
    if certificate.version == 3 || !certificate.extensions.is_empty() {
        return;
    }
    let old = say::OldVersion::NoExtensions { subject: &certificate.subject, version: &certificate.version };
    findings.push(old.finding().at(link.place.clone()));
}

fn hash(link: &Link) -> Option<Finding> {
    let scheme = Scheme::of(&link.certificate.signature_algorithm)?;
    let hash = scheme.hash.filter(|hash| Hash::is_broken(*hash))?;
    let weak = say::WeakHash { subject: &link.certificate.subject, hash: &hash.as_str() };
    Some(weak.finding().at(link.place.clone()))
}
