//! What the leaf says it may be used for.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        x509::extension::oid,
    },
    finding::{Finding, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

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
                &catalogue::CLIENT_AUTH_MISSING,
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
                &catalogue::DIGITAL_SIGNATURE_MISSING,
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
                &catalogue::LEAF_IS_CA,
                "The device's certificate is marked as a CA (basicConstraints CA:TRUE). `openssl req -x509` does that \
                 unless told otherwise; whether DPS takes it is not known.",
                "Issue it again with basicConstraints = critical, CA:FALSE. If it is self-signed: `openssl req -x509 -key \
                 device-key.pem -out device-cert.pem -days 365 -subj /CN=REGISTRATION-ID -addext \
                 basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth`",
            )
            .expected("CA:FALSE, or no basicConstraints")
            .found("CA:TRUE"),
        );
    }
}
