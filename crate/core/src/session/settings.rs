//! From what a person or a program wrote to a valid configuration, or to findings.

use std::{fmt, time::Duration};

use super::{Config, Csr, Payload, config::PayloadError, hub, mqtt::Qos};
use crate::{
    finding::{Finding, Input, Place, Severity::Warning, say},
    name::{ApiVersion, Cloud, Endpoint, IdScope, RegistrationId, Transport},
};

/// Settings as they were written, each with the place it came from in the words of its user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "whoever fills them in names what there is, or takes the rest of the default"
)]
pub struct Settings {
    /// The ID scope.
    pub id_scope: String,
    /// The registration ID.
    pub registration_id: String,
    /// `HOST[:PORT]`; absent for the public cloud's global endpoint.
    pub endpoint: Option<String>,
    /// What MQTT travels in; the endpoint's port follows it where none is given.
    pub transport: Transport,
    /// Absent for [`ApiVersion::DEFAULT`].
    pub api_version: Option<String>,
    /// Name and version of the client.
    pub client_version: Option<String>,
    /// JSON text.
    pub payload: Option<String>,
    /// Base64 of the DER of a PKCS#10 request, without PEM lines, for a certificate that DPS is to issue (preview).
    pub csr: Option<String>,
    /// Whether to ask the assigned hub for the twin. It disconnects a running device of that name.
    pub check_hub: bool,
    /// Absent for [`Config::DEFAULT_TIMEOUT`].
    pub timeout: Option<Duration>,
    /// Absent for [`Config::DEFAULT_KEEP_ALIVE`].
    pub keep_alive: Option<Duration>,
    /// Quality of service of the requests.
    pub qos: Qos,
}

/// Longest provisioning: a day. Longer is a mistake in the unit.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Longest client version: the user name has to fit MQTT's 65,535 bytes after percent-encoding.
const MAX_CLIENT_VERSION: usize = 1024;

impl Settings {
    /// Settings with the defaults, to be changed field by field.
    #[must_use]
    pub fn new(id_scope: impl Into<String>, registration_id: impl Into<String>) -> Self {
        Self { id_scope: id_scope.into(), registration_id: registration_id.into(), ..Self::default() }
    }

