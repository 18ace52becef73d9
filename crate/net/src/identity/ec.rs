//! EC private keys as ring takes them: with the name of the curve, a number of full length, and the public point.
//!
//! Others read more, and tools write more: GnuTLS has a zero in front of every second number, OpenSSL writes curves out in
//! numbers where it is told to, and many leave out the public point.

use pkcs8::{
    ObjectIdentifier, PrivateKeyInfoRef,
    der::{
        Decode as _, Encode as _, Error, Reader, SecretDocument, SliceReader, Tag,
        asn1::{AnyRef, OctetStringRef},
    },
    spki::SubjectPublicKeyInfoRef,
};
use tokio_rustls::rustls::{
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::ParsedCertificate,
};
use zeroize::Zeroizing;

/// id-ecPublicKey, and the curves that ring has, with the length of a number on each (RFC 5480 section 2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const CURVES: [(ObjectIdentifier, usize); 2] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), 32),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), 48),
];

/// The same key, written anew with the curve and the public point of its certificate (RFC 5208, RFC 5915). `None` for what is no
/// EC key, or has a certificate of another kind. Whether they belong together is for whoever signs with it.
pub(super) fn anew(key: &PrivateKeyDer<'_>, leaf: &CertificateDer<'_>) -> Option<PrivateKeyDer<'static>> {
    let number = match key {
        PrivateKeyDer::Sec1(key) => number(key.secret_sec1_der()),
        PrivateKeyDer::Pkcs8(key) => {
            let info = PrivateKeyInfoRef::from_der(key.secret_pkcs8_der()).ok()?;
            if info.algorithm.oid != EC {
                return None;
            }
            number(info.private_key.as_bytes())
        }
        _ => return None,
    };
    let spki = ParsedCertificate::try_from(leaf).ok()?.subject_public_key_info();
    let public = SubjectPublicKeyInfoRef::from_der(&spki).ok()?;
    if public.algorithm.oid != EC {
        return None;
    }
    let curve = public.algorithm.parameters_oid().ok()?;
    let (_, length) = CURVES.into_iter().find(|(oid, _)| *oid == curve)?;
    let key = write(&padded(&number.ok()?, length)?, public.subject_public_key.raw_bytes(), curve).ok()?;
    Some(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
}

/// The private number of an ECPrivateKey, as it is written.
fn number(der: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    SliceReader::new(der)?.sequence(|parts| {
        u8::decode(parts)?;
        let number = Zeroizing::new(<&OctetStringRef>::decode(parts)?.as_bytes().to_vec());
        while !parts.is_finished() {
            AnyRef::decode(parts)?;
        }
        Ok(number)
    })
}

/// The number with as many zeros in front as make it that long.
fn padded(number: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let start = number.iter().position(|&octet| octet != 0)?;
    let number = number.get(start..)?;
    let mut out = Zeroizing::new(vec![0; length.checked_sub(number.len())?]);
    out.reserve_exact(number.len());
    out.extend_from_slice(number);
    Some(out)
}

/// PKCS#8 around an ECPrivateKey.
fn write(number: &[u8], point: &[u8], curve: ObjectIdentifier) -> Result<SecretDocument, Error> {
    let bits = element(Tag::BitString, &[&[0], point])?;
    let public = element(CONTEXT_1, &[&bits])?;
    let key = element(Tag::Sequence, &[&1_u8.to_der()?, &element(Tag::OctetString, &[number])?, &public])?;
    let algorithm = element(Tag::Sequence, &[&EC.to_der()?, &curve.to_der()?])?;
    let key = element(Tag::OctetString, &[&key])?;
    SecretDocument::try_from(element(Tag::Sequence, &[&0_u8.to_der()?, &algorithm, &key])?.as_slice())
}

const CONTEXT_1: Tag = Tag::ContextSpecific { constructed: true, number: pkcs8::der::TagNumber(1) };

fn element(tag: Tag, parts: &[&[u8]]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let content = Zeroizing::new(parts.concat());
    AnyRef::new(tag, &content)?.to_der().map(Zeroizing::new)
}
