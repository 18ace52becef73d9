//! From a row to a device that can be provisioned, or to what is wrong with it.

use std::{sync::Arc, time::SystemTime};

use dps_x509_core::{
    cert::{self, Certificate, Kind, Read, UnixTime},
    explain,
    finding::{Family, Finding, Input, Naming, Origin, Place, say},
    name::RegistrationId,
    session::{Config, ProvisioningReport, Settings},
};
use dps_x509_net::Access;
use serde_json::{Map, Value, json};

use crate::{
    files::{self, Files, not_usable},
    key::Key,
    list::{Row, RowFault},
    plan::{Fault, Plan, RowInputs},
};

/// A device that can be provisioned.
#[derive(Debug)]
pub struct Device {
    pub(crate) name: Name,
    pub(crate) key: Key,
    pub(crate) config: Config,
    pub(crate) access: Access,
    /// The device's chain as it was read, for the case that it is refused.
    chain: Read,
    warnings: Vec<Finding>,
    cloud: Option<dps_x509_core::name::Cloud>,
    enrollment: cert::Enrollment,
}

/// How a row and its device are called in a result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "whoever has a list of its own makes it")]
pub struct Name {
    /// The how manieth row.
    pub row: u64,
    /// Where it stands.
    pub line: u64,
    /// The ID scope as it was given.
    pub id_scope: Option<String>,
    /// The registration ID as it was given, or as the certificate says it.
    pub device: Option<String>,
}

/// A row that nothing can be dialled for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unusable {
    /// Which one.
    pub name: Name,
    /// Why not.
    pub findings: Vec<Finding>,
}

impl Name {
    pub(crate) const fn of(row: &Row) -> Self {
        Self { row: row.number(), line: row.line(), id_scope: None, device: None }
    }

    /// What the device is remembered by.
    pub(crate) fn key(&self) -> Key {
        match (&self.id_scope, &self.device) {
            (Some(scope), Some(device)) => Key::of(scope, device),
            _ => Key::of_row(self.row),
        }
    }

    /// The members of a result that say which device it is of.
    fn put(&self, object: &mut Map<String, Value>) {
        object.insert("row".into(), json!(self.row));
        for (member, value) in [("idScope", &self.id_scope), ("device", &self.device)] {
            if let Some(value) = value {
                object.insert(member.into(), json!(value));
            }
        }
    }
}

impl Unusable {
    /// Of a row that cannot be read.
    #[must_use]
    pub fn row(fault: &RowFault) -> Self {
        let name = Name { row: fault.number, line: fault.line, ..Name::default() };
        let finding = row_invalid(&name, &fault.reason);
        Self { name, findings: vec![finding] }
    }

    /// The result of it, a JSON object.
    pub(crate) fn to_json(&self, at: SystemTime) -> Map<String, Value> {
        let mut object =
            ProvisioningReport::invalid_settings(self.findings.clone()).to_json(Naming::CommandLine);
        self.name.put(&mut object);
        object.insert("at".into(), json!(rfc3339(at)));
        object
    }
}

impl Device {
    /// Reads everything that a row names.
    pub(crate) async fn prepare(row: &Row, plan: &Arc<Plan>) -> Result<Self, Unusable> {
        let mut name = Name::of(row);
        let given = match given(row, plan, &mut name) {
            Ok(given) => given,
            Err(findings) => return Err(Unusable { name, findings }),
        };
        let files = match files::read(&given.from).await {
            Ok(files) => files,
            Err(finding) => return Err(Unusable { name, findings: vec![*finding] }),
        };
        // Keys are parsed and compared here, which takes about as long as a signature; a token may take its time.
        let plan = Arc::clone(plan);
        let of_files = move || {
            let device = Self::of_files(&mut name, given, files, &plan);
            device.map_err(|findings| Unusable { name, findings })
        };
        match tokio::task::spawn_blocking(of_files).await {
            Ok(device) => device,
            Err(error) => {
                let finding = not_usable(&error.to_string(), &Place::default());
                Err(Unusable { name: Name::of(row), findings: vec![finding] })
            }
        }
    }

    fn of_files(name: &mut Name, given: RowInputs, files: Files, plan: &Plan) -> Result<Self, Vec<Finding>> {
        let chain_place = files.cert.place().clone();
        let opened = cert::open(&cert::Inputs {
            files: files.all(),
            passphrase: plan.passphrase.clone(),
            ..cert::Inputs::default()
        });
        let wrong = unusable(&opened.findings);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let certificates = opened.items.iter().filter(|item| item.kind == Kind::Certificate);
        let certificates = certificates.filter(|item| item.place.input == chain_place.input);
        let chain: Vec<Vec<u8>> = certificates.map(|item| item.der.to_vec()).collect();
        if name.device.is_none() {
            name.device = chain.first().and_then(|leaf| common_name(leaf));
        }
        let Some(device) = &name.device else {
            return Err(vec![say::SettingMissing::RegistrationIdOfRow.finding().at(chain_place)]);
        };
        let identity = files::identity(&chain, &given.from, &files, plan)?;
        let settings = Settings {
            id_scope: name.id_scope.clone().unwrap_or_default(),
            registration_id: device.clone(),
            payload: given.payload,
            ..plan.settings.clone()
        };
        let (config, warnings) = settings.parse()?;
        let access = Access::trusting(identity, &plan.trust)
            .allow(config.endpoint.host(), config.endpoint.port())
            .route(plan.route.clone());
        Ok(Self {
            key: name.key(),
            name: name.clone(),
            config,
            access,
            chain: files.cert,
            warnings,
            cloud: plan.cloud,
            enrollment: plan.enrollment,
        })
    }