    /// Reads a registration ID alone, for those who check files for a device and provision nothing.
    ///
    /// Returns it together with the findings that do not prevent it, as [`Settings::parse`] does.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn registration_id(text: &str) -> Result<(RegistrationId, Vec<Finding>), Vec<Finding>> {
        let mut findings = Findings::default();
        match findings.registration_id(text) {
            Some(id) => {
                let doubts = doubts(&id);
                Ok((id, doubts))
            }
            None => Err(findings.0),
        }
    }

    /// Makes a configuration.
    ///
    /// Returns it together with the findings that do not prevent it (warnings).
    ///
    /// # Errors
    /// All findings, at least one of them an error; the place of each names the setting.
    pub fn parse(&self) -> Result<(Config, Vec<Finding>), Vec<Finding>> {
        let mut findings = Findings::default();
        let id_scope = findings.take(Input::IdScope, IdScope::new(&self.id_scope), |what| {
            say::IdScopeInvalid { what }.finding()
        });
        let registration_id = findings.registration_id(&self.registration_id);
        let endpoint = self.endpoint.as_deref().unwrap_or(Cloud::Public.global_host());
        let endpoint = Endpoint::with_default_port(endpoint, self.transport.default_port());
        let endpoint = findings.take(Input::Endpoint, endpoint, |what| match what.0.suggestion() {
            Some(host) => say::EndpointInvalid::Meant { what, host: &host }.finding(),
            None => say::EndpointInvalid::Other { what, host: &Cloud::Public.global_host() }.finding(),
        });
        let api_version = match &self.api_version {
            None if self.csr.is_some() => Some(ApiVersion::for_issuance()),
            None => Some(ApiVersion::default()),
            Some(text) => findings.take(Input::ApiVersion, ApiVersion::new(text), |what| {
                say::ApiVersionInvalid { what, version: &ApiVersion::DEFAULT }.finding()
            }),
        };
        let payload = match &self.payload {
            None => Some(None),
            Some(text) => findings
                .take(Input::Payload, Payload::new(text), |what| match what.0 {
                    PayloadError::NotJson { .. } => say::PayloadInvalid::NotJson { what }.finding(),
                    PayloadError::TooLong { .. } => say::PayloadInvalid::TooLong { what }.finding(),
                })
                .map(Some),
        };
        let csr = match &self.csr {
            None => Some(None),
            Some(text) => {
                findings.take(Input::Csr, Csr::new(text), |what| say::CsrInvalid { what }.finding()).map(Some)
            }
        };
        if let (Some(Some(_)), Some(api_version)) = (&csr, &api_version) {
            findings.0.push(preview(api_version));
        }
        let client_version = match &self.client_version {
            Some(text) if text.len() > MAX_CLIENT_VERSION => {
                let long = say::ClientVersionTooLong { length: &text.len(), limit: &MAX_CLIENT_VERSION };
                findings.0.push(long.finding().at(Place::input(Input::ClientVersion)));
                None
            }
            other => Some(other.clone()),
        };
        let timeout = findings.duration(
            Input::Timeout,
            self.timeout.unwrap_or(Config::DEFAULT_TIMEOUT),
            Duration::from_millis(1),
            MAX_TIMEOUT,
        );
        let longest = Duration::from_secs(u64::from(u16::MAX));
        let keep_alive = findings.duration(
            Input::KeepAlive,
            self.keep_alive.unwrap_or(Config::DEFAULT_KEEP_ALIVE),
            Duration::ZERO,
            longest,
        );
        findings.0.extend(registration_id.iter().flat_map(doubts));
        match (
            id_scope,
            registration_id,
            endpoint,
            api_version,
            payload,
            csr,
            client_version,
            timeout,
            keep_alive,
        ) {
            (
                Some(id_scope),
                Some(registration_id),
                Some(endpoint),
                Some(api_version),
                Some(payload),
                Some(csr),
                Some(client_version),
                Some(timeout),
                Some(keep_alive),
            ) => {
                let mut config = Config::new(id_scope, registration_id, endpoint);
                config.transport = self.transport;
                config.api_version = api_version;
                config.payload = payload;
                config.csr = csr;
                config.client_version = client_version;
                config.check_hub = self.check_hub;
                if self.check_hub {
                    findings.0.push(hub::disconnects(&config.registration_id));
                }
                config.timeout = timeout;
                config.keep_alive = keep_alive;
                config.qos = self.qos;
                Ok((config, findings.0))
            }
            _ => Err(findings.0),
        }
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn take<T, E: fmt::Display>(
        &mut self,
        input: Input,
        parsed: Result<T, E>,
        finding: impl FnOnce(&Sentence<E>) -> Finding,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(finding(&Sentence(error)).at(Place::input(input)));
                None
            }
        }
    }

    fn registration_id(&mut self, text: &str) -> Option<RegistrationId> {
        self.take(Input::RegistrationId, RegistrationId::new(text), |what| {
            say::RegistrationIdInvalid { what }.finding()
        })
    }

    fn duration(
        &mut self,
        input: Input,
        value: Duration,
        least: Duration,
        most: Duration,
    ) -> Option<Duration> {
        if value >= least && value <= most {
            return Some(value);
        }
        let [value, least, most] = [value, least, most].map(|length| format!("{length:?}"));
        let finding = say::DurationOutOfRange { value: &value, least: &least, most: &most }.finding();
        self.0.push(finding.at(Place::input(input)));
        None
    }
}

fn preview(api_version: &ApiVersion) -> Finding {
    let finding = if api_version.is_before_issuance() {
        let not_known =
            say::IssuanceIsPreview::NotKnown { version: api_version, since: &ApiVersion::ISSUANCE };
        not_known.finding().severity(Warning)
    } else {
        say::IssuanceIsPreview::Known { version: api_version }.finding()
    };
    finding.at(Place::input(Input::ApiVersion))
}

/// What may be wrong with a registration ID that can be used.
fn doubts(id: &RegistrationId) -> Vec<Finding> {
    let capitals =
        || say::RegistrationIdHasUpperCase { id }.finding().at(Place::input(Input::RegistrationId));
    id.has_uppercase().then(capitals).into_iter().collect()
}

/// An error's words as a sentence: capital first, full stop last.
struct Sentence<E>(E);

