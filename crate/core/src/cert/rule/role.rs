//! Whether each certificate is in the box it belongs into.
//!
//! Two chains meet in a client's settings. The device's chain proves the device to DPS; the CA file proves DPS to the
//! device. Mixing them up is the commonest mistake, because both are called "CA".

use std::sync::Arc;

use crate::{
    cert::{
        path::{
            link::{Link, may_have_issued},
            role::{Role, ServerRoot},
        },
        rule::context::{Context, Rule},
    },
    finding::{
        Definition, Finding,
        Severity::{Error, Warning},
        Standing::{Documented, Observed, Unproven},
    },
};

/// The CA file holds the device's own CA.
pub static OWN_CA_AS_TRUST: Definition = Definition::new(
    "DX481",
    "own-ca-in-ca-file",
    Error,
    Documented,
    "RFC 5246 section 7.4.2 (the server proves itself by its own chain); Azure's list of TLS roots",
);
/// A root of the server stands among the device's certificates.
pub static SERVER_ROOT_IN_CHAIN: Definition = Definition::new(
    "DX482",
    "server-root-in-device-chain",
    Warning,
    Documented,
    "RFC 5246 section 7.4.2; Azure's list of TLS roots",
);
/// The CA file has no root that DPS leads to.
pub static NO_SERVER_ROOT: Definition = Definition::new(
    "DX483",
    "server-root-missing",
    Warning,
    Documented,
    "Azure's list of TLS roots; migrate-tls-certificate; esp-azure#15",
);
/// The CA file has a root that was replaced.
pub static RETIRED_ROOT: Definition = Definition::new(
    "DX484",
    "server-root-retired",
    Warning,
    Documented,
    "migrate-tls-certificate (DPS complete since 2024-09-30); esp-azure#15, iot-middleware-freertos-samples#299",
);
/// An IoT Edge CA stands where the identity belongs.
pub static EDGE_CA: Definition = Definition::new(
    "DX485",
    "edge-ca-as-identity",
    Error,
    Observed,
    "iotedge#3260 (401002 with the device CA)",
);
/// A proof-of-possession certificate stands where the identity belongs.
pub static PROOF: Definition = Definition::new(
    "DX486",
    "proof-of-possession-as-identity",
    Warning,
    Unproven,
    "told by the form of its CN; DPS how-to-verify-certificates",
);

const WRITE_ROOTS: &str = "dps-x509 configure roots --out DIR writes them";

pub(super) const RULE: Rule = Rule {
    definitions: &[&OWN_CA_AS_TRUST, &SERVER_ROOT_IN_CHAIN, &NO_SERVER_ROOT, &RETIRED_ROOT, &EDGE_CA, &PROOF],
    check,
};

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
            Finding::new(
                &OWN_CA_AS_TRUST,
                format!(
                    "{who} The two are different chains: the device's chain proves the device to DPS, the CA file \
                     proves DPS to the device."
                ),
                format!(
                    "Put the roots of Azure's servers into the CA file ({}; {WRITE_ROOTS}); upload the device's CA to DPS \
                     instead.",
                    ServerRoot::names_for(context.cloud)
                ),
            )
            .severity(severity)
            .expected(ServerRoot::names_for(context.cloud))
            .found(subjects.join("; "))
            .at(first_own.place.clone()),
        );
    }
    for link in context.server_trust {
        let Some(root) = ServerRoot::of(&link.certificate).filter(|root| root.is_retired) else { continue };
        findings.push(
            Finding::new(
                &RETIRED_ROOT,
                format!(
                    "\"{}\" is in the CA file. Azure's IoT servers no longer have certificates from it.",
                    root.name
                ),
                format!("Trust {} instead ({WRITE_ROOTS}).", ServerRoot::names_for(context.cloud)),
            )
            .severity(severity)
            .at(link.place.clone()),
        );
    }
    if context.cloud.is_some() && !has_current && !is_own && roots.iter().all(|root| !root.is_retired) {
        findings.push(
            Finding::new(
                &NO_SERVER_ROOT,
                "None of the certificates in the CA file is a root that DPS leads to, so a device that goes by it refuses \
                 the connection.",
                format!("Add {} to the CA file ({WRITE_ROOTS}).", ServerRoot::names_for(context.cloud)),
            )
            .expected(ServerRoot::names_for(context.cloud))
            .found(first.certificate.subject.to_string())
            .at(first.place.clone()),
        );
    }
}

fn chain(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for link in context.chain.links().chain(&context.chain.strangers) {
        let Some(root) = ServerRoot::of(&link.certificate) else { continue };
        findings.push(
            Finding::new(
                &SERVER_ROOT_IN_CHAIN,
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
            &EDGE_CA,
            format!(
                "\"{subject}\" looks like the CA of an IoT Edge device, which signs for its modules. DPS wants the device's identity certificate."
            ),
            "Give the identity certificate, whose CN is the registration ID; keep the CA for edge_ca in the configuration.",
        ),
        Role::ProofOfPossession => Finding::new(
            &PROOF,
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