    /// Which device it is.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What it is to do.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The result of a run, a JSON object: the report of `provision`, and which device it is of.
    pub(crate) fn to_json(
        &self,
        report: &ProvisioningReport,
        attempts: u32,
        at: SystemTime,
    ) -> Map<String, Value> {
        let mut object = report.to_json(Naming::CommandLine);
        let findings = match &report.result {
            Ok(_) => Vec::new(),
            Err(not_assigned) => explain::joined(not_assigned, &self.check(at)),
        };
        let findings = findings.iter().chain(&self.warnings);
        object
            .insert("findings".into(), dps_x509_core::finding::json::findings(findings, Naming::CommandLine));
        self.name.put(&mut object);
        object.insert("endpoint".into(), json!(self.config.endpoint.to_string()));
        object.insert("attempts".into(), json!(attempts));
        object.insert("at".into(), json!(rfc3339(at)));
        object
    }

    fn check(&self, at: SystemTime) -> cert::Report {
        cert::check(&cert::Inputs {
            files: vec![self.chain.clone()],
            registration_id: Some(self.config.registration_id.clone()),
            at: Some(unix_time(at)),
            cloud: self.cloud,
            enrollment: self.enrollment,
            ..cert::Inputs::default()
        })
    }
}

/// What a row says, with what it is called.
pub(crate) fn given(row: &Row, plan: &Plan, name: &mut Name) -> Result<RowInputs, Vec<Finding>> {
    let fault = |wrong| vec![fault(row, wrong)];
    let named = plan.named(row).map_err(fault)?;
    name.id_scope = named.id_scope;
    name.device = named.registration_id;
    let given = plan.given(row).map_err(fault)?;
    if name.id_scope.is_none() {
        return Err(vec![lacks_scope(name)]);
    }
    Ok(given)
}

/// What a row does not say.
pub(crate) fn fault(row: &Row, (input, error): Fault) -> Finding {
    let invalid = say::DeviceRowInvalid::Cell { cell: &input, row: &row.number(), why: &error };
    let place = Place::input(Origin::named(input.to_string())).line(line(row.line()));
    invalid.finding().at(place)
}

fn lacks_scope(name: &Name) -> Finding {
    let place = Place::input(Input::IdScope).line(line(name.line));
    say::SettingMissing::IdScopeOfRow.finding().at(place)
}

/// Which of its two names a device does not have.
#[cfg(feature = "nats")]
pub(crate) fn lacks(name: &Name) -> Finding {
    if name.id_scope.is_none() {
        return lacks_scope(name);
    }
    let place = Place::input(Input::List).line(line(name.line));
    say::SettingMissing::RegistrationIdOfRow.finding().at(place)
}

/// What is wrong with the names of a device, before anybody has its files.
#[cfg(feature = "nats")]
pub(crate) fn wrong_name(plan: &Plan, id_scope: &str, device: &str) -> Vec<Finding> {
    let settings = Settings {
        id_scope: id_scope.to_owned(),
        registration_id: device.to_owned(),
        payload: None,
        ..plan.settings.clone()
    };
    settings.parse().err().unwrap_or_default()
}

/// The registration ID as a name, for those who check files.
pub(crate) fn registration_id(name: &Name) -> Result<Option<RegistrationId>, Vec<Finding>> {
    Ok(name.device.as_deref().map(Settings::registration_id).transpose()?.map(|(id, _)| id))
}

/// Errors about files, or if there are none about keys: what cannot be used at all.
fn unusable(findings: &[Finding]) -> Vec<Finding> {
    let errors_of = |is_of: fn(Family) -> bool| {
        let errors = findings.iter().filter(|finding| finding.is_error_of(is_of));
        errors.cloned().collect::<Vec<_>>()
    };
    let files = errors_of(Family::is_about_files);
    if files.is_empty() { errors_of(Family::is_about_keys) } else { files }
}

pub(crate) fn common_name(leaf: &[u8]) -> Option<String> {
    Certificate::read(leaf).ok()?.subject.common_names().next()?.text.clone()
}

fn row_invalid(name: &Name, reason: &str) -> Finding {
    let place = Place::input(Input::List).line(line(name.line));
    say::DeviceRowInvalid::Row { row: &name.row, why: &reason }.finding().at(place)
}

fn line(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

pub(crate) fn unix_time(time: SystemTime) -> UnixTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

pub(crate) fn rfc3339(time: SystemTime) -> String {
    unix_time(time).to_rfc3339()
}
