//! What RFC 5280 asks of each certificate, in the severities that it has for a device.
//!
//! [`crate::cert::x509::rfc5280`] finds; here stands how much it matters. Rules about issuing are in [`super::links`],
//! damage in [`super::damage`].

use std::sync::Arc;

use crate::{
    cert::{
        path::link::Link,
        rule::context::{Context, Rule},
        x509::{
            rfc5280::{Position, Violation, violations},
            signature::{Hash, Scheme},
        },
    },
    finding::{Finding, Severity::Warning, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    for link in context.way {
        for violation in violations(&link.certificate, Position::Leaf) {
            findings.extend(finding(violation, link));
        }
        version(link, findings);
    }
    // Nobody checks a root's signature on itself, so its hash does not matter; a device's own does.
    let signed =
        context.way.iter().filter(|link| !chain.root.as_ref().is_some_and(|root| Arc::ptr_eq(root, link)));
    for link in signed {
        hash(link, findings);
    }
}

fn finding(violation: Violation, link: &Link) -> Option<Finding> {
    let (definition, next) = match violation {
        Violation::SerialNotPositive | Violation::SerialTooLong => (
            &catalogue::SERIAL_NUMBER,
            "Issue it with a positive serial number of at most 20 octets (OpenSSL chooses one by itself).",
        ),
        Violation::AlgorithmsDiffer | Violation::AlgorithmParameters => (
            &catalogue::ALGORITHM_INCONSISTENT,
            "Issue it again; current tools do not make such certificates.",
        ),
        Violation::DuplicateExtension(_) => (
            &catalogue::DUPLICATE_EXTENSION,
            "Issue it again with the extension once; look for it in both -addext and the configuration file.",
        ),
        Violation::UnknownCritical(_) => (
            &catalogue::UNKNOWN_CRITICAL_EXTENSION,
            "Issue it again with this extension not critical, or without it.",
        ),
        Violation::WrongCriticality(_) => {
            (&catalogue::WRONG_CRITICALITY, "Issue it again with the criticality that the RFC gives.")
        }
        Violation::AuthorityKeyIdMissing | Violation::SubjectKeyIdMissing => (
            &catalogue::KEY_IDENTIFIER_MISSING,
            "Nothing, unless several CAs have one name; then issue it again with subjectKeyIdentifier = hash and \
             authorityKeyIdentifier = keyid.",
        ),
        Violation::IssuerEmpty | Violation::SubjectEmpty => {
            (&catalogue::EMPTY_NAME, "Issue it again with a subject, and from a CA that has one.")
        }
        Violation::KeyCertSignWithoutCa
        | Violation::PathLenWithoutCa
        | Violation::NameConstraintsWithoutCa
        | Violation::ExtendedKeyUsageEmpty => (
            &catalogue::EXTENSIONS_INCONSISTENT,
            "Issue it again: for a device CA:FALSE, keyUsage digitalSignature, extendedKeyUsage clientAuth.",
        ),
        Violation::ExtensionsNeedVersion3 => (&catalogue::OLD_VERSION, "Issue it again as version 3."),
        // Said by the rules on damage, names, keys and links.
        Violation::Damaged
        | Violation::NobodyNamed
        | Violation::PublicKeyMalformed
        | Violation::BasicConstraintsMissing
        | Violation::NotCa
        | Violation::KeyCertSignMissing => return None,
    };
    let subject = &link.certificate.subject;
    let finding = Finding::new(definition, format!("The certificate \"{subject}\": {violation}."), next);
    // Readers must take RSA without parameters, and take ECDSA with NULL (RFC 4055 section 5).
    let is_tolerated = violation == Violation::AlgorithmParameters;
    let finding = if is_tolerated { finding.severity(Warning) } else { finding };
    Some(finding.at(link.place.clone()))
}

fn version(link: &Link, findings: &mut Vec<Finding>) {
    let certificate = &link.certificate;
    if certificate.version == 3 || !certificate.extensions.is_empty() {
        return;
    }
    findings.push(
        Finding::new(
            &catalogue::OLD_VERSION,
            format!(
                "The certificate \"{}\" is of version {}. It can say neither what it is for nor whether it is a CA, and \
                 strict libraries refuse it.",
                certificate.subject, certificate.version
            ),
            "Issue it again as version 3, with extensions.",
        )
        .expected("version 3")
        .found(format!("version {}", certificate.version))
        .at(link.place.clone()),
    );
}

fn hash(link: &Link, findings: &mut Vec<Finding>) {
    let scheme = Scheme::of(&link.certificate.signature_algorithm);
    let Some(hash) = scheme.and_then(|scheme| scheme.hash).filter(|hash| Hash::is_broken(*hash)) else {
        return;
    };
    findings.push(
        Finding::new(
            &catalogue::WEAK_HASH,
            format!(
                "The certificate \"{}\" is signed over {}, with which signatures can be forged; Azure lists SHA-256, SHA-384 and SHA-512.",
                link.certificate.subject,
                hash.as_str()
            ),
            "Issue it again with SHA-256 (the option `-sha256` of OpenSSL).",
        )
        .expected("SHA-256, SHA-384 or SHA-512")
        .found(hash.as_str())
        .at(link.place.clone()),
    );
}
