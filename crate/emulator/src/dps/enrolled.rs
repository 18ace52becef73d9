//! Enrollments that the service made, beside those of the configuration.

use std::{collections::BTreeMap, fmt, sync::Arc, time::SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Dps, lock};
use crate::{
    config::Config,
    enrollment::{DuplicateError, Group, Individual, document, with_info},
    journal::Record,
    timestamp,
};

/// What is enrolled: one device, or all below a CA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EnrollmentKind {
    Individual,
    Group,
}

impl EnrollmentKind {
    /// What queries call all of them, in lower case.
    pub(crate) const fn collection(self) -> &'static str {
        match self {
            Self::Individual => "enrollments",
            Self::Group => "enrollmentgroups",
        }
    }

    /// What a page of them says that it holds (`x-ms-item-type`).
    pub(crate) const fn item_type(self) -> &'static str {
        match self {
            Self::Individual => "Enrollment",
            Self::Group => "EnrollmentGroup",
        }
    }
}

/// The documents of the service, by kind and ID in lower case.
pub(crate) type Enrolled = BTreeMap<(EnrollmentKind, String), Map<String, Value>>;

/// Why the service is refused.
#[derive(Debug)]
pub(crate) enum EnrollmentError {
    NotFound(EnrollmentKind, String),
    /// The document cannot be used.
    Invalid(String),
    /// Something of it is enrolled already.
    Duplicate(DuplicateError),
    /// It is to be made, and is there.
    Exists(String),
    /// It is the configuration's.
    Configured(String),
    ETag,
    Unwritten,
}

impl EnrollmentError {
    /// The extended code that DPS has for it.
    pub(crate) const fn code(&self) -> u32 {
        match self {
            Self::NotFound(EnrollmentKind::Individual, _) => 404_201,
            Self::NotFound(EnrollmentKind::Group, _) => 404_204,
            Self::Invalid(_) => 400_000,
            Self::Duplicate(_) | Self::Exists(_) | Self::Configured(_) => 409_203,
            Self::ETag => 412_000,
            Self::Unwritten => 500_000,
        }
    }
}

impl fmt::Display for EnrollmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(EnrollmentKind::Individual, id) => write!(f, "there is no enrollment {id}"),
            Self::NotFound(EnrollmentKind::Group, id) => write!(f, "there is no enrollment group {id}"),
            Self::Invalid(what) => f.write_str(what),
            Self::Duplicate(error) => error.fmt(f),
            Self::Exists(id) => write!(f, "{id} is enrolled already"),
            Self::Configured(id) => write!(f, "{id} is the configuration's: change it in the file"),
            Self::ETag => f.write_str("it has another etag: it has changed since it was read"),
            Self::Unwritten => f.write_str("the state cannot be written"),
        }
    }
}

/// Adds what the service enrolled to a configuration; what the configuration has itself is the configuration's.
pub(super) fn add(enrolled: &Enrolled, config: &mut Config) {
    for ((kind, _), document) in enrolled {
        add_one(*kind, document, config).unwrap_or_default();
    }
}

fn add_one(
    kind: EnrollmentKind,
    document: &Map<String, Value>,
    config: &mut Config,
) -> Result<(), EnrollmentError> {
    let added = match kind {
        EnrollmentKind::Individual => {
            let individual: Individual =
                document::individual(document, &config.hubs).map_err(EnrollmentError::Invalid)?;
            config.enrollments.add_individual(individual)
        }
        EnrollmentKind::Group => {
            let group: Group = document::group(document, &config.hubs, &config.ca_certificates)
                .map_err(EnrollmentError::Invalid)?;
            config.enrollments.add_group(group)
        }
    };
    added.map_err(EnrollmentError::Duplicate)
}

impl Dps {
    /// Enrolls, or changes what the service enrolled before.
    pub(crate) async fn enroll(
        &self,
        kind: EnrollmentKind,
        id: &str,
        mut document: Map<String, Value>,
        etag: Option<&str>,
    ) -> Result<Value, EnrollmentError> {
        let now = SystemTime::now();
        let name = match kind {
            EnrollmentKind::Individual => "registrationId",
            EnrollmentKind::Group => "enrollmentGroupId",
        };
        document.insert(name.to_owned(), id.into());
        let ticket = {
            let proofs = lock(&self.proofs);
            let mut enrolled = lock(&self.enrolled);
            let key = (kind, id.to_ascii_lowercase());
            let known = enrolled.get(&key);
            check_etag(known, etag)?;
            let created = known.and_then(|known| known.get("createdDateTimeUtc").cloned());
            document.insert("etag".to_owned(), format!("\"{}\"", Uuid::new_v4()).into());
            let created = created.unwrap_or_else(|| timestamp::utc(now).into());
            document.insert("createdDateTimeUtc".to_owned(), created);
            document.insert("lastUpdatedDateTimeUtc".to_owned(), timestamp::utc(now).into());
            // What DPS has where nothing is said.
            document.entry("provisioningStatus").or_insert_with(|| "enabled".into());
            let policy = json!({ "updateHubAssignment": true, "migrateDeviceData": true });
            document.entry("reprovisionPolicy").or_insert(policy);
            let mut others = enrolled.clone();
            others.remove(&key);
            let mut config = self.base(&proofs);
            add(&others, &mut config);
            add_one(kind, &document, &mut config)?;
            enrolled.insert(key, document.clone());
            *lock(&self.config) = Arc::new(config);
            self.append(|| Record::Enrolled { kind, id: id.to_owned(), document: Some(document.clone()) })
        };
        written(ticket).await?;
        Ok(with_info(document.into()))
    }

