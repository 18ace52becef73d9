//! From a bag of certificates to the device's chain: leaf, intermediates, root, and what does not belong.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::cert::{
    path::{
        authority,
        candidate::{self, Candidate, MAX_CANDIDATES},
        link::{Link, may_have_issued},
        outlived::Outlived,
        signatures::Signatures,
        tpm,
    },
    x509::{certificate::Certificate, distinguished_name::DistinguishedName, time::UnixTime},
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
    /// A certificate whose key signed the top of the chain, and whose name is another than the one that is asked for.
    pub misnamed: Option<Arc<Link>>,
    /// Certificates, those that the service has included, that have expired while another of the same name and key is valid.
    pub outlived: Vec<Outlived>,
    /// Certificates that are there already.
    pub duplicates: Vec<Arc<Link>>,
    /// Whether the certificates stand in their file as a device must send them: the leaf first, then upwards. Several
    /// files have no order among them, nor have several values of a document or the members of a store.
    pub is_in_order: bool,
    /// Whether a certificate that need not be sent, since it stands above what the service has, stands between those that
    /// must be, which are in order.
    pub is_interrupted: bool,
}

/// Most certificates above a leaf. No verifier takes as many, and each is looked for among all that there are.
const MAX_INTERMEDIATES: usize = 256;

impl Chain {
    /// Builds the chain from certificates in the order of their files.
    ///
    /// `is_wanted` tells the device's certificate where it can be told: by its key or its name. It chooses among
    /// those that issued nothing, and of a device's own that were renewed one that is valid. Without it a certificate that is a CA's by [`authority::evidence`] is not the leaf.
    /// Among several certificates of one CA one that is valid `at` that time is taken, and `verified` decides before that: it
    /// gives the path that holds from a leaf through others of the bag, if there is one.
    #[must_use]
    pub fn build(
        bag: &[Arc<Link>],
        is_wanted: impl Fn(&Certificate) -> bool,
        signatures: &Signatures<'_>,
        at: Option<UnixTime>,
        verified: impl FnOnce(&Arc<Link>, &[Arc<Link>]) -> Vec<Arc<Link>>,
    ) -> Self {
        let mut chain = Self { is_in_order: true, ..Self::default() };
        let mut unused: Vec<Arc<Link>> = Vec::new();
        let mut seen = HashSet::new();
        for link in bag {
            let is_new = seen.insert(&*link.certificate.der);
            if is_new { unused.push(Arc::clone(link)) } else { chain.duplicates.push(Arc::clone(link)) }
        }
        let Some(position) = lowest_position(&unused, &is_wanted, at) else {
            chain.strangers = unused;
            return chain;
        };
        let mut top = unused.remove(position);
        let is_device = is_wanted(&top.certificate) || authority::evidence(&top.certificate).is_none();
        let verified = if is_device { verified(&top, &unused) } else { Vec::new() };
        // What stands above the CA that the service has need not be sent, so its order does not count.
        let is_here = |link: &&Arc<Link>| bag.iter().any(|other| Arc::ptr_eq(link, other));
        let counted = if verified.is_empty() { usize::MAX } else { verified.iter().filter(is_here).count() };
        let mut verified = verified.into_iter().skip(1);
        if is_device {
            chain.leaf = Some(Arc::clone(&top))
        } else {
            chain.push_authority(&top, signatures)
        }
        let mut is_below_another = false;
        while chain.intermediates.len() < MAX_INTERMEDIATES && !signatures.is_self_signed(&top.certificate) {
            let wanted = verified.next();
            let wanted = wanted.as_ref().map(|link| &link.certificate);
            let judged = candidate::judge(&top.certificate, &unused, signatures, at, wanted);
            // A certificate under its own name that another one of that name signed is no root: a CA with a new key.
            let is_root = top.certificate.is_self_issued() && !judged.iter().any(|(_, it)| it.has_signed());
            if is_root {
                // What the service has may stand above it all the same.
                is_below_another = wanted.is_some();
                break;
            }
            chain.remember(&top, &unused, &judged);
            let Some((position, _)) = judged.into_iter().find(|(_, outcome)| outcome.is_taken()) else {
                let has_the_name =
                    |link: &&Arc<Link>| link.certificate.subject.says_the_same(&top.certificate.issuer);
                chain.namesake = unused.iter().find(has_the_name).map(Arc::clone);
                chain.misnamed = candidate::signed_by_another_name(&top.certificate, &unused, signatures);
                break;
            };
            top = unused.remove(position);
            chain.push_authority(&top, signatures);
        }
        chain.strangers = unused;
        // Under its own name and with nobody above it, it is a root, whatever its signature on itself.
        if chain.root.is_none()
            && !is_below_another
            && chain.intermediates.last().is_some_and(|top| top.certificate.is_self_issued())
        {
            chain.root = chain.intermediates.pop();
        }
        chain.is_in_order = chain.stands_in_order(bag, counted);
        chain.is_interrupted = chain.is_in_order && !chain.stands_in_order(bag, usize::MAX);
        chain
    }

