//! The way from the device's certificate to what the service has, step by step, with what each step up rests on.

use std::sync::Arc;

use crate::cert::{
    path::{link::Link, signatures::Signatures},
    x509::{distinguished_name::DistinguishedName, signature::SignatureError},
};

/// A certificate on the way, and the step from it to its issuer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The certificate.
    pub link: Arc<Link>,
    /// Whether the device has to send it.
    pub is_sent: bool,
    /// Whether the service has it: the CA that was uploaded, or the device's own certificate of an individual
    /// enrollment.
    pub is_uploaded: bool,
    /// What the step up rests on; `None` where the way ends.
    pub up: Option<Ground>,
}

/// What the step from a certificate to its issuer rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ground {
    /// The issuer's key made the signature: it was computed.
    Signature,
    /// The name of the issuer fits; the signature was not computed.
    Name,
    /// The issuer's key did not make the signature.
    Broken,
    /// The issuer is not among the files; this is its name.
    Missing(DistinguishedName),
}

impl Step {
    /// Whether the step up rests on a signature, or the way ends here.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        matches!(self.up, None | Some(Ground::Signature))
    }
}

impl Ground {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Name => "name",
            Self::Broken => "broken",
            Self::Missing(_) => "missing",
        }
    }
}

/// The steps of a way, the leaf first, where `uploaded` is what the service has. It ends at the first of those, or at a
/// certificate that signed itself.
pub(in crate::cert) fn steps(
    way: &[Arc<Link>],
    uploaded: impl Fn(&Link) -> bool,
    signatures: &Signatures<'_>,
) -> Vec<Step> {
    let mut steps = Vec::with_capacity(way.len());
    let mut is_known = false;
    for (at, link) in way.iter().enumerate() {
        let is_uploaded = uploaded(link);
        let is_self_signed = signatures.is_self_signed(&link.certificate);
        is_known |= is_uploaded;
        let up = match way.get(at + 1) {
            Some(issuer) => Some(match signatures.has_signed(&issuer.certificate, &link.certificate) {
                Ok(()) => Ground::Signature,
                Err(SignatureError::NotChecked | SignatureError::Exhausted(_)) => Ground::Name,
                Err(_) => Ground::Broken,
            }),
            None if is_known || is_self_signed => None,
            None => Some(Ground::Missing(link.certificate.issuer.clone())),
        };
        // The leaf is always sent; a root never need be, nor what the service has, nor what stands above that.
        let is_sent = at == 0 || !(is_known || is_self_signed);
        steps.push(Step { link: Arc::clone(link), is_sent, is_uploaded, up });
    }
    steps
}
