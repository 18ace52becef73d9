//! What certificates and keys look like that every reader takes: nothing in them is optional, rare or written in a second
//! way.
//!
//! Of a certificate of this shape it is certain that a strict reader of DER has nothing against it (as long as its dates
//! are dates), and of a key that its curve, if it has one, has a name.

use x509_cert::spki::ObjectIdentifier;

use super::{
    Element, Elements, Malformed,
    kind::{KeyContainer, Kind},
    tag,
};

/// Octets in a serial number (RFC 5280 section 4.1.2.2).
const LONGEST_SERIAL: usize = 20;

/// Whether an object of this kind has that shape.
pub(in crate::cert) fn is_usual(kind: Kind, object: &Element<'_>) -> bool {
    match kind {
        Kind::Certificate => certificate(object),
        Kind::PrivateKey(KeyContainer::Pkcs8) => {
            let mut parts = Parts::of(object);
            parts.take(tag::INTEGER).is_some() && parts.take(tag::SEQUENCE).is_some_and(|it| algorithm(&it))
        }
        Kind::PrivateKey(KeyContainer::Sec1) => {
            let mut parts = Parts::of(object);
            parts.take(tag::INTEGER).is_some()
                && parts.take(tag::OCTET_STRING).is_some()
                && parts.take(tag::CONTEXT_0).is_some_and(|curve| {
                    let mut curve = Parts::of(&curve);
                    curve.take(tag::OBJECT_IDENTIFIER).is_some_and(|oid| is_oid(&oid)) && curve.ends()
                })
        }
        _ => true,
    }
}

/// The elements of one element, in their order.
struct Parts<'a>(std::iter::Peekable<Elements<'a>>);

impl<'a> Parts<'a> {
    fn of(element: &Element<'a>) -> Self {
        Self(element.children().peekable())
    }

    /// The next element if it has this tag and the one length that DER allows.
    fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        let is_it = |next: &Result<Element<'_>, Malformed>| matches!(next, Ok(element) if element.tag == tag && element.is_minimal);
        self.0.next_if(is_it)?.ok()
    }

    fn ends(mut self) -> bool {
        self.0.next().is_none()
    }

    /// Whether there is a part, and every one is of this tag and is as this says.
    fn all(mut self, tag: u8, is_so: impl Fn(&Element<'a>) -> bool) -> bool {
        let mut is_any = false;
        while let Some(part) = self.take(tag) {
            if !is_so(&part) {
                return false;
            }
            is_any = true;
        }
        is_any && self.ends()
    }
}

/// A certificate of version 3 with extensions and without the unique identifiers of version 2 (RFC 5280 section 4.1).
pub(in crate::cert) fn certificate(object: &Element<'_>) -> bool {
    let read = || {
        let mut parts = Parts::of(object);
        let signed = parts.take(tag::SEQUENCE)?;
        let of_signature = parts.take(tag::SEQUENCE)?;
        let signature = parts.take(tag::BIT_STRING)?;
        let mut fields = Parts::of(&signed);
        let version = fields.take(tag::CONTEXT_0)?;
        let serial = fields.take(tag::INTEGER)?;
        let inner = fields.take(tag::SEQUENCE)?;
        let issuer = fields.take(tag::SEQUENCE)?;
        let validity = fields.take(tag::SEQUENCE)?;
        let subject = fields.take(tag::SEQUENCE)?;
        let mut key = Parts::of(&fields.take(tag::SEQUENCE)?);
        let of_key = key.take(tag::SEQUENCE)?;
        let bits = key.take(tag::BIT_STRING)?;
        let extensions = fields.take(tag::CONTEXT_3)?;
        let is_usual = object.is_minimal
            && version.content == [tag::INTEGER, 1, 2]
            && is_serial(serial.content)
            && [of_signature, inner, of_key].iter().all(algorithm)
            && [signature, bits].iter().all(|bits| bits.content.first() == Some(&0))
            && [issuer, subject].iter().all(name)
            && times(&validity)
            && is_list_of_extensions(&extensions);
        Some(is_usual && parts.ends() && fields.ends() && key.ends())
    };
    read().unwrap_or(false)
}

/// A number above zero, without zeros in front that it does not need.
fn is_serial(content: &[u8]) -> bool {
    let is_short = content.len() <= LONGEST_SERIAL;
    is_short && matches!(content, [1..=0x7f, ..] | [0, 0x80..=0xff, ..])
}

/// AlgorithmIdentifier with no parameters, with NULL, or with the name of a curve (RFC 5280 section 4.1.1.2).
fn algorithm(sequence: &Element<'_>) -> bool {
    let mut parts = Parts::of(sequence);
    let is_named = parts.take(tag::OBJECT_IDENTIFIER).is_some_and(|oid| is_oid(&oid));
    let is_null = parts.take(tag::NULL).is_none_or(|null| null.content.is_empty());
    let is_curve = parts.take(tag::OBJECT_IDENTIFIER).is_none_or(|oid| is_oid(&oid));
    is_named && is_null && is_curve && parts.ends()
}

fn is_oid(element: &Element<'_>) -> bool {
    ObjectIdentifier::from_bytes(element.content).is_ok()
}

/// A name with one attribute in each of its parts, so that the order of a set (X.690 section 11.6) is no question; or none.
fn name(sequence: &Element<'_>) -> bool {
    let attribute = |attribute: &Element<'_>| {
        let mut parts = Parts::of(attribute);
        let is_typed = parts.take(tag::OBJECT_IDENTIFIER).is_some_and(|oid| is_oid(&oid));
        let strings = [tag::UTF8_STRING, tag::PRINTABLE_STRING, tag::IA5_STRING];
        is_typed && strings.iter().any(|string| parts.take(*string).is_some()) && parts.ends()
    };
    let only = |set: &Element<'_>| {
        let mut parts = Parts::of(set);
        parts.take(tag::SEQUENCE).is_some_and(|one| attribute(&one)) && parts.ends()
    };
    sequence.content.is_empty() || Parts::of(sequence).all(tag::SET, only)
}

/// Two times of this century, of which only the length is looked at: what they say is for the certificate's reader.
fn times(validity: &Element<'_>) -> bool {
    let mut parts = Parts::of(validity);
    let mut time = || match parts.take(tag::UTC_TIME) {
        Some(time) => time.content.len() == 13 && matches!(time.content, [b'0'..=b'4', ..]),
        None => parts
            .take(tag::GENERALIZED_TIME)
            .is_some_and(|time| time.content.len() == 15 && matches!(time.content, [b'2'..=b'9', ..])),
    };
    time() && time() && parts.ends()
}

/// Extensions, of which each has a type, says that it is critical or nothing, and has a value (RFC 5280 section 4.2).
fn is_list_of_extensions(explicit: &Element<'_>) -> bool {
    let extension = |extension: &Element<'_>| {
        let mut parts = Parts::of(extension);
        let is_typed = parts.take(tag::OBJECT_IDENTIFIER).is_some_and(|oid| is_oid(&oid));
        let is_critical = parts.take(tag::BOOLEAN).is_none_or(|critical| critical.content == [0xff]);
        is_typed && is_critical && parts.take(tag::OCTET_STRING).is_some() && parts.ends()
    };
    let mut parts = Parts::of(explicit);
    let is_list =
        parts.take(tag::SEQUENCE).is_some_and(|list| Parts::of(&list).all(tag::SEQUENCE, extension));
    is_list && parts.ends()
}
