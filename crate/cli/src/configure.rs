//! `configure`: files for a client of the device, or for the Azure side, from the files and names that are there.

mod args;
mod device;
mod files;
mod list;
mod text;

use dps_x509_core::{
    config::{self, Selection, Set},
    finding::Naming,
};
use serde_json::Value;

pub(crate) use args::Args;

use crate::{exit::Exit, refusal, terminal};

/// Writes the files of every target, or nothing.
pub(crate) fn run(args: &Args) -> Exit {
    if args.list {
        return list::show(args.json);
    }
    let set = plan(args);
    let failure = write(&set, args).err();
    show(&set, args, failure.as_deref());
    match failure {
        Some(_) => Exit::Usage,
        None if set.is_refused() => Exit::Refused,
        None => Exit::Done,
    }
}

/// What is to be written, or why not.
fn plan(args: &Args) -> Set {
    let mut findings = Vec::new();
    let targets = args.targets(&mut findings);
    let selection = if args.wants_all() { Selection::Possible } else { Selection::Each };
    match device::read(args, &mut findings) {
        Some(device) => Set::new(&targets, selection, &device, findings),
        None => Set::refused(findings),
    }
}

/// Every file, unless something refuses.
fn write(set: &Set, args: &Args) -> Result<(), String> {
    if set.is_refused() {
        return Ok(());
    }
    let artifacts = set.configurations.iter().flat_map(|it| &it.artifacts);
    files::write(args.folder(), set.certificates.iter().chain(artifacts))
}

fn show(set: &Set, args: &Args, failure: Option<&str>) {
    if let Some(failure) = failure {
        return refusal::say("configure", failure, args.json);
    }
    // Whoever does not read on has read enough.
    if args.json {
        let is_written = !set.is_refused();
        let (certificates, configurations) =
            if is_written { (&*set.certificates, &*set.configurations) } else { (&[][..], &[][..]) };
        let report = config::report(certificates, configurations, &set.findings, Naming::CommandLine);
        terminal::json(format!("{:#}", Value::Object(report))).unwrap_or_default();
    } else {
        for finding in &set.findings {
            terminal::err(&format!("{}\n\n", finding.to_text(Naming::CommandLine))).unwrap_or_default();
        }
        if !set.is_refused() {
            let text = text::written(args.folder(), &set.certificates, &set.configurations, &set.left_out);
            terminal::out(&text).unwrap_or_default();
        } else {
            terminal::err("Nothing was written.\n").unwrap_or_default();
        }
    }
}
