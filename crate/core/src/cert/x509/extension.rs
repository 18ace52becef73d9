//! The extensions that decide about a device's chain (RFC 5280 section 4.2.1), decoded one by one.

use x509_cert::spki::ObjectIdentifier;

pub use crate::cert::der::oid;
use crate::cert::{
    der::{Element, tag},
    x509::distinguished_name::DistinguishedName,
};

/// One extension as it stands in the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// Its type; `None` if the object identifier cannot be read.
    pub oid: Option<ObjectIdentifier>,
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// Whether that it is not critical is written out, which DER does not allow (X.690 section 11.5).
    pub is_default_written: bool,
    /// The content of its OCTET STRING.
    pub value: Box<[u8]>,
    /// Offset of `value` in the certificate, in bytes.
    pub offset: usize,
}

impl Extension {
    /// Reads `SEQUENCE { OID, BOOLEAN DEFAULT FALSE, OCTET STRING }`.
    #[must_use]
    pub fn read(extension: &Element<'_>) -> Option<Self> {
        let mut parts = extension.children();
        let oid = parts.next_if(tag::OBJECT_IDENTIFIER)?;
        let critical = parts.next_if(tag::BOOLEAN);
        let value = parts.next_if(tag::OCTET_STRING)?;
        Some(Self {
            oid: ObjectIdentifier::from_bytes(oid.content).ok(),
            critical: critical.as_ref().is_some_and(|critical| critical.content != [0]),
            is_default_written: critical.is_some_and(|critical| critical.content == [0]),
            value: value.content.into(),
            offset: value.content_offset(),
        })
    }

    /// The first bit of an extension that is a BIT STRING; one of no bits does not have it.
    pub(in crate::cert) fn first_bit(&self) -> Option<bool> {
        let bits = self.element().filter(|element| element.tag == tag::BIT_STRING)?;
        let (_unused, octets) = bits.content.split_first()?;
        Some(octets.first().is_some_and(|octet| octet & 0x80 != 0))
    }

    /// Whether a list of names (RFC 5280 section 4.2.1.6), subtrees (4.2.1.10) or distribution points (4.2.1.13) is one, and its
    /// members of a kind that there is.
    pub(in crate::cert) fn is_list(&self) -> bool {
        let is_member = |tag: u8| match self.oid {
            Some(oid::SUBJECT_ALT_NAME) => tag & 0xc0 == 0x80 && tag & 0x1f <= 8,
            Some(oid::NAME_CONSTRAINTS) => matches!(tag, 0xa0 | 0xa1),
            _ => tag == tag::SEQUENCE,
        };
        let list = self.element().filter(|element| element.tag == tag::SEQUENCE);
        list.is_some_and(|list| {
            list.children().all(|member| member.is_ok_and(|member| is_member(member.tag)))
        })
    }

    /// Whether it is a list of nothing.
    pub(in crate::cert) fn is_empty_list(&self) -> bool {
        self.element().is_some_and(|element| element.tag == tag::SEQUENCE && element.content.is_empty())
    }

    fn element(&self) -> Option<Element<'_>> {
        Element::read(&self.value, self.offset).ok().filter(|element| element.bytes.len() == self.value.len())
    }
}

/// BasicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 5280 section 4.2.1.9 has these two")]
pub struct BasicConstraints {
    /// Whether the certificate may sign certificates.
    pub ca: bool,
    /// How many intermediates that are not self-issued may stand below it.
    pub path_len: Option<u32>,
}

impl BasicConstraints {
    /// Whether `cA` is written out although it is FALSE.
    pub(in crate::cert) fn writes_default(extension: &Extension) -> bool {
        let first = extension
            .element()
            .and_then(|it| it.children().next_if(tag::BOOLEAN).map(|it| it.content == [0]));
        first.unwrap_or(false)
    }

