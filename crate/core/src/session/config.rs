//! What a provisioning needs to know, already valid.

use std::{fmt, time::Duration};

use super::{csr::Csr, mqtt::Qos, topic::Encoded};
use crate::name::{ApiVersion, Endpoint, IdScope, RegistrationId, Transport};

/// A valid configuration of one provisioning. [`super::Settings::parse`] makes it from text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Which DPS instance.
    pub id_scope: IdScope,
    /// The device's name at DPS; MQTT client ID.
    pub registration_id: RegistrationId,
    /// Where DPS is.
    pub endpoint: Endpoint,
    /// What MQTT travels in, inside TLS.
    pub transport: Transport,
    /// Version of the DPS interface.
    pub api_version: ApiVersion,
    /// Name and version of the client, sent percent-encoded as `ClientVersion`.
    pub client_version: Option<String>,
    /// JSON for a custom allocation function.
    pub payload: Option<Payload>,
    /// A request for a certificate that DPS is to issue (preview).
    pub csr: Option<Csr>,
    /// Whether the assigned hub is asked for the twin, on one more connection. A running device of that name is
    /// disconnected by it.
    pub check_hub: bool,
    /// How long the whole provisioning may take.
    pub timeout: Duration,
    /// MQTT keep-alive, in whole seconds; zero switches it off.
    pub keep_alive: Duration,
    /// Quality of service of the requests.
    pub qos: Qos,
}

impl Config {
    /// What most SDKs allow for the whole provisioning.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
    /// As Paho does; DPS documents no limit.
    pub const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(60);
    /// How long one dial, with its TLS handshake, may take before it is given up.
    pub const DIAL_TIMEOUT: Duration = Duration::from_secs(30);
    /// How long the service may leave one packet unanswered before the connection counts as lost.
    pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

    /// A configuration with the defaults.
    #[must_use]
    pub fn new(id_scope: IdScope, registration_id: RegistrationId, endpoint: Endpoint) -> Self {
        Self {
            id_scope,
            registration_id,
            endpoint,
            transport: Transport::default(),
            api_version: ApiVersion::default(),
            client_version: None,
            payload: None,
            csr: None,
            check_hub: false,
            timeout: Self::DEFAULT_TIMEOUT,
            keep_alive: Self::DEFAULT_KEEP_ALIVE,
            qos: Qos::default(),
        }
    }

    /// `{idScope}/registrations/{registrationId}/api-version={version}[&ClientVersion={percent-encoded}]`
    #[must_use]
    pub fn user_name(&self) -> String {
        let Self { id_scope, registration_id, api_version, .. } = self;
        let mut name = format!("{id_scope}/registrations/{registration_id}/api-version={api_version}");
        if let Some(client_version) = &self.client_version {
            name.push_str(&format!("&ClientVersion={}", Encoded(client_version)));
        }
        name
    }

    /// `{"registrationId":"…"}`, with `"payload":…` and `"csr":"…"` behind it where there are such.
    #[must_use]
    pub fn register_body(&self) -> String {
        // The characters of a registration ID and of base64 need no JSON escape.
        let mut body = format!("{{\"registrationId\":\"{}\"", self.registration_id);
        if let Some(payload) = &self.payload {
            body.push_str(&format!(",\"payload\":{}", payload.as_str()));
        }
        if let Some(csr) = &self.csr {
            body.push_str(&format!(",\"csr\":\"{}\"", csr.as_str()));
        }
        body.push('}');
        body
    }
}

/// JSON text for a custom allocation function, passed on as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload(String);

impl Payload {
    /// Longest payload: DPS limits a message to 96 KB (DPS `iot-dps-limits`); the rest is for the frame.
    pub const MAX_LENGTH: usize = 95 * 1024;

