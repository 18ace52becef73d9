//! Revocation lists among the files that name a certificate of the chain.

use crate::{
    cert::{
        path::link::Link,
        rule::context::{Context, Rule},
        x509::revocation::{Revocation, RevocationList},
    },
    finding::{Finding, Place, Severity::Warning, say},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for link in context.way {
        for (list, place) in context.revocation_lists {
            let of_its_issuer = list.issuer.says_the_same(&link.certificate.issuer);
            let Some(entry) = list.entry(&link.certificate.serial).filter(|_| of_its_issuer) else {
                continue;
            };
            findings.extend(revoked(context, link, list, entry, place));
        }
    }
}

/// A list that another than the CA signed says nothing.
fn revoked(
    context: &Context<'_>,
    link: &Link,
    list: &RevocationList,
    entry: Revocation,
    place: &Place,
) -> Option<Finding> {
    let mut issuers =
        context.way.iter().filter(|it| it.certificate.subject.says_the_same(&list.issuer)).peekable();
    let is_issuer_there = issuers.peek().is_some();
    let is_signed = issuers.any(|it| context.signatures.has_signed_list(&it.certificate, list).is_ok());
    if is_issuer_there && !is_signed {
        return None;
    }
    let (subject, issuer) = (&link.certificate.subject, &list.issuer);
    let serial = &link.certificate.serial_text();
    let finding = match (is_signed, &entry.since) {
        (true, Some(since)) => {
            say::CertificateRevoked::Since { subject, issuer, serial, since, place }.finding()
        }
        (true, None) => say::CertificateRevoked::Undated { subject, issuer, serial, place }.finding(),
        (false, Some(since)) => {
            say::CertificateRevoked::UncheckedSince { subject, issuer, serial, since, place }.finding()
        }
        (false, None) => {
            say::CertificateRevoked::UncheckedUndated { subject, issuer, serial, place }.finding()
        }
    };
    let finding = finding.at(link.place.clone());
    Some(if is_signed { finding } else { finding.severity(Warning) })
}
