//! What was tried for each link of the chain: every certificate that could be an issuer, and what came of it.

use std::{fmt, sync::Arc};

use crate::cert::{
    path::{
        link::{Link, key_ids_contradict},
        signatures::Signatures,
    },
    x509::{certificate::Certificate, signature::SignatureError, time::UnixTime},
};

/// A certificate that was looked at as the issuer of another.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Candidate {
    /// The certificate whose issuer was looked for.
    pub subject: Arc<Link>,
    /// The certificate that was tried.
    pub issuer: Arc<Link>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Its key made the signature, and it was taken.
    Taken,
    /// It has the right name and was taken, although its signature does not hold or was not checked: there is no
    /// better one.
    TakenAllTheSame(SignatureError),
    /// Its key made the signature too; another one was taken. A cross-signed or renewed certificate of the same CA.
    SignedToo,
    /// It has the right name, and is another by its key identifier, or by its serial number or issuer.
    OtherKeyId,
    /// It has the right name, and its key did not make the signature.
    Signature(SignatureError),
    /// Its key identifier is the one that is asked for, and its name is another.
    OtherName,
    /// It has the right name; too many signatures had been checked before it.
    NotTried,
}

/// Most candidates that are kept for one chain. Real ones have three.
pub const MAX_CANDIDATES: usize = 64;

impl Outcome {
    /// Whether it became part of the chain.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Taken | Self::TakenAllTheSame(_))
    }

    /// Whether its key made the signature.
    #[must_use]
    pub const fn has_signed(self) -> bool {
        matches!(self, Self::Taken | Self::SignedToo)
    }

    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::TakenAllTheSame(_) => "taken-all-the-same",
            Self::SignedToo => "signed-too",
            Self::OtherKeyId => "other-key-identifier",
            Self::Signature(_) => "signature-does-not-hold",
            Self::OtherName => "other-name",
            Self::NotTried => "not-tried",
        }
    }
}

/// The reason, as the end of a sentence.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Taken => "its key made the signature",
            Self::TakenAllTheSame(error) | Self::Signature(error) => return error.fmt(f),
            Self::SignedToo => "its key made the signature too; another certificate of the same CA was taken",
            Self::OtherKeyId => {
                "it has the right name, but not the key identifier, serial number or issuer that is asked for"
            }
            Self::OtherName => "its key identifier is the one asked for, but its name is another",
            Self::NotTried => "too many signatures had been checked before it",
        })
    }
}

/// Every certificate of the bag that has the issuer's name or its key identifier, judged, with its position. One of
/// them at most is taken: `wanted`, if it is among those that signed, rather one that is valid at that time.
pub(super) fn judge(
    subject: &Certificate,
    bag: &[Arc<Link>],
    signatures: &Signatures<'_>,
    at: Option<UnixTime>,
    wanted: Option<&Certificate>,
) -> Vec<(usize, Outcome)> {
    let mut judged: Vec<(usize, Outcome)> = bag
        .iter()
        .enumerate()
        .filter_map(|(position, link)| Some((position, one(&link.certificate, subject, signatures)?)))
        .collect();
    let is_wanted = |position: &usize| {
        bag.get(*position).is_some_and(|it| wanted.is_some_and(|wanted| wanted.der == it.certificate.der))
    };
    // A self-issued one ends the chain, so it is worth more than a cross-signed one of the same key.
    let is_root = |position: &usize| bag.get(*position).is_some_and(|it| it.certificate.is_self_issued());
    // Of a CA that was renewed with its old key verifiers take the certificate that is valid.
    let is_valid = |position: &usize| {
        bag.get(*position).is_some_and(|it| at.is_none_or(|at| it.certificate.is_valid_at(at)))
    };
    let signed = |(_, outcome): &(usize, Outcome)| *outcome == Outcome::SignedToo;
    let best = judged
        .iter()
        .position(|one| signed(one) && is_wanted(&one.0))
        .or_else(|| judged.iter().position(|one| signed(one) && is_valid(&one.0) && is_root(&one.0)))
        .or_else(|| judged.iter().position(|one| signed(one) && is_valid(&one.0)))
        .or_else(|| judged.iter().position(|one| signed(one) && is_root(&one.0)))
        .or_else(|| judged.iter().position(signed))
        .or_else(|| {
            judged.iter().position(|(_, it)| matches!(it, Outcome::Signature(_) | Outcome::NotTried))
        });
    if let Some((_, outcome)) = best.and_then(|best| judged.get_mut(best)) {
        *outcome = match *outcome {
            Outcome::Signature(error) => Outcome::TakenAllTheSame(error),
            Outcome::NotTried => Outcome::TakenAllTheSame(SignatureError::NotChecked),
            _ => Outcome::Taken,
        };
    }
    judged
}

/// The certificate whose key made the signature, and whose name is another than that of the issuer: found by the key identifier
/// that is asked for, or among a few where none is.
pub(super) fn signed_by_another_name(
    subject: &Certificate,
    bag: &[Arc<Link>],
    signatures: &Signatures<'_>,
) -> Option<Arc<Link>> {
    /// Each of them costs a signature.
    const FEW: usize = 4;
    let may_be_its = |link: &&Arc<Link>| {
        let issuer = &link.certificate;
        let is_asked_for = match (&subject.authority_key_id, &issuer.subject_key_id) {
            (Some(asked), Some(there)) => asked == there,
            _ => bag.len() <= FEW,
        };
        is_asked_for
            && issuer.is_ca()
            && !subject.is_self_issued()
            && !issuer.subject.says_the_same(&subject.issuer)
    };
    let has_signed = |link: &&Arc<Link>| signatures.has_signed(&link.certificate, subject).is_ok();
    bag.iter().filter(may_be_its).find(has_signed).map(Arc::clone)
}

/// `None` for a certificate that has nothing to do with the issuer.
fn one(issuer: &Certificate, subject: &Certificate, signatures: &Signatures<'_>) -> Option<Outcome> {
    if !issuer.subject.says_the_same(&subject.issuer) {
        let is_its_key =
            subject.authority_key_id.is_some() && subject.authority_key_id == issuer.subject_key_id;
        return is_its_key.then_some(Outcome::OtherName);
    }
    if key_ids_contradict(issuer, subject) {
        return Some(Outcome::OtherKeyId);
    }
    Some(match signatures.has_signed(issuer, subject) {
        Ok(()) => Outcome::SignedToo,
        Err(SignatureError::Exhausted(_)) => Outcome::NotTried,
        Err(error) => Outcome::Signature(error),
    })
}
