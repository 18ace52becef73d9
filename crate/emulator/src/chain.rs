//! Does a presented chain lead to a group's CA, and does it hold? Judged by rustls-webpki.

use std::time::Duration;

use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};
use x509_cert::name::Name;

use crate::{
    certificate::{Parsed, Presented},
    enrollment::{Group, SigningCertificate},
};

/// What became of a chain.
#[derive(Debug)]
pub(crate) enum Judgement<'a> {
    /// It holds up to the CA of this group.
    Holds(&'a Group, &'a SigningCertificate),
    /// Its issuer names lead to the CA of this group, but it does not hold.
    Fails(&'a Group, Failure),
    /// No issuer name in it is that of a group's CA.
    LeadsNowhere,
}

/// Why a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The leaf names no extended key usage at all.
    NoExtendedKeyUsage,
    /// The verdict of rustls-webpki.
    Webpki(webpki::Error),
}

impl Failure {
    /// Whether users saw DPS refuse for this reason; the rest is what rustls-webpki alone is known to refuse.
    pub(crate) const fn was_observed(&self) -> bool {
        matches!(
            self,
            Self::NoExtendedKeyUsage
                | Self::Webpki(
                    webpki::Error::CertExpired { .. }
                        | webpki::Error::CertNotValidYet { .. }
                        | webpki::Error::InvalidSignatureForPublicKey
                        | webpki::Error::RequiredEkuNotFoundContext(_)
                        | webpki::Error::EmptyEkuExtension
                )
        )
    }

    /// Whether it is about the extended key usage clientAuth.
    pub(crate) const fn is_about_key_usage(&self) -> bool {
        matches!(
            self,
            Self::NoExtendedKeyUsage
                | Self::Webpki(
                    webpki::Error::RequiredEkuNotFoundContext(_) | webpki::Error::EmptyEkuExtension
                )
        )
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoExtendedKeyUsage => f.write_str("the leaf has no extended key usage"),
            Self::Webpki(webpki::Error::CertExpired { not_after, .. }) => {
                write!(f, "a certificate expired at {}", moment(*not_after))
            }
            Self::Webpki(webpki::Error::CertNotValidYet { not_before, .. }) => {
                write!(f, "a certificate is not valid before {}", moment(*not_before))
            }
            Self::Webpki(webpki::Error::InvalidSignatureForPublicKey) => {
                f.write_str("a signature in it was not made by the issuer's key")
            }
            Self::Webpki(webpki::Error::CaUsedAsEndEntity) => {
                f.write_str("the leaf is a CA certificate (basic constraints CA:TRUE)")
            }
            Self::Webpki(webpki::Error::UnsupportedCertVersion) => {
                f.write_str("a certificate is not of version 3")
            }
            Self::Webpki(error) => write!(f, "rustls-webpki says {error}"),
        }
    }
}

fn moment(time: UnixTime) -> String {
    crate::timestamp::utc(std::time::UNIX_EPOCH + Duration::from_secs(time.as_secs()))
}

/// Judges a chain against all groups. The group whose CA is nearest to the leaf comes first, and the first whose
/// chain holds decides; if none holds, the nearest one's failure does.
pub(crate) fn judge<'a>(presented: &Presented, groups: &'a [Group], now: UnixTime) -> Judgement<'a> {
    let mut first_failure = None;
    for issuer in issuers(presented) {
        for (group, signer) in
            signers(groups).filter(|(_, signer)| signer.certificate.subject() == Some(issuer))
        {
            match judge_one(presented, signer, now) {
                Ok(()) => return Judgement::Holds(group, signer),
                Err(failure) => {
                    first_failure.get_or_insert((group, failure));
                }
            }
        }
    }
    match first_failure {
        Some((group, failure)) => Judgement::Fails(group, failure),
        None => Judgement::LeadsNowhere,
    }
}

/// All CA certificates of all groups, primary and secondary.
fn signers(groups: &[Group]) -> impl Iterator<Item = (&Group, &SigningCertificate)> {
    groups.iter().flat_map(|group| group.signers.iter().map(move |signer| (group, signer)))
}

/// The issuer names met on the way up from the leaf through what was sent, nearest first, in whatever order it
/// was sent.
fn issuers(presented: &Presented) -> Vec<&Name> {
    let mut names: Vec<&Name> = Vec::new();
    let mut unused: Vec<&Parsed> = presented.others.iter().collect();
    let mut level = vec![&presented.leaf];
    while !level.is_empty() {
        let issuers: Vec<&Name> = level.iter().filter_map(|certificate| certificate.issuer()).collect();
        let is_next =
            |certificate: &&Parsed| certificate.subject().is_some_and(|name| issuers.contains(&name));
        let (next, rest) = unused.into_iter().partition(is_next);
        names.extend(issuers);
        (level, unused) = (next, rest);
    }
    names
}

fn judge_one(presented: &Presented, signer: &SigningCertificate, now: UnixTime) -> Result<(), Failure> {
    let intermediates: Vec<CertificateDer<'_>> =
        presented.others.iter().map(|certificate| certificate.der.clone()).collect();
    let anchors = std::slice::from_ref(&signer.anchor);
    verify(&presented.leaf, anchors, &intermediates, now).map_err(Failure::Webpki)?;
    // webpki asks for clientAuth only where there is an extended key usage; DPS was seen to want one.
    if presented.leaf.has_extended_key_usage() { Ok(()) } else { Err(Failure::NoExtendedKeyUsage) }
}

/// Whether a leaf leads to one of the anchors, by rustls-webpki.
pub(crate) fn verify(
    leaf: &Parsed,
    anchors: &[TrustAnchor<'_>],
    intermediates: &[CertificateDer<'_>],
    now: UnixTime,
) -> Result<(), webpki::Error> {
    EndEntityCert::try_from(&leaf.der)?
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            anchors,
            intermediates,
            now,
            KeyUsage::client_auth(),
            None,
            None,
        )
        .map(|_| ())
}
