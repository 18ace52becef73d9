//! Revocation lists among the files that name a certificate of the chain.

use crate::{
    cert::{
        path::link::Link,
        rule::context::{Context, Rule},
        x509::revocation::{Revocation, RevocationList},
    },
    finding::{Finding, Place, Severity::Warning, catalogue},
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
    let since = entry.since.map_or_else(String::new, |since| format!(" since {since}"));
    let checked = if is_signed {
        String::new()
    } else {
        format!(
            " Whether the list is by \"{}\" was not checked, since its certificate is not there.",
            list.issuer
        )
    };
    let finding = Finding::new(
        &catalogue::CERTIFICATE_REVOKED,
        format!(
            "\"{}\" is revoked{since}: the revocation list of \"{}\" names its serial number, {}.{checked}",
            link.certificate.subject,
            list.issuer,
            link.certificate.serial_text()
        ),
        "Have a new certificate issued; if the key was lost, for a new key. To keep a device out of DPS, disable its \
         enrollment: nothing shows that DPS reads revocation lists.",
    )
    .found(format!("an entry in {place}"))
    .at(link.place.clone());
    Some(if is_signed { finding } else { finding.severity(Warning) })
}
