//! Certificates that cannot be read, or only by a lenient reader.

use std::sync::Arc;

use crate::{
    cert::{
        path::link::Link,
        rule::context::{Context, Rule},
        x509::certificate::PartError,
    },
    finding::{Finding, Place, say},
};

pub(super) const RULE: Rule = Rule { check };

pub(in crate::cert) fn no_certificate(error: &PartError, place: &Place) -> Finding {
    say::NotACertificate { why: error }.finding().at(place.clone())
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain: Vec<_> = context.chain.links().collect();
    let is_beside = |link: &&Arc<Link>| !chain.iter().any(|own| Arc::ptr_eq(own, link));
    for link in chain.iter().copied().chain(context.way.iter().filter(is_beside)) {
        for damage in &link.certificate.damage {
            let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            let mut place = link.place.clone();
            if damage.span != (0..0) {
                place = place.der_bytes(offset(damage.span.start)..offset(damage.span.end));
            }
            findings.push(say::CertificateMalformed { what: &damage.what }.finding().at(place));
        }
    }
}
