//! `check --each DIR`: many devices, one line each, and what is wrong most often.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use dps_x509_core::cert::folder::DeviceFiles;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    Args, Question,
    args::Format,
    json, not_fixed, parallel, print, sarif, say_fixed,
    sorted::{self, Device, Form, LeftOut, Outcome, Summary},
    walk::{Walk, visible},
};
use crate::{
    exit::Exit,
    input::{reason, shown},
};

/// Checks every device of the folder.
pub(super) fn run(args: &Args, folder: &Path) -> Result<Exit, String> {
    let entries = entries(folder)
        .map_err(|error| format!("cannot read the folder {}: {}", shown(folder), reason(&error)))?;
    let question = args.question();
    let progress = progress(entries.len());
    let form = Form { args, write_fixed: args.write_fixed.as_deref(), names_files: false };
    let (mut summary, mut left_out, mut failure) = (Summary::default(), Vec::new(), None);
    // A SARIF log is one document.
    let mut findings = Vec::new();
    parallel::each(
        &entries,
        || question.clone(),
        |entry, question| entry.check(folder, question, form),
        |(outcomes, skipped)| {
            left_out.extend(skipped);
            for outcome in outcomes {
                summary.add(&outcome);
                progress.suspend(|| match args.format() {
                    Format::Sarif => {}
                    Format::Json => json(outcome.line.trim_end()),
                    Format::Text => print(&outcome.line),
                });
                findings.extend(outcome.findings);
                if let Some(fixed) = outcome.fixed {
                    failure = failure.take().or(progress.suspend(|| say_fixed(&fixed)).err());
                }
            }
            progress.inc(1);
        },
    );
    progress.finish_and_clear();
    if summary.devices() == 0 {
        let has_link = left_out.iter().any(LeftOut::is_linked_folder);
        let links = if has_link { "; a link to a folder is not followed" } else { "" };
        return Err(format!("there is no device in the folder {}{links}", shown(folder)));
    }
    left_out.sort();
    match args.format() {
        Format::Sarif => json(&format!("{:#}", sarif(&findings))),
        Format::Json => json(summary.show(Format::Json, &left_out).trim_end()),
        Format::Text => print(&summary.show(Format::Text, &left_out)),
    }
    Ok(not_fixed(failure, args.format() == Format::Json).unwrap_or_else(|| summary.exit()))
}

/// What should be one device: a folder, or the files of one name.
struct Entry {
    name: String,
    paths: Vec<PathBuf>,
    is_folder: bool,
}

/// Every folder is a device with the files below it, and so are the files of one name. Hidden ones are left out.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries: BTreeMap<(String, bool), Vec<PathBuf>> = BTreeMap::new();
    // A fleet has any size: each device has bounds of its own.
    for path in visible(folder, usize::MAX)?.0 {
        let is_folder = path.is_dir();
        let name = if is_folder { path.file_name() } else { path.file_stem() };
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        entries.entry((name, is_folder)).or_default().push(path);
    }
    let entry = |((name, is_folder), paths)| Entry { name, paths, is_folder };
    Ok(entries.into_iter().map(entry).collect())
}

impl Entry {
    /// Sorts its files, and checks what is a device. Other files are left out; a folder without a device is one that lacks its
    /// certificate.
    fn check(&self, root: &Path, question: &Question, form: Form<'_>) -> (Vec<Outcome>, Vec<LeftOut>) {
        let mut walk = Walk::default();
        for path in &self.paths {
            // A folder is the first level of its device, and what is in it the next one.
            walk.look(path.clone(), usize::from(!self.is_folder));
        }
        let mut left_out: Vec<_> = walk.skipped.iter().map(|skipped| LeftOut::of(skipped, root)).collect();
        let (folder, known) = sorted::sort(&walk.files, root, question, &mut left_out);
        let path_of = |number: &usize| known.get(*number).cloned();
        let named = |name: String, common_name, files: &[usize]| Device {
            name,
            common_name,
            paths: files.iter().filter_map(path_of).collect(),
        };
        let devices = match folder.devices.as_slice() {
            [] if folder.usable.is_empty() => Vec::new(),
            [] => vec![named(self.name.clone(), None, &folder.usable)],
            [DeviceFiles { common_name, files, .. }] => {
                vec![named(self.name.clone(), common_name.clone(), files)]
            }
            several => several
                .iter()
                .map(|device| {
                    let name = format!("{}/{}", self.name, device.name);
                    named(name, device.common_name.clone(), &device.files)
                })
                .collect(),
        };
        (devices.iter().map(|device| device.check(question, form)).collect(), left_out)
    }
}

/// On standard error, where that is a terminal.
pub(super) fn progress(devices: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(devices).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} devices, {eta} left") {
        bar.set_style(style);
    }
    bar
}
