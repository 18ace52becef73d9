//! Which part of the way to the service's CA a certificate is.

use std::{fmt, sync::Arc};

use crate::cert::{
    path::{chain::Chain, link::Link},
    x509::distinguished_name::DistinguishedName,
};

/// A part of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// The device's own certificate.
    Device,
    /// Between the device and the top.
    Intermediate,
    /// The self-issued top of what the device has.
    Root,
    /// What was uploaded to the service, by its subject.
    Given(&'a DistinguishedName),
}

impl<'a> Part<'a> {
    /// What a certificate of the way is.
    #[must_use]
    pub fn of(link: &'a Arc<Link>, chain: &Chain) -> Self {
        let is = |other: &Arc<Link>| Arc::ptr_eq(other, link);
        if chain.leaf.as_ref().is_some_and(is) {
            Self::Device
        } else if chain.intermediates.iter().any(is) {
            Self::Intermediate
        } else if chain.root.as_ref().is_some_and(is) {
            Self::Root
        } else {
            Self::Given(&link.certificate.subject)
        }
    }
}

/// What a sentence is about, at its beginning.
impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device => f.write_str("The device's certificate"),
            Self::Intermediate => f.write_str("An intermediate of the chain"),
            Self::Root => f.write_str("The root of the chain"),
            Self::Given(subject) => write!(f, "The CA that the service is given, \"{subject}\","),
        }
    }
}