    pub(in crate::cert) fn read(extension: &Extension) -> Option<Self> {
        let sequence = extension.element().filter(|element| element.tag == tag::SEQUENCE)?;
        let mut parts = sequence.children();
        let ca = parts.next_if(tag::BOOLEAN).is_some_and(|ca| ca.content != [0]);
        let path_len = match parts.next() {
            None => None,
            Some(part) => Some(path_len(&part.ok()?)?),
        };
        parts.next().is_none().then_some(Self { ca, path_len })
    }
}

/// A number from 0; one that no chain is as long as may have more octets than are counted here.
fn path_len(integer: &Element<'_>) -> Option<u32> {
    let is_large = integer.tag == tag::INTEGER && integer.content.len() > 4 && !is_negative(integer);
    if is_large { Some(u32::MAX) } else { integer.small_integer() }
}

fn is_negative(integer: &Element<'_>) -> bool {
    integer.content.first().is_some_and(|first| first & 0x80 != 0)
}

/// KeyUsage (RFC 5280 section 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    const NAMES: [&str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    pub(in crate::cert) fn read(extension: &Extension) -> Option<Self> {
        let bits = extension.element().filter(|element| element.tag == tag::BIT_STRING)?;
        let (unused, octets) = bits.content.split_first()?;
        let first = octets.first().copied().unwrap_or(0);
        let second = octets.get(1).copied().unwrap_or(0);
        let left_out = u32::from(*unused) + if octets.len() < 2 { 8 } else { 0 };
        // The unused bits of the last octet are no usages, whatever they are.
        let used = u16::MAX.checked_shl(left_out).unwrap_or(0);
        (*unused < 8 && octets.len() <= 2).then(|| Self(u16::from_be_bytes([first, second]) & used))
    }

    /// Whether the key may sign something other than certificates and CRLs: what TLS client authentication does.
    #[must_use]
    pub const fn digital_signature(self) -> bool {
        self.0 & 0x8000 != 0
    }

    /// Whether the key may agree on keys.
    #[must_use]
    pub const fn key_agreement(self) -> bool {
        self.0 & 0x0800 != 0
    }

    /// Whether the key may sign certificates.
    #[must_use]
    pub const fn key_cert_sign(self) -> bool {
        self.0 & 0x0400 != 0
    }

    /// The names of the usages that are set, in the order of the RFC.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 & (0x8000 >> bit) != 0)
            .map(|(_, name)| name)
    }
}

/// ExtendedKeyUsage (RFC 5280 section 4.2.1.12): the purposes in the order of the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is a list (RFC 5280 section 4.2.1.12)")]
pub struct ExtendedKeyUsage(pub Vec<ObjectIdentifier>);

impl ExtendedKeyUsage {
    pub(in crate::cert) fn read(extension: &Extension) -> Option<Self> {
        let sequence = extension.element().filter(|element| element.tag == tag::SEQUENCE)?;
        let purposes = sequence.children().map(|purpose| {
            let purpose = purpose.ok().filter(|purpose| purpose.tag == tag::OBJECT_IDENTIFIER)?;
            ObjectIdentifier::from_bytes(purpose.content).ok()
        });
        purposes.collect::<Option<_>>().map(Self)
    }

    /// Whether the key may be used for this purpose, by name or by `anyExtendedKeyUsage`.
    #[must_use]
    pub fn allows(&self, purpose: ObjectIdentifier) -> bool {
        self.0.iter().any(|&listed| listed == purpose || listed == oid::ANY_EXTENDED_KEY_USAGE)
    }

    /// The purposes by name where they have one.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|purpose| oid::name(*purpose).map_or_else(|| purpose.to_string(), str::to_owned))
    }
}

/// SubjectKeyIdentifier (RFC 5280 section 4.2.1.2).
pub(in crate::cert) fn read_subject_key_id(extension: &Extension) -> Option<Box<[u8]>> {
    extension.element().filter(|element| element.tag == tag::OCTET_STRING).map(|id| id.content.into())
}

/// AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1): by what the issuer's certificate is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuthorityKeyId {
    /// The `keyIdentifier`: the SubjectKeyIdentifier of the issuer.
    pub key_id: Option<Box<[u8]>>,
    /// The first directory name of `authorityCertIssuer`: who issued the issuer's certificate.
    pub issuer: Option<DistinguishedName>,
    /// The content of `authorityCertSerialNumber`: the serial number of the issuer's certificate.
    pub serial: Option<Box<[u8]>>,
}

