//! The parts of two chains, side by side.

use sha2::{Digest as _, Sha256};

use super::subject::Subject;
use crate::cert::{
    der::hex,
    path::chain::Chain,
    x509::{
        certificate::Certificate, distinguished_name::Attribute, extension::oid, signature::Scheme,
        time::UnixTime,
    },
};

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Which part.
    pub part: Part,
    /// What it was; empty if it was not there.
    pub old: String,
    /// What it is; empty if it is not there.
    pub new: String,
}

/// A part of a certificate, or of the chain above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The CN of a device.
    RegistrationId,
    /// The whole name.
    Subject,
    /// Type and SHA-256 of the public key.
    Key,
    /// The issuer's name.
    Issuer,
    /// AuthorityKeyIdentifier.
    IssuerKey,
    /// The serial number.
    SerialNumber,
    /// First moment of validity.
    NotBefore,
    /// Last moment of validity.
    NotAfter,
    /// The algorithm of the signature.
    Signature,
    /// BasicConstraints.
    BasicConstraints,
    /// KeyUsage.
    KeyUsage,
    /// ExtendedKeyUsage.
    ExtendedKeyUsage,
    /// Every other extension, by type and a hash of its value.
    OtherExtensions,
    /// The intermediates, by name and thumbprint.
    Intermediates,
    /// The root, by name and thumbprint.
    Root,
}

impl Part {
    /// The words for it in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegistrationId => "registration ID",
            Self::Subject => "subject",
            Self::Key => "public key",
            Self::Issuer => "issuer",
            Self::IssuerKey => "issuer's key identifier",
            Self::SerialNumber => "serial number",
            Self::NotBefore => "valid from",
            Self::NotAfter => "valid until",
            Self::Signature => "signature algorithm",
            Self::BasicConstraints => "basic constraints",
            Self::KeyUsage => "key usage",
            Self::ExtendedKeyUsage => "extended key usage",
            Self::OtherExtensions => "other extensions",
            Self::Intermediates => "intermediates",
            Self::Root => "root",
        }
    }
}

/// Every part that differs, in a fixed order.
pub(super) fn changes(old: &Chain, new: &Chain, subject: Subject) -> Vec<Change> {
    let pairs = facts(old, subject).into_iter().zip(facts(new, subject));
    pairs
        .filter(|((_, old), (_, new))| old != new)
        .map(|((part, old), (_, new))| Change { part, old, new })
        .collect()
}

/// All parts, always the same ones in the same order.
fn facts(chain: &Chain, subject: Subject) -> Vec<(Part, String)> {
    let Some(leaf) = chain.leaf.as_ref().map(|link| &link.certificate) else { return Vec::new() };
    let time =
        |time: Option<UnixTime>| time.map_or_else(|| "not readable".to_owned(), |time| time.to_string());
    let name = match subject {
        Subject::Device => leaf.subject.common_names().next().map(Attribute::shown).unwrap_or_default(),
        Subject::Authority => String::new(),
    };
    let scheme = Scheme::of(&leaf.signature_algorithm).map(|scheme| scheme.to_string());
    let above = |links: Vec<&Certificate>| links.into_iter().map(label).collect::<Vec<_>>().join(", ");
    vec![
        (Part::RegistrationId, name),
        (Part::Subject, leaf.subject.to_string()),
        (Part::Key, key(leaf)),
        (Part::Issuer, leaf.issuer.to_string()),
        (Part::IssuerKey, leaf.authority_key_id.as_deref().map(hex).unwrap_or_default()),
        (Part::SerialNumber, leaf.serial_text()),
        (Part::NotBefore, time(leaf.not_before)),
        (Part::NotAfter, time(leaf.not_after)),
        (Part::Signature, scheme.unwrap_or_else(|| "unknown".to_owned())),
        (Part::BasicConstraints, basic_constraints(leaf)),
        (Part::KeyUsage, leaf.key_usage.map(|usage| join(usage.names())).unwrap_or_default()),
        (
            Part::ExtendedKeyUsage,
            leaf.extended_key_usage.as_ref().map(|usage| join(usage.names())).unwrap_or_default(),
        ),
        (Part::OtherExtensions, other_extensions(leaf)),
        (Part::Intermediates, above(chain.intermediates.iter().map(|link| &link.certificate).collect())),
        (Part::Root, above(chain.root.iter().map(|link| &link.certificate).collect())),
    ]
}

/// A name and enough of the thumbprint to tell certificates of one name apart.
pub(super) fn label(certificate: &Certificate) -> String {
    format!("{} ({})", certificate.subject, short(&certificate.sha256()))
}

fn key(certificate: &Certificate) -> String {
    let key = &certificate.public_key;
    format!("{}, SHA-256 {}", key.key_type(), short(&Sha256::digest(&key.der)))
}

fn basic_constraints(certificate: &Certificate) -> String {
    match certificate.basic_constraints {
        None => String::new(),
        Some(constraints) => {
            let ca = if constraints.ca { "CA" } else { "no CA" };
            constraints.path_len.map_or_else(|| ca.to_owned(), |length| format!("{ca}, path length {length}"))
        }
    }
}

fn other_extensions(certificate: &Certificate) -> String {
    const SHOWN_ELSEWHERE: [x509_cert::spki::ObjectIdentifier; 5] = [
        oid::BASIC_CONSTRAINTS,
        oid::KEY_USAGE,
        oid::EXTENDED_KEY_USAGE,
        oid::AUTHORITY_KEY_IDENTIFIER,
        oid::SUBJECT_KEY_IDENTIFIER,
    ];
    let others = certificate.extensions.iter().filter_map(|extension| {
        let oid = extension.oid.filter(|oid| !SHOWN_ELSEWHERE.contains(oid))?;
        Some(format!("{oid} ({})", short(&Sha256::digest(&extension.value))))
    });
    others.collect::<Vec<_>>().join(", ")
}

fn join<T: ToString>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

fn short(digest: &[u8]) -> String {
    hex(digest.get(..8).unwrap_or(digest))
}
