//! What a piece of DER is, told by its structure and not by its label.

use std::fmt;

use x509_cert::spki::ObjectIdentifier;

use crate::cert::der::{Element, tag};

/// What a file, or one object in it, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An X.509 certificate.
    Certificate,
    /// A PKCS#10 certificate signing request.
    CertificateRequest,
    /// A certificate revocation list.
    RevocationList,
    /// A private key.
    PrivateKey(KeyContainer),
    /// A public key alone.
    PublicKey,
    /// Parameters of a curve, as `openssl ecparam` writes them before the key.
    EcParameters,
    /// Parameters of DH or DSA.
    DomainParameters,
    /// The signed part of a certificate, without its signature.
    CertificateBody,
    /// An X.509 attribute certificate (RFC 5755): what somebody or something is, without a key.
    AttributeCertificate,
    /// A question about revocation, or its answer.
    Ocsp,
    /// A PKCS#7 or CMS message: certificates in a bag (`.p7b`).
    Pkcs7,
    /// A PKCS#12 store (`.p12`, `.pfx`).
    Pkcs12,
    /// A keystore of Java, JKS or JCEKS (`.jks`); it is no DER.
    Jks,
    /// A keystore of Bouncy Castle, BCFKS.
    Bcfks,
    /// Something else.
    Unknown,
}

/// How a private key is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyContainer {
    /// PKCS#8, `BEGIN PRIVATE KEY`.
    Pkcs8,
    /// PKCS#8 under a passphrase, `BEGIN ENCRYPTED PRIVATE KEY`.
    EncryptedPkcs8,
    /// SEC 1, `BEGIN EC PRIVATE KEY`.
    Sec1,
    /// PKCS#1, `BEGIN RSA PRIVATE KEY`.
    Pkcs1,
    /// DSA's own, `BEGIN DSA PRIVATE KEY`.
    Dsa,
    /// Any of them under RFC 1421 encryption, `Proc-Type: 4,ENCRYPTED`.
    LegacyEncrypted,
}

