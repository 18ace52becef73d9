//! Whether a path has the certificate policies that a CA on it asks for (RFC 5280 sections 4.2.1.11 and 6.1).
//!
//! Policies themselves mean nothing to a device. A CA may ask that every certificate below it has one all the same, and
//! then who keeps to the RFC (Windows among them) takes no path without.

use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, tag},
    x509::{
        certificate::Certificate,
        extension::{Extension, oid},
    },
};

/// `requireExplicitPolicy`: how many more certificates may stand below without that policies count.
const REQUIRE_EXPLICIT: u8 = 0x80;

/// The certificate at which a path (the leaf first, its anchor last) has no policy left although one is asked for. Where
/// policies are mapped onto others nothing is said.
pub(super) fn missing<'a>(path: &[&'a Certificate]) -> Option<&'a Certificate> {
    let (_, below) = path.split_last()?;
    if below.iter().any(|it| it.extension(oid::POLICY_MAPPINGS).is_some()) {
        return None;
    }
    let mut left = u32::MAX;
    let mut policies = Policies::Any;
    for (above_leaf, certificate) in below.iter().enumerate().rev() {
        policies = policies.of(certificate);
        let is_leaf = above_leaf == 0;
        if !is_leaf && left == 0 && policies.is_none() {
            return Some(certificate);
        }
        if is_leaf || !certificate.is_self_issued() {
            left = left.saturating_sub(1);
        }
        if let Some(asked) = certificate.extension(oid::POLICY_CONSTRAINTS).and_then(required) {
            // Of the leaf's own only zero counts (section 6.1.5 (b)).
            left = if is_leaf && asked > 0 { left } else { left.min(asked) };
        }
        if is_leaf && left == 0 && policies.is_none() {
            return Some(certificate);
        }
    }
    None
}

/// The policies that all certificates so far have.
enum Policies {
    Any,
    Of(Vec<ObjectIdentifier>),
}

impl Policies {
    fn of(self, certificate: &Certificate) -> Self {
        let own = certificate.extension(oid::CERTIFICATE_POLICIES).map_or_else(Vec::new, listed);
        match self {
            before if own.contains(&oid::ANY_POLICY) => before,
            Self::Any => Self::Of(own),
            Self::Of(before) => Self::Of(before.into_iter().filter(|policy| own.contains(policy)).collect()),
        }
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::Of(policies) if policies.is_empty())
    }
}

fn listed(extension: &Extension) -> Vec<ObjectIdentifier> {
    let Ok(sequence) = Element::read(&extension.value, extension.offset) else { return Vec::new() };
    let policy = |information: Element<'_>| {
        let policy = information.children().next_if(tag::OBJECT_IDENTIFIER)?;
        ObjectIdentifier::from_bytes(policy.content).ok()
    };
    sequence.children().map_while(Result::ok).filter_map(policy).collect()
}

fn required(extension: &Extension) -> Option<u32> {
    let sequence = Element::read(&extension.value, extension.offset).ok()?;
    let mut parts = sequence.children().map_while(Result::ok);
    let required = parts.find(|part| part.tag == REQUIRE_EXPLICIT)?;
    // It is tagged implicitly: an INTEGER without its tag.
    required.content.iter().try_fold(0_u32, |n, &octet| n.checked_mul(256)?.checked_add(u32::from(octet)))
}
