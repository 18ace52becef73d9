//! The MQTT user name of a device at DPS.
//!
//! `{idScope}/registrations/{registrationId}/api-version={version}[&ClientVersion={agent}]`
//! (DPS `iot-mqtt-connect-to-iot-dps`).

use dps_x509_core::name::{ApiVersion, IdScope};
use percent_encoding::percent_decode_str;

/// A parsed user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserName {
    pub(crate) id_scope: IdScope,
    /// As it was sent: a bad one is refused after register, not here.
    pub(crate) registration_id: String,
    pub(crate) api_version: ApiVersion,
    pub(crate) client_version: Option<String>,
}

impl UserName {
    /// Parses a user name; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "{idScope}/registrations/{registrationId}/api-version={version}";
        let (id_scope, rest) =
            text.split_once("/registrations/").ok_or(format!("it has not the form {FORM}"))?;
        let (registration_id, query) = rest.split_once('/').ok_or(format!("it has not the form {FORM}"))?;
        let id_scope = IdScope::new(id_scope).map_err(|error| error.to_string())?;

        let (mut api_version, mut client_version) = (None, None);
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').ok_or(format!("\"{pair}\" is not key=value"))?;
            if key.eq_ignore_ascii_case("api-version") {
                api_version = Some(ApiVersion::new(value).map_err(|error| error.to_string())?);
            } else if key.eq_ignore_ascii_case("ClientVersion") {
                client_version = Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
            }
        }
        let api_version = api_version.ok_or("it has no api-version")?;
        Ok(Self { id_scope, registration_id: registration_id.to_owned(), api_version, client_version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdks_send() {
        let plain =
            UserName::parse("0neFEEDC0DE/registrations/myRegistrationId/api-version=2019-03-31").unwrap();
        assert_eq!(plain.id_scope.as_str(), "0neFEEDC0DE");
        assert_eq!(plain.registration_id, "myRegistrationId");
        assert_eq!(plain.api_version.as_str(), "2019-03-31");
        assert_eq!(plain.client_version, None);

        let raw = UserName::parse("s/registrations/r/api-version=2019-03-31&ClientVersion=c/1.2.3").unwrap();
        assert_eq!(raw.client_version.as_deref(), Some("c/1.2.3"));
        let encoded = UserName::parse("s/registrations/r/ClientVersion=c%2F1%202&api-version=2021-06-01");
        assert_eq!(encoded.unwrap().client_version.as_deref(), Some("c/1 2"));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "0ne/registrations/",
            "0ne/registrations/r",
            "0ne/registrations/r/",
            "0ne/registrations/r/ClientVersion=1",
            "0ne/registrations/r/api-version=new",
            "/registrations/r/api-version=2019-03-31",
            "hub.azure-devices.net/device/?api-version=2021-04-12",
            "0ne/registrations/r/api-version=2019-03-31&flag",
        ] {
            assert!(UserName::parse(text).is_err(), "{text}");
        }
    }
}
