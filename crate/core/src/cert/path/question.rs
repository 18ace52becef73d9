//! The question that the certificates are an answer to: which certificate proves the device, what is sent with it,
//! and where the way up may end. The answer is a verified path, or the step at which there is none.

use std::sync::Arc;

use crate::cert::{
    path::{
        link::Link,
        search::{Problem, Rigour, Trust},
        signatures::Signatures,
    },
    x509::{certificate::Certificate, extension::oid, time::UnixTime},
};

/// What is asked.
#[derive(Debug, Clone, Copy)]
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

    fn links(&self, path: &[&Certificate]) -> Vec<Arc<Link>> {
        path.iter().map(|certificate| self.link(certificate)).collect()
    }

    fn link(&self, certificate: &Certificate) -> Arc<Link> {
        let all = self.anchors.iter().chain(self.sent);
        let mut it = all.filter(|link| std::ptr::eq(&raw const link.certificate, certificate));
        Arc::clone(it.next().unwrap_or(self.leaf))
    }
}
