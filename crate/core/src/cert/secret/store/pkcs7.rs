//! PKCS#7 messages as bags of certificates (RFC 5652): `.p7b`; and Netscape's certificate sequences, which are built alike
//! (`openssl nseq`).

use zeroize::Zeroizing;

use super::content::{Stored, content_info};
use crate::cert::der::{
    Element,
    kind::Kind,
    oid::{NETSCAPE_CERT_SEQUENCE, SIGNED_DATA},
    tag,
};

/// More members are no chain, and no list of roots either.
const MOST: usize = 65_536;

/// The certificates and revocation lists of a PKCS#7 SignedData (RFC 5652 section 5.1) or of a Netscape certificate sequence, in the
/// order of the file, as far as somebody may want them. `None` if it is neither.
#[must_use]
#[inline(never)]
pub fn pkcs7(der: &[u8]) -> Option<Vec<Stored>> {
    let (kind, content) = content_info(&Element::read(der, 0).ok()?)?;
    let content = Element::read(content, 0).ok().filter(|element| element.tag == tag::SEQUENCE)?;
    let set = |tag: u8| content.children().map_while(Result::ok).find(|part| part.tag == tag);
    Some(match kind {
        SIGNED_DATA => {
            let certificates = members(set(tag::CONTEXT_0), Kind::Certificate);
            certificates.chain(members(set(tag::CONTEXT_1), Kind::RevocationList)).take(MOST).collect()
        }
        NETSCAPE_CERT_SEQUENCE => members(Some(content), Kind::Certificate).take(MOST).collect(),
        _ => return None,
    })
}

fn members(of: Option<Element<'_>>, kind: Kind) -> impl Iterator<Item = Stored> {
    let members = of.into_iter().flat_map(|set| set.children().map_while(Result::ok));
    members
        .filter(|one| one.tag == tag::SEQUENCE)
        .map(move |one| Stored { kind, der: Zeroizing::new(one.bytes.to_vec()) })
}
