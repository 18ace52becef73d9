//! Algorithm identifiers (RFC 5280 section 4.1.1.2).

use x509_cert::spki::ObjectIdentifier;

use crate::cert::der::{Element, tag};

/// An AlgorithmIdentifier (RFC 5280 section 4.1.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Algorithm {
    /// The whole AlgorithmIdentifier.
    pub der: Box<[u8]>,
    /// Which algorithm; `None` if the object identifier cannot be read.
    pub oid: Option<ObjectIdentifier>,
    /// Its parameters, header included; empty if there are none.
    pub parameters: Box<[u8]>,
}

impl Algorithm {
    /// Reads an AlgorithmIdentifier.
    #[must_use]
    pub fn read(identifier: &Element<'_>) -> Self {
        let mut parts = identifier.children();
        let oid = parts.next_if(tag::OBJECT_IDENTIFIER);
        let parameters = parts.next().and_then(Result::ok);
        Self {
            der: identifier.bytes.into(),
            oid: oid.and_then(|oid| ObjectIdentifier::from_bytes(oid.content).ok()),
            parameters: parameters.map(|parameters| parameters.bytes).unwrap_or_default().into(),
        }
    }

    pub(in crate::cert) fn unreadable() -> Self {
        Self { der: Box::default(), oid: None, parameters: Box::default() }
    }
}