impl Kind {
    /// What the bytes of one element are, by their structure.
    #[must_use]
    pub fn of(der: &Element<'_>) -> Self {
        let shape = der.children().map(|part| part.map(|part| part.tag)).collect::<Result<Vec<_>, _>>();
        let (tag::SEQUENCE, Ok(shape)) = (der.tag, shape) else { return Self::Unknown };
        match shape.as_slice() {
            [tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING] => Self::of_signed(der),
            [tag::SEQUENCE, tag::SEQUENCE] if has_shape(der, &[tag::SEQUENCE, tag::OCTET_STRING]) => {
                Self::Bcfks
            }
            [tag::SEQUENCE, tag::OCTET_STRING] => Self::PrivateKey(KeyContainer::EncryptedPkcs8),
            [tag::SEQUENCE, tag::BIT_STRING]
            | [tag::INTEGER, tag::INTEGER]
            | [tag::INTEGER, tag::INTEGER, tag::INTEGER, tag::INTEGER] => Self::PublicKey,
            [tag::INTEGER, tag::INTEGER, tag::INTEGER] => Self::DomainParameters,
            [tag::ENUMERATED] | [tag::ENUMERATED, tag::CONTEXT_0] => Self::Ocsp,
            [tag::SEQUENCE] | [tag::SEQUENCE, tag::CONTEXT_0] if is_ocsp_request(der) => Self::Ocsp,
            [tag::CONTEXT_0, rest @ ..] | rest if matches_body(rest) => Self::CertificateBody,
            [tag::OBJECT_IDENTIFIER, tag::CONTEXT_0] => Self::Pkcs7,
            [tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..] => Self::PrivateKey(KeyContainer::Pkcs8),
            [tag::INTEGER, tag::OCTET_STRING, ..] => Self::PrivateKey(KeyContainer::Sec1),
            [tag::INTEGER, rest @ ..] if rest.iter().all(|&part| part == tag::INTEGER) => match rest.len() {
                5 => Self::PrivateKey(KeyContainer::Dsa),
                8.. => Self::PrivateKey(KeyContainer::Pkcs1),
                _ => Self::Unknown,
            },
            [tag::INTEGER, tag::SEQUENCE] | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE] => Self::Pkcs12,
            _ => Self::Unknown,
        }
    }

    fn of_signed(der: &Element<'_>) -> Self {
        let Some(Ok(signed)) = der.children().next() else { return Self::Unknown };
        let fields: Vec<_> = signed.children().map_while(|field| field.ok().map(|field| field.tag)).collect();
        let after_version = match fields.as_slice() {
            [tag::CONTEXT_0, rest @ ..] => rest,
            all => all,
        };
        match after_version {
            fields if matches_body(fields) => Self::Certificate,
            [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::UTC_TIME | tag::GENERALIZED_TIME, ..]
            | [tag::SEQUENCE, tag::SEQUENCE, tag::UTC_TIME | tag::GENERALIZED_TIME, ..] => {
                Self::RevocationList
            }
            // Holder, issuer, algorithm, serial number, validity.
            [
                tag::INTEGER,
                tag::SEQUENCE,
                tag::CONTEXT_0 | tag::SEQUENCE,
                tag::SEQUENCE,
                tag::INTEGER,
                tag::SEQUENCE,
                ..,
            ] => Self::AttributeCertificate,
            [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, ..] => Self::CertificateRequest,
            _ => Self::Unknown,
        }
    }

    /// What a PEM label claims.
    #[must_use]
    pub fn of_label(label: &str) -> Self {
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::CertificateRequest,
            "X509 CRL" => Self::RevocationList,
            "PRIVATE KEY" => Self::PrivateKey(KeyContainer::Pkcs8),
            "ENCRYPTED PRIVATE KEY" => Self::PrivateKey(KeyContainer::EncryptedPkcs8),
            "EC PRIVATE KEY" => Self::PrivateKey(KeyContainer::Sec1),
            "RSA PRIVATE KEY" => Self::PrivateKey(KeyContainer::Pkcs1),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::PublicKey,
            "DSA PRIVATE KEY" => Self::PrivateKey(KeyContainer::Dsa),
            "EC PARAMETERS" => Self::EcParameters,
            "DSA PARAMETERS" | "DH PARAMETERS" | "X9.42 DH PARAMETERS" => Self::DomainParameters,
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => Self::Pkcs7,
            "PKCS12" => Self::Pkcs12,
            "ATTRIBUTE CERTIFICATE" => Self::AttributeCertificate,
            _ => Self::Unknown,
        }
    }

    /// The PEM label that belongs to it (RFC 7468, RFC 5915); `None` where there is no PEM form.
    #[must_use]
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::Certificate => Some("CERTIFICATE"),
            Self::CertificateRequest => Some("CERTIFICATE REQUEST"),
            Self::RevocationList => Some("X509 CRL"),
            Self::PrivateKey(KeyContainer::Pkcs8) => Some("PRIVATE KEY"),
            Self::PrivateKey(KeyContainer::EncryptedPkcs8) => Some("ENCRYPTED PRIVATE KEY"),
            Self::PrivateKey(KeyContainer::Sec1) => Some("EC PRIVATE KEY"),
            Self::PrivateKey(KeyContainer::Pkcs1) => Some("RSA PRIVATE KEY"),
            Self::PrivateKey(KeyContainer::Dsa) => Some("DSA PRIVATE KEY"),
            Self::PublicKey => Some("PUBLIC KEY"),
            Self::EcParameters => Some("EC PARAMETERS"),
            Self::Pkcs7 => Some("PKCS7"),
            Self::AttributeCertificate => Some("ATTRIBUTE CERTIFICATE"),
            Self::PrivateKey(KeyContainer::LegacyEncrypted)
            | Self::DomainParameters
            | Self::CertificateBody
            | Self::Ocsp
            | Self::Pkcs12
            | Self::Jks
            | Self::Bcfks
            | Self::Unknown => None,
        }
    }

    /// Whether it holds other objects.
    #[must_use]
    pub const fn is_store(self) -> bool {
        matches!(self, Self::Pkcs7 | Self::Pkcs12 | Self::Jks)
    }

    /// Whether it holds a secret.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::PrivateKey(_) | Self::Pkcs12 | Self::Jks)
    }

    /// The sort of object, as the word used in JSON; `Display` is for people.
    #[must_use]
    pub const fn sort(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::CertificateRequest => "certificate-request",
            Self::RevocationList => "revocation-list",
            Self::PrivateKey(_) => "private-key",
            Self::Unknown => "unknown",
            _ if self.is_store() => "store",
            _ => "other",
        }
    }
}

