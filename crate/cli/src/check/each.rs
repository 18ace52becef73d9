//! `check --each DIR`: many devices, one line each, and what is wrong most often.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{self, Purpose, Report},
    finding::{Definition, Finding, Naming},
    text,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    Args, Files,
    args::Format,
    json, print, sarif,
    verdict::{Verdict, tally},
    write_fixed,
};
use crate::{
    exit::Exit,
    input::{reason, shown},
};

/// Checks every device of the folder.
pub(super) fn run(args: &Args, folder: &Path) -> Result<Exit, String> {
    let devices = devices(folder)
        .map_err(|error| format!("cannot read the folder {}: {}", shown(folder), reason(&error)))?;
    if devices.is_empty() {
        return Err(format!("there is no device in the folder {}", shown(folder)));
    }
    let question = args.question();
    let progress = progress(devices.len());
    let mut summary = Summary::default();
    let mut failure = None;
    // A SARIF log is one document.
    let mut findings = Vec::new();
    let mut shared = Files::default();
    shared.read_situation(&args.situation);
    for (name, paths) in &devices {
        let mut files = shared.clone();
        files.read(paths.iter().map(|path| (Purpose::Any, "", path.as_path())));
        // Each device may spend what one may.
        let (all, budget) = (files.all().to_vec(), cert::Budget::default());
        let mut report = cert::check(&cert::Inputs { files: all, budget, ..question.inputs.clone() });
        report.findings.splice(0..0, question.findings_of(&files));
        let verdict = Verdict::of(&report, args);
        summary.add(&report, verdict);
        progress.suspend(|| {
            match args.format {
                Format::Sarif => findings.extend(report.findings.iter().cloned()),
                Format::Json => json(&object(name, &report, verdict).to_string()),
                Format::Text => print(&line(name, &report, verdict)),
            }
            if let Some(folder) = &args.write_fixed {
                failure = failure.take().or(write_fixed(&files, &report, &folder.join(name)).err());
            }
        });
        progress.inc(1);
    }
    progress.finish_and_clear();
    match args.format {
        Format::Sarif => json(&format!("{:#}", sarif(&findings))),
        Format::Json => json(&summary.to_json().to_string()),
        Format::Text => print(&summary.to_text()),
    }
    failure.map_or(Ok(summary.exit()), Err)
}

/// Every folder is a device with the files in it, and so are the files of one name. Hidden ones are left out.
fn devices(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<PathBuf>>> {
    let mut devices: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in visible(folder)? {
        if path.is_dir() {
            let files: Vec<_> = visible(&path)?.into_iter().filter(|path| path.is_file()).collect();
            if !files.is_empty() {
                devices.entry(lossy(path.file_name())).or_default().extend(files);
            }
        } else {
            devices.entry(lossy(path.file_stem())).or_default().push(path);
        }
    }
    Ok(devices)
}

fn visible(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn lossy(name: Option<&std::ffi::OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// On standard error, where that is a terminal.
fn progress(devices: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(devices).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} devices, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// The device's report.
fn object(name: &str, report: &Report, verdict: Verdict) -> Value {
    let report = cert::json::report(report, Naming::CommandLine);
    json!({ "device": name, "verdict": verdict.as_str(), "report": report })
}

/// `device-1  not ready: 1 error, 1 warning (DX401 DX431)`
fn line(name: &str, report: &Report, verdict: Verdict) -> String {
    let codes = definitions(report).iter().map(|definition| definition.code).collect::<Vec<_>>().join(" ");
    let name = text::visible(name);
    let word = verdict.as_str();
    match tally(&report.findings) {
        tally if tally.is_empty() => format!("{name:<24} {word}\n"),
        tally => format!("{name:<24} {word}: {tally} ({codes})\n"),
    }
}

/// What was found, each once.
fn definitions(report: &Report) -> Vec<&'static Definition> {
    let mut definitions: Vec<&Definition> = Vec::new();
    for Finding { definition, .. } in &report.findings {
        if !definitions.contains(definition) {
            definitions.push(definition);
        }
    }
    definitions
}

#[derive(Default)]
struct Summary {
    ready: usize,
    not_ready: usize,
    unusable: usize,
    /// On how many devices each was found, by code.
    found: BTreeMap<&'static str, (&'static Definition, usize)>,
}

impl Summary {
    fn add(&mut self, report: &Report, verdict: Verdict) {
        match verdict {
            Verdict::Ready => self.ready += 1,
            Verdict::NotReady | Verdict::NotReadyUnlessLaxer | Verdict::Unrepaired => self.not_ready += 1,
            Verdict::NothingUsable => self.unusable += 1,
        }
        for definition in definitions(report) {
            self.found.entry(definition.code).or_insert((definition, 0)).1 += 1;
        }
    }

    fn exit(&self) -> Exit {
        match (self.ready, self.not_ready, self.unusable) {
            (0, 0, _) => Exit::Usage,
            (_, 0, 0) => Exit::Done,
            _ => Exit::Refused,
        }
    }

    fn to_json(&self) -> Value {
        let found = self.most_often_first().map(|(definition, devices)| {
            json!({
                "code": definition.code,
                "name": definition.name,
                "severity": definition.severity.as_str(),
                "devices": devices,
            })
        });
        json!({ "summary": {
            "devices": self.ready + self.not_ready + self.unusable,
            "ready": self.ready,
            "notReady": self.not_ready,
            "nothingUsable": self.unusable,
            "findings": found.collect::<Value>(),
        }})
    }

    fn to_text(&self) -> String {
        let counts =
            [(self.ready, "ready"), (self.not_ready, "not ready"), (self.unusable, "with nothing usable")];
        let counts =
            counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
        let total = self.ready + self.not_ready + self.unusable;
        let devices = if total == 1 { "device" } else { "devices" };
        let mut text = format!("\n{total} {devices}: {}\n", counts.collect::<Vec<_>>().join(", "));
        for (definition, devices) in self.most_often_first() {
            let Definition { code, name, severity, .. } = definition;
            text += &format!("  {devices:>6}  {:<7} {code} {name}\n", severity.as_str());
        }
        text
    }

    /// What was found, with the number of devices.
    fn most_often_first(&self) -> impl Iterator<Item = (&'static Definition, usize)> {
        let mut found: Vec<_> = self.found.values().copied().collect();
        found.sort_by_key(|(definition, devices)| (std::cmp::Reverse(*devices), definition.code));
        found.into_iter()
    }
}
