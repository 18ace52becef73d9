//! `compare`: what changed between two certificates or chains.

use std::{
    io,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{self, Purpose, Report, compare::Comparison, key::Passphrase},
    finding::{Finding, Naming},
};
use serde_json::Value;

use crate::{
    check::Files,
    exit::Exit,
    flag::Enrollment,
    input::{now, passphrase_of_file, shown},
    refusal, terminal,
};

const EXAMPLES: &str = "\
Examples:
  dps-x509 compare device-2026.pem device-2027.pem --enrollment individual
  dps-x509 compare old-full-chain.pem new-full-chain.pem --enrollment group
  dps-x509 compare uploaded-ca.pem renewed-ca.pem

Exit codes:
  0    compared
  1    compared, and the new one is not ready: it has errors
  2    one of the two has no certificate to compare";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The certificate or chain in use
    old: PathBuf,
    /// The one that is to follow it
    new: PathBuf,
    /// How the device is enrolled
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    enrollment: Enrollment,
    /// File whose first line is the passphrase of PKCS#12 stores
    #[arg(long, value_name = "FILE")]
    key_passphrase_file: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// One object, schema version 1
    Json,
}

pub(crate) fn run(args: &Args) -> Exit {
    let mut findings = Vec::new();
    let passphrase =
        args.key_passphrase_file.as_deref().and_then(|path| passphrase_of_file(path, &mut findings));
    let old = read("OLD", &args.old, passphrase.as_ref(), &mut findings);
    let new = read("NEW", &args.new, passphrase.as_ref(), &mut findings);
    let compared = cert::compare::compare(&old, &new, args.enrollment.into());
    findings.extend(compared.as_ref().map_or_else(Clone::clone, |it| it.findings.clone()));
    let comparison = compared.ok();
    if comparison.is_none()
        && findings.is_empty()
        && let Some(why) = nothing_in(args, &old, &new)
    {
        refusal::say("compare", why, args.format == Format::Json);
        return Exit::Usage;
    }
    let told = match args.format {
        Format::Text => text(&findings, comparison.as_ref()),
        Format::Json => json(&findings, comparison.as_ref()),
    };
    // Whoever does not read on has read enough.
    told.unwrap_or_default();
    match comparison {
        Some(comparison) if comparison.is_usable() => Exit::Done,
        Some(_) => Exit::Refused,
        None => Exit::Usage,
    }
}

/// What a file holds; that it cannot be read goes to the findings.
fn read(input: &str, path: &Path, passphrase: Option<&Passphrase>, findings: &mut Vec<Finding>) -> Report {
    let mut files = Files::default();
    files.read([(Purpose::DeviceChain, input, path)]);
    findings.extend(files.unreadable().iter().cloned());
    cert::check(&cert::Inputs {
        files: files.all().to_vec(),
        at: Some(now()),
        passphrase: passphrase.cloned(),
        ..cert::Inputs::default()
    })
}

/// Why there is no comparison, where no finding says it.
fn nothing_in(args: &Args, old: &Report, new: &Report) -> Option<String> {
    let (report, path) =
        [(old, &args.old), (new, &args.new)].into_iter().find(|(report, _)| report.chain.leaf.is_none())?;
    let why = match report.chain.strangers.len() {
        0 => "there is no certificate in it",
        _ => "it holds several CAs and no device's certificate; give one of them",
    };
    Some(format!("{} cannot be compared: {why}", shown(path)))
}

fn text(findings: &[Finding], comparison: Option<&Comparison>) -> io::Result<()> {
    for finding in findings {
        terminal::err(&format!("{}\n\n", finding.to_text(Naming::CommandLine)))?;
    }
    comparison.map_or(Ok(()), |comparison| terminal::out(&comparison.to_string()))
}

fn json(findings: &[Finding], comparison: Option<&Comparison>) -> io::Result<()> {
    let naming = Naming::CommandLine;
    let mut object = comparison.map(|it| it.to_json(naming)).unwrap_or_default();
    object.extend(cert::compare::nothing(findings, naming));
    terminal::json(format!("{:#}", Value::Object(object)))
}
