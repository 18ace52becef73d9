//! Proof of possession: who uploads a CA certificate shows that they have its key (DPS `how-to-verify-certificates`).

use std::fmt;

use rustls::pki_types::SubjectPublicKeyInfoDer;
use uuid::Uuid;
use webpki::RawPublicKeyEntity;
use x509_cert::der::{
    Decode as _, Reader as _, SliceReader,
    asn1::{AnyRef, BitStringRef},
};

use crate::{
    certificate::Parsed,
    enrollment::{CertificateError, SigningCertificate, first_certificate},
};

/// A new code, which a certificate then has to have as its CN: 48 hexadecimal digits, as codes of DPS look.
pub(crate) fn new_code() -> String {
    let mut code = format!("{:X}{:X}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    code.truncate(48);
    code
}

/// Whether the certificate in `pem` has the code as its CN and was signed by the CA's key. Nothing else of it
/// matters.
pub(crate) fn check(pem: &[u8], code: &str, ca: &SigningCertificate) -> Result<(), ProofError> {
    let certificate = first_certificate(pem).map_err(ProofError::Certificate)?;
    match certificate.common_name() {
        Some(cn) if cn == code => {}
        cn => {
            return Err(ProofError::CommonName { expected: code.to_owned(), found: cn.unwrap_or_default() });
        }
    }
    if is_signed_by(&certificate, &ca.certificate) { Ok(()) } else { Err(ProofError::Signature) }
}

/// The signature over the bytes as they came.
fn is_signed_by(certificate: &Parsed, ca: &Parsed) -> bool {
    let Some(public_key) = ca.public_key().map(SubjectPublicKeyInfoDer::from) else { return false };
    let (Ok(public_key), Some((message, algorithm, signature))) =
        (RawPublicKeyEntity::try_from(&public_key), signed_parts(&certificate.der))
    else {
        return false;
    };
    let algorithms = webpki::ALL_VERIFICATION_ALGS.iter();
    let mut fitting = algorithms.filter(|candidate| candidate.signature_alg_id().as_ref() == algorithm);
    fitting.any(|candidate| public_key.verify_signature(*candidate, message, signature).is_ok())
}

/// What is signed, the content of the algorithm's identifier, and the signature (RFC 5280 section 4.1.1).
fn signed_parts(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut reader = SliceReader::new(content(der)?).ok()?;
    let message = reader.tlv_bytes().ok()?;
    let algorithm = content(reader.tlv_bytes().ok()?)?;
    let signature = BitStringRef::from_der(reader.tlv_bytes().ok()?).ok()?.as_bytes()?;
    Some((message, algorithm, signature))
}

/// The content of a SEQUENCE.
fn content(der: &[u8]) -> Option<&[u8]> {
    AnyRef::from_der(der).ok().map(AnyRef::value)
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofError {
    /// There is no CA certificate of this name.
    NoCa(String),
    /// No code was asked for, or it was used already.
    NoCode,
    /// There is no certificate to look at.
    Certificate(CertificateError),
    /// Its CN is not the code.
    CommonName {
        /// The code.
        expected: String,
        /// Its CN; empty if it has none.
        found: String,
    },
    /// It was not signed by the key of the CA certificate.
    Signature,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCa(name) => write!(f, "there is no CA certificate with the name {name}"),
            Self::NoCode => f.write_str("there is no verification code; ask for one first"),
            Self::Certificate(error) => write!(f, "the verification certificate cannot be used: {error}"),
            Self::CommonName { expected, found } => {
                write!(f, "the CN of the verification certificate is {found:?}, not the code {expected}")
            }
            Self::Signature => {
                f.write_str("the verification certificate was not signed by the key of the CA certificate")
            }
        }
    }
}

impl std::error::Error for ProofError {}
