//! Whether each certificate is in the box it belongs into.
//!
//! Two chains meet in a client's settings. The device's chain proves the device to DPS; the CA file proves DPS to the
//! device. Mixing them up is the commonest mistake, because both are called "CA".

use std::{collections::HashSet, sync::Arc};

use crate::{
    cert::{
        path::{
            link::{Link, may_have_issued},
            role::{Role, ServerRoot},
            tpm,
        },
        rule::context::{Context, Rule},
    },
    finding::{
        Finding,
        Severity::{Error, Warning},
        say,
    },
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    trust(context, findings);
    chain(context, findings);
    identity(context, findings);
}

fn trust(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let [first, ..] = context.server_trust else { return };
    let roots: Vec<_> =
        context.server_trust.iter().filter_map(|link| ServerRoot::of(&link.certificate)).collect();
    let fits = |root: &&&ServerRoot| {
        !root.clouds.is_empty() && context.cloud.is_none_or(|cloud| root.clouds.contains(&cloud))
    };
    let wanted = ServerRoot::names_for(context.cloud);
    let has_current = roots.iter().any(|root| fits(&root));
    // A server of one's own, such as an emulator, may have its certificate from anyone.
    let severity = if has_current || context.cloud.is_none() { Warning } else { Error };
    let of_the_chain = |link: &&Arc<Link>| {
        context.chain.links().any(|own| {
            own.certificate.der == link.certificate.der
                || may_have_issued(&link.certificate, &own.certificate)
                    && context.signatures.has_signed(&link.certificate, &own.certificate).is_ok()
        })
    };
    let is_no_server_root = |link: &&Arc<Link>| ServerRoot::of(&link.certificate).is_none();
    let own: Vec<_> = context.server_trust.iter().filter(of_the_chain).filter(is_no_server_root).collect();
    let is_own = !own.is_empty();
    if let [first_own, others @ ..] = own.as_slice() {
        let subject = &first_own.certificate.subject;
        let finding = match others.len() {
            0 => say::OwnCaInCaFile::One { subject, roots: &wanted }.finding(),
            more => say::OwnCaInCaFile::Several { subject, more: &more, roots: &wanted }.finding(),
        };
        let subjects: Vec<_> = own.iter().map(|link| link.certificate.subject.to_string()).collect();
        findings.push(
            finding
                .severity(severity)
                .expected(wanted.clone())
                .found(subjects.join("; "))
                .at(first_own.place.clone()),
        );
    }
    for link in distinct(context.server_trust.iter()) {
        let Some(root) = ServerRoot::of(&link.certificate).filter(|root| root.is_retired) else { continue };
        findings.push(
            say::ServerRootRetired { root: &root.name, roots: &wanted }
                .finding()
                .severity(severity)
                .at(link.place.clone()),
        );
    }
    if context.cloud.is_some() && !has_current && !is_own && roots.iter().all(|root| !root.is_retired) {
        findings.push(
            say::ServerRootMissing { roots: &wanted }
                .finding()
                .expected(wanted.clone())
                .found(first.certificate.subject.to_string())
                .at(first.place.clone()),
        );
    }
}

/// The same certificate in several files is told once.
fn distinct<'a>(links: impl Iterator<Item = &'a Arc<Link>>) -> impl Iterator<Item = &'a Arc<Link>> {
    let mut seen = HashSet::new();
    links.filter(move |link| seen.insert(&*link.certificate.der))
}

fn chain(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // A root of a file that nobody said the purpose of is sent where it stands in one text with the device's certificate.
    let is_sent = |root: &&Arc<Link>| context.chain.leaf.as_ref().is_some_and(|leaf| leaf.stands_with(root));
    let beside = context.server_trust.iter().filter(is_sent);
    for link in distinct(context.chain.links().chain(&context.chain.strangers).chain(beside)) {
        let Some(root) = ServerRoot::of(&link.certificate) else { continue };
        findings.push(say::ServerRootInDeviceChain { root: &root.name }.finding().at(link.place.clone()));
    }
}

fn identity(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let subject = &leaf.certificate.subject;
    let is_named = context.registration_id.is_some_and(|id| {
        let mut names = subject.common_names().filter_map(|name| name.text.as_deref());
        names.any(|name| name.eq_ignore_ascii_case(id.as_str()))
    });
    let finding = match Role::of(leaf, context.chain) {
        Role::EdgeCa => say::EdgeCaAsIdentity { subject }.finding(),
        Role::Tpm => {
            let what = tpm::is_about(&leaf.certificate).unwrap_or("a TPM");
            say::TpmCertificateAsIdentity { what: &what }.finding()
        }
        Role::ProofOfPossession => say::ProofOfPossessionAsIdentity { subject }
            .finding()
            .severity(if is_named { Warning } else { Error }),
        _ => return,
    };
    findings.push(finding.at(leaf.place.clone()));
}
