//! `check DIR`: which devices a folder holds, which files are whose, and how each of them stands.

use std::path::PathBuf;

use dps_x509_core::cert::folder::DeviceFiles;

use super::{
    Args, Question,
    args::Format,
    each::progress,
    not_fixed, one_of, parallel, print, sarif, say_fixed,
    sorted::{self, Device, Form, LeftOut, Summary},
    walk::Walk,
};
use crate::{
    exit::Exit,
    input::{reason, shown},
};

/// Devices of which the findings are shown. A line tells of the others.
const MOST_DETAILS: usize = 8;

/// Whether one of the files is a folder.
pub(super) fn is_wanted(args: &Args) -> bool {
    args.files.iter().any(|path| path.is_dir())
}

/// Checks every device in the folders, and of the files beside them.
pub(super) fn run(args: &Args) -> Result<Exit, String> {
    let question = args.question();
    let (paths, mut left_out) = files(args)?;
    let root = root(args);
    let (folder, known) = sorted::sort(&paths, &root, &question, &mut left_out);
    left_out.sort();
    let path_of = |number: &usize| known.get(*number).cloned();
    let devices: Vec<_> = folder
        .devices
        .into_iter()
        .map(|DeviceFiles { name, common_name, files, .. }| Device {
            name,
            common_name,
            paths: files.iter().filter_map(path_of).collect(),
        })
        .collect();
    let devices = chosen(devices, args)?;
    match devices.as_slice() {
        [] => {
            let paths: Vec<_> = folder.usable.iter().filter_map(path_of).collect();
            if paths.is_empty() {
                let count = known.len();
                return Err(format!("no certificate and no key is in {}, of {count} files", shown(&root)));
            }
            let name = shown(&root);
            one_of(args, &question, &Device { name, common_name: None, paths }, &left_out)
        }
        [device] if args.format() != Format::Json => one_of(args, &question, device, &left_out),
        devices => many(devices, args, &question, &left_out),
    }
}

/// The files in the folders, and those that are named besides.
fn files(args: &Args) -> Result<(Vec<PathBuf>, Vec<LeftOut>), String> {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for path in args.files.iter().chain(args.key_file()) {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let walk = Walk::below(path)
            .map_err(|error| format!("cannot read the folder {}: {}", shown(path), reason(&error)))?;
        left_out.extend(walk.skipped.iter().map(|skipped| LeftOut::of(skipped, path)));
        files.extend(walk.files);
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|path| seen.insert(path.clone()));
    Ok((files, left_out))
}

/// What the paths are told without: the folder, where there is just one.
fn root(args: &Args) -> PathBuf {
    match args.files.as_slice() {
        [one] => one.clone(),
        _ => PathBuf::new(),
    }
}

/// Those that `--key` and `--registration-id` ask for.
fn chosen(mut devices: Vec<Device>, args: &Args) -> Result<Vec<Device>, String> {
    if let Some(key) = args.key_file() {
        let has_key = |device: &Device| device.paths.contains(key);
        match devices.as_mut_slice() {
            devices if devices.iter().any(has_key) => {}
            [one] => one.paths.push(key.clone()),
            _ => {
                return Err(format!("the key {} is that of no device here; {}", shown(key), names(&devices)));
            }
        }
        devices.retain(has_key);
    }
    if let Some(id) = &args.registration_id {
        let has_name =
            |device: &Device| device.common_name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(id));
        match devices.as_slice() {
            devices if devices.iter().any(has_name) => {}
            // What it is called instead is told by a finding.
            [] | [_] => return Ok(devices),
            _ => return Err(format!("no device here has the CN \"{id}\"; {}", names(&devices))),
        }
        devices.retain(has_name);
    }
    Ok(devices)
}

fn names(devices: &[Device]) -> String {
    const MOST: usize = 5;
    let names: Vec<_> = devices.iter().take(MOST).map(|it| it.name.escape_debug().to_string()).collect();
    let more = if devices.len() > MOST { " and others" } else { "" };
    format!("there are {}{more}", names.join(", "))
}

fn many(devices: &[Device], args: &Args, question: &Question, left_out: &[LeftOut]) -> Result<Exit, String> {
    let progress = progress(devices.len());
    let form = Form { args, write_fixed: args.write_fixed.as_deref(), names_files: true };
    let (mut summary, mut findings, mut details, mut failure) =
        (Summary::default(), Vec::new(), Vec::new(), None);
    parallel::each(
        devices,
        || question.clone(),
        |device, question| device.check(question, form),
        |outcome| {
            summary.add(&outcome);
            progress.suspend(|| match args.format() {
                Format::Sarif => {}
                _ => print(&outcome.line),
            });
            findings.extend(outcome.findings);
            details.extend(outcome.details.filter(|_| details.len() <= MOST_DETAILS));
            if let Some(fixed) = outcome.fixed {
                failure = failure.take().or(progress.suspend(|| say_fixed(&fixed)).err());
            }
            progress.inc(1);
        },
    );
    progress.finish_and_clear();
    match args.format() {
        Format::Sarif => print(&format!("{:#}\n", sarif(&findings))),
        format => {
            details.iter().take(MOST_DETAILS).for_each(|text| print(&format!("\n{text}")));
            if details.len() > MOST_DETAILS {
                print("\n… `dps-x509 check` with the files of a device says what is wrong with it.\n");
            }
            print(&summary.show(format, left_out));
        }
    }
    Ok(not_fixed(failure, args.format() == Format::Json).unwrap_or_else(|| summary.exit()))
}
