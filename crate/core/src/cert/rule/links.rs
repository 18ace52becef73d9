//! Each link of the chain: who signed whom, and whether they were allowed to (RFC 5280 section 6.1).

use crate::{
    cert::{
        input::Enrollment,
        path::{
            link::{Link, key_ids_contradict},
            search::is_old_ca,
        },
        rule::context::{Context, Rule},
        x509::{
            extension::{KeyUsage, oid},
            signature::SignatureError,
        },
    },
    finding::{
        Finding,
        Severity::{Error, Warning},
        catalogue,
    },
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let links = context.way;
    // The leaf does not count as an intermediate.
    let leaf = usize::from(context.chain.leaf.is_some());
    for (below, pair) in links.windows(2).enumerate() {
        if let [subject, issuer] = pair {
            signature(context, subject, issuer, findings);
            names(subject, issuer, findings);
            permission(issuer, below + 2 == links.len(), findings);
            let counted = links
                .iter()
                .take(below + 1)
                .skip(leaf)
                .filter(|link| !link.certificate.is_self_issued())
                .count();
            path_length(issuer, counted, findings);
        }
    }
    // What the service has is taken for its own sake: nobody checks its signature on itself, except a device's.
    if let Some(top) = links.last().filter(|top| top.certificate.is_self_issued()) {
        let before = findings.len();
        signature(context, top, top, findings);
        for finding in
            findings.iter_mut().skip(before).filter(|finding| links.len() > 1 && finding.severity == Error)
        {
            *finding = finding.clone().severity(Warning);
        }
    }
    wrong_issuer(context, findings);
}

fn signature(context: &Context<'_>, subject: &Link, issuer: &Link, findings: &mut Vec<Finding>) {
    let Err(error) = context.signatures.has_signed(&issuer.certificate, &subject.certificate) else { return };
    let (below, above) = (&subject.certificate.subject, &issuer.certificate.subject);
    findings.push(
        if let SignatureError::Exhausted(exhausted) = error {
            let message = format!("Whether \"{above}\" signed \"{below}\" was not checked: {exhausted}.");
            let next = "Give the device's own files, without bundles of other CAs.";
            Finding::new(&catalogue::SIGNATURE_NOT_CHECKED, message, next).severity(Error)
        } else if error == SignatureError::NotChecked {
            Finding::new(
                &catalogue::SIGNATURE_NOT_CHECKED,
                format!("Whether \"{above}\" signed \"{below}\" was not checked: this tool does not know the algorithm."),
                "Check it with OpenSSL: `openssl verify -partial_chain -trusted issuer.pem certificate.pem`",
            )
        } else {
            Finding::new(
                &catalogue::SIGNATURE_DOES_NOT_HOLD,
                format!("The link from \"{below}\" up to \"{above}\" does not hold: {error}."),
                "Get both certificates again from where they were issued. If the CA was made anew under its old name, the \
                 device needs a certificate from the new one.",
            )
        }
        .at(subject.place.clone()),
    );
}

fn names(subject: &Link, issuer: &Link, findings: &mut Vec<Finding>) {
    if subject.certificate.issuer.der == issuer.certificate.subject.der {
        return;
    }
    findings.push(
        Finding::new(
            &catalogue::NAMES_DIFFER_IN_BYTES,
            format!(
                "\"{}\" names its issuer in other bytes than the issuer names itself (string type, case or blanks). By \
                 RFC 5280 that is the same name; some TLS libraries compare bytes and find no chain.",
                subject.certificate.subject
            ),
            "Issue the certificate again with a tool that copies the issuer's name as it is.",
        )
        .expected(format!("\"{}\"", issuer.certificate.subject))
        .found(format!("\"{}\"", subject.certificate.issuer))
        .at(subject.place.clone()),
    );
}