impl<E: fmt::Display> fmt::Display for Sentence<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let mut characters = text.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase().to_string()).unwrap_or_default();
        let rest = characters.as_str();
        let stop = if rest.ends_with(['.', '?', '!']) { "" } else { "." };
        write!(f, "{first}{rest}{stop}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity::Note;

    fn settings() -> Settings {
        Settings { id_scope: "0ne00111111".into(), registration_id: "dev-1".into(), ..Settings::default() }
    }

    fn codes(settings: &Settings) -> Vec<&'static str> {
        settings.parse().unwrap_err().iter().map(Finding::code).collect()
    }

    #[test]
    fn defaults_are_the_documented_ones() {
        let (config, findings) = settings().parse().unwrap();
        assert_eq!(config.endpoint.to_string(), "global.azure-devices-provisioning.net:8883");
        assert_eq!(config.api_version.as_str(), "2019-03-31");
        assert_eq!(config.timeout, Duration::from_secs(60));
        assert_eq!(findings, []);
    }

    #[test]
    fn the_port_follows_the_transport_unless_it_is_given() {
        let websocket = Settings { transport: Transport::WebSocket, ..settings() };
        let port = |settings: Settings| settings.parse().unwrap().0.endpoint.port();
        assert_eq!(port(websocket.clone()), 443);
        assert_eq!(port(Settings { endpoint: Some("dps.example".into()), ..websocket.clone() }), 443);
        assert_eq!(port(Settings { endpoint: Some("dps.example:8443".into()), ..websocket }), 8443);
    }

    #[test]
    fn all_mistakes_are_named_at_once() {
        let wrong = Settings {
            id_scope: String::new(),
            registration_id: "a@b".into(),
            endpoint: Some("https://dps.example/".into()),
            transport: Transport::Mqtt,
            api_version: Some("latest".into()),
            payload: Some("{".into()),
            csr: Some("-----BEGIN".into()),
            check_hub: true,
            client_version: Some("x".repeat(1025)),
            timeout: Some(Duration::ZERO),
            keep_alive: Some(Duration::from_secs(70_000)),
            qos: Qos::AtMostOnce,
        };
        assert_eq!(
            codes(&wrong),
            ["DX101", "DX102", "DX104", "DX105", "DX106", "DX112", "DX108", "DX107", "DX107"]
        );
        let findings = wrong.parse().unwrap_err();
        let endpoint = findings.iter().find(|finding| finding.code() == "DX104").unwrap();
        assert_eq!(endpoint.next_step.to_string(), "Give the bare host name: dps.example");
        assert!(endpoint.to_string().ends_with("it is a host name, not a URL."), "{endpoint}");
    }

    #[test]
    fn the_longest_that_is_taken() {
        let timed = |timeout, keep_alive| {
            let client_version = Some("x".repeat(1024));
            let seconds = |it| Some(Duration::from_secs(it));
            let (timeout, keep_alive) = (seconds(timeout), seconds(keep_alive));
            Settings { client_version, timeout, keep_alive, ..settings() }
        };
        assert!(timed(86_400, 65_535).parse().is_ok());
        assert_eq!(codes(&timed(86_401, 65_536)), ["DX107", "DX107"]);
        let least = Settings { timeout: Some(Duration::from_millis(1)), ..timed(0, 0) };
        assert!(least.parse().is_ok());
    }

    #[test]
    fn a_csr_brings_its_api_version_and_says_so() {
        let with = |api_version: Option<&str>| {
            let api_version = api_version.map(str::to_owned);
            let (config, findings) =
                Settings { csr: Some("MAMCAQA=".into()), api_version, ..settings() }.parse().unwrap();
            let said: Vec<_> = findings.iter().map(|it| (it.code(), it.severity)).collect();
            (config.api_version.to_string(), said)
        };
        assert_eq!(with(None), ("2025-07-01-preview".to_owned(), vec![("DX113", Note)]));
        assert_eq!(with(Some("2026-11-01")), ("2026-11-01".to_owned(), vec![("DX113", Note)]));
        assert_eq!(with(Some("2021-06-01")), ("2021-06-01".to_owned(), vec![("DX113", Warning)]));
    }

    #[test]
    fn a_hub_check_warns_of_what_it_does() {
        let (config, findings) = Settings { check_hub: true, ..settings() }.parse().unwrap();
        assert!(config.check_hub);
        assert_eq!(findings.iter().map(Finding::code).collect::<Vec<_>>(), ["DX811"]);
    }

    #[test]
    fn upper_case_is_a_warning() {
        let (_, findings) = Settings { registration_id: "Dev".into(), ..settings() }.parse().unwrap();
        assert_eq!(
            findings.iter().map(|it| (it.code(), it.severity)).collect::<Vec<_>>(),
            [("DX103", Warning)]
        );
    }
}
