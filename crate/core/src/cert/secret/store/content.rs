//! What stores are made of.

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::cert::der::{Element, kind::Kind, tag};

/// One object out of a store.
#[non_exhaustive]
pub struct Stored {
    /// Certificate or private key.
    pub kind: Kind,
    /// Its DER, wiped when it is dropped.
    pub der: Zeroizing<Vec<u8>>,
}

/// `SEQUENCE { contentType, [0] content }` (RFC 5652 section 3).
pub(super) fn content_info<'a>(info: &Element<'a>) -> Option<(ObjectIdentifier, &'a [u8])> {
    let mut parts = info.children();
    let kind = ObjectIdentifier::from_bytes(parts.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
    Some((kind, parts.next_if(tag::CONTEXT_0)?.content))
}
