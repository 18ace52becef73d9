//! Certificate signing requests (PKCS#10, RFC 2986).

use pkcs8::LineEnding;
use x509_cert::{
    der::{Encode as _, EncodePem as _},
    ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages},
    request::{CertReq, RequestBuilder},
};

use super::{Error, PrivateKey, Random, Subject, unsigned::Unsigned};
use crate::cert::der::oid::CLIENT_AUTH;

/// A request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    der: Vec<u8>,
    pem: String,
}

impl Request {
    pub(super) fn new(request: &CertReq) -> Result<Self, Error> {
        Ok(Self { der: request.to_der()?, pem: request.to_pem(LineEnding::LF)? })
    }

    /// The request in DER, whose base64 the CSR preview of DPS takes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM.
    #[must_use]
    pub fn to_pem(&self) -> &str {
        &self.pem
    }
}

/// Asks a CA for a device's certificate, with clientAuth and digitalSignature.
///
/// The preview of DPS that issues certificates takes P-384 only
/// (azure-docs `articles/iot-hub/concept-certificate-issuance.md`).
///
/// # Errors
/// [`Error::Build`]. Not expected to happen.
pub fn request(subject: &Subject, key: &PrivateKey, random: &mut Random) -> Result<Request, Error> {
    Request::new(&unsigned(subject, key)?.sign(random)?)
}

pub(super) fn unsigned<'a>(
    subject: &Subject,
    key: &'a PrivateKey,
) -> Result<Unsigned<'a, RequestBuilder>, Error> {
    let mut builder = RequestBuilder::new(subject.name().clone())?;
    builder.add_extension(&KeyUsage(KeyUsages::DigitalSignature.into()))?;
    builder.add_extension(&ExtendedKeyUsage(vec![CLIENT_AUTH]))?;
    Unsigned::new(builder, key)
}