    /// Checks that the text is one JSON value.
    ///
    /// # Errors
    /// It is not JSON (with the parser's line and column), or too long.
    pub fn new(text: &str) -> Result<Self, PayloadError> {
        let text = text.trim();
        if text.len() > Self::MAX_LENGTH {
            return Err(PayloadError::TooLong { length: text.len() });
        }
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(PayloadError::NotJson { reason: error.to_string() }),
        }
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no payload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// It is not one JSON value.
    NotJson {
        /// The parser's word, with line and column.
        reason: String,
    },
    /// More than [`Payload::MAX_LENGTH`] bytes.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { reason } => write!(f, "the payload is not JSON: {reason}"),
            Self::TooLong { length } => {
                write!(f, "the payload has {length} bytes, DPS takes at most {}", Payload::MAX_LENGTH)
            }
        }
    }
}

impl std::error::Error for PayloadError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::CsrError;

    fn config() -> Config {
        Config::new(
            IdScope::new("0neFEEDC0DE").unwrap(),
            RegistrationId::new("myRegistrationId").unwrap(),
            "global.azure-devices-provisioning.net".parse().unwrap(),
        )
    }

    #[test]
    fn user_names_as_in_the_vectors() {
        let mut config = config();
        assert_eq!(config.user_name(), "0neFEEDC0DE/registrations/myRegistrationId/api-version=2019-03-31");
        config.client_version = Some("c/1.2.3".to_owned());
        assert_eq!(
            config.user_name(),
            "0neFEEDC0DE/registrations/myRegistrationId/api-version=2019-03-31&ClientVersion=c%2F1.2.3"
        );
    }

    #[test]
    fn bodies_as_in_the_vectors() {
        let mut config = config();
        assert_eq!(config.register_body(), r#"{"registrationId":"myRegistrationId"}"#);
        config.payload = Some(Payload::new(r#"{"a":1}"#).unwrap());
        assert_eq!(config.register_body(), r#"{"registrationId":"myRegistrationId","payload":{"a":1}}"#);
    }

    #[test]
    fn a_request_for_a_certificate_is_base64_without_armour() {
        let mut config = config();
        config.csr = Some(Csr::from_der(b"\x30\x03\x02\x01\x00"));
        assert_eq!(config.register_body(), r#"{"registrationId":"myRegistrationId","csr":"MAMCAQA="}"#);
        assert_eq!(Csr::new("MAMCAQA="), Ok(Csr::from_der(b"\x30\x03\x02\x01\x00")));
        for wrong in ["", "MAMCAQA", "MAMCAQA=\n", "-----BEGIN CERTIFICATE REQUEST-----"] {
            assert_eq!(Csr::new(wrong), Err(CsrError::NotBase64), "{wrong}");
        }
        let long = "AAAA".repeat(Csr::MAX_LENGTH / 4 + 1);
        assert_eq!(Csr::new(&long), Err(CsrError::TooLong { length: long.len() }));
        assert!(Csr::new(&long[4..]).is_ok());
        let words = "the CSR has 16388 characters; at most 16384 are sent";
        assert_eq!(CsrError::TooLong { length: long.len() }.to_string(), words);
        let words = "the CSR is not the base64 of its DER in one line";
        assert_eq!(CsrError::NotBase64.to_string(), words);
    }

    #[test]
    fn payloads_are_json_and_short() {
        assert!(matches!(Payload::new("{"), Err(PayloadError::NotJson { .. })));
        assert!(matches!(Payload::new("{} {}"), Err(PayloadError::NotJson { .. })));
        let long = format!("\"{}\"", "x".repeat(Payload::MAX_LENGTH));
        assert_eq!(Payload::new(&long), Err(PayloadError::TooLong { length: long.len() }));
        assert!(Payload::new(&long.replacen("xx", "", 1)).is_ok());
        let said = |text: &str| Payload::new(text).unwrap_err().to_string();
        assert_eq!(said(&long), "the payload has 97282 bytes, DPS takes at most 97280");
        assert_eq!(said("{"), "the payload is not JSON: EOF while parsing an object at line 1 column 1");
    }
}
