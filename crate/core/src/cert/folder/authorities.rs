//! Who is a device's and who is a CA's among all certificates of a folder, and which CAs stand above one.

use std::collections::{HashMap, HashSet};

use crate::cert::{
    path::{
        authority,
        link::{has_signed, may_have_issued},
        role::{ServerRoot, is_proof_of_possession},
    },
    x509::extension::oid,
};

use super::facts::Known;

/// Most CAs that are looked at above a device.
const MOST_ABOVE: usize = 16;
/// Most CAs of the right name and another key that are given to explain why there is none.
const MOST_NAMESAKES: usize = 2;

/// What a certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Device,
    Authority,
    Server,
    EdgeCa,
    ProofOfPossession,
    ServerRoot,
}

/// The certificates by their names.
pub(super) struct Authorities<'a> {
    known: &'a [Known],
    by_subject: HashMap<&'a str, Vec<usize>>,
    by_issuer: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Authorities<'a> {
    pub(super) fn new(known: &'a [Known]) -> Self {
        let (mut by_subject, mut by_issuer) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (number, one) in known.iter().enumerate() {
            by_subject.entry(one.subject.as_str()).or_default().push(number);
            by_issuer.entry(one.issuer.as_str()).or_default().push(number);
        }
        Self { known, by_subject, by_issuer }
    }

    /// Told by what it says and by what it issued.
    pub(super) fn what(&self, one: &Known) -> What {
        let certificate = &one.certificate;
        let is_for_servers = || {
            let usage = certificate.extended_key_usage.as_ref();
            usage.is_some_and(|it| it.allows(oid::SERVER_AUTH) && !it.allows(oid::CLIENT_AUTH))
        };
        if ServerRoot::of(certificate).is_some() {
            What::ServerRoot
        } else if is_proof_of_possession(certificate) {
            What::ProofOfPossession
        } else if authority::is_edge_ca(certificate) {
            What::EdgeCa
        } else if authority::evidence(certificate).is_some() || self.has_issued(one) {
            What::Authority
        } else if is_for_servers() {
            What::Server
        } else {
            What::Device
        }
    }

    /// Whether another certificate asks for it. What is issued under its own name says nothing of who else has that name.
    fn has_issued(&self, one: &Known) -> bool {
        let issued = self.by_issuer.get(one.subject.as_str()).into_iter().flatten();
        issued.filter_map(|&number| self.known.get(number)).any(|other| {
            !std::ptr::eq(one, other)
                && other.issuer != other.subject
                && may_have_issued(&one.certificate, &other.certificate)
        })
    }

    /// The CAs on every way up from a certificate.
    pub(super) fn above(&self, leaf: usize) -> Vec<usize> {
        let (mut above, mut seen, mut next) = (Vec::new(), HashSet::from([leaf]), 0);
        let mut subject = Some(leaf);
        while let Some(one) = subject.filter(|_| above.len() < MOST_ABOVE) {
            above.extend(self.issuers(one).into_iter().filter(|issuer| seen.insert(*issuer)));
            subject = above.get(next).copied();
            next += 1;
        }
        above
    }

    /// Those that can have issued it. Among several the signature decides.
    fn issuers(&self, number: usize) -> Vec<usize> {
        let Some(subject) = self.known.get(number) else { return Vec::new() };
        let named = self.by_subject.get(subject.issuer.as_str()).into_iter().flatten();
        let named: Vec<usize> = named.copied().filter(|&issuer| issuer != number).collect();
        let with = |is_it: &dyn Fn(&Known) -> bool| -> Vec<usize> {
            named.iter().copied().filter(|&issuer| self.known.get(issuer).is_some_and(is_it)).collect()
        };
        let fitting = with(&|issuer| may_have_issued(&issuer.certificate, &subject.certificate));
        match fitting.as_slice() {
            [] => named.into_iter().take(MOST_NAMESAKES).collect(),
            [_] => fitting,
            _ => {
                let signed = with(&|issuer| has_signed(&issuer.certificate, &subject.certificate).is_ok());
                if signed.is_empty() { fitting } else { signed }
            }
        }
    }
}
