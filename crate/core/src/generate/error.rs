//! Why something cannot be made.

use std::{fmt, time::Duration};

use crate::name::RegistrationIdError;

/// Why a certificate, a request or a key cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The registration ID or the verification code is longer than a CN may be (RFC 5280 appendix A,
    /// ub-common-name).
    CommonNameTooLong {
        /// Its length in characters.
        length: usize,
        /// The longest.
        most: usize,
    },
    /// The verification code is empty or has a character that is no visible ASCII.
    BadVerificationCode,
    /// A part of the subject is empty, too long or has a control character; the country is not two letters.
    BadPart {
        /// Which one, such as `organization`.
        part: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
    /// A name of one of many devices is no registration ID.
    BadRegistrationId(RegistrationIdError),
    /// The number of devices is 0, or more than are made at once.
    BadCount {
        /// So many.
        most: u32,
    },
    /// A time is before 1970 or after 9999, or the end is not after the start.
    BadValidity,
    /// The CA certificate is not one that can be read.
    UnreadableAuthority {
        /// What the reader says.
        reason: String,
    },
    /// The certificate that is to sign says that it is no CA.
    NotAnAuthority {
        /// Its subject.
        subject: String,
    },
    /// The CA may not sign certificates: its key usage has no keyCertSign.
    MayNotSign {
        /// Its subject.
        subject: String,
    },
    /// The CA's extended key usage has no clientAuth, so that nothing below it is a client.
    NoClientAuth {
        /// Its subject.
        subject: String,
    },
    /// The CA's certificate has expired.
    AuthorityExpired {
        /// Its subject.
        subject: String,
        /// When it expired, since 1970.
        not_after: Duration,
    },
    /// The validity that was asked for does not overlap with the CA's.
    OutsideAuthority {
        /// The CA's subject.
        subject: String,
    },
    /// The key is not the one of the CA certificate.
    KeyMismatch {
        /// The certificate's subject.
        subject: String,
    },
    /// The key is not one that can sign here: P-256, P-384, P-521 and RSA from 2048 to 8192 bits can.
    UnusableKey,
    /// The certificate cannot be encoded or signed. Not expected to happen.
    Build {
        /// What the encoder says.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommonNameTooLong { length, most } => write!(
                f,
                "the name has {length} characters, and it becomes the certificate's CN, which takes at most \
                 {most}; choose a shorter one"
            ),
            Self::BadVerificationCode => f.write_str(
                "the verification code is empty or has characters that no code has. Copy it from the portal, \
                 or from `az iot dps certificate generate-verification-code`",
            ),
            Self::BadPart { part, rule } => write!(f, "the {part} must be {rule}"),
            Self::BadRegistrationId(error) => error.fmt(f),
            Self::BadCount { most } => write!(f, "the number of devices must be from 1 to {most}"),
            Self::BadValidity => f.write_str(
                "the certificate would not be valid at any time that a certificate can state (1970 to 9999)",
            ),
            Self::UnreadableAuthority { reason } => {
                write!(f, "the CA certificate cannot be read: {reason}; a check of the file says more")
            }
            Self::NotAnAuthority { subject } => write!(
                f,
                "\"{subject}\" is no CA: its basic constraints do not say CA:TRUE, and nobody accepts what it signs. \
                 Give the certificate of the CA"
            ),
            Self::MayNotSign { subject } => write!(
                f,
                "the CA \"{subject}\" may not sign certificates: its key usage lacks keyCertSign; give another CA"
            ),
            Self::NoClientAuth { subject } => write!(
                f,
                "the CA \"{subject}\" is not for TLS clients: its extended key usage lacks clientAuth; \
                 give another CA"
            ),
            Self::AuthorityExpired { subject, .. } => {
                write!(f, "the CA \"{subject}\" has expired, and so has everything that it signs; renew it")
            }
            Self::OutsideAuthority { subject } => write!(
                f,
                "the certificate would begin when the CA \"{subject}\" is not valid; \
                 choose another start"
            ),
            Self::KeyMismatch { subject } => write!(
                f,
                "the private key does not belong to the CA certificate \"{subject}\"; give the key that was made with it"
            ),
            Self::UnusableKey => f.write_str(
                "the private key is none that can sign here; P-256, P-384, P-521 and RSA from 2048 to 8192 bits can",
            ),
            Self::Build { reason } => write!(f, "the certificate cannot be made: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<RegistrationIdError> for Error {
    fn from(error: RegistrationIdError) -> Self {
        Self::BadRegistrationId(error)
    }
}

impl From<x509_cert::builder::Error> for Error {
    fn from(error: x509_cert::builder::Error) -> Self {
        Self::Build { reason: error.to_string() }
    }
}

impl From<x509_cert::der::Error> for Error {
    fn from(error: x509_cert::der::Error) -> Self {
        Self::Build { reason: error.to_string() }
    }
}

impl From<x509_cert::spki::Error> for Error {
    fn from(error: x509_cert::spki::Error) -> Self {
        Self::Build { reason: error.to_string() }
    }
}

impl From<pkcs8::Error> for Error {
    fn from(error: pkcs8::Error) -> Self {
        Self::Build { reason: error.to_string() }
    }
}
