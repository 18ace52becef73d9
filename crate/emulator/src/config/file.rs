//! The TOML form of a [`Config`].

mod schema;
mod terms;

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    name::{HubName, IdScope, RegistrationId},
    text,
};
use toml::Spanned;

use super::{
    Config, ConfigError, Pace, Problem,
    read::{read, read_text},
};
use crate::{
    ca::CaCertificate,
    enrollment::{CertificateError, Group, Individual},
    fault::{Fault, Scenario},
    throttle::Throttling,
};
use schema::{CaEntry, File, GroupEntry, IndividualEntry};
use terms::TermsEntry;

impl Config {
    /// Reads a configuration file and the certificates that it names.
    ///
    /// # Errors
    /// A file cannot be read, or the first entry that cannot be used, with its place.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = read_text(path)
            .map_err(|error| ConfigError { file: path.to_owned(), problem: Problem::File(error) })?;
        Self::from_toml(&text, path)
    }

    /// Reads a configuration from text. `path` is for error messages, and its folder is where relative paths of
    /// certificates start.
    ///
    /// # Errors
    /// The first entry that cannot be used, with its place.
    pub fn from_toml(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let reader = Reader { text, folder: path.parent().unwrap_or(Path::new("")) };
        reader.read().map_err(|problem| ConfigError { file: path.to_owned(), problem })
    }
}

struct Reader<'a> {
    text: &'a str,
    folder: &'a Path,
}