    /// Looks among what the service has as well for a CA whose key signed the top of the chain under another name.
    pub(in crate::cert) fn seek_misnamed(&mut self, uploaded: &[Arc<Link>], signatures: &Signatures<'_>) {
        let found = self.links().last().filter(|_| self.misnamed.is_none() && self.namesake.is_none());
        let found =
            found.and_then(|top| candidate::signed_by_another_name(&top.certificate, uploaded, signatures));
        self.misnamed = self.misnamed.take().or(found);
    }

    /// What a device sends: leaf and intermediates, but neither the root nor what stands above the first certificate
    /// that the service has already (azure-iot-sdk-c `prov_dev_client_ll_x509_sample/readme.md`).
    pub fn sent<'a>(&'a self, uploaded: &'a [Arc<Link>]) -> impl Iterator<Item = &'a Arc<Link>> {
        let is_uploaded =
            |link: &&Arc<Link>| uploaded.iter().any(|ca| ca.certificate.der == link.certificate.der);
        self.leaf.iter().chain(self.intermediates.iter().take_while(move |link| !is_uploaded(link)))
    }

    fn push_authority(&mut self, link: &Arc<Link>, signatures: &Signatures<'_>) {
        if signatures.is_self_signed(&link.certificate) {
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

    fn stands_in_order(&self, bag: &[Arc<Link>], counted: usize) -> bool {
        let Some(leaf) = &self.leaf else { return true };
        let position = |link: &Arc<Link>| bag.iter().position(|other| Arc::ptr_eq(link, other));
        let Some(first) = bag.iter().position(|other| other.stands_with(leaf)) else { return true };
        let counted = self.links().take(counted).filter(|link| link.stands_with(leaf));
        let positions: Vec<_> = counted.map(position).collect();
        positions.first() == Some(&Some(first)) && positions.is_sorted()
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

    /// What a certificate was renewed by, if it has expired and was.
    #[must_use]
    pub fn renewed_by(&self, link: &Link) -> Option<&Arc<Link>> {
        let one = self.outlived.iter().find(|one| one.expired.certificate.der == link.certificate.der)?;
        Some(&one.valid)
    }

    /// The name of the issuer that is not in the bag; `None` if the chain ends in a certificate under its own name.
    #[must_use]
    pub fn missing_issuer(&self) -> Option<&DistinguishedName> {
        let top = self.links().last()?;
        (!top.certificate.is_self_issued()).then_some(&top.certificate.issuer)
    }
}

/// The lowest is what issued nothing else in the bag: rather the one that is wanted, rather one that is no CA, and of
/// those under its name one that is valid. Among several CAs of which none is wanted there is none.
fn lowest_position(
    bag: &[Arc<Link>],
    is_wanted: impl Fn(&Certificate) -> bool,
    at: Option<UnixTime>,
) -> Option<usize> {
    // Only what asks for its name can have been issued by a certificate.
    let mut issued_by: HashMap<String, Vec<&Arc<Link>>> = HashMap::new();
    for link in bag {
        issued_by.entry(link.certificate.issuer.canonical()).or_default().push(link);
    }
    let issued_nothing = |link: &Arc<Link>| {
        let may_be_its = |other: &&&Arc<Link>| {
            // A self-signed certificate did not issue the one by which it was renewed.
            let is_its_own = link.certificate.public_key.der == other.certificate.public_key.der
                && link.certificate.subject.says_the_same(&other.certificate.subject);
            !is_its_own && may_have_issued(&link.certificate, &other.certificate)
        };
        let others = issued_by.get(&link.certificate.subject.canonical());
        others.is_none_or(|others| others.iter().find(may_be_its).is_none())
    };
    let ends: Vec<(usize, &Certificate)> = bag
        .iter()
        .enumerate()
        .filter(|(_, link)| issued_nothing(link))
        .map(|(at, link)| (at, &link.certificate))
        .collect();
    let no_ca = |certificate: &Certificate| !certificate.is_ca();
    let no_tpm = |certificate: &Certificate| no_ca(certificate) && tpm::is_about(certificate).is_none();
    let first = |is_it: &dyn Fn(&Certificate) -> bool| {
        let first = ends.iter().find(|(_, certificate)| is_it(certificate))?;
        let is_renewed = |(_, other): &&(usize, &Certificate)| {
            is_it(other)
                && other.subject.says_the_same(&first.1.subject)
                && at.is_none_or(|at| other.is_valid_at(at))
        };
        Some(ends.iter().find(is_renewed).unwrap_or(first))
    };
    let device = first(&is_wanted).or_else(|| first(&no_tpm)).or_else(|| first(&no_ca));
    match (device, ends.as_slice()) {
        (Some((position, _)), _) | (None, [(position, _)]) => Some(*position),
        // CAs that issued each other: any of them says more than none.
        (None, []) => (!bag.is_empty()).then_some(0),
        (None, _) => None,
    }
}
