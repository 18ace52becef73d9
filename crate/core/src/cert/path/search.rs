//! From a leaf to a trust anchor: path building and the strict verdict of RFC 5280 section 6.
//!
//! The search is bounded in depth, in signatures and in steps, so that a hostile bag of certificates ends as a
//! failure and not as a long night. What it is used for is saying which link fails and why; TLS libraries have the
//! last word on whether a connection is made.

use std::fmt;

use x509_cert::spki::ObjectIdentifier;

use crate::{
    cert::{
        budget::Budget,
        path::{
            link::key_ids_contradict,
            name_constraints::{self, MAX_COMPARISONS, Permission},
            policy,
            rigour::{Rigour, is_usually_refused},
            signatures::Signatures,
        },
        x509::{
            certificate::Certificate,
            extension::{Extension, KeyUsage, oid},
            rfc5280::{self, Position, Violation},
            server_name::ServerName,
            signature::SignatureError,
            time::UnixTime,
        },
    },
    order,
};

/// What a path is judged by.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a caller says whom it trusts")]
pub struct Trust<'a> {
    /// Where a path may end.
    pub anchors: Vec<&'a Certificate>,
    /// What may stand in between.
    pub intermediates: Vec<&'a Certificate>,
    /// When.
    pub at: UnixTime,
    /// What the leaf is to be used for, if it limits its use.
    pub purpose: Option<ObjectIdentifier>,
    /// Which server the leaf must name, if it is a server's.
    pub server_name: Option<ServerName>,
    /// Most intermediates that are not self-issued.
    pub max_depth: usize,
}

/// Longest path, the leaf and the anchor included. Real ones have four.
pub const MAX_LENGTH: usize = 16;
/// Most paths that were given up and are told.
pub const MAX_REJECTIONS: usize = 16;
/// Most issuers that are looked at for one leaf.
pub const MAX_STEPS: usize = 4096;

/// A path that holds: the leaf first, the anchor last.
pub type Path<'a> = Vec<&'a Certificate>;

/// Why no path holds: the failure of the path that came furthest, and what else was tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// Every path that was given up, in the order of the search, the first [`MAX_REJECTIONS`] of them.
    pub rejections: Vec<Rejection<'a>>,
    /// The path as far as it came, the leaf first.
    pub path: Path<'a>,
    /// The certificate that fails.
    pub certificate: &'a Certificate,
    /// Why.
    pub problem: Problem,
}

/// A path that was given up.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rejection<'a> {
    /// The path as far as it came, the leaf first.
    pub path: Path<'a>,
    /// The certificate that fails.
    pub certificate: &'a Certificate,
    /// Why.
    pub problem: Problem,
}