impl Reader<'_> {
    fn read(&self) -> Result<Config, Problem> {
        let file: File = toml::from_str(self.text).map_err(|error| Problem::Toml {
            line: error.span().map(|span| self.line(&span)),
            message: text::shortened(error.message().trim()).into_owned(),
        })?;
        let id_scope =
            IdScope::new(file.id_scope.get_ref()).map_err(self.entry(&file.id_scope, "id-scope"))?;
        let mut config = Config::new(id_scope);
        if let Some(hubs) = &file.hubs {
            config.hubs = hubs.iter().map(|hub| self.hub(hub)).collect::<Result<_, _>>()?;
        }
        if let Some(policy) = &file.allocation {
            let terms = TermsEntry { policy: Some(policy), ..TermsEntry::default() };
            config.allocation = self.allocation(&terms, &config.hubs, "allocation")?.unwrap_or_default();
        }
        let default = Pace::default();
        config.pace = Pace {
            assigning_polls: file.assigning_polls.unwrap_or(default.assigning_polls),
            retry_after: file
                .retry_after
                .map_or(default.retry_after, |seconds| Duration::from_secs(seconds.into())),
        };
        (config.refusals, config.hub_trust) = (file.refusals, file.hub_trust);
        let limit =
            |wanted: Option<u32>, default| wanted.map_or(default, |limit| (limit > 0).then_some(limit));
        let default = Throttling::default();
        config.throttling = Throttling {
            registrations_per_minute: limit(
                file.throttling.registrations_per_minute,
                default.registrations_per_minute,
            ),
            polls_per_10_seconds: limit(file.throttling.polls_per_10_seconds, default.polls_per_10_seconds),
        };
        for ca in &file.ca {
            let certificate = self.ca(ca, &config.ca_certificates)?;
            config.ca_certificates.push(certificate);
        }
        for entry in &file.individual {
            let individual = self.individual(entry, &config.hubs)?;
            let place = self.entry(&entry.registration_id, "individual");
            config.enrollments.add_individual(individual).map_err(place)?;
        }
        for entry in &file.group {
            let group = self.group(entry, &config)?;
            config.enrollments.add_group(group).map_err(self.entry(&entry.name, "group"))?;
        }
        (config.seed, config.faults) = (file.seed, self.faults(&file)?);
        config.server_names = file.server_names;
        Ok(config)
    }

    fn hub(&self, hub: &Spanned<String>) -> Result<String, Problem> {
        let name = HubName::new(hub.get_ref()).map_err(self.entry(hub, "hubs"))?;
        Ok(name.as_str().to_ascii_lowercase())
    }

    fn ca(&self, entry: &CaEntry, others: &[CaCertificate]) -> Result<CaCertificate, Problem> {
        let name = entry.name.get_ref();
        if others.iter().any(|other| other.name() == name) {
            let message = format!("there are two CA certificates with the name {name}");
            return Err(self.entry(&entry.name, "ca.name")(message));
        }
        let read = |pem: &[u8]| CaCertificate::from_pem(name, pem);
        Ok(self.certificate(&entry.certificate, "ca.certificate", read)?.verified(entry.verified))
    }

    fn individual(&self, entry: &IndividualEntry, hubs: &[String]) -> Result<Individual, Problem> {
        let registration_id = RegistrationId::new(entry.registration_id.get_ref())
            .map_err(self.entry(&entry.registration_id, "individual.registration-id"))?;
        let mut individual = self.certificate(&entry.certificate, "individual.certificate", |pem| {
            Individual::from_pem(registration_id, pem)
        })?;
        if let Some(path) = &entry.secondary_certificate {
            let add = |pem: &[u8]| individual.secondary(pem);
            individual = self.certificate(path, "individual.secondary-certificate", add)?;
        }
        individual.device_id.clone_from(&entry.device_id);
        let terms = TermsEntry {
            enabled: entry.enabled,
            policy: entry.allocation.as_ref(),
            hubs: entry.hubs.as_deref(),
            custom: entry.custom.as_ref(),
            issues_certificates: entry.issues_certificates,
            reprovision: entry.reprovision,
            initial_twin: entry.initial_twin.as_ref(),
            has_capabilities: entry.capabilities.is_some(),
        };
        individual.terms = self.terms(&terms, hubs, "individual.allocation")?;
        Ok(individual)
    }

    fn group(&self, entry: &GroupEntry, config: &Config) -> Result<Group, Problem> {
        let name = entry.name.get_ref();
        let mut group = match (&entry.certificate, &entry.ca) {
            (Some(path), None) => {
                self.certificate(path, "group.certificate", |pem| Group::from_pem(name, pem))?
            }
            (None, Some(ca)) => Group::from_ca(name, self.named_ca(ca, "group.ca", config)?),
            _ => {
                let message = "a group has either a certificate or a ca";
                return Err(self.entry(&entry.name, "group")(message));
            }
        };
        if let Some(path) = &entry.secondary_certificate {
            group = self.certificate(path, "group.secondary-certificate", |pem| group.secondary(pem))?;
        }
        if let Some(ca) = &entry.secondary_ca {
            group = group.secondary_ca(self.named_ca(ca, "group.secondary-ca", config)?);
        }
        let terms = TermsEntry {
            enabled: entry.enabled,
            policy: entry.allocation.as_ref(),
            hubs: entry.hubs.as_deref(),
            custom: entry.custom.as_ref(),
            issues_certificates: entry.issues_certificates,
            reprovision: entry.reprovision,
            initial_twin: entry.initial_twin.as_ref(),
            has_capabilities: entry.capabilities.is_some(),
        };
        group.terms = self.terms(&terms, &config.hubs, "group.allocation")?;
        Ok(group)
    }

    fn faults(&self, file: &File) -> Result<Vec<Fault>, Problem> {
        let mut faults = Vec::new();
        for name in &file.scenarios {
            let scenario = Scenario::find(name.get_ref()).map_err(self.entry(name, "scenarios"))?;
            faults.extend(scenario.faults());
        }
        for entry in &file.fault {
            faults.push(entry.get_ref().fault().map_err(self.entry(entry, "fault"))?);
        }
        Ok(faults)
    }

    fn named_ca<'c>(
        &self,
        name: &Spanned<String>,
        key: &'static str,
        config: &'c Config,
    ) -> Result<&'c CaCertificate, Problem> {
        let found = config.ca_certificates.iter().find(|ca| ca.name() == name.get_ref());
        found.ok_or_else(|| {
            self.entry(name, key)(format!("there is no [[ca]] with the name {}", name.get_ref()))
        })
    }

    fn certificate<T>(
        &self,
        path: &Spanned<PathBuf>,
        key: &'static str,
        parse: impl FnOnce(&[u8]) -> Result<T, CertificateError>,
    ) -> Result<T, Problem> {
        let full = self.folder.join(path.get_ref());
        let named = |error: &dyn fmt::Display| format!("{}: {error}", full.display());
        let pem = read(&full).map_err(|error| named(&error)).map_err(self.entry(path, key))?;
        parse(&pem).map_err(|error| named(&error)).map_err(self.entry(path, key))
    }

    /// What is wrong with the value at a place.
    fn entry<T, E: fmt::Display>(
        &self,
        place: &Spanned<T>,
        key: &'static str,
    ) -> impl FnOnce(E) -> Problem + use<T, E> {
        let line = self.line(&place.span());
        move |error| Problem::Entry { line, key, message: error.to_string() }
    }

    /// The line of a span, from 1.
    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
    }
}
