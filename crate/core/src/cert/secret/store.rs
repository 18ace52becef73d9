//! Stores that hold several objects: PKCS#7 (`.p7b`) and PKCS#12 (`.p12`, `.pfx`).

#[cfg(feature = "pkcs12")]
mod pkcs12;

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::cert::der::{Element, kind::Kind, tag};

#[cfg(feature = "pkcs12")]
pub use pkcs12::pkcs12;

/// One object out of a store.
pub struct Stored {
    /// Certificate or private key.
    pub kind: Kind,
    /// Its DER, wiped when it is dropped.
    pub der: Zeroizing<Vec<u8>>,
}

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// The certificates of a PKCS#7 SignedData (RFC 5652 section 5.1), in the order of the file. `None` if it is none.
#[must_use]
pub fn pkcs7(der: &[u8]) -> Option<Vec<Stored>> {
    let (kind, content) = content_info(&Element::read(der, 0).ok()?)?;
    let signed = Element::read(content, 0)
        .ok()
        .filter(|element| kind == SIGNED_DATA && element.tag == tag::SEQUENCE)?;
    let certificates = signed.children().map_while(Result::ok).find(|part| part.tag == tag::CONTEXT_0)?;
    let certificates = certificates.children().map_while(Result::ok).filter(|one| one.tag == tag::SEQUENCE);
    Some(
        certificates
            .map(|one| Stored { kind: Kind::Certificate, der: Zeroizing::new(one.bytes.to_vec()) })
            .collect(),
    )
}

/// `SEQUENCE { contentType, [0] content }` (RFC 5652 section 3).
fn content_info<'a>(info: &Element<'a>) -> Option<(ObjectIdentifier, &'a [u8])> {
    let mut parts = info.children();
    let kind = ObjectIdentifier::from_bytes(parts.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
    Some((kind, parts.next_if(tag::CONTEXT_0)?.content))
}

/// What a build without the feature `pkcs12` says of a PKCS#12 store.
///
/// # Errors
/// [`KeyError::LeftOut`](crate::cert::secret::error::KeyError::LeftOut), always.
#[cfg(not(feature = "pkcs12"))]
pub const fn pkcs12(
    _der: &[u8],
    _passphrase: Option<&crate::cert::secret::passphrase::Passphrase>,
) -> Result<Vec<Stored>, crate::cert::secret::error::KeyError> {
    Err(crate::cert::secret::error::KeyError::LeftOut)
}