/// `a certificate`, `a private key (SEC 1)`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate => "a certificate",
            Self::CertificateRequest => "a certificate signing request (PKCS#10)",
            Self::RevocationList => "a certificate revocation list",
            Self::PrivateKey(KeyContainer::Pkcs8) => "a private key (PKCS#8)",
            Self::PrivateKey(KeyContainer::EncryptedPkcs8) => "an encrypted private key (PKCS#8)",
            Self::PrivateKey(KeyContainer::Sec1) => "an EC private key (SEC 1)",
            Self::PrivateKey(KeyContainer::Pkcs1) => "an RSA private key (PKCS#1)",
            Self::PrivateKey(KeyContainer::LegacyEncrypted) => {
                "a private key under legacy encryption (RFC 1421)"
            }
            Self::PrivateKey(KeyContainer::Dsa) => "a DSA private key",
            Self::DomainParameters => "parameters of DH or DSA",
            Self::CertificateBody => "the signed part of a certificate, without its signature",
            Self::Ocsp => "an OCSP message",
            Self::PublicKey => "a public key",
            Self::EcParameters => "curve parameters",
            Self::Pkcs7 => "a PKCS#7 message",
            Self::Pkcs12 => "a PKCS#12 store",
            Self::Jks => "a Java keystore",
            Self::Bcfks => "a keystore of Bouncy Castle (BCFKS)",
            Self::AttributeCertificate => {
                "an attribute certificate, which says something about a person or a machine and has no key"
            }
            Self::Unknown => "something that is neither certificate nor key",
        })
    }
}

/// Whether the first part of an element has parts with these tags.
fn has_shape(der: &Element<'_>, tags: &[u8]) -> bool {
    let Some(Ok(first)) = der.children().next() else { return false };
    first.children().map(|part| part.map_or(0, |part| part.tag)).eq(tags.iter().copied())
}

/// The fields of a certificate's signed part, the version left out.
const fn matches_body(fields: &[u8]) -> bool {
    matches!(
        fields,
        [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::SEQUENCE, tag::SEQUENCE, tag::SEQUENCE, ..]
    )
}

/// An OCSP request asks with a hash of the issuer's name, a hash of its key and a serial number (RFC 6960 section 4.1.1).
fn is_ocsp_request(der: &Element<'_>) -> bool {
    let mut inner = *der;
    // Request, list, one request, certificate ID: version and requestor may stand in front.
    for _ in 0..4 {
        let Some(next) = inner.children().map_while(Result::ok).find(|part| part.tag == tag::SEQUENCE) else {
            return false;
        };
        inner = next;
    }
    let id: Vec<_> = inner.children().map_while(|part| part.ok().map(|part| part.tag)).collect();
    id == [tag::SEQUENCE, tag::OCTET_STRING, tag::OCTET_STRING, tag::INTEGER]
}

/// Whether the element is the name of a curve, as `openssl ecparam` writes it before a key.
#[must_use]
pub fn is_curve_name(der: &Element<'_>) -> bool {
    der.tag == tag::OBJECT_IDENTIFIER && ObjectIdentifier::from_bytes(der.content).is_ok()
}
