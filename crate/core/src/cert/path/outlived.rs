//! Certificates that have expired while another of the same name and key is valid.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::cert::{path::link::Link, x509::time::UnixTime};

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
        let (mut expired, mut valid) = (Vec::new(), HashMap::new());
        for link in links {
            if link.certificate.is_valid_at(at) {
                valid.entry(name_and_key(link)).or_insert(link);
            } else if link.certificate.not_after.is_some_and(|end| end < at) {
                expired.push(link);
            }
        }
        let mut seen = HashSet::new();
        let renewed = |link: &&Arc<Link>| Some(Arc::clone(valid.get(&name_and_key(link))?));
        expired
            .into_iter()
            .filter(|link| seen.insert(&*link.certificate.der))
            .filter_map(|link| Some(Self { valid: renewed(&link)?, expired: Arc::clone(link) }))
            .collect()
    }
}

fn name_and_key(link: &Link) -> (String, &[u8]) {
    (link.certificate.subject.canonical(), &link.certificate.public_key.der)
}
