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
        catalogue, say,
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
        let who = match others.len() {
            0 => format!("\"{subject}\" is of the device's own chain, and it is in the CA file."),
            more => format!(
                "\"{subject}\" and {more} more are of the device's own chain, and they are in the CA file."
            ),
        };
        let subjects: Vec<_> = own.iter().map(|link| link.certificate.subject.to_string()).collect();
        findings.push(
            say::OwnCaInCaFile { who: &who, roots: &wanted }
                .finding()
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
    for link in distinct(context.chain.links().chain(&context.chain.strangers)) {
        let Some(root) = ServerRoot::of(&link.certificate) else { continue };
        findings.push(
            Finding::new(
                &catalogue::SERVER_ROOT_IN_DEVICE_CHAIN,
                format!(
                    "\"{}\" stands among the device's certificates. It is a root of Azure's servers: it belongs into the \
                     CA file, by which the device knows DPS.",
                    root.name
                ),
                "Move it to the CA file; send the device's certificate and its own intermediates.",
            )
            .at(link.place.clone()),
        );
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
        Role::EdgeCa => Finding::new(
            &catalogue::EDGE_CA_AS_IDENTITY,
            format!(
                "\"{subject}\" looks like the CA of an IoT Edge device, which signs for its modules. DPS wants the device's identity certificate."
            ),
            "Give the identity certificate, whose CN is the registration ID; keep the CA for edge_ca in the configuration.",
        ),
        Role::Tpm => Finding::new(
            &catalogue::TPM_CERTIFICATE_AS_IDENTITY,
            format!(
                "This is a certificate about {}. It proves what hardware the device has; in TLS no device can show it, and \
                 DPS takes it from none.",
                tpm::is_about(&leaf.certificate).unwrap_or("a TPM")
            ),
            "For X.509, give a certificate that was issued for the device's own key, with the registration ID as its CN. For \
             attestation by the TPM, the enrollment takes the endorsement key itself: `az iot dps enrollment \
             create --attestation-type tpm --endorsement-key KEY`",
        ),
        Role::ProofOfPossession => Finding::new(
            &catalogue::PROOF_OF_POSSESSION_AS_IDENTITY,
            format!(
                "\"{subject}\" looks like a proof of possession: its CN has the form of a verification code of the portal. \
                 Such a certificate verifies a CA there, and is no device's."
            ),
            "Upload it in the portal, under Certificates, at the CA that is to be verified. To check a device, give the \
             device's own certificate; if this one is the device's all the same, give its registration ID.",
        )
        .severity(if is_named { Warning } else { Error }),
        _ => return,
    };
    findings.push(finding.at(leaf.place.clone()));
}