fn permission(issuer: &Link, is_anchor: bool, findings: &mut Vec<Finding>) {
    let certificate = &issuer.certificate;
    let subject = &certificate.subject;
    if !certificate.is_ca() {
        let found = if certificate.basic_constraints.is_some() { "CA:FALSE" } else { "no basicConstraints" };
        findings.push(
            Finding::new(
                &catalogue::ISSUER_IS_NO_CA,
                format!("\"{subject}\" issued a certificate of the chain and is not marked as a CA."),
                "Issue it again with basicConstraints = critical, CA:TRUE.",
            )
            .severity(if is_old_ca(certificate, is_anchor) { Warning } else { Error })
            .expected("basicConstraints with CA:TRUE")
            .found(found)
            .at(issuer.place.clone()),
        );
    }
    if let Some(usage) = certificate.key_usage.filter(|usage| !usage.key_cert_sign()) {
        findings.push(
            Finding::new(
                &catalogue::ISSUER_MAY_NOT_SIGN,
                format!("\"{subject}\" issued a certificate of the chain, and its key usage leaves out keyCertSign."),
                "Issue it again with keyUsage = critical, digitalSignature, keyCertSign, cRLSign.",
            )
            .expected("keyUsage with keyCertSign")
            .found(KeyUsage::names(usage).collect::<Vec<_>>().join(", "))
            .at(issuer.place.clone()),
        );
    }
    if let Some(usage) =
        certificate.extended_key_usage.as_ref().filter(|usage| !usage.allows(oid::CLIENT_AUTH))
    {
        findings.push(
            Finding::new(
                &catalogue::ISSUER_PURPOSE,
                format!("The CA \"{subject}\" limits its purposes and leaves out clientAuth, so OpenSSL and other libraries take no device certificate from it."),
                "Issue the CA certificate without extendedKeyUsage, or with clientAuth in it.",
            )
            .expected("no extendedKeyUsage, or one with clientAuth")
            .found(usage.names().collect::<Vec<_>>().join(", "))
            .at(issuer.place.clone()),
        );
    }
}

fn path_length(issuer: &Link, below: usize, findings: &mut Vec<Finding>) {
    let limit = issuer.certificate.basic_constraints.and_then(|constraints| constraints.path_len);
    let Some(limit) = limit.filter(|&limit| usize::try_from(limit).is_ok_and(|limit| below > limit)) else {
        return;
    };
    findings.push(
        Finding::new(
            &catalogue::PATH_LENGTH_EXCEEDED,
            format!(
                "\"{}\" allows {limit} intermediate certificates below itself, and there are {below}.",
                issuer.certificate.subject
            ),
            "Issue the device's certificate from a CA higher up, or the CA again with a longer pathlen.",
        )
        .expected(format!("at most {limit} intermediates below"))
        .found(below.to_string())
        .at(issuer.place.clone()),
    );
}

fn wrong_issuer(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the way holds, a CA of the same name merely stands around.
    if context.fault.is_none() && !context.group_cas.is_empty()
        || context.enrollment == Enrollment::Individual
    {
        return;
    }
    let Some(top) = context.chain.links().last() else { return };
    let on_way = context.way.windows(2).find_map(|pair| match pair {
        [subject, issuer] if key_ids_contradict(&issuer.certificate, &subject.certificate) => {
            Some((issuer, subject))
        }
        _ => None,
    });
    let beside = context.chain.namesake.as_ref().map(|namesake| (namesake, top));
    let Some((namesake, top)) = on_way.or(beside) else { return };
    if !key_ids_contradict(&namesake.certificate, &top.certificate) {
        return;
    }
    findings.push(
        Finding::new(
            &catalogue::WRONG_ISSUER_FILE,
            format!(
                "\"{}\" has the name of the CA that issued \"{}\", but another key: it is another CA of the same name, or \
                 its certificate from before or after a renewal.",
                namesake.certificate.subject, top.certificate.subject
            ),
            "Take the CA certificate with the key identifier that is expected here.",
        )
        .expected(format!("subjectKeyIdentifier {}", hex(top.certificate.authority_key_id.as_deref())))
        .found(format!("subjectKeyIdentifier {}", hex(namesake.certificate.subject_key_id.as_deref())))
        .at(namesake.place.clone()),
    );
}

fn hex(bytes: Option<&[u8]>) -> String {
    crate::cert::der::hex(bytes.unwrap_or_default())
}
