//! The TOML form of a [`Config`].

use std::{
    fmt, fs, io,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::name::{Endpoint, IdScope, RegistrationId};
use serde::Deserialize;
use toml::Spanned;

use super::{Config, Pace};
use crate::enrollment::{CertificateError, Enrollments, Group, Individual};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    id_scope: Spanned<String>,
    hubs: Option<Vec<Spanned<String>>>,
    assigning_polls: Option<u32>,
    /// Whole seconds, as on the wire.
    retry_after: Option<u32>,
    #[serde(default)]
    server_names: Vec<String>,
    #[serde(default)]
    individual: Vec<IndividualEntry>,
    #[serde(default)]
    group: Vec<GroupEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IndividualEntry {
    registration_id: Spanned<String>,
    certificate: Spanned<PathBuf>,
    device_id: Option<String>,
    #[serde(default = "enabled")]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct GroupEntry {
    name: Spanned<String>,
    certificate: Spanned<PathBuf>,
    #[serde(default = "enabled")]
    enabled: bool,
}

const fn enabled() -> bool {
    true
}

impl Config {
    /// Reads a configuration file and the certificates that it names.
    ///
    /// # Errors
    /// A file cannot be read, or the first entry that cannot be used, with its place.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
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
            message: error.message().trim().to_owned(),
        })?;
        let id_scope =
            IdScope::new(file.id_scope.get_ref()).map_err(self.entry(&file.id_scope, "id-scope"))?;
        let mut config = Config::new(id_scope);
        if let Some(hubs) = &file.hubs {
            config.hubs = hubs.iter().map(|hub| self.hub(hub)).collect::<Result<_, _>>()?;
        }
        let default = Pace::default();
        config.pace = Pace {
            assigning_polls: file.assigning_polls.unwrap_or(default.assigning_polls),
            retry_after: file
                .retry_after
                .map_or(default.retry_after, |seconds| Duration::from_secs(seconds.into())),
        };
        config.enrollments = self.enrollments(&file)?;
        config.server_names = file.server_names;
        Ok(config)
    }

    fn hub(&self, hub: &Spanned<String>) -> Result<String, Problem> {
        let endpoint: Endpoint = hub.get_ref().parse().map_err(self.entry(hub, "hubs"))?;
        Ok(endpoint.host().to_owned())
    }

    fn enrollments(&self, file: &File) -> Result<Enrollments, Problem> {
        let mut enrollments = Enrollments::default();
        for entry in &file.individual {
            let registration_id = RegistrationId::new(entry.registration_id.get_ref())
                .map_err(self.entry(&entry.registration_id, "individual.registration-id"))?;
            let mut individual = self
                .certificate(&entry.certificate, "individual.certificate", |pem| {
                    Individual::from_pem(registration_id, pem)
                })?
                .enabled(entry.enabled);
            individual.device_id.clone_from(&entry.device_id);
            enrollments
                .add_individual(individual)
                .map_err(self.entry(&entry.registration_id, "individual"))?;
        }
        for entry in &file.group {
            let group = self
                .certificate(&entry.certificate, "group.certificate", |pem| {
                    Group::from_pem(entry.name.get_ref(), pem)
                })?
                .enabled(entry.enabled);
            enrollments.add_group(group).map_err(self.entry(&entry.name, "group"))?;
        }
        Ok(enrollments)
    }

    fn certificate<T>(
        &self,
        path: &Spanned<PathBuf>,
        key: &'static str,
        parse: impl FnOnce(&[u8]) -> Result<T, CertificateError>,
    ) -> Result<T, Problem> {
        let full = self.folder.join(path.get_ref());
        let named = |error: &dyn fmt::Display| format!("{}: {error}", full.display());
        let pem = fs::read(&full).map_err(|error| named(&error)).map_err(self.entry(path, key))?;
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

/// A configuration that cannot be used.
#[derive(Debug)]
pub struct ConfigError {
    /// The configuration file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a configuration file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be read.
    File(io::Error),
    /// It is not TOML, or has a key that is unknown, missing, or of another type.
    Toml {
        /// The line, from 1, where the parser knows it.
        line: Option<usize>,
        /// The parser's words.
        message: String,
    },
    /// A value that cannot be used.
    Entry {
        /// The line, from 1.
        line: usize,
        /// The key, such as `group.certificate`.
        key: &'static str,
        /// Why.
        message: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.problem {
            Problem::File(error) => write!(f, "the configuration {file} cannot be read: {error}"),
            Problem::Toml { line: Some(line), message } => write!(f, "{file}, line {line}: {message}"),
            Problem::Toml { line: None, message } => write!(f, "{file}: {message}"),
            Problem::Entry { line, key, message } => write!(f, "{file}, line {line}, {key}: {message}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::File(error) => Some(error),
            Problem::Toml { .. } | Problem::Entry { .. } => None,
        }
    }
}
