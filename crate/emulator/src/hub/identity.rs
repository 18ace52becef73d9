//! What the registry of a hub says of a device (IoT Hub REST reference, Devices).

use std::time::SystemTime;

use base64ct::{Base64, Encoding as _};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{certificate::Presented, timestamp};

/// Whether and how a device may connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    pub(crate) is_enabled: bool,
    status_reason: Option<String>,
    status_updated: Option<SystemTime>,
    pub(crate) authentication: Authentication,
    /// Counts the changes of the service.
    etag: u64,
}

/// What a device is known by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Authentication {
    /// What DPS left behind.
    #[default]
    Provisioned,
    /// The SHA-1 or SHA-256 of its leaf, in hexadecimal digits.
    Thumbprints { primary: Option<String>, secondary: Option<String> },
    /// A chain to the CA of a group, with its ID as CN.
    Authority,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            is_enabled: true,
            status_reason: None,
            status_updated: None,
            authentication: Authentication::default(),
            etag: 0,
        }
    }
}

/// Why a document is none of a device here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IdentityError {
    Invalid(String),
    NotEmulated(String),
}

impl Identity {
    /// The identity after this one, from a document of the service.
    pub(crate) fn changed(&self, document: &Value, now: SystemTime) -> Result<Self, IdentityError> {
        let text =
            |pointer: &str| document.pointer(pointer).and_then(Value::as_str).filter(|it| !it.is_empty());
        let is_enabled = match text("/status") {
            None | Some("enabled") => true,
            Some("disabled") => false,
            Some(other) => {
                let words = format!("status is {other:.50}, not enabled or disabled");
                return Err(IdentityError::Invalid(words));
            }
        };
        let of_thumbprint = |which: &str| -> Result<Option<String>, IdentityError> {
            let Some(text) = text(&format!("/authentication/x509Thumbprint/{which}")) else {
                return Ok(None);
            };
            let is_digest =
                matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let words = || format!("{which} is not 40 or 64 hexadecimal digits");
            is_digest.then(|| Some(text.to_ascii_uppercase())).ok_or_else(|| IdentityError::Invalid(words()))
        };
        let authentication = match text("/authentication/type") {
            Some("selfSigned") => {
                let (primary, secondary) =
                    (of_thumbprint("primaryThumbprint")?, of_thumbprint("secondaryThumbprint")?);
                if primary.is_none() && secondary.is_none() {
                    return Err(IdentityError::Invalid("x509Thumbprint has no thumbprint".to_owned()));
                }
                Authentication::Thumbprints { primary, secondary }
            }
            Some("certificateAuthority") => Authentication::Authority,
            other => {
                let words = format!(
                    "authentication.type is {:.50}; only selfSigned and certificateAuthority are emulated",
                    other.unwrap_or("not given, which means symmetric keys")
                );
                return Err(IdentityError::NotEmulated(words));
            }
        };
        let status_updated = if is_enabled == self.is_enabled { self.status_updated } else { Some(now) };
        let status_reason = text("/statusReason").map(str::to_owned);
        Ok(Self { is_enabled, status_reason, status_updated, authentication, etag: self.etag + 1 })
    }

    /// Whether a leaf is one of its thumbprints.
    pub(crate) fn is_of(&self, presented: &Presented) -> bool {
        let Authentication::Thumbprints { primary, secondary } = &self.authentication else { return false };
        let hexadecimal = |algorithm| -> String {
            let digest = digest(algorithm, &presented.leaf.der);
            digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
        };
        let own = [hexadecimal(&SHA1_FOR_LEGACY_USE_ONLY), hexadecimal(&SHA256)];
        [primary, secondary].into_iter().flatten().any(|thumbprint| own.contains(thumbprint))
    }

    pub(crate) fn etag(&self) -> String {
        Base64::encode_string(self.etag.to_string().as_bytes())
    }

    /// The members of a device's document that are the registry's own; `leaf` is what DPS left behind.
    pub(crate) fn members(&self, device_id: &str, leaf: Option<String>) -> [(&'static str, Value); 9] {
        let updated = self.status_updated.map_or_else(|| timestamp::NEVER.to_owned(), timestamp::utc);
        let (kind, primary, secondary) = match &self.authentication {
            Authentication::Provisioned => ("selfSigned", leaf, None),
            Authentication::Thumbprints { primary, secondary } => {
                ("selfSigned", primary.clone(), secondary.clone())
            }
            Authentication::Authority => ("certificateAuthority", None, None),
        };
        let thumbprints = json!({ "primaryThumbprint": primary, "secondaryThumbprint": secondary });
        [
            ("deviceId", device_id.into()),
            ("deviceEtag", self.etag().into()),
            ("status", if self.is_enabled { "enabled" } else { "disabled" }.into()),
            ("statusReason", self.status_reason.clone().into()),
            ("statusUpdateTime", updated.into()),
            ("authenticationType", kind.into()),
            ("x509Thumbprint", thumbprints),
            ("capabilities", json!({ "iotEdge": false })),
            ("deviceScope", Value::Null),
        ]
    }
}

/// Whether a device may have that ID (`iot-hub-devguide-identity-registry`).
pub(crate) fn is_device_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-:.+%_#*?!(),=@$'".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(is_allowed)
}
