//! What the leaf says it may be used for.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        x509::extension::oid,
    },
    finding::{
        Definition, Finding,
        Severity::{Error, Warning},
        Standing::{Documented, Observed, Unproven},
    },
};

/// ExtendedKeyUsage leaves out client authentication.
pub static NO_CLIENT_AUTH: Definition = Definition::new(
    "DX421",
    "client-auth-missing",
    Error,
    Observed,
    "azure-iot-sdk-c PR#1519; RFC 5280 section 4.2.1.12",
);
/// KeyUsage leaves out signatures.
pub static NO_DIGITAL_SIGNATURE: Definition = Definition::new(
    "DX422",
    "digital-signature-missing",
    Error,
    Documented,
    "RFC 5280 section 4.2.1.3, RFC 5246 section 7.4.6",
);
/// The leaf is marked as a CA.
pub static LEAF_IS_CA: Definition = Definition::new(
    "DX423",
    "leaf-is-ca",
    Warning,
    Unproven,
    "RFC 5280 section 4.2.1.9; whether DPS refuses it is not known",
);

pub(super) const RULE: Rule =
    Rule { definitions: &[&NO_CLIENT_AUTH, &NO_DIGITAL_SIGNATURE, &LEAF_IS_CA], check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let certificate = &leaf.certificate;
    let mut push = |finding: Finding| findings.push(finding.at(leaf.place.clone()));
    if let Some(usage) =
        certificate.extended_key_usage.as_ref().filter(|usage| !usage.allows(oid::CLIENT_AUTH))
    {
        let found: Vec<_> = usage.names().collect();
        push(
            Finding::new(
                &NO_CLIENT_AUTH,
                "The device's certificate limits its extended key usage and leaves out clientAuth, so it may not prove \
                 a device in TLS.",
                "Issue it again with extendedKeyUsage = clientAuth.",
            )
            .expected("extendedKeyUsage with clientAuth")
            .found(if found.is_empty() { "an empty extendedKeyUsage".to_owned() } else { found.join(", ") }),
        );
    }
    if let Some(usage) = certificate.key_usage.filter(|usage| !usage.digital_signature()) {
        let found: Vec<_> = usage.names().collect();
        push(
            Finding::new(
                &NO_DIGITAL_SIGNATURE,
                "The device's certificate limits its key usage and leaves out digitalSignature, with which a device \
                 signs in TLS.",
                "Issue it again with keyUsage = critical, digitalSignature.",
            )
            .expected("keyUsage with digitalSignature")
            .found(if found.is_empty() { "an empty keyUsage".to_owned() } else { found.join(", ") }),
        );
    }
    if certificate.is_ca() {
        push(
            Finding::new(
                &LEAF_IS_CA,
                "The device's certificate is marked as a CA (basicConstraints CA:TRUE). \"openssl req -x509\" does that \
                 unless told otherwise; whether DPS takes it is not known.",
                "Issue it again with basicConstraints = critical, CA:FALSE \
                 (openssl req -x509 … -addext basicConstraints=critical,CA:FALSE).",
            )
            .expected("CA:FALSE, or no basicConstraints")
            .found("CA:TRUE"),
        );
    }
}
