//! PKCS#7 messages as bags of certificates (RFC 5652): `.p7b`.

use zeroize::Zeroizing;

use super::content::{Stored, content_info};
use crate::cert::der::{Element, kind::Kind, oid::SIGNED_DATA, tag};

/// The certificates and revocation lists of a PKCS#7 SignedData (RFC 5652 section 5.1), in the order of the file. `None` if
/// it is none.
#[must_use]
#[inline(never)]
pub fn pkcs7(der: &[u8]) -> Option<Vec<Stored>> {
    let (kind, content) = content_info(&Element::read(der, 0).ok()?)?;
    let signed = Element::read(content, 0)
        .ok()
        .filter(|element| kind == SIGNED_DATA && element.tag == tag::SEQUENCE)?;
    let of = |set: u8, kind: Kind| {
        let set = signed.children().map_while(Result::ok).find(|part| part.tag == set);
        let members = set.into_iter().flat_map(|set| set.children().map_while(Result::ok));
        members
            .filter(|one| one.tag == tag::SEQUENCE)
            .map(move |one| Stored { kind, der: Zeroizing::new(one.bytes.to_vec()) })
    };
    Some(of(tag::CONTEXT_0, Kind::Certificate).chain(of(tag::CONTEXT_1, Kind::RevocationList)).collect())
}
