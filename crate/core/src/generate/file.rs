//! Files that are made, and what each is.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Validity;
use crate::{cert::UnixTime, name::RegistrationId, order};

/// The folder of many devices.
pub const DEVICES: &str = "devices";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever writes files has words for each")]
pub enum FileKind {
    /// The root's certificate.
    Root,
    /// The root's private key.
    RootKey,
    /// The intermediate's certificate.
    Intermediate,
    /// The intermediate's private key.
    IntermediateKey,
    /// The device's certificate alone.
    Device,
    /// The device's private key.
    DeviceKey,
    /// The device's certificate and what its client sends after it.
    DeviceFullChain,
    /// A certificate signing request (PKCS#10).
    Request,
    /// A proof of possession.
    Verification,
    /// The enrollments for `dps-x509 emulate`.
    Enrollments,
}

impl FileKind {
    /// What such a file is called.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Root => "root.pem",
            Self::RootKey => "root-key.pem",
            Self::Intermediate => "intermediate.pem",
            Self::IntermediateKey => "intermediate-key.pem",
            Self::Device => "device-cert.pem",
            Self::DeviceKey => "device-key.pem",
            Self::DeviceFullChain => "device-full-chain.pem",
            Self::Request => "device-csr.pem",
            Self::Verification => "verification.pem",
            Self::Enrollments => "enrollments.toml",
        }
    }

    /// As JSON has it: `crate/core/schema/generate.json`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root-certificate",
            Self::RootKey => "root-key",
            Self::Intermediate => "intermediate-certificate",
            Self::IntermediateKey => "intermediate-key",
            Self::Device => "device-certificate",
            Self::DeviceKey => "device-key",
            Self::DeviceFullChain => "device-full-chain",
            Self::Request => "certificate-signing-request",
            Self::Verification => "verification-certificate",
            Self::Enrollments => "enrollments",
        }
    }

    /// Whether it holds a private key.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::RootKey | Self::IntermediateKey | Self::DeviceKey)
    }
}

/// One file, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// What it is.
    pub kind: FileKind,
    /// Where, below the folder that everything goes into, with `/` between the names.
    pub path: String,
    /// The device that it belongs to.
    pub registration_id: Option<RegistrationId>,
    /// Subject and validity of the certificate in it, of the first one in a chain.
    pub certificate: Option<(String, Validity)>,
}

impl File {
    /// As an item of `files` in `crate/core/schema/generate.json`, at the path that its reader knows it by.
    #[must_use]
    pub fn to_json(&self, path: &str) -> Map<String, Value> {
        let mut object: Map<String, Value> = order::gathered([
            ("path".to_owned(), json!(path)),
            ("kind".to_owned(), json!(self.kind.as_str())),
            ("isSecret".to_owned(), json!(self.kind.is_secret())),
        ]);
        if let Some(id) = &self.registration_id {
            object.insert("registrationId".to_owned(), json!(id.as_str()));
        }
        if let Some((subject, validity)) = &self.certificate {
            object.insert("subject".to_owned(), json!(subject));
            object.insert("notBefore".to_owned(), json!(rfc3339(validity.not_before())));
            object.insert("notAfter".to_owned(), json!(rfc3339(validity.not_after())));
        }
        object
    }
}

/// A time since 1970 as RFC 3339 writes it: `2026-11-23T13:05:13Z`.
#[must_use]
pub fn rfc3339(since_1970: Duration) -> String {
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
    UnixTime::from_seconds(seconds).to_rfc3339()
}
