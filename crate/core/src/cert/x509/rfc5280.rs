//! What RFC 5280 asks of one certificate, apart from the chain it stands in.
//!
//! This is the strict reading. What it means for a device is for [`crate::cert::rule`] to say: DPS is not known to be
//! strict, and other programs on the way are.

use std::{collections::BTreeMap, fmt};

use x509_cert::spki::ObjectIdentifier;

use crate::cert::x509::{
    certificate::Certificate,
    extension::{Extension, oid},
    public_key::KeyType,
    signature,
};

/// Where in a chain a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a path has one end")]
pub enum Position {
    /// At its end: nothing is issued by it here.
    Leaf,
    /// It issued the one below.
    Issuer,
}

/// A rule of RFC 5280 that a certificate breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// A part cannot be read, or not by strict readers.
    Damaged,
    /// Extensions in a certificate that is not version 3 (section 4.1.2.1).
    ExtensionsNeedVersion3,
    /// A serial number of zero or less (section 4.1.2.2).
    SerialNotPositive,
    /// A serial number of more than 20 octets (section 4.1.2.2).
    SerialTooLong,
    /// The signed and the outer algorithm differ (section 4.1.1.2).
    AlgorithmsDiffer,
    /// Parameters that the signature algorithm does not have (RFC 4055, RFC 5758).
    AlgorithmParameters,
    /// No issuer (section 4.1.2.4).
    IssuerEmpty,
    /// A CA without a subject (section 4.1.2.6).
    SubjectEmpty,
    /// A leaf without a subject and without a critical SAN (section 4.1.2.6).
    NobodyNamed,
    /// The public key is malformed (RFC 3279, RFC 5480).
    PublicKeyMalformed,
    /// The curve of the public key is written out in numbers (RFC 5480 section 2.1.1).
    CurveWrittenOut,
    /// The same extension twice (section 4.2).
    DuplicateExtension(ObjectIdentifier),
    /// A critical extension that this crate does not process (section 4.2).
    UnknownCritical(ObjectIdentifier),
    /// Critical and must not be, so that readers do not look for it among what they have to know (sections 4.2.1, 4.2.2).
    Critical(ObjectIdentifier),
    /// Not critical and must be (section 4.2.1).
    NotCritical(ObjectIdentifier),
    /// No key identifier of the issuer (section 4.2.1.1).
    AuthorityKeyIdMissing,
    /// A CA without key identifier (section 4.2.1.2).
    SubjectKeyIdMissing,
    /// An issuer without BasicConstraints (section 4.2.1.9).
    BasicConstraintsMissing,
    /// An issuer that is no CA (section 4.2.1.9).
    NotCa,
    /// An issuer whose key may not sign certificates (section 4.2.1.3).
    KeyCertSignMissing,
    /// keyCertSign in a certificate that is no CA (section 4.2.1.9).
    KeyCertSignWithoutCa,
    /// pathLenConstraint in a certificate that is no CA or may not sign (section 4.2.1.9).
    PathLenWithoutCa,
    /// An ExtendedKeyUsage that allows nothing (section 4.2.1.12).
    ExtendedKeyUsageEmpty,
    /// A SubjectAltName that names nobody (section 4.2.1.6).
    SubjectAltNameEmpty,
    /// NameConstraints in a certificate that is no CA (section 4.2.1.10).
    NameConstraintsWithoutCa,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "a part of it is malformed",
            Self::ExtensionsNeedVersion3 => "it has extensions and is not version 3",
            Self::SerialNotPositive => "its serial number is zero or negative",
            Self::SerialTooLong => "its serial number has more than 20 octets",
            Self::AlgorithmsDiffer => "its signed part and its signature name different algorithms",
            Self::AlgorithmParameters => "its signature algorithm has parameters that do not belong to it",
            Self::IssuerEmpty => "it has no issuer",
            Self::SubjectEmpty => "it is a CA and has no subject",
            Self::NobodyNamed => "it has neither a subject nor a critical SAN",
            Self::PublicKeyMalformed => "its public key is malformed",
            Self::CurveWrittenOut => "the curve of its public key is written out in numbers",
            Self::DuplicateExtension(oid) => return write!(f, "it has the extension {} twice", Name(*oid)),
            Self::UnknownCritical(oid) => {
                return write!(f, "it has the critical extension {}, which readers may not know", Name(*oid));
            }
            Self::Critical(oid) => {
                return write!(f, "its extension {} is critical, and must not be", Name(*oid));
            }
            Self::NotCritical(oid) => {
                return write!(f, "its extension {} is not critical, and must be", Name(*oid));
            }
            Self::AuthorityKeyIdMissing => {
                "it does not say by which key it was signed (authorityKeyIdentifier)"
            }
            Self::SubjectKeyIdMissing => "it is a CA without subjectKeyIdentifier",
            Self::BasicConstraintsMissing => "it issued a certificate and has no basicConstraints",
            Self::NotCa => "it issued a certificate and is marked as no CA (CA:FALSE)",
            Self::KeyCertSignMissing => "it issued a certificate and its keyUsage leaves out keyCertSign",
            Self::KeyCertSignWithoutCa => "its keyUsage has keyCertSign, and it is no CA",
            Self::PathLenWithoutCa => "it has a path length, and it is no CA or may not sign certificates",
            Self::ExtendedKeyUsageEmpty => "its extendedKeyUsage is empty",
            Self::SubjectAltNameEmpty => "its subjectAltName is empty",
            Self::NameConstraintsWithoutCa => "it has nameConstraints, and it is no CA",
        })
    }
}