/// Why a certificate fails in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No certificate has the issuer's name.
    IssuerNotFound,
    /// Certificates have the issuer's name, and they have other keys.
    IssuerHasOtherKey,
    /// The signature does not hold.
    Signature(SignatureError),
    /// The certificate with its issuer's name is another by the identifiers that the subject asks for.
    IssuerHasOtherIdentifiers,
    /// It is over at the time given.
    Expired,
    /// It begins after the time given.
    NotYetValid,
    /// A rule for each single certificate.
    Violation(Violation),
    /// More intermediates stand below it than its path length allows.
    PathLenExceeded,
    /// More intermediates than were asked for.
    TooDeep,
    /// It may not be used for the purpose asked for.
    PurposeNotAllowed,
    /// The old extension of Netscape for purposes leaves out the one asked for.
    PurposeNotAllowedByNetscape,
    /// It is for another server.
    OtherServer,
    /// A name below it is excluded by its name constraints, or none of those permitted.
    NameForbidden,
    /// Its name constraints cannot be worked out: no verdict, hence none in favour.
    NameConstraintsNotChecked,
    /// It has its own name as issuer and nothing that tells another key, so it is taken for self-signed.
    TakenForSelfSigned,
    /// A CA above it asks for certificate policies, and it has none of those above it.
    PolicyMissing,
    /// The search was ended by the budget of signatures, [`MAX_STEPS`] or [`MAX_LENGTH`].
    TooMuchWork,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IssuerNotFound => "the certificate that issued it is not there",
            Self::IssuerHasOtherKey => "the certificate with its issuer's name has another key",
            Self::Signature(error) => return error.fmt(f),
            Self::IssuerHasOtherIdentifiers => {
                "the certificate with its issuer's name has another key identifier, serial number or issuer"
            }
            Self::Expired => "it has expired",
            Self::NotYetValid => "it is not yet valid",
            Self::Violation(violation) => return violation.fmt(f),
            Self::PathLenExceeded => "more intermediates stand below it than its path length allows",
            Self::TooDeep => "the chain is longer than allowed",
            Self::PurposeNotAllowed => "its extendedKeyUsage or its keyUsage leaves out the purpose",
            Self::PurposeNotAllowedByNetscape => {
                "its nsCertType, an old extension of Netscape, leaves out the purpose (client)"
            }
            Self::OtherServer => "its subjectAltName does not name the server",
            Self::NameForbidden => "its name constraints do not allow the names below it",
            Self::NameConstraintsNotChecked => "its name constraints are malformed or of an unknown kind",
            Self::TakenForSelfSigned => "it is taken for self-signed, by its names",
            Self::PolicyMissing => {
                "a CA above it asks for certificate policies (policyConstraints), and it has none that all have"
            }
            Self::TooMuchWork => "the search was ended: too many certificates with the same names",
        })
    }
}

impl<'a> Trust<'a> {
    /// Looks for a path from the leaf to an anchor that keeps every rule.
    ///
    /// # Errors
    /// [`Failure`] of the path that came furthest.
    pub fn verify(&self, leaf: &'a Certificate) -> Result<Path<'a>, Failure<'a>> {
        self.verify_by(leaf, &Signatures::new(&Budget::default()), Rigour::Strict)
    }

    /// The same, with what is known of signatures, and as strictly as one wants.
    ///
    /// # Errors
    /// As [`Trust::verify`].
    pub fn verify_by(
        &self,
        leaf: &'a Certificate,
        signatures: &Signatures<'_>,
        rigour: Rigour,
    ) -> Result<Path<'a>, Failure<'a>> {
        let mut search = Search {
            trust: self,
            signatures,
            rigour,
            comparisons: MAX_COMPARISONS,
            steps: 0,
            furthest: None,
            rejections: Vec::new(),
        };
        let mut path = vec![leaf];
        if search.leaf(leaf).is_none() && search.extend(&mut path) {
            return Ok(path);
        }
        let nothing = Rejection { path: vec![leaf], certificate: leaf, problem: Problem::IssuerNotFound };
        let Rejection { path, certificate, problem } = search.furthest.unwrap_or(nothing);
        Err(Failure { rejections: search.rejections, path, certificate, problem })
    }
}

struct Search<'t, 'a> {
    trust: &'t Trust<'a>,
    signatures: &'t Signatures<'t>,
    rigour: Rigour,
    /// Comparisons of names with constraints that are left.
    comparisons: usize,
    steps: usize,
    furthest: Option<Rejection<'a>>,
    rejections: Vec<Rejection<'a>>,
}

