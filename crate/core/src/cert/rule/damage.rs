//! Certificates that cannot be read, or only by a lenient reader.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        x509::certificate::Outline,
    },
    finding::{
        Definition, Finding, Place,
        Severity::{Error, Warning},
        Standing::{Documented, Unproven},
    },
};

/// The DER does not have the outline of a certificate.
pub static NO_OUTLINE: Definition =
    Definition::new("DX441", "not-a-certificate", Error, Documented, "RFC 5280 section 4.1");
/// A part of the certificate cannot be read, or a strict reader refuses it.
pub static DAMAGED: Definition = Definition::new(
    "DX442",
    "certificate-malformed",
    Warning,
    Unproven,
    "RFC 5280 section 4.1; X.690; how strict DPS is has not been shown",
);

pub(super) const RULE: Rule = Rule { definitions: &[&NO_OUTLINE, &DAMAGED], check };

pub(in crate::cert) fn no_outline(outline: &Outline, place: &Place) -> Finding {
    Finding::new(
        &NO_OUTLINE,
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
                    &DAMAGED,
                    format!("The certificate does not keep to RFC 5280: {}.", damage.what),
                    "Issue the certificate again with a current tool; strict TLS libraries refuse it as it is.",
                )
                .at(place),
            );
        }
    }
}
