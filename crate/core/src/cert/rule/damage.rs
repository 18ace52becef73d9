//! Certificates that cannot be read, or only by a lenient reader.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        x509::certificate::Outline,
    },
    finding::{Finding, Place, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

pub(in crate::cert) fn no_outline(outline: &Outline, place: &Place) -> Finding {
    Finding::new(
        &catalogue::NOT_A_CERTIFICATE,
        format!("This is labelled as a certificate, but {outline}."),
        "Export or issue the certificate again.",
    )
    .at(place.clone())
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for link in context.chain.links() {
        for damage in &link.certificate.damage {
            let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            let mut place = link.place.clone();
            if damage.span != (0..0) {
                place = place.der_bytes(offset(damage.span.start)..offset(damage.span.end));
            }
            findings.push(
                Finding::new(
                    &catalogue::CERTIFICATE_MALFORMED,
                    format!("The certificate does not keep to RFC 5280: {}.", damage.what),
                    "Issue the certificate again with a current tool; strict TLS libraries refuse it as it is.",
                )
                .at(place),
            );
        }
    }
}
