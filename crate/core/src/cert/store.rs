//! Stores that hold several objects: PKCS#7 (`.p7b`) and PKCS#12 (`.p12`, `.pfx`).

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use super::{
    der::{Element, tag},
    key::{KeyError, Passphrase},
    kind::{KeyContainer, Kind},
};

/// One object out of a store.
pub struct Stored {
    /// Certificate or private key.
    pub kind: Kind,
    /// Its DER, wiped when it is dropped.
    pub der: Zeroizing<Vec<u8>>,
}

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const SAFE_CONTENTS_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.6");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

/// Bags in bags: as deep as anyone goes.
const MAX_NESTING: u32 = 4;

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

/// Certificates and keys of a PKCS#12 store (RFC 7292), in the order of the file. Only PBES2 is opened: what OpenSSL 3
/// and current Windows write. Its MAC is not checked; nothing that comes out is trusted because of it.
///
/// # Errors
/// [`KeyError`]: no passphrase, a wrong one, older encryption, malformed.
pub fn pkcs12(der: &[u8], passphrase: Option<&Passphrase>) -> Result<Vec<Stored>, KeyError> {
    let read = || {
        let store = Element::read(der, 0).ok()?;
        let mut parts = store.children();
        parts.next_if(tag::INTEGER)?;
        let (kind, content) = content_info(&parts.next_if(tag::SEQUENCE)?)?;
        let safe =
            Element::read(content, 0).ok().filter(|safe| kind == DATA && safe.tag == tag::OCTET_STRING)?;
        Element::read(safe.content, 0).ok().filter(|list| list.tag == tag::SEQUENCE)
    };
    let list = read().ok_or(KeyError::Malformed)?;
    let mut out = Vec::new();
    for part in list.children() {
        let part = part.map_err(|_| KeyError::Malformed)?;
        let (kind, content) = content_info(&part).ok_or(KeyError::Malformed)?;
        let content = Element::read(content, 0).map_err(|_| KeyError::Malformed)?;
        match kind {
            DATA => bags(content.content, MAX_NESTING, &mut out)?,
            ENCRYPTED_DATA => {
                let opened = encrypted_data(&content, passphrase)?;
                bags(&opened, MAX_NESTING, &mut out)?;
            }
            _ => return Err(KeyError::UnknownEncryption),
        }
    }
    Ok(out)
}

/// `SEQUENCE { contentType, [0] content }` (RFC 5652 section 3).
fn content_info<'a>(info: &Element<'a>) -> Option<(ObjectIdentifier, &'a [u8])> {
    let mut parts = info.children();
    let kind = ObjectIdentifier::from_bytes(parts.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
    Some((kind, parts.next_if(tag::CONTEXT_0)?.content))
}

/// EncryptedData (RFC 5652 section 8): version, then type, algorithm and `[0]` content.
fn encrypted_data(
    data: &Element<'_>,
    passphrase: Option<&Passphrase>,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let read = || {
        let mut parts = data.children();
        parts.next_if(tag::INTEGER)?;
        let mut info = parts.next_if(tag::SEQUENCE)?.children();
        info.next_if(tag::OBJECT_IDENTIFIER)?;
        let algorithm = info.next_if(tag::SEQUENCE)?;
        let content = info.next()?.ok()?;
        let octets = match content.tag {
            // In parts, where BER was: the parts are octet strings.
            tag::CONTEXT_0 => {
                content.children().map_while(Result::ok).flat_map(|part| part.content).copied().collect()
            }
            _ => content.content.to_vec(),
        };
        Some((algorithm, octets))
    };
    let (algorithm, content): (Element<'_>, Vec<u8>) = read().ok_or(KeyError::Malformed)?;
    decrypt(algorithm.bytes, &content, passphrase)
}

#[cfg(not(feature = "pbes2"))]
fn decrypt(_: &[u8], _: &[u8], _: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    Err(KeyError::UnknownEncryption)
}

#[cfg(feature = "pbes2")]
fn decrypt(
    algorithm: &[u8],
    content: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    use pkcs8::{der::Decode as _, pkcs5};

    let scheme = pkcs5::EncryptionScheme::from_der(algorithm).map_err(|_| KeyError::UnknownEncryption)?;
    super::key::decrypt_pbes2(&scheme, content, passphrase)
}

/// SafeContents (RFC 7292 section 4.2).
fn bags(contents: &[u8], depth: u32, out: &mut Vec<Stored>) -> Result<(), KeyError> {
    // A wrong passphrase can leave bytes with good padding that are no sequence.
    let list = Element::read(contents, 0)
        .ok()
        .filter(|list| list.tag == tag::SEQUENCE)
        .ok_or(KeyError::PassphraseWrong)?;
    for bag in list.children() {
        let bag = bag.map_err(|_| KeyError::Malformed)?;
        let (kind, value) = content_info(&bag).ok_or(KeyError::Malformed)?;
        match kind {
            CERTIFICATE_BAG => out.extend(certificate_bag(value)),
            KEY_BAG => out.push(Stored {
                kind: Kind::PrivateKey(KeyContainer::Pkcs8),
                der: Zeroizing::new(value.to_vec()),
            }),
            // It stays encrypted here; who reads the key opens it with the same passphrase.
            SHROUDED_KEY_BAG => out.push(Stored {
                kind: Kind::PrivateKey(KeyContainer::EncryptedPkcs8),
                der: Zeroizing::new(value.to_vec()),
            }),
            SAFE_CONTENTS_BAG if depth > 0 => bags(value, depth - 1, out)?,
            _ => {}
        }
    }
    Ok(())
}

fn certificate_bag(value: &[u8]) -> Option<Stored> {
    let (kind, content) = content_info(&Element::read(value, 0).ok()?)?;
    let octets = Element::read(content, 0)
        .ok()
        .filter(|octets| kind == X509_CERTIFICATE && octets.tag == tag::OCTET_STRING)?;
    Some(Stored { kind: Kind::Certificate, der: Zeroizing::new(octets.content.to_vec()) })
}
