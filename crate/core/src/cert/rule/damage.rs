//! Certificates that cannot be read, or only by a lenient reader.

use crate::{
    cert::{
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
    for link in context.chain.links() {
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
