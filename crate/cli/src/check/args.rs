//! The flags of `check`, and what they ask.

use std::{path::PathBuf, time::Duration};

use clap::ValueEnum;
use dps_x509_core::{
    cert,
    finding::{Definition, Finding, Severity},
    name::RegistrationId,
    session::Settings,
};

use super::{Question, token};
use crate::{flag::Situation, input};

const EXAMPLES: &str = "\
Examples:
  dps-x509 check device-full-chain.pem --key device-key.pem --registration-id my-x509-device
  dps-x509 check certs            (a folder: finds the devices in it, their keys and their CAs)
  dps-x509 check *.pem --enrollment group --group-ca uploaded-ca.pem --trust ca-file.pem
  pbpaste | dps-x509 check - --write-fixed repaired
  dps-x509 check --each devices --expires-within 30 --fail-on warning --format json

Exit codes:
  0    ready; of several devices all
  1    something was found that --fail-on counts, or a file that clients read only when it is repaired, and no
       --allow takes it out
  2    nothing usable in the files, or the command line or --write-fixed cannot be used

`dps-x509 explain CODE` prints what a finding means, with an example and the fix.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Certificates and keys of one device, or folders with them; - is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["each", "key", "group_ca", "trust"])]
    pub(super) files: Vec<PathBuf>,
    /// File with the device's private key, or pkcs11:token=factory;object=device-1 for one that stays in a token: what is
    /// public of it is compared
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// Registration ID that the device uses
    #[arg(long, value_name = "ID")]
    pub(super) registration_id: Option<String>,
    /// ID scope of the DPS instance
    #[arg(long, value_name = "SCOPE")]
    pub(super) id_scope: Option<String>,
    #[command(flatten)]
    pub(super) situation: Situation,
    /// File whose first line is the passphrase of the key or store [default: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) key_passphrase_file: Option<PathBuf>,
    /// How to print the result; json is one object, or of a folder one line per device
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write what can be repaired, and device-full-chain.pem, into this folder; never overwrites
    #[arg(long, value_name = "DIR")]
    pub(super) write_fixed: Option<PathBuf>,
    /// Least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    pub(super) fail_on: FailOn,
    /// Code or name of a finding that does not count; may be repeated
    #[arg(long, value_name = "CODE", value_parser = crate::explain::definition)]
    pub(super) allow: Vec<&'static Definition>,
    /// Warn of certificates that expire within so many days
    #[arg(long, value_name = "DAYS")]
    pub(super) expires_within: Option<u32>,
    /// Check many devices one after the other: every folder in DIR is one, and files of one name (device-1.pem,
    /// device-1.key) are one; FILE takes a folder whose files are in no such order. Links to folders are not followed
    #[arg(long, value_name = "DIR", conflicts_with_all = ["files", "key", "registration_id"])]
    pub(super) each: Option<PathBuf>,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// The report, schema version 1
    Json,
    /// The findings as a SARIF 2.1.0 log, for code scanning
    Sarif,
}

/// Least severity that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// Provisioning cannot work
    #[default]
    Error,
    /// Errors, and what is better changed
    Warning,
    /// Everything
    Note,
}

impl FailOn {
    pub(super) const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

impl Args {
    /// How to print.
    pub(super) const fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// The file with the key, unless it stays in a token.
    pub(super) fn key_file(&self) -> Option<&PathBuf> {
        self.key.as_ref().filter(|path| !token::is_token(path))
    }

    /// What the flags ask of the files.
    pub(super) fn question(&self) -> Question {
        const DAY: u64 = 24 * 60 * 60;
        let mut findings = self.names();
        let passphrase = self
            .key_passphrase_file
            .as_deref()
            .and_then(|path| input::passphrase_of_file(path, &mut findings));
        let registration_id = self.registration_id.as_deref().and_then(|text| RegistrationId::new(text).ok());
        let kept = self.key.as_deref();
        let kept = kept.and_then(|key| token::kept(key, passphrase.as_ref(), &mut findings));
        let inputs = cert::Inputs {
            registration_id,
            at: Some(self.situation.at.unwrap_or_else(input::now)),
            expires_within: self.expires_within.map(|days| Duration::from_secs(DAY * u64::from(days))),
            cloud: self.situation.cloud.0,
            enrollment: self.situation.enrollment.into(),
            kept: kept.into_iter().collect(),
            passphrase,
            ..cert::Inputs::default()
        };
        Question { inputs, findings }
    }

    /// What is wrong with the names that were given.
    fn names(&self) -> Vec<Finding> {
        let settings = Settings {
            id_scope: self.id_scope.clone().unwrap_or_else(|| "0ne00000000".to_owned()),
            registration_id: self.registration_id.clone().unwrap_or_else(|| "device".to_owned()),
            ..Settings::default()
        };
        settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings)
    }
}
