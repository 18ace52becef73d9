//! Certificates that have expired while another of the same name and key is valid.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::cert::{der::hex, path::link::Link, x509::time::UnixTime};

/// A certificate that was renewed with its old key, and what it was renewed by. Verifiers take the valid one, so the expired one
/// does no harm where it stands; it is of no use anywhere either.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outlived {
    /// The expired one.
    pub expired: Arc<Link>,
    /// The first valid one of the same name and key.
    pub valid: Arc<Link>,
}

impl Outlived {
    /// Those among these certificates, in their order, each once.
    pub(in crate::cert) fn among<'a>(links: impl Iterator<Item = &'a Arc<Link>>, at: UnixTime) -> Vec<Self> {
        let links: Vec<_> = links.collect();
        let is_any_over = links.iter().any(|link| has_expired(link, at));
        if is_any_over { renewed(&links, at) } else { Vec::new() }
    }
}

fn has_expired(link: &Link, at: UnixTime) -> bool {
    link.certificate.not_after.is_some_and(|end| end < at)
}

/// A function of its own, for the package for JavaScript to leave it to its second module.
#[inline(never)]
fn renewed(links: &[&Arc<Link>], at: UnixTime) -> Vec<Outlived> {
    let name_and_key =
        |link: &Link| link.certificate.subject.canonical() + &hex(&link.certificate.public_key.der);
    let mut valid: HashMap<String, Vec<&Arc<Link>>> = HashMap::new();
    for link in links.iter().filter(|link| link.certificate.is_valid_at(at)) {
        valid.entry(name_and_key(link)).or_default().push(link);
    }
    let mut seen = HashSet::new();
    let expired = links.iter().filter(|link| has_expired(link, at));
    let renewed = expired.filter(|link| seen.insert(&*link.certificate.der)).filter_map(|link| {
        let valid = valid.get(&name_and_key(link))?.first()?;
        Some(Outlived { expired: Arc::clone(link), valid: Arc::clone(valid) })
    });
    renewed.collect()
}