struct Name(ObjectIdentifier);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match oid::name(self.0) {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

/// Extensions that may be critical: this crate processes them, or what they say is of no weight here. OpenSSL takes the
/// same (`X509_supported_extension`).
const PROCESSED: [ObjectIdentifier; 12] = [
    oid::KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::BASIC_CONSTRAINTS,
    oid::NAME_CONSTRAINTS,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_MAPPINGS,
    oid::POLICY_CONSTRAINTS,
    oid::EXTENDED_KEY_USAGE,
    oid::INHIBIT_ANY_POLICY,
    oid::OCSP_NO_CHECK,
    oid::NETSCAPE_CERT_TYPE,
];
const NEVER_CRITICAL: [ObjectIdentifier; 3] =
    [oid::SUBJECT_KEY_IDENTIFIER, oid::AUTHORITY_KEY_IDENTIFIER, oid::AUTHORITY_INFO_ACCESS];
const ALWAYS_CRITICAL: [ObjectIdentifier; 3] =
    [oid::NAME_CONSTRAINTS, oid::POLICY_CONSTRAINTS, oid::INHIBIT_ANY_POLICY];

/// Every rule that the certificate breaks.
#[must_use]
pub fn violations(certificate: &Certificate, position: Position) -> Vec<Violation> {
    let mut found = Vec::new();
    fields(certificate, &mut found);
    extensions(certificate, &mut found);
    usage(certificate, position, &mut found);
    found
}

fn fields(certificate: &Certificate, found: &mut Vec<Violation>) {
    let mut check = |breaks: bool, violation| {
        if breaks {
            found.push(violation)
        }
    };
    check(!certificate.damage.is_empty(), Violation::Damaged);
    check(certificate.version != 3 && !certificate.extensions.is_empty(), Violation::ExtensionsNeedVersion3);
    let serial = &certificate.serial;
    let is_positive =
        serial.iter().any(|&octet| octet != 0) && serial.first().is_some_and(|&first| first < 0x80);
    check(!is_positive, Violation::SerialNotPositive);
    let octets = serial.strip_prefix(&[0]).unwrap_or(serial).len();
    check(octets > 20, Violation::SerialTooLong);
    check(certificate.signed_algorithm != certificate.signature_algorithm, Violation::AlgorithmsDiffer);
    check(!signature::has_right_parameters(&certificate.signature_algorithm), Violation::AlgorithmParameters);
    check(certificate.issuer.is_empty(), Violation::IssuerEmpty);
    check(certificate.public_key.key_type() == KeyType::Malformed, Violation::PublicKeyMalformed);
    check(certificate.public_key.has_described_curve(), Violation::CurveWrittenOut);
    let has_critical_san = certificate.extension(oid::SUBJECT_ALT_NAME).is_some_and(|san| san.critical);
    if certificate.subject.is_empty() {
        check(certificate.is_ca(), Violation::SubjectEmpty);
        check(!certificate.is_ca() && !has_critical_san, Violation::NobodyNamed);
    }
}

fn extensions(certificate: &Certificate, found: &mut Vec<Violation>) {
    let mut counts = BTreeMap::<_, u32>::new();
    for oid in certificate.extensions.iter().filter_map(|extension| extension.oid) {
        let count = counts.entry(oid).or_default();
        *count += 1;
        // Said once, at its second appearance.
        if *count == 2 {
            found.push(Violation::DuplicateExtension(oid));
        }
    }
    for Extension { oid, critical, .. } in &certificate.extensions {
        let Some(oid) = *oid else { continue };
        let is_ca_constraint = oid == oid::BASIC_CONSTRAINTS && certificate.is_ca();
        let must_be = ALWAYS_CRITICAL.contains(&oid) || is_ca_constraint;
        if *critical && NEVER_CRITICAL.contains(&oid) {
            found.push(Violation::Critical(oid));
        } else if !critical && must_be {
            found.push(Violation::NotCritical(oid));
        } else if *critical && !PROCESSED.contains(&oid) {
            found.push(Violation::UnknownCritical(oid));
        }
    }
    let mut check = |breaks: bool, violation| {
        if breaks {
            found.push(violation)
        }
    };
    let is_self_issued = certificate.is_self_issued();
    check(certificate.authority_key_id.is_none() && !is_self_issued, Violation::AuthorityKeyIdMissing);
    check(certificate.subject_key_id.is_none() && certificate.is_ca(), Violation::SubjectKeyIdMissing);
    let has_constraints = certificate.extension(oid::NAME_CONSTRAINTS).is_some();
    let is_no_ca = !certificate.is_ca() && !certificate.has_unreadable_constraints();
    check(has_constraints && is_no_ca, Violation::NameConstraintsWithoutCa);
    let is_empty = certificate.extended_key_usage.as_ref().is_some_and(|usage| usage.0.is_empty());
    check(is_empty, Violation::ExtendedKeyUsageEmpty);
    let names_nobody = certificate.extension(oid::SUBJECT_ALT_NAME).is_some_and(Extension::is_empty_list);
    check(names_nobody, Violation::SubjectAltNameEmpty);
}

fn usage(certificate: &Certificate, position: Position, found: &mut Vec<Violation>) {
    let may_sign = certificate.key_usage.is_none_or(crate::cert::x509::extension::KeyUsage::key_cert_sign);
    let is_ca = certificate.is_ca();
    if position == Position::Issuer {
        match certificate.basic_constraints {
            // That it cannot be read is said already.
            None if certificate.has_unreadable_constraints() => {}
            None => found.push(Violation::BasicConstraintsMissing),
            Some(constraints) if !constraints.ca => found.push(Violation::NotCa),
            Some(_) => {}
        }
        if !may_sign {
            found.push(Violation::KeyCertSignMissing);
        }
    }
    let is_no_ca = !is_ca && !certificate.has_unreadable_constraints();
    if is_no_ca && certificate.key_usage.is_some_and(crate::cert::x509::extension::KeyUsage::key_cert_sign) {
        found.push(Violation::KeyCertSignWithoutCa);
    }
    let has_path_len =
        certificate.basic_constraints.is_some_and(|constraints| constraints.path_len.is_some());
    if has_path_len && !(is_ca && may_sign) {
        found.push(Violation::PathLenWithoutCa);
    }
}
