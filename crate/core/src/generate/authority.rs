//! CAs: made here, or read from a file.

use std::time::Duration;

use x509_cert::{
    der::{Decode as _, Encode as _},
    ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier},
};

use super::{
    Certificate, Error, PrivateKey, Random, Subject, Validity,
    certificate::{Purpose, Template, key_identifier, said},
};
use crate::cert::der::oid::{ANY_EXTENDED_KEY_USAGE, CLIENT_AUTH};

/// A CA that signs: its certificate and its private key.
#[derive(Debug)]
pub struct Authority {
    certificate: Certificate,
    key: PrivateKey,
    identifier: SubjectKeyIdentifier,
}

impl Authority {
    /// A root, which signs itself.
    ///
    /// # Errors
    /// [`Error::Build`]. Not expected to happen.
    pub fn root(
        subject: &Subject,
        key: PrivateKey,
        validity: Validity,
        random: &mut Random,
    ) -> Result<Self, Error> {
        let certificate = Template::own(subject, Purpose::ROOT).issue(&key, validity, &key, random)?;
        Self::new(certificate, key)
    }

    /// An intermediate below this CA, for devices only: no other CA may stand below it. It ends with this CA at the
    /// latest.
    ///
    /// # Errors
    /// [`Error::OutsideAuthority`].
    pub fn intermediate(
        &self,
        subject: &Subject,
        key: PrivateKey,
        validity: Validity,
        random: &mut Random,
    ) -> Result<Self, Error> {
        let certificate = self.issue(subject, Purpose::INTERMEDIATE, &key, validity, random)?;
        Self::new(certificate, key)
    }

    /// A device's certificate. It ends with this CA at the latest.
    ///
    /// # Errors
    /// [`Error::OutsideAuthority`].
    pub fn device(
        &self,
        subject: &Subject,
        key: &PrivateKey,
        validity: Validity,
        random: &mut Random,
    ) -> Result<Certificate, Error> {
        self.issue(subject, Purpose::Device, key, validity, random)
    }

    /// A certificate that proves to DPS that somebody has this CA's key: its subject is made by
    /// [`Subject::verification`], its key is needed for nothing further.
    ///
    /// # Errors
    /// [`Error::OutsideAuthority`].
    pub fn verification(
        &self,
        subject: &Subject,
        key: &PrivateKey,
        validity: Validity,
        random: &mut Random,
    ) -> Result<Certificate, Error> {
        self.issue(subject, Purpose::Verification, key, validity, random)
    }

    /// Takes somebody's CA: its certificate in DER, its key, and the time since 1970.
    ///
    /// # Errors
    /// Why nothing that it signs would be accepted.
    pub fn read(certificate: &[u8], key: PrivateKey, now: Duration) -> Result<Self, Error> {
        let unreadable = |reason: String| Error::UnreadableAuthority { reason };
        let inner =
            x509_cert::Certificate::from_der(certificate).map_err(|error| unreadable(error.to_string()))?;
        let tbs = inner.tbs_certificate();
        let subject = said(tbs.subject());
        // What is below names its issuer byte for byte, so the name must come out as it went in.
        let name = tbs.subject().to_der()?;
        if !certificate.windows(name.len()).any(|window| window == name) {
            return Err(unreadable("its subject is not in DER".to_owned()));
        }
        let malformed = |_| unreadable("one of its extensions is malformed".to_owned());
        if !tbs.get_extension::<BasicConstraints>().map_err(malformed)?.is_some_and(|(_, it)| it.ca) {
            return Err(Error::NotAnAuthority { subject });
        }
        let usage = tbs.get_extension::<KeyUsage>().map_err(malformed)?;
        if usage.is_some_and(|(_, usage)| !usage.0.contains(KeyUsages::KeyCertSign)) {
            return Err(Error::MayNotSign { subject });
        }
        let purposes = tbs.get_extension::<ExtendedKeyUsage>().map_err(malformed)?;
        let is_for_clients = |(_, it): (bool, ExtendedKeyUsage)| {
            it.0.iter().any(|purpose| [CLIENT_AUTH, ANY_EXTENDED_KEY_USAGE].contains(purpose))
        };
        if !purposes.is_none_or(is_for_clients) {
            return Err(Error::NoClientAuth { subject });
        }
        let not_after = Validity::of_x509(tbs.validity()).not_after();
        if not_after < now {
            return Err(Error::AuthorityExpired { subject, not_after });
        }
        if key.public_key_der()? != tbs.subject_public_key_info().to_der()? {
            return Err(Error::KeyMismatch { subject });
        }
        Self::new(Certificate::new(inner)?, key)
    }

    /// Its certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its key.
    #[must_use]
    pub const fn key(&self) -> &PrivateKey {
        &self.key
    }

    pub(super) fn new(certificate: Certificate, key: PrivateKey) -> Result<Self, Error> {
        let stated = certificate.inner.tbs_certificate().get_extension::<SubjectKeyIdentifier>()?;
        let identifier = match stated {
            Some((_, identifier)) => identifier,
            None => key_identifier(&certificate.inner)?,
        };
        Ok(Self { certificate, key, identifier })
    }

    /// A certificate that this CA is to sign, and how much of the time it is valid: no longer than the CA.
    pub(super) fn template<'a>(
        &'a self,
        subject: &'a Subject,
        purpose: Purpose,
        validity: Validity,
    ) -> Result<(Template<'a>, Validity), Error> {
        let validity = validity
            .within(self.certificate.validity())
            .ok_or_else(|| Error::OutsideAuthority { subject: self.certificate.subject() })?;
        let name = self.certificate.inner.tbs_certificate().subject();
        Ok((Template { subject, purpose, issuer: Some((name, &self.identifier)) }, validity))
    }

    fn issue(
        &self,
        subject: &Subject,
        purpose: Purpose,
        key: &PrivateKey,
        validity: Validity,
        random: &mut Random,
    ) -> Result<Certificate, Error> {
        let (template, validity) = self.template(subject, purpose, validity)?;
        template.issue(key, validity, &self.key, random)
    }
}
