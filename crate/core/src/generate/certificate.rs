//! Certificates: what is signed, and what comes of it.

use pkcs8::LineEnding;
use x509_cert::{
    TbsCertificate,
    builder::{self, CertificateBuilder, profile::BuilderProfile},
    der::{Encode as _, EncodePem as _, asn1::OctetString, referenced::OwnedToRef as _},
    ext::{
        Extension, ToExtension as _,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
            SubjectKeyIdentifier,
        },
    },
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoRef,
};

use super::{Error, PrivateKey, Random, Subject, Validity, unsigned::Unsigned};
use crate::cert::{
    der::{Element, oid::CLIENT_AUTH},
    x509::distinguished_name::DistinguishedName,
};

/// A certificate that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub(super) inner: x509_cert::Certificate,
    der: Vec<u8>,
    pem: String,
}

impl Certificate {
    pub(super) fn new(inner: x509_cert::Certificate) -> Result<Self, Error> {
        Ok(Self { der: inner.to_der()?, pem: inner.to_pem(LineEnding::LF)?, inner })
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn to_pem(&self) -> &str {
        &self.pem
    }

    /// Its subject as RFC 4514 writes it: `CN=my-x509-device,OU=…`.
    #[must_use]
    pub fn subject(&self) -> String {
        said(self.inner.tbs_certificate().subject())
    }

    /// When it is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        Validity::of_x509(self.inner.tbs_certificate().validity())
    }
}

/// A name as RFC 4514 writes it. `x509-cert` does that too, with 100 kB of names for everything that has an object identifier.
pub(super) fn said(name: &Name) -> String {
    let der = name.to_der().unwrap_or_default();
    Element::read(&der, 0).map(|name| DistinguishedName::read(&name).to_rfc4514()).unwrap_or_default()
}

/// A device's certificate that it signs itself: for an individual enrollment.
///
/// # Errors
/// [`Error::Build`]. Not expected to happen.
pub fn self_signed(
    subject: &Subject,
    key: &PrivateKey,
    validity: Validity,
    random: &mut Random,
) -> Result<Certificate, Error> {
    Template::own(subject, Purpose::Device).issue(key, validity, key, random)
}

/// What a certificate is for, as its extensions say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A TLS client: it needs clientAuth (azure-iot-sdk-c PR#1519).
    Device,
    /// A CA, with the most CAs that may stand below it.
    Authority { path_length: Option<u8> },
    /// To be looked at by DPS, which reads its CN and its signature (`how-to-verify-certificates`).
    Verification,
}

impl Purpose {
    /// A CA that signs itself.
    pub(super) const ROOT: Self = Self::Authority { path_length: None };
    /// A CA for devices only: no other CA may stand below it.
    pub(super) const INTERMEDIATE: Self = Self::Authority { path_length: Some(0) };
}

/// What is in a certificate besides its key and its validity.
pub(super) struct Template<'a> {
    pub(super) subject: &'a Subject,
    pub(super) purpose: Purpose,
    /// Name and key identifier of the CA; `None` for one that signs itself.
    pub(super) issuer: Option<(&'a Name, &'a SubjectKeyIdentifier)>,
}

impl<'a> Template<'a> {
    /// Of one that signs itself.
    pub(super) const fn own(subject: &'a Subject, purpose: Purpose) -> Self {
        Self { subject, purpose, issuer: None }
    }

    /// For one key, to be signed by another.
    pub(super) fn unsigned<'s>(
        self,
        key: &PrivateKey,
        validity: Validity,
        signer: &'s PrivateKey,
        random: &mut Random,
    ) -> Result<Unsigned<'s, CertificateBuilder<Self>>, Error> {
        let serial_number = SerialNumber::generate(&mut random.0);
        let builder = CertificateBuilder::new(self, serial_number, validity.to_x509(), key.public_key()?)?;
        Unsigned::new(builder, signer)
    }

    /// For one key, signed by another.
    pub(super) fn issue(
        self,
        key: &PrivateKey,
        validity: Validity,
        signer: &PrivateKey,
        random: &mut Random,
    ) -> Result<Certificate, Error> {
        Certificate::new(self.unsigned(key, validity, signer, random)?.sign(random)?)
    }
}

impl BuilderProfile for Template<'_> {
    fn get_issuer(&self, subject: &Name) -> Name {
        self.issuer.map_or(subject, |(name, _)| name).clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.name().clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _signer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subject = tbs.subject();
        let (ca, path_len_constraint, usage) = match self.purpose {
            Purpose::Authority { path_length } => {
                (true, path_length, KeyUsages::DigitalSignature | KeyUsages::KeyCertSign | KeyUsages::CRLSign)
            }
            Purpose::Device | Purpose::Verification => (false, None, KeyUsages::DigitalSignature.into()),
        };
        let constraints = BasicConstraints { ca, path_len_constraint };
        let mut extensions = vec![
            // RFC 5280 has it critical on a CA; on a device Microsoft's documents leave it open.
            (true, &constraints).to_extension(subject, &[])?,
            (&KeyUsage(usage)).to_extension(subject, &[])?,
        ];
        if self.purpose == Purpose::Device {
            extensions.push((&ExtendedKeyUsage(vec![CLIENT_AUTH])).to_extension(subject, &[])?);
        }
        extensions.push((&SubjectKeyIdentifier::try_from(key)?).to_extension(subject, &[])?);
        if let Some((_, identifier)) = self.issuer {
            let identifier = OctetString::new(identifier.0.as_bytes())?;
            let authority = AuthorityKeyIdentifier { key_identifier: Some(identifier), ..Default::default() };
            extensions.push((&authority).to_extension(subject, &[])?);
        }
        Ok(extensions)
    }
}

/// The identifier of a key by method 1 of RFC 5280 section 4.2.1.2.
pub(super) fn key_identifier(certificate: &x509_cert::Certificate) -> Result<SubjectKeyIdentifier, Error> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    Ok(SubjectKeyIdentifier::try_from(key.owned_to_ref())?)
}