impl AuthorityKeyId {
    pub(in crate::cert) fn read(extension: &Extension) -> Option<Self> {
        const KEY_IDENTIFIER: u8 = 0x80;
        const CERT_ISSUER: u8 = 0xa1;
        const CERT_SERIAL_NUMBER: u8 = 0x82;
        const DIRECTORY_NAME: u8 = 0xa4;
        let sequence = extension.element().filter(|element| element.tag == tag::SEQUENCE)?;
        let mut read = Self::default();
        for part in sequence.children() {
            let part = part.ok()?;
            match part.tag {
                KEY_IDENTIFIER => read.key_id = Some(part.content.into()),
                CERT_SERIAL_NUMBER => read.serial = Some(part.content.into()),
                CERT_ISSUER => {
                    let mut names = part.children().map_while(Result::ok);
                    let name = names.find(|name| name.tag == DIRECTORY_NAME);
                    let name = name.and_then(|name| Element::read(name.content, 0).ok());
                    read.issuer = name.map(|name| DistinguishedName::read(&name));
                }
                _ => {}
            }
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(value: &[u8]) -> Extension {
        Extension { oid: None, critical: false, is_default_written: false, value: value.into(), offset: 0 }
    }

    #[test]
    fn basic_constraints() {
        let read = |value: &[u8]| BasicConstraints::read(&extension(value));
        assert_eq!(read(&[0x30, 0]), Some(BasicConstraints { ca: false, path_len: None }));
        assert_eq!(
            read(&[0x30, 7, 1, 1, 0xff, 2, 2, 1, 0]),
            Some(BasicConstraints { ca: true, path_len: Some(256) })
        );
        assert_eq!(
            read(&[0x30, 12, 1, 1, 0xff, 2, 7, 1, 0, 0, 0, 0, 0, 0]),
            Some(BasicConstraints { ca: true, path_len: Some(u32::MAX) })
        );
        for broken in
            [&[0x30, 6, 1, 1, 0xff, 2, 1, 0xff][..], &[0x31, 0], &[0x30, 3, 2, 1, 0xff], &[0x30, 0, 0], &[]]
        {
            assert_eq!(read(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn key_usage() {
        let usage = KeyUsage::read(&extension(&[3, 2, 1, 0x86])).unwrap();
        assert!(usage.digital_signature() && usage.key_cert_sign() && !usage.key_agreement());
        assert_eq!(usage.names().collect::<Vec<_>>(), ["digitalSignature", "keyCertSign", "cRLSign"]);
        let usage = KeyUsage::read(&extension(&[3, 3, 7, 0, 0x80])).unwrap();
        assert_eq!(usage.names().collect::<Vec<_>>(), ["decipherOnly"]);
        // Bits that the unused count takes out are set.
        let usage = KeyUsage::read(&extension(&[3, 2, 7, 0xff])).unwrap();
        assert_eq!(usage.names().collect::<Vec<_>>(), ["digitalSignature"]);
        let usage = KeyUsage::read(&extension(&[3, 3, 7, 0x80, 0xff])).unwrap();
        assert_eq!(usage.names().collect::<Vec<_>>(), ["digitalSignature", "decipherOnly"]);
    }

    #[test]
    fn extended_key_usage() {
        let client = [0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2];
        let usage = ExtendedKeyUsage::read(&extension(&client)).unwrap();
        assert!(usage.allows(oid::CLIENT_AUTH) && !usage.allows(oid::SERVER_AUTH));
        let any = ExtendedKeyUsage::read(&extension(&[0x30, 6, 6, 4, 0x55, 0x1d, 0x25, 0])).unwrap();
        assert!(any.allows(oid::CLIENT_AUTH));
        assert_eq!(any.names().collect::<Vec<_>>(), ["anyExtendedKeyUsage"]);
    }
}
