//! Files and settings into the core, reports out of it.

use std::time::Duration;

use dps_x509_core::{
    cert::{
        self, UnixTime, compare,
        key::Passphrase,
        repair::{self, repair},
    },
    explain,
    finding::{self, Place, sarif},
    name, service,
    session::Settings as SessionSettings,
};
use serde_json::{Value, json};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::inspection::{
        Cloud, Enrollment, File, Guest, Purpose, Remedy, Repaired, Repairs, Report, Settings,
    },
    contract::{
        findings::Finding,
        session::{Answer, Channel},
    },
    mapping,
    naming::naming,
};

const TOOL: sarif::Tool<'_> = sarif::Tool { name: "dps-x509", version: env!("CARGO_PKG_VERSION") };

impl Guest for Toolkit {
    fn inspect(files: Vec<File>, settings: Settings) -> Result<Report, Vec<Finding>> {
        let (inputs, doubts) = asked(files, settings)?;
        let mut report = cert::check(&inputs);
        report.findings.splice(0..0, doubts);
        Ok(Report {
            json: cert::json::report(&report, naming()).to_string(),
            sarif: sarif::log(TOOL, &report.findings, naming(), explain::page).to_string(),
            findings: write(&report.findings),
            blocks: report.findings.iter().map(|finding| finding.to_text(naming())).collect(),
        })
    }

    fn explain_refusal(
        answer: Answer,
        files: Vec<File>,
        settings: Settings,
    ) -> Result<Vec<Finding>, Vec<Finding>> {
        let report = check(files, settings)?;
        Ok(write(&explain::refusal(&read_answer(answer), &report)))
    }

    fn repair(files: Vec<File>, settings: Settings) -> Result<Repairs, Vec<Finding>> {
        let inputs = inputs(files, settings)?;
        let full_chain = cert::check(&inputs).full_chain_pem();
        let passphrase = inputs.passphrase.as_ref();
        let files = inputs.files.iter().map(|file| write_remedy(repair(file, passphrase))).collect();
        Ok(Repairs { full_chain, files })
    }

    fn compare(old: Vec<File>, new: Vec<File>, settings: Settings) -> Result<String, Vec<Finding>> {
        let (old, new) = (inputs(old, settings.clone())?, inputs(new, settings)?);
        let enrollment = old.enrollment;
        let (old, new) = (cert::check(&old), cert::check(&new));
        let comparison = match compare::compare(&old, &new, enrollment) {
            Ok(comparison) => comparison,
            Err(findings) => return Ok(Value::Object(compare::nothing(&findings, naming())).to_string()),
        };
        let mut object = comparison.to_json(naming());
        object.insert("sentence".to_owned(), json!(comparison.sentence()));
        object.insert("text".to_owned(), json!(comparison.to_string()));
        Ok(Value::Object(object).to_string())
    }
}

fn write_remedy(done: repair::Repair) -> Remedy {
    match done {
        repair::Repair::Needless => Remedy::Needless,
        repair::Repair::Done { text, is_secret, is_without_key } => {
            Remedy::Done(Repaired { text: text.as_str().to_owned(), is_secret, is_without_key })
        }
        repair::Repair::Impossible(why) => Remedy::Impossible(why.to_string()),
    }
}

fn check(files: Vec<File>, settings: Settings) -> Result<cert::Report, Vec<Finding>> {
    inputs(files, settings).map(|inputs| cert::check(&inputs))
}

/// Files and settings as the core takes them.
pub(crate) fn inputs(files: Vec<File>, settings: Settings) -> Result<cert::Inputs, Vec<Finding>> {
    asked(files, settings).map(|(inputs, _)| inputs)
}

/// The same, with what may be wrong with the registration ID.
fn asked(
    files: Vec<File>,
    settings: Settings,
) -> Result<(cert::Inputs, Vec<finding::Finding>), Vec<Finding>> {
    let told = settings.registration_id.as_deref().map(SessionSettings::registration_id).transpose();
    let (registration_id, doubts) = told.map_err(|findings| write(&findings))?.unzip();
    let inputs = cert::Inputs {
        files: files.into_iter().map(read).collect(),
        registration_id,
        at: settings.at.map(UnixTime::from_seconds),
        expires_within: settings.expires_within.map(Duration::from_nanos),
        cloud: settings.cloud.map(read_cloud),
        enrollment: match settings.enrollment {
            Enrollment::Unknown => cert::Enrollment::Unknown,
            Enrollment::Individual => cert::Enrollment::Individual,
            Enrollment::Group => cert::Enrollment::Group,
        },
        passphrase: settings.passphrase.map(Passphrase::new),
        ..cert::Inputs::default()
    };
    Ok((inputs, doubts.unwrap_or_default()))
}

pub(crate) const fn read_cloud(cloud: Cloud) -> name::Cloud {
    match cloud {
        Cloud::Public => name::Cloud::Public,
        Cloud::UsGov => name::Cloud::UsGov,
        Cloud::China => name::Cloud::China,
    }
}

/// A file as the core takes it.
pub(crate) fn read(file: File) -> cert::Read {
    let mut place = Place::default();
    (place.input, place.path) = (file.input.map(Into::into), file.path);
    let purpose = match file.purpose {
        Purpose::Any => cert::Purpose::Any,
        Purpose::DeviceChain => cert::Purpose::DeviceChain,
        Purpose::DeviceKey => cert::Purpose::DeviceKey,
        Purpose::GroupCa => cert::Purpose::GroupCa,
        Purpose::ServerTrust => cert::Purpose::ServerTrust,
    };
    cert::Read::new(purpose, place, file.bytes)
}

fn read_answer(answer: Answer) -> service::Answer {
    service::Answer {
        channel: match answer.channel {
            Channel::Request => service::Channel::Request,
            Channel::Operation => service::Channel::Operation,
            Channel::Connack => service::Channel::Connack,
            Channel::Suback => service::Channel::Suback,
        },
        status: answer.status,
        code: answer.code,
        message: answer.message,
        tracking_id: answer.tracking_id,
        timestamp: answer.timestamp,
        info: answer.info,
        operation_status: answer.operation_status,
        body: answer.body,
    }
}

/// Findings, out of the core.
pub(crate) fn write(findings: &[finding::Finding]) -> Vec<Finding> {
    findings.iter().map(mapping::finding::write).collect()
}
