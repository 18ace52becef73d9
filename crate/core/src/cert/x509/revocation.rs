//! Certificate revocation lists (RFC 5280 section 5.1), as far as they tell whether a certificate is named.

use crate::cert::{
    der::{Elements, tag},
    x509::{
        algorithm::Algorithm,
        certificate::{PartError, next, read_time, sequence},
        distinguished_name::DistinguishedName,
        public_key::{PublicKey, whole_octets},
        signature::{self, SignatureError},
        time::UnixTime,
    },
};

/// A list of the certificates that a CA has revoked.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RevocationList {
    /// Whose certificates it speaks of.
    pub issuer: DistinguishedName,
    /// The entries, one element after the other.
    entries: Box<[u8]>,
    signed: Box<[u8]>,
    signature_algorithm: Algorithm,
    signature: Box<[u8]>,
}

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// Since when; `None` if the time cannot be read.
    pub since: Option<UnixTime>,
}

impl RevocationList {
    /// Reads a list.
    ///
    /// # Errors
    /// The bytes do not have the outline of a list: a sequence of a signed part with issuer and time, an algorithm and a
    /// signature.
    pub fn read(der: &[u8]) -> Result<Self, PartError> {
        let outer = sequence(Elements::new(der).next(), "the list")?;
        let mut parts = outer.children();
        let signed = sequence(parts.next(), "the signed part")?;
        let algorithm = sequence(parts.next(), "the signature algorithm")?;
        let signature = next(parts.next(), "the signature")?;
        let mut fields = signed.children();
        fields.next_if(tag::INTEGER);
        sequence(fields.next(), "the signed algorithm")?;
        let issuer = sequence(fields.next(), "the issuer")?;
        next(fields.next(), "its time")?;
        let entries = fields.map_while(Result::ok).find(|field| field.tag == tag::SEQUENCE);
        Ok(Self {
            issuer: DistinguishedName::read(&issuer),
            entries: entries.map_or(&[][..], |entries| entries.content).into(),
            signed: signed.bytes.into(),
            signature_algorithm: Algorithm::read(&algorithm),
            signature: whole_octets(&signature).unwrap_or_default().into(),
        })
    }

    /// The entry with this serial number, which is the content of an INTEGER.
    #[must_use]
    pub fn entry(&self, serial: &[u8]) -> Option<Revocation> {
        Elements::new(&self.entries).map_while(Result::ok).find_map(|entry| {
            let mut parts = entry.children();
            let is_it = parts.next_if(tag::INTEGER)?.content == serial;
            let since = parts.next().and_then(Result::ok).and_then(|time| read_time(&time).ok());
            is_it.then_some(Revocation { since })
        })
    }

    /// Checks that a key signed it.
    ///
    /// # Errors
    /// [`SignatureError`]; [`SignatureError::NotChecked`] says that nothing is known.
    pub fn verify(&self, issuer: &PublicKey) -> Result<(), SignatureError> {
        signature::verify_bytes(issuer, &self.signature_algorithm, &self.signed, &self.signature)
    }
}
