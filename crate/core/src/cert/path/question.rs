//! The question that the certificates are an answer to: which certificate proves the device, what is sent with it,
//! and where the way up may end. The answer is a verified path, or the step at which there is none.

use std::sync::Arc;

use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    path::{
        link::{Link, may_have_issued},
        rigour::{Rigour, has_unreadable_extension},
        search::{MAX_LENGTH, Problem, Trust},
        signatures::Signatures,
    },
    x509::{certificate::Certificate, extension::oid, signature::SignatureError, time::UnixTime},
};

/// What is asked.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a caller asks it")]
pub struct Question<'a> {
    /// The device's certificate.
    pub leaf: &'a Arc<Link>,
    /// What else is sent, or may be.
    pub sent: &'a [Arc<Link>],
    /// Where the way may end: what the service has.
    pub anchors: &'a [Arc<Link>],
    /// When; without it nothing is said about validity.
    pub at: Option<UnixTime>,
}

/// Why there is no path: where the one that came furthest ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fault {
    /// The path as far as it came, the leaf first.
    pub path: Vec<Arc<Link>>,
    /// The certificate that fails.
    pub link: Arc<Link>,
    /// Why.
    pub problem: Problem,
}

impl Question<'_> {
    /// Looks for a path from the leaf to an anchor that verifiers take which are not told to be strict: the leaf first,
    /// the anchor last.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn answer(&self, signatures: &Signatures<'_>) -> Result<Vec<Arc<Link>>, Fault> {
        let rigour = Rigour::Usual { is_timed: self.at.is_some() };
        let trust = Trust {
            anchors: self.anchors.iter().map(|link| &link.certificate).collect(),
            intermediates: self.sent.iter().map(|link| &link.certificate).collect(),
            at: self.at.unwrap_or(UnixTime::from_seconds(0)),
            purpose: Some(oid::CLIENT_AUTH),
            server_name: None,
            max_depth: usize::MAX,
        };
        match trust.verify_by(&self.leaf.certificate, signatures, rigour) {
            Ok(path) => Ok(self.links(&path)),
            Err(failure) => Err(Fault {
                path: self.links(&failure.path),
                link: self.link(failure.certificate),
                problem: failure.problem,
            }),
        }
    }

    /// What a verifier refuses that takes the first certificate with the issuer's name and goes back from no way, as
    /// OpenSSL 3 does: of one that it can read it asks neither what it may sign, nor whether its key made the signature,
    /// nor where its own way ends. `None` if the first are the right ones.
    #[must_use]
    pub fn first_way(&self, signatures: &Signatures<'_>) -> Option<Fault> {
        // A device's own certificate that the service has is trusted for its own sake.
        if self.anchors.iter().any(|anchor| anchor.certificate.der == self.leaf.certificate.der) {
            return None;
        }
        let is_valid = |certificate: &Certificate| self.at.is_none_or(|at| certificate.is_valid_at(at));
        let first = |of: &[Arc<Link>], subject: &Certificate, path: &[Arc<Link>]| {
            let is_new =
                |link: &Arc<Link>| path.iter().all(|own| own.certificate.der != link.certificate.der);
            let mut all = of.iter().filter(|link| {
                let issuer = &link.certificate;
                may_have_issued(issuer, subject) && !is_unreadable(issuer) && is_new(link)
            });
            let fallback = all.clone().max_by_key(|link| link.certificate.not_after);
            all.find(|link| is_valid(&link.certificate)).or(fallback).map(Arc::clone)
        };
        let mut path = vec![Arc::clone(self.leaf)];
        let mut anchors = Vec::new();
        while let Some(top) = path.last().filter(|_| path.len() < MAX_LENGTH) {
            let anchor = first(self.anchors, &top.certificate, &path);
            let is_root = may_have_issued(&top.certificate, &top.certificate);
            // By its names alone it has signed itself, and nothing above it is looked for. Had the service this very one, the way
            // would have ended below it.
            if is_root && !signatures.is_self_signed(&top.certificate) {
                let link = Arc::clone(top);
                return Some(Fault { path, link, problem: Problem::TakenForSelfSigned });
            }
            let is_end = anchor.is_some() || is_root;
            anchors.extend(anchor);
            let next = if is_end { None } else { first(self.sent, &top.certificate, &path) };
            let Some(next) = next else { break };
            path.push(next);
        }
        let sent = path.get(1..).unwrap_or_default();
        let answer = Question { sent, anchors: &anchors, ..*self }.answer(signatures);
        // A way that leaves one of them out is none for who does not go back.
        answer.err().or_else(|| unsigned(&path, signatures))
    }

    fn links(&self, path: &[&Certificate]) -> Vec<Arc<Link>> {
        path.iter().map(|certificate| self.link(certificate)).collect()
    }

    fn link(&self, certificate: &Certificate) -> Arc<Link> {
        let all = self.anchors.iter().chain(self.sent);
        let mut it = all.filter(|link| std::ptr::eq(&raw const link.certificate, certificate));
        Arc::clone(it.next().unwrap_or(self.leaf))
    }
}

/// The first of a path (the leaf first) whose signature the key of the next did not make.
fn unsigned(path: &[Arc<Link>], signatures: &Signatures<'_>) -> Option<Fault> {
    let is_other = |subject: &Link, issuer: &Link| {
        signatures.has_signed(&issuer.certificate, &subject.certificate) == Err(SignatureError::Mismatch)
    };
    let (at, link) = path
        .iter()
        .enumerate()
        .find(|(at, subject)| path.get(at + 1).is_some_and(|issuer| is_other(subject, issuer)))?;
    let path = path.iter().take(at + 1).cloned().collect();
    Some(Fault { path, link: Arc::clone(link), problem: Problem::IssuerHasOtherKey })
}

/// Whether OpenSSL cannot read what it reads of every certificate: it takes such a one for no issuer.
fn is_unreadable(certificate: &Certificate) -> bool {
    const READ: [ObjectIdentifier; 7] = [
        oid::BASIC_CONSTRAINTS,
        oid::KEY_USAGE,
        oid::EXTENDED_KEY_USAGE,
        oid::SUBJECT_KEY_IDENTIFIER,
        oid::AUTHORITY_KEY_IDENTIFIER,
        oid::SUBJECT_ALT_NAME,
        oid::NAME_CONSTRAINTS,
    ];
    let count = |oid| certificate.extensions.iter().filter(|it| it.oid == Some(oid)).count();
    READ.into_iter().any(|oid| count(oid) > 1) || has_unreadable_extension(certificate)
}
