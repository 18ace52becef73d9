//! Files and settings into the core, reports out of it.

use std::time::Duration;

use dps_x509_core::{
    cert::{self, UnixTime, key::Passphrase},
    explain,
    finding::{self, Naming, Place, sarif},
    name, service,
    session::Settings as SessionSettings,
};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::inspection::{
        Cloud, Enrollment, File, Guest, Purpose, Report, Settings,
    },
    contract::{
        findings::Finding,
        session::{Answer, Channel},
    },
    mapping,
};

const TOOL: sarif::Tool<'_> = sarif::Tool { name: "dps-x509", version: env!("CARGO_PKG_VERSION") };

impl Guest for Toolkit {
    fn inspect(files: Vec<File>, settings: Settings) -> Result<Report, Vec<Finding>> {
        let report = check(files, settings)?;
        Ok(Report {
            json: cert::json::report(&report, Naming::Plain).to_string(),
            sarif: sarif::log(TOOL, &report.findings, Naming::Plain, explain::page).to_string(),
            findings: write(&report.findings),
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
}

fn check(files: Vec<File>, settings: Settings) -> Result<cert::Report, Vec<Finding>> {
    inputs(files, settings).map(|inputs| cert::check(&inputs))
}

/// Files and settings as the core takes them.
pub(crate) fn inputs(files: Vec<File>, settings: Settings) -> Result<cert::Inputs, Vec<Finding>> {
    let registration_id =
        settings.registration_id.as_deref().map(SessionSettings::registration_id).transpose();
    let registration_id = registration_id.map_err(|findings| write(&findings))?;
    Ok(cert::Inputs {
        files: files.into_iter().map(read).collect(),
        registration_id,
        at: settings.at.map(UnixTime::from_seconds),
        expires_within: settings.expires_within.map(Duration::from_nanos),
        cloud: settings.cloud.map(|cloud| match cloud {
            Cloud::Public => name::Cloud::Public,
            Cloud::UsGov => name::Cloud::UsGov,
            Cloud::China => name::Cloud::China,
        }),
        enrollment: match settings.enrollment {
            Enrollment::Unknown => cert::Enrollment::Unknown,
            Enrollment::Individual => cert::Enrollment::Individual,
            Enrollment::Group => cert::Enrollment::Group,
        },
        passphrase: settings.passphrase.map(Passphrase::new),
        ..cert::Inputs::default()
    })
}

fn read(file: File) -> cert::Read {
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
