//! Each link of the chain: who signed whom, and whether they were allowed to (RFC 5280 section 6.1).

use crate::{
    cert::{
        input::Enrollment,
        path::{
            link::{Link, key_ids_contradict},
            rigour::is_old_ca,
        },
        rule::context::{Context, Rule},
        x509::{certificate::Certificate, extension::oid, signature::SignatureError},
    },
    finding::{
        Finding,
        Severity::{Error, Warning},
        Standing, say,
    },
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.is_of_cas_alone() {
        for ca in context.way {
            permission(ca, At::Alone, findings);
            own_signature(context, ca, findings);
        }
        return;
    }
    let links = context.way;
    // The leaf does not count as an intermediate.
    let leaf = usize::from(context.chain.leaf.is_some());
    for (below, pair) in links.windows(2).enumerate() {
        if let [subject, issuer] = pair {
            signature(context, subject, issuer, findings);
            names(subject, issuer, findings);
            let at = if below + 2 == links.len() { At::Top } else { At::Middle };
            permission(issuer, at, findings);
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
    match links {
        [device] if device.certificate.is_self_issued() => signature(context, device, device, findings),
        [device] => uploaded_device(context, device, findings),
        [.., top] => own_signature(context, top, findings),
        [] => {}
    }
    wrong_issuer(context, findings);
}

/// A device's certificate that a CA issued, given as the CA of its own group: a group knows devices by what issued them.
fn uploaded_device(context: &Context<'_>, device: &Link, findings: &mut Vec<Finding>) {
    let certificate = &device.certificate;
    let is_given = context.group_cas.iter().any(|ca| ca.certificate.der == certificate.der);
    let is_for_group = is_given && context.enrollment != Enrollment::Individual;
    if is_for_group && !certificate.is_ca() && !certificate.has_unreadable_constraints() {
        let uploaded = say::IssuerIsNoCa::Uploaded { subject: &certificate.subject };
        findings.push(uploaded.finding().at(device.place.clone()));
    }
}

/// Where an issuer stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Middle,
    Top,
    /// The service has it or is to have it, and no device's certificate is there.
    Alone,
}

/// A CA's signature on itself, if it has one.
fn own_signature(context: &Context<'_>, ca: &Link, findings: &mut Vec<Finding>) {
    if !ca.certificate.is_self_issued() {
        return;
    }
    let before = findings.len();
    signature(context, ca, ca, findings);
    for finding in findings.iter_mut().skip(before).filter(|finding| finding.severity == Error) {
        *finding = finding.clone().severity(Warning);
    }
}

fn signature(context: &Context<'_>, subject: &Link, issuer: &Link, findings: &mut Vec<Finding>) {
    let Err(error) = context.signatures.has_signed(&issuer.certificate, &subject.certificate) else { return };
    let (below, above) = (&subject.certificate.subject, &issuer.certificate.subject);
    let finding = match error {
        SignatureError::Exhausted(why) => {
            say::SignatureNotChecked::Costly { above, below, why: &why }.finding().severity(Error)
        }
        SignatureError::NotChecked => {
            let finding = say::SignatureNotChecked::Algorithm { above, below }.finding();
            // Nobody checks what a certificate signed of itself; without any other signature nothing is proved.
            if std::ptr::eq(subject, issuer) { finding } else { finding.severity(Error) }
        }
        why @ SignatureError::NumbersSideBySide => {
            say::SignatureDoesNotHold::Bare { above, below, why: &why }.finding()
        }
        why => say::SignatureDoesNotHold::Other { above, below, why: &why }.finding(),
    };
    findings.push(finding.at(subject.place.clone()));
}

fn names(subject: &Link, issuer: &Link, findings: &mut Vec<Finding>) {
    if subject.certificate.issuer.der == issuer.certificate.subject.der {
        return;
    }
    let differ = say::NamesDifferInBytes {
        subject: &subject.certificate.subject,
        issuer: &issuer.certificate.subject,
        named: &subject.certificate.issuer,
    };
    findings.push(differ.finding().at(subject.place.clone()));
}

fn permission(issuer: &Link, at: At, findings: &mut Vec<Finding>) {
    let certificate = &issuer.certificate;
    let subject = &certificate.subject;
    let mut push = |finding: Finding| findings.push(finding.at(issuer.place.clone()));
    // One that cannot be read is no proof that it is none.
    if !certificate.is_ca() && !certificate.has_unreadable_constraints() {
        let found = if certificate.basic_constraints.is_some() { "CA:FALSE" } else { "no basicConstraints" };
        let severity = if is_old_ca(certificate, at != At::Middle) { Warning } else { Error };
        let finding = match at {
            At::Alone => say::IssuerIsNoCa::Uploaded { subject }.finding(),
            At::Middle | At::Top => say::IssuerIsNoCa::InTheChain { subject }.finding(),
        };
        push(finding.severity(severity).found(found));
    }
    if let Some(usage) = certificate.key_usage.filter(|usage| !usage.key_cert_sign()) {
        let usages = &usage.names().collect::<Vec<_>>().join(", ");
        push(match at {
            At::Alone => say::IssuerMayNotSign::Uploaded { subject, usages }.finding(),
            At::Middle | At::Top => say::IssuerMayNotSign::InTheChain { subject, usages }.finding(),
        });
    }
    if let Some(usage) =
        certificate.extended_key_usage.as_ref().filter(|usage| !usage.allows(oid::CLIENT_AUTH))
    {
        let usages = usage.names().collect::<Vec<_>>().join(", ");
        push(say::IssuerPurpose { subject, usages: &usages }.finding());
    }
}

fn path_length(issuer: &Link, below: usize, findings: &mut Vec<Finding>) {
    let limit = issuer.certificate.basic_constraints.and_then(|constraints| constraints.path_len);
    let Some(limit) = limit.filter(|&limit| usize::try_from(limit).is_ok_and(|limit| below > limit)) else {
        return;
    };
    let exceeded =
        say::PathLengthExceeded { subject: &issuer.certificate.subject, limit: &limit, count: &below };
    findings.push(exceeded.finding().at(issuer.place.clone()));
}

fn wrong_issuer(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the way holds, a CA of the same name merely stands around.
    if context.fault.is_none() && !context.group_cas.is_empty()
        || context.enrollment == Enrollment::Individual
    {
        return;
    }
    let Some(top) = context.chain.links().last() else { return };
    if let Some(misnamed) = &context.chain.misnamed {
        let (ca, subject, named) =
            (&misnamed.certificate.subject, &top.certificate.subject, &top.certificate.issuer);
        let name = say::WrongIssuerFile::Name { ca, subject, named };
        findings.push(name.finding().at(misnamed.place.clone()));
        return;
    }
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
    let is_its_key = context.signatures.has_signed(&namesake.certificate, &top.certificate).is_ok();
    let another = another(&namesake.certificate, &top.certificate, is_its_key);
    findings.push(another.at(namesake.place.clone()));
}

/// By its key identifier it has another key; where that is the right one, it is another certificate of the same CA, or one of
/// the two identifiers is wrong.
fn another(ca: &Certificate, below: &Certificate, is_its_key: bool) -> Finding {
    let (namesake, subject) = (&ca.subject, &below.subject);
    let (asked, there) = (below.authority_key_id.as_deref(), ca.subject_key_id.as_deref());
    if asked.is_some() && there.is_some() && asked != there {
        let (wanted, there) = (&hex(asked), &hex(there));
        return if is_its_key {
            say::WrongIssuerFile::Identifier { namesake, subject, wanted, there }.finding()
        } else {
            say::WrongIssuerFile::Key { namesake, subject, wanted, there }.finding()
        };
    }
    let serial = below.authority.as_ref().and_then(|asked| asked.serial.as_deref());
    let (wanted, there, issuer) = (&hex(serial), &hex(Some(&ca.serial)), &ca.issuer);
    say::WrongIssuerFile::Certificate { namesake, subject, wanted, there, issuer }
        .finding()
        .standing(Standing::Unproven)
}

fn hex(bytes: Option<&[u8]>) -> String {
    crate::cert::der::hex(bytes.unwrap_or_default())
}