impl<'a> Search<'_, 'a> {
    /// What is wrong with the leaf itself, whatever path it has.
    fn leaf(&mut self, leaf: &'a Certificate) -> Option<()> {
        let usage = leaf.extended_key_usage.as_ref();
        let is_not_for = |purpose| usage.is_some_and(|usage| !usage.allows(purpose));
        let problem = if let Some(problem) = self.certificate(leaf, Position::Leaf) {
            problem
        } else if self.trust.purpose.is_some_and(is_not_for) || self.is_no_client(leaf) {
            Problem::PurposeNotAllowed
        } else if self.is_no_client_of_netscape(leaf) {
            Problem::PurposeNotAllowedByNetscape
        } else if self.trust.server_name.as_ref().is_some_and(|name| !name.is_named_by(leaf)) {
            Problem::OtherServer
        } else {
            return None;
        };
        self.fail(&[leaf], leaf, problem);
        Some(())
    }

    /// Whether its key usage leaves out what goes with client authentication (section 4.2.1.12).
    fn is_no_client(&self, leaf: &Certificate) -> bool {
        let allows = |usage: KeyUsage| usage.digital_signature() || usage.key_agreement();
        self.trust.purpose == Some(oid::CLIENT_AUTH) && leaf.key_usage.is_some_and(|usage| !allows(usage))
    }

    /// OpenSSL goes by the first bit of `nsCertType`, `SSL client`; RFC 5280 does not know it.
    fn is_no_client_of_netscape(&self, leaf: &Certificate) -> bool {
        let is_asked = self.rigour != Rigour::Strict && self.trust.purpose == Some(oid::CLIENT_AUTH);
        is_asked && leaf.extension(oid::NETSCAPE_CERT_TYPE).and_then(Extension::first_bit) == Some(false)
    }

    /// Extends the path upwards until it ends in an anchor; leaves it as it was if there is no way.
    fn extend(&mut self, path: &mut Path<'a>) -> bool {
        let Some(&subject) = path.last() else { return false };
        let is_anchor = |c: &Certificate| self.trust.anchors.iter().any(|anchor| anchor.der == c.der);
        if path.len() == 1 && is_anchor(subject) {
            return true;
        }
        let anchors = self.trust.anchors.iter().map(|&certificate| (certificate, true));
        let others = self.trust.intermediates.iter().map(|&certificate| (certificate, false));
        let by_name = |(issuer, _): &(&Certificate, bool)| issuer.subject.says_the_same(&subject.issuer);
        let mut candidates: Vec<_> = anchors.chain(others).filter(by_name).collect();
        // The one whose key identifier is asked for first; among equals the anchor.
        order::by_key(
            &mut candidates,
            |(issuer, _)| matches!((&subject.authority_key_id, &issuer.subject_key_id), (Some(asked), Some(there)) if asked != there),
        );
        if candidates.is_empty() {
            self.fail(path, subject, Problem::IssuerNotFound);
        }
        for (issuer, is_anchor) in candidates {
            self.steps += 1;
            if self.steps > MAX_STEPS || path.len() >= MAX_LENGTH {
                self.fail(path, subject, Problem::TooMuchWork);
                return false;
            }
            let is_known =
                |c: &&Certificate| c.subject == issuer.subject && c.public_key == issuer.public_key;
            if path.iter().skip(1).any(is_known) {
                continue;
            }
            if let Err((failing, problem)) = self.link(path, subject, issuer) {
                self.fail(path, failing, problem);
                continue;
            }
            path.push(issuer);
            let is_found = if is_anchor { self.has_policies(path) } else { self.extend(path) };
            if is_found {
                return true;
            }
            path.pop();
        }
        false
    }

    /// Whether a path up to an anchor has the policies that are asked for. Nobody asks who is not told to be strict.
    fn has_policies(&mut self, path: &[&'a Certificate]) -> bool {
        let missing = if self.rigour == Rigour::Strict { policy::missing(path) } else { None };
        if let Some(certificate) = missing {
            self.fail(path, certificate, Problem::PolicyMissing);
        }
        missing.is_none()
    }

    /// Whether `issuer` may stand above `subject`, the last of the path.
    fn link(
        &mut self,
        path: &[&'a Certificate],
        subject: &'a Certificate,
        issuer: &'a Certificate,
    ) -> Result<(), (&'a Certificate, Problem)> {
        let is_strict = self.rigour == Rigour::Strict;
        if !is_strict && key_ids_contradict(issuer, subject) {
            return Err((subject, Problem::IssuerHasOtherIdentifiers));
        }
        match self.signatures.has_signed(issuer, subject) {
            Err(SignatureError::NotChecked) if !is_strict => {}
            Err(SignatureError::Exhausted(_)) => return Err((subject, Problem::TooMuchWork)),
            Err(SignatureError::Mismatch) => return Err((subject, Problem::IssuerHasOtherKey)),
            Err(error) => return Err((subject, Problem::Signature(error))),
            Ok(()) => {}
        }
        if let Some(problem) = self.certificate(issuer, Position::Issuer) {
            return Err((issuer, problem));
        }
        // Self-issued certificates and the leaf do not count (section 4.2.1.9).
        let below = path.iter().skip(1).filter(|certificate| !certificate.is_self_issued()).count();
        let limit = issuer.basic_constraints.and_then(|constraints| constraints.path_len);
        if limit.is_some_and(|limit| usize::try_from(limit).is_ok_and(|limit| below > limit)) {
            return Err((issuer, Problem::PathLenExceeded));
        }
        if below > self.trust.max_depth {
            return Err((issuer, Problem::TooDeep));
        }
        // Self-issued intermediates are free of them (section 6.1.4 (g)); the leaf is not.
        for (index, below) in path.iter().enumerate() {
            if index > 0 && below.is_self_issued() {
                continue;
            }
            let named = (*below, if index == 0 { Position::Leaf } else { Position::Issuer });
            let problem = match name_constraints::judge(issuer, named, is_strict, &mut self.comparisons) {
                Permission::Allowed => continue,
                Permission::Forbidden => Problem::NameForbidden,
                Permission::Unknown => Problem::NameConstraintsNotChecked,
                Permission::TooMuchWork => Problem::TooMuchWork,
            };
            return Err((issuer, problem));
        }
        Ok(())
    }

    fn certificate(&self, certificate: &Certificate, position: Position) -> Option<Problem> {
        let is_timed = !matches!(self.rigour, Rigour::Usual { is_timed: false });
        match (certificate.not_before, certificate.not_after) {
            (_, Some(end)) if is_timed && self.trust.at > end => return Some(Problem::Expired),
            (Some(start), _) if is_timed && self.trust.at < start => return Some(Problem::NotYetValid),
            (None, _) | (_, None) => return Some(Problem::Violation(Violation::Damaged)),
            _ => {}
        }
        let mut violations = rfc5280::violations(certificate, position).into_iter();
        if self.rigour == Rigour::Strict {
            // Verifiers must take RSA without parameters (RFC 4055 section 5), and take ECDSA with NULL.
            let counts = |it: &Violation| *it != Violation::AlgorithmParameters;
            return violations.find(counts).map(Problem::Violation);
        }
        let is_anchor = self.trust.anchors.iter().any(|anchor| anchor.der == certificate.der);
        let refused = violations.find(|violation| is_usually_refused(*violation, certificate, is_anchor));
        let asks_for_others = || {
            let usage = certificate.extended_key_usage.as_ref().zip(self.trust.purpose);
            usage.is_some_and(|(usage, purpose)| !usage.0.contains(&purpose))
        };
        match refused {
            Some(violation) => Some(Problem::Violation(violation)),
            // OpenSSL and others nest purposes, and do not take "any" for the one that is asked for.
            None => asks_for_others().then_some(Problem::PurposeNotAllowed),
        }
    }

    /// Keeps the failure of the longest path, and among equals the first.
    fn fail(&mut self, path: &[&'a Certificate], certificate: &'a Certificate, problem: Problem) {
        let rejection = || Rejection { path: path.to_vec(), certificate, problem };
        if self.furthest.as_ref().is_none_or(|furthest| path.len() > furthest.path.len()) {
            self.furthest = Some(rejection());
        }
        if self.rejections.len() < MAX_REJECTIONS {
            self.rejections.push(rejection());
        }
    }
}
