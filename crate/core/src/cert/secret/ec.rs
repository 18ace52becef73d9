//! EC private keys (RFC 5915): which curve they are on, what is public of them, and how every library reads them.

mod number;
mod unusual;

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use self::number::{length_on, point_on};
use crate::cert::{
    der::{Element, strip_zeros, tag},
    x509::curve,
};

/// How a private key says which curve it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurveForm {
    /// By its name, as RFC 5480 section 2.1.1 and RFC 5915 section 3 want it.
    Named,
    /// By numbers that describe it.
    Described,
    /// Not at all, or not where it belongs: a curve that is implied, parameters that are left out.
    Missing,
}

/// A private number with zeros too many or too few in front: not of the length of RFC 5915 section 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddLength {
    /// How many bytes it has.
    pub there: usize,
    /// How many its curve asks for.
    pub wanted: usize,
}

/// An ECPrivateKey that was read.
pub(super) struct EcKey<'a> {
    /// `None` if nothing tells it.
    pub(super) curve: Option<ObjectIdentifier>,
    pub(super) form: CurveForm,
    pub(super) odd_length: Option<OddLength>,
    /// The public point, not compressed where it was made from the number.
    pub(super) point: Option<Vec<u8>>,
    number: &'a [u8],
}

/// What stands around an ECPrivateKey.
#[derive(Clone, Copy)]
pub(super) enum Wrapping<'a> {
    /// Nothing: its curve stands in itself.
    None,
    /// PKCS#8, which has the curve in its algorithm.
    Pkcs8 {
        /// The parameters there, if there are any.
        parameters: Option<&'a [u8]>,
    },
}

impl<'a> EcKey<'a> {
    /// `None` for what is none, or no number of its curve.
    pub(super) fn read(der: &'a [u8], wrapping: Wrapping<'_>) -> Option<Self> {
        let sequence = Element::read(der, 0).ok()?;
        let mut parts = sequence.children();
        parts.next_if(tag::INTEGER)?;
        let written = parts.next_if(tag::OCTET_STRING)?.content;
        let inner = parts.next_if(tag::CONTEXT_0).map(|explicit| explicit.content);
        let stored = parts.next_if(tag::CONTEXT_1).and_then(|explicit| {
            let bits = Element::read(explicit.content, 0).ok().filter(|bits| bits.tag == tag::BIT_STRING)?;
            bits.content.get(1..)
        });
        let asked = match wrapping {
            Wrapping::None => inner,
            Wrapping::Pkcs8 { parameters } => parameters,
        };
        let form = CurveForm::of(asked);
        let said = match form {
            CurveForm::Missing => inner.and_then(curve::name),
            _ => asked.and_then(curve::name),
        };
        if form == CurveForm::Named && said.is_none() {
            return None;
        }
        let presumed = || unusual::presumed(written, stored).filter(|_| form == CurveForm::Missing);
        let Some(curve) = said.or_else(presumed) else {
            let point = stored.map(<[u8]>::to_vec);
            return Some(Self { curve: None, form, odd_length: None, point, number: written });
        };
        // GnuTLS writes the number as an INTEGER's, with a zero in front where its first bit is set; others leave zeros out.
        let wanted = length_on(curve).filter(|&wanted| wanted != written.len());
        let odd_length = wanted.map(|wanted| OddLength { there: written.len(), wanted });
        let number = if odd_length.is_some() { strip_zeros(written) } else { written };
        // The public key is made from the private one; the copy stored beside it could be another's.
        let point = match length_on(curve) {
            Some(_) => Some(point_on(curve, number, stored)?),
            None => stored.map(<[u8]>::to_vec),
        };
        Some(Self { curve: Some(curve), form, odd_length, point, number })
    }

    /// The same key as every library reads it: PKCS#8, its curve by name, its number as long as the curve asks for, the
    /// public point beside it. `None` if it is on none of P-256, P-384 and P-521.
    pub(super) fn anew(&self) -> Option<Zeroizing<Vec<u8>>> {
        let (curve, point) = (self.curve?, self.point.as_deref()?);
        unusual::pkcs8(curve, strip_zeros(self.number), length_on(curve)?, point)
    }
}

impl CurveForm {
    fn of(parameters: Option<&[u8]>) -> Self {
        let Some(parameters) = parameters else { return Self::Missing };
        let is_name = |element: Element<'_>| element.tag == tag::OBJECT_IDENTIFIER;
        if Element::read(parameters, 0).is_ok_and(is_name) {
            Self::Named
        } else if curve::is_described(parameters) {
            Self::Described
        } else {
            Self::Missing
        }
    }
}
