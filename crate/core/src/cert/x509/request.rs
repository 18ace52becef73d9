//! A certificate signing request (PKCS#10, RFC 2986), as far as it tells whose key is to be certified.

use crate::cert::{
    der::Elements,
    x509::{
        algorithm::Algorithm,
        certificate::{PartError, next, sequence},
        distinguished_name::DistinguishedName,
        public_key::{PublicKey, whole_octets},
        signature::{self, SignatureError},
    },
};

/// A certificate signing request (RFC 2986 section 4.1).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CertificateRequest {
    /// The request's bytes as they were in the file.
    pub der: Box<[u8]>,
    /// Who it is for.
    pub subject: DistinguishedName,
    /// The key to be certified.
    pub public_key: PublicKey,
    info: Box<[u8]>,
    signature_algorithm: Algorithm,
    signature: Box<[u8]>,
}

impl CertificateRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// The bytes do not have the outline of a request: a sequence of a signed part with version, subject and key, an
    /// algorithm and a signature.
    pub fn read(der: &[u8]) -> Result<Self, PartError> {
        let outer = sequence(Elements::new(der).next(), "the request")?;
        let mut parts = outer.children();
        let info = sequence(parts.next(), "the signed part")?;
        let algorithm = sequence(parts.next(), "the signature algorithm")?;
        let signature = next(parts.next(), "the signature")?;
        let mut fields = info.children();
        next(fields.next(), "the version")?;
        let subject = sequence(fields.next(), "the subject")?;
        let key = sequence(fields.next(), "the public key")?;
        Ok(Self {
            der: outer.bytes.into(),
            subject: DistinguishedName::read(&subject),
            public_key: PublicKey::read(&key),
            info: info.bytes.into(),
            signature_algorithm: Algorithm::read(&algorithm),
            signature: whole_octets(&signature).unwrap_or_default().into(),
        })
    }

    /// Checks the signature, by which the request proves that its maker has the private key.
    ///
    /// # Errors
    /// [`SignatureError`]; [`SignatureError::NotChecked`] says that nothing is known.
    pub fn verify(&self) -> Result<(), SignatureError> {
        signature::verify_bytes(&self.public_key, &self.signature_algorithm, &self.info, &self.signature)
    }
}
