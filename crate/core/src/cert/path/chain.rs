//! From a bag of certificates to the device's chain: leaf, intermediates, root, and what does not belong.

use std::sync::Arc;

use crate::cert::{
    path::{
        authority,
        candidate::{self, Candidate, MAX_CANDIDATES},
        link::{Link, has_signed, may_have_issued},
        search::MAX_SIGNATURES,
    },
    x509::{certificate::Certificate, distinguished_name::DistinguishedName, signature::SignatureError},
};

/// The chain that a bag of certificates makes, by names, key identifiers and signatures.
///
/// A bag that holds CAs only makes a chain without a leaf: the lowest of them upwards.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Chain {
    /// The device's own certificate; `None` if it is not there.
    pub leaf: Option<Arc<Link>>,
    /// The certificates above the leaf, from its issuer upwards, without a self-issued one.
    pub intermediates: Vec<Arc<Link>>,
    /// The self-issued certificate at the top, if it is in the bag and is not the leaf.
    pub root: Option<Arc<Link>>,
    /// Certificates that are in no connection with the leaf.
    pub strangers: Vec<Arc<Link>>,
    /// What was tried for each link, from the leaf upwards, the first [`MAX_CANDIDATES`] of it.
    pub candidates: Vec<Candidate>,
    /// A certificate that has the name of the missing issuer and another key.
    pub namesake: Option<Arc<Link>>,
    /// Certificates that are there already.
    pub duplicates: Vec<Arc<Link>>,
    /// Whether the certificates stand in their file as a device must send them: the leaf first, then upwards. Several
    /// files have no order among them.
    pub is_in_order: bool,
}

/// More than any device sends. Building takes at most the square of it in name comparisons.
pub const MAX_CERTIFICATES: usize = 128;

impl Chain {
    /// Builds the chain from certificates in the order of their files, the first [`MAX_CERTIFICATES`] of them.
    ///
    /// `is_wanted` tells the device's certificate where it can be told: by its key or its name. It chooses among
    /// those that issued nothing. Without it a certificate that is a CA's by [`authority::evidence`] is not the leaf.
    #[must_use]
    pub fn build(bag: &[Arc<Link>], is_wanted: impl Fn(&Certificate) -> bool) -> Self {
        let mut chain = Self { is_in_order: true, ..Self::default() };
        let mut unused: Vec<Arc<Link>> = Vec::new();
        for link in bag.iter().take(MAX_CERTIFICATES) {
            let seen = unused.iter().any(|other| other.certificate.der == link.certificate.der);
            if seen { chain.duplicates.push(Arc::clone(link)) } else { unused.push(Arc::clone(link)) }
        }
        let Some(position) = lowest_position(&unused, &is_wanted) else {
            chain.strangers = unused;
            return chain;
        };
        let mut top = unused.remove(position);
        let is_device = is_wanted(&top.certificate) || authority::evidence(&top.certificate).is_none();
        if is_device {
            chain.leaf = Some(Arc::clone(&top))
        } else {
            chain.push_authority(&top)
        }
        let mut signatures = MAX_SIGNATURES;
        while !top.certificate.is_self_issued() {
            let judged = candidate::judge(&top.certificate, &unused, &mut signatures);
            chain.remember(&top, &unused, &judged);
            let Some((position, _)) = judged.into_iter().find(|(_, outcome)| outcome.is_taken()) else {
                let has_the_name =
                    |link: &&Arc<Link>| link.certificate.subject.says_the_same(&top.certificate.issuer);
                chain.namesake = unused.iter().find(has_the_name).map(Arc::clone);
                break;
            };
            top = unused.remove(position);
            chain.push_authority(&top);
        }
        chain.strangers = unused;
        chain.is_in_order = chain.stands_in_order(bag);
        chain
    }

    fn push_authority(&mut self, link: &Arc<Link>) {
        if link.certificate.is_self_issued() {
            self.root = Some(Arc::clone(link));
        } else {
            self.intermediates.push(Arc::clone(link));
        }
    }

    fn remember(&mut self, subject: &Arc<Link>, bag: &[Arc<Link>], judged: &[(usize, candidate::Outcome)]) {
        let room = MAX_CANDIDATES.saturating_sub(self.candidates.len());
        let known = judged.iter().filter_map(|&(position, outcome)| {
            let issuer = Arc::clone(bag.get(position)?);
            Some(Candidate { subject: Arc::clone(subject), issuer, outcome })
        });
        self.candidates.extend(known.take(room));
    }

    fn stands_in_order(&self, bag: &[Arc<Link>]) -> bool {
        let Some(leaf) = &self.leaf else { return true };
        let position = |link: &Arc<Link>| bag.iter().position(|other| Arc::ptr_eq(link, other));
        let first = bag.iter().position(|other| other.file == leaf.file);
        let positions: Vec<_> = self.links().filter(|link| link.file == leaf.file).map(position).collect();
        positions.first() == Some(&first) && positions.is_sorted()
    }

    /// Leaf, intermediates and root, upwards.
    pub fn links(&self) -> impl Iterator<Item = &Arc<Link>> {
        self.leaf.iter().chain(&self.intermediates).chain(&self.root)
    }

    /// Whether a certificate outside of the chain could stand in it: its key signed one of the chain, and another
    /// certificate of the same CA was taken.
    #[must_use]
    pub fn is_alternative(&self, link: &Link) -> bool {
        let is_it = |one: &&Candidate| one.issuer.certificate.der == link.certificate.der;
        self.candidates.iter().filter(is_it).any(|one| one.outcome.has_signed())
    }

    /// As [`has_signed`], without computing again what was computed when the chain was built.
    ///
    /// # Errors
    /// As [`has_signed`].
    pub fn has_signed(&self, issuer: &Certificate, subject: &Certificate) -> Result<(), SignatureError> {
        let is_it = |one: &&Candidate| {
            one.issuer.certificate.der == issuer.der && one.subject.certificate.der == subject.der
        };
        let known = self.candidates.iter().find(is_it).and_then(|one| one.outcome.signature());
        known.unwrap_or_else(|| has_signed(issuer, subject))
    }

    /// The name of the issuer that is not in the bag; `None` if the chain ends in a self-issued certificate.
    #[must_use]
    pub fn missing_issuer(&self) -> Option<&DistinguishedName> {
        let top = self.links().last()?;
        (!top.certificate.is_self_issued()).then_some(&top.certificate.issuer)
    }
}

/// The lowest is what issued nothing else in the bag: rather the one that is wanted, rather one that is no CA. Among
/// several CAs of which none is wanted there is none.
fn lowest_position(bag: &[Arc<Link>], is_wanted: impl Fn(&Certificate) -> bool) -> Option<usize> {
    let issued_nothing = |link: &Arc<Link>| {
        !bag.iter()
            .any(|other| !Arc::ptr_eq(link, other) && may_have_issued(&link.certificate, &other.certificate))
    };
    let ends: Vec<(usize, &Certificate)> = bag
        .iter()
        .enumerate()
        .filter(|(_, link)| issued_nothing(link))
        .map(|(at, link)| (at, &link.certificate))
        .collect();
    let wanted = ends.iter().find(|(_, certificate)| is_wanted(certificate));
    let device = wanted.or_else(|| ends.iter().find(|(_, certificate)| !certificate.is_ca()));
    match (device, ends.as_slice()) {
        (Some((position, _)), _) | (None, [(position, _)]) => Some(*position),
        // CAs that issued each other: any of them says more than none.
        (None, []) => (!bag.is_empty()).then_some(0),
        (None, _) => None,
    }
}
