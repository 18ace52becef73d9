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
    finding::{
        Definition, Finding,
        Severity::{Error, Note, Warning},
        Standing::{Documented, Unproven},
    },
};

/// The serial number is not a positive one of at most 20 octets.
pub static SERIAL: Definition = Definition::new(
    "DX461",
    "serial-number",
    Warning,
    Documented,
    "RFC 5280 section 4.1.2.2; openssl/openssl#26958 (tools differ)",
);
/// Signed and outer algorithm differ, or have parameters that do not belong.
pub static ALGORITHM: Definition = Definition::new(
    "DX462",
    "algorithm-inconsistent",
    Error,
    Documented,
    "RFC 5280 section 4.1.1.2, RFC 4055 section 5, RFC 5758 section 3.2",
);
/// An extension stands there twice.
pub static DUPLICATE: Definition =
    Definition::new("DX463", "duplicate-extension", Error, Documented, "RFC 5280 section 4.2");
/// A critical extension that readers may not know.
pub static UNKNOWN_CRITICAL: Definition =
    Definition::new("DX464", "unknown-critical-extension", Error, Documented, "RFC 5280 section 4.2");
/// An extension is critical and must not be, or the other way round.
pub static CRITICALITY: Definition =
    Definition::new("DX465", "wrong-criticality", Warning, Documented, "RFC 5280 sections 4.2.1 and 4.2.2");
/// Key identifiers are missing.
pub static KEY_IDS: Definition = Definition::new(
    "DX466",
    "key-identifier-missing",
    Note,
    Documented,
    "RFC 5280 sections 4.2.1.1 and 4.2.1.2",
);
/// Subject or issuer is empty.
pub static EMPTY_NAME: Definition =
    Definition::new("DX467", "empty-name", Error, Documented, "RFC 5280 sections 4.1.2.4 and 4.1.2.6");
/// Extensions contradict each other.
pub static INCONSISTENT: Definition = Definition::new(
    "DX468",
    "extensions-inconsistent",
    Warning,
    Documented,
    "RFC 5280 sections 4.2.1.3, 4.2.1.9, 4.2.1.10 and 4.2.1.12",
);
/// An old version of X.509.
pub static VERSION: Definition = Definition::new(
    "DX469",
    "old-version",
    Warning,
    Unproven,
    "RFC 5280 section 4.1.2.1; what DPS does with version 1 is not known",
);
/// A signature over a hash that is broken.
pub static WEAK_HASH: Definition = Definition::new(
    "DX470",
    "weak-hash",
    Error,
    Documented,
    "RFC 6151, RFC 6194; Azure's list of CA algorithms (SHA-256, SHA-384, SHA-512)",
);

pub(super) const RULE: Rule = Rule {
    definitions: &[
        &SERIAL,
        &ALGORITHM,
        &DUPLICATE,
        &UNKNOWN_CRITICAL,
        &CRITICALITY,
        &KEY_IDS,
        &EMPTY_NAME,
        &INCONSISTENT,
        &VERSION,
        &WEAK_HASH,
    ],
    check,
};

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
            &SERIAL,
            "Issue it with a positive serial number of at most 20 octets (OpenSSL chooses one by itself).",
        ),
        Violation::AlgorithmsDiffer | Violation::AlgorithmParameters => {
            (&ALGORITHM, "Issue it again; current tools do not make such certificates.")
        }
        Violation::DuplicateExtension(_) => (
            &DUPLICATE,
            "Issue it again with the extension once; look for it in both -addext and the configuration file.",
        ),
        Violation::UnknownCritical(_) => {
            (&UNKNOWN_CRITICAL, "Issue it again with this extension not critical, or without it.")
        }
        Violation::WrongCriticality(_) => {
            (&CRITICALITY, "Issue it again with the criticality that the RFC gives.")
        }
        Violation::AuthorityKeyIdMissing | Violation::SubjectKeyIdMissing => (
            &KEY_IDS,
            "Nothing, unless several CAs have one name; then issue it again with subjectKeyIdentifier = hash and \
             authorityKeyIdentifier = keyid.",
        ),
        Violation::IssuerEmpty | Violation::SubjectEmpty => {
            (&EMPTY_NAME, "Issue it again with a subject, and from a CA that has one.")
        }
        Violation::KeyCertSignWithoutCa
        | Violation::PathLenWithoutCa
        | Violation::NameConstraintsWithoutCa
        | Violation::ExtendedKeyUsageEmpty => (
            &INCONSISTENT,
            "Issue it again: for a device CA:FALSE, keyUsage digitalSignature, extendedKeyUsage clientAuth.",
        ),
        Violation::ExtensionsNeedVersion3 => (&VERSION, "Issue it again as version 3."),
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
            &VERSION,
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
            &WEAK_HASH,
            format!(
                "The certificate \"{}\" is signed over {}, with which signatures can be forged; Azure lists SHA-256, SHA-384 and SHA-512.",
                link.certificate.subject,
                hash.as_str()
            ),
            "Issue it again with SHA-256 (openssl … -sha256).",
        )
        .expected("SHA-256, SHA-384 or SHA-512")
        .found(hash.as_str())
        .at(link.place.clone()),
    );
}