    pub(crate) async fn delete_enrollment(
        &self,
        kind: EnrollmentKind,
        id: &str,
        etag: Option<&str>,
    ) -> Result<(), EnrollmentError> {
        let ticket = {
            let proofs = lock(&self.proofs);
            let mut enrolled = lock(&self.enrolled);
            let key = (kind, id.to_ascii_lowercase());
            let Some(known) = enrolled.get(&key) else {
                drop((enrolled, proofs));
                // Either there is none, or it is the configuration's.
                self.enrollment_document(kind, id)?;
                return Err(EnrollmentError::Configured(id.to_owned()));
            };
            check_etag(Some(known), etag)?;
            enrolled.remove(&key);
            let mut config = self.base(&proofs);
            add(&enrolled, &mut config);
            *lock(&self.config) = Arc::new(config);
            self.append(|| Record::Enrolled { kind, id: id.to_owned(), document: None })
        };
        written(ticket).await
    }

    pub(crate) fn enrollment_document(
        &self,
        kind: EnrollmentKind,
        id: &str,
    ) -> Result<Value, EnrollmentError> {
        let of_service = lock(&self.enrolled).get(&(kind, id.to_ascii_lowercase())).cloned();
        let found = of_service.map(Value::from).or_else(|| {
            let config = self.config();
            match kind {
                EnrollmentKind::Individual => {
                    let mut all = config.enrollments.individuals();
                    all.find(|it| it.registration_id.as_str().eq_ignore_ascii_case(id))
                        .map(document::of_individual)
                }
                EnrollmentKind::Group => {
                    config.enrollments.groups().iter().find(|it| it.name == id).map(document::of_group)
                }
            }
        });
        found.map(with_info).ok_or_else(|| EnrollmentError::NotFound(kind, id.to_owned()))
    }

    pub(crate) fn enrollment_documents(&self, kind: EnrollmentKind) -> Vec<Value> {
        let config = self.config();
        let mut ids: Vec<String> = match kind {
            EnrollmentKind::Individual => {
                config.enrollments.individuals().map(|it| it.registration_id.to_string()).collect()
            }
            EnrollmentKind::Group => config.enrollments.groups().iter().map(|it| it.name.clone()).collect(),
        };
        ids.sort_unstable();
        ids.iter().filter_map(|id| self.enrollment_document(kind, id).ok()).collect()
    }

    pub(crate) fn registration_document(&self, id: &str) -> Option<Value> {
        let registrations = lock(&self.registrations);
        registrations.get(id).and_then(|it| serde_json::from_str(&crate::body::registration(it)).ok())
    }

    /// The registrations by a group.
    pub(crate) fn registration_documents(&self, group: &str) -> Vec<Value> {
        let label = format!("group {group}");
        let registrations = lock(&self.registrations);
        let of_group = registrations.iter().filter(|it| it.enrollment.as_deref() == Some(&label));
        of_group.filter_map(|it| serde_json::from_str(&crate::body::registration(it)).ok()).collect()
    }
}

fn check_etag(known: Option<&Map<String, Value>>, etag: Option<&str>) -> Result<(), EnrollmentError> {
    let Some(etag) = etag.filter(|etag| *etag != "*") else { return Ok(()) };
    let known = known.and_then(|known| known.get("etag")).and_then(Value::as_str);
    let plain = |etag: &str| etag.trim_matches('"').to_owned();
    if known.map(plain) == Some(plain(etag)) { Ok(()) } else { Err(EnrollmentError::ETag) }
}

async fn written(ticket: Option<crate::journal::Ticket>) -> Result<(), EnrollmentError> {
    if crate::control::lasts(ticket).await { Ok(()) } else { Err(EnrollmentError::Unwritten) }
}
