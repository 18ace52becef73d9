//! `configure`: files for a client of the device, or for the Azure side, from the files and names that are there.

mod args;
mod device;
mod files;
mod list;
mod text;

use std::io::{self, Write as _};

use dps_x509_core::{
    config::{self, Artifact, Configuration, Device, Target},
    finding::{Finding, Severity},
};
use serde_json::Value;

pub(crate) use args::Args;

use crate::exit::Exit;

/// Writes the files of every target, or nothing.
pub(crate) fn run(args: &Args) -> Exit {
    if args.list {
        return list::show(args.json);
    }
    let outcome = Outcome::of(args);
    let failure = outcome.write(args).err();
    outcome.show(args, failure.as_deref());
    match failure {
        Some(_) => Exit::Usage,
        None if outcome.is_refused() => Exit::Refused,
        None => Exit::Done,
    }
}

/// What is to be written, or why not.
#[derive(Default)]
struct Outcome {
    certificates: Vec<Artifact>,
    configurations: Vec<Configuration>,
    findings: Vec<Finding>,
    /// Targets that `all` leaves out, each with the reason.
    left_out: Vec<(&'static Target, Finding)>,
}

impl Outcome {
    fn of(args: &Args) -> Self {
        let mut outcome = Self::default();
        let targets = args.targets(&mut outcome.findings);
        let Some(device) = device::read(args, &mut outcome.findings) else { return outcome };
        for target in targets {
            match config::configure(target, &device) {
                Ok(configuration) => {
                    // Who asks for all does not ask about each.
                    let least = if args.wants_all() { Severity::Warning } else { Severity::Note };
                    let found = configuration.findings.iter().filter(|finding| finding.severity >= least);
                    outcome.findings.extend(found.cloned());
                    outcome.configurations.push(configuration);
                }
                Err(findings) if args.wants_all() => {
                    let error = findings.into_iter().find(|finding| finding.severity == Severity::Error);
                    outcome.left_out.extend(error.map(|error| (target, error)));
                }
                Err(findings) => outcome.findings.extend(findings),
            }
        }
        if outcome.configurations.is_empty() {
            // Nothing was possible: then why is worth saying.
            outcome.findings.extend(outcome.left_out.drain(..).map(|(_, finding)| finding));
        }
        // The same doubt of many targets is one doubt.
        let mut seen = Vec::new();
        outcome.findings.retain(|finding| {
            let is_new = !seen.contains(finding);
            seen.push(finding.clone());
            is_new
        });
        outcome.certificates = outcome.needed_certificates(&device);
        outcome
    }

    fn needed_certificates(&self, device: &Device) -> Vec<Artifact> {
        let targets: Vec<&Target> = self.configurations.iter().map(|it| it.target).collect();
        config::certificates(&targets, device)
    }

    fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Every file, unless something refuses.
    fn write(&self, args: &Args) -> Result<(), String> {
        if self.is_refused() {
            return Ok(());
        }
        let artifacts = self.configurations.iter().flat_map(|it| &it.artifacts);
        files::write(args.folder(), self.certificates.iter().chain(artifacts))
    }

    fn show(&self, args: &Args, failure: Option<&str>) {
        // Whoever does not read on has read enough.
        if args.json {
            let is_written = failure.is_none() && !self.is_refused();
            let (certificates, configurations) =
                if is_written { (&*self.certificates, &*self.configurations) } else { (&[][..], &[][..]) };
            let report = config::report(certificates, configurations, &self.findings);
            writeln!(io::stdout(), "{:#}", Value::Object(report)).unwrap_or_default();
        } else {
            let mut err = io::stderr().lock();
            for finding in &self.findings {
                writeln!(err, "{}\n", finding.to_text()).unwrap_or_default();
            }
            if failure.is_none() && !self.is_refused() {
                let text =
                    text::written(args.folder(), &self.certificates, &self.configurations, &self.left_out);
                anstream::stdout().write_all(text.as_bytes()).unwrap_or_default();
            } else if failure.is_none() {
                writeln!(err, "Nothing was written.").unwrap_or_default();
            }
        }
        if let Some(failure) = failure {
            eprintln!("dps-x509 configure: {failure}");
        }
    }
}
