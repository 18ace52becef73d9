//! How strictly certificates of a path are judged, and what those refuse that are not told to be strict.

use crate::cert::x509::{
    certificate::Certificate,
    extension::{KeyUsage, oid},
    rfc5280::Violation,
};

/// How strictly certificates are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses")]
pub enum Rigour {
    /// By every rule of RFC 5280.
    Strict,
    /// By what OpenSSL refuses without `-x509_strict`: signatures, names, validity, whether issuers may issue, path
    /// length, purposes, name constraints, critical extensions. A signature whose algorithm is not checked here counts.
    Usual {
        /// Whether validity counts; without a time nothing is said about it.
        is_timed: bool,
    },
}

/// Whether verifiers refuse it that are not told to be strict.
pub(super) fn is_usually_refused(violation: Violation, certificate: &Certificate, is_anchor: bool) -> bool {
    match violation {
        Violation::UnknownCritical(_)
        | Violation::Critical(_)
        | Violation::DuplicateExtension(_)
        | Violation::AlgorithmsDiffer
        | Violation::PublicKeyMalformed
        | Violation::NotCa
        | Violation::KeyCertSignMissing => true,
        // Roots of version 1 are CAs for everyone, and of what is trusted OpenSSL asks no more than keyCertSign.
        Violation::BasicConstraintsMissing => !is_old_ca(certificate, is_anchor),
        Violation::Damaged => has_unreadable_extension(certificate),
        _ => false,
    }
}

/// Whether it is taken for a CA although it has no BasicConstraints: a self-signed one of version 1, or, where it is what
/// the service has, one whose key usage says that it signs certificates.
#[must_use]
pub fn is_old_ca(certificate: &Certificate, is_anchor: bool) -> bool {
    certificate.extension(oid::BASIC_CONSTRAINTS).is_none()
        && ((certificate.version == 1 && certificate.is_self_issued())
            || (is_anchor && certificate.key_usage.is_some_and(KeyUsage::key_cert_sign)))
}

/// Whether an extension that decides about paths is there and cannot be read.
pub(super) fn has_unreadable_extension(certificate: &Certificate) -> bool {
    let is_lost = |oid, is_read: bool| !is_read && certificate.extension(oid).is_some();
    let is_no_list = |oid| certificate.extension(oid).is_some_and(|it| !it.is_list());
    is_lost(oid::BASIC_CONSTRAINTS, certificate.basic_constraints.is_some())
        || is_lost(oid::KEY_USAGE, certificate.key_usage.is_some())
        || is_lost(oid::EXTENDED_KEY_USAGE, certificate.extended_key_usage.is_some())
        || is_lost(oid::SUBJECT_KEY_IDENTIFIER, certificate.subject_key_id.is_some())
        || is_lost(oid::AUTHORITY_KEY_IDENTIFIER, certificate.authority.is_some())
        || certificate.extension(oid::NETSCAPE_CERT_TYPE).is_some_and(|it| it.first_bit().is_none())
        || [oid::SUBJECT_ALT_NAME, oid::NAME_CONSTRAINTS, oid::CRL_DISTRIBUTION_POINTS]
            .into_iter()
            .any(is_no_list)
}
