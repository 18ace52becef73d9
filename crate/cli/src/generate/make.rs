//! Making it, on a thread of its own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use dps_x509_core::generate::{self, File, Issuer, KeyType, NewDevice, Parts, Recipe, Sink};

use super::{
    Failure,
    args::{DeviceArgs, What},
    made::{Made, Task},
    progress::Progress,
};
use crate::{
    input::{now, random},
    output::{Folder, Mode},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes what was asked for. Nothing is in the folder before everything is made.
pub(super) fn make(what: &What, issuer: Option<&Issuer>, is_cancelled: &AtomicBool) -> Result<Made, Failure> {
    let recipe = recipe(what, issuer)?;
    let devices = if let Recipe::Chain { count, .. } = recipe { count } else { None };
    let folder = Folder::open("--out", &what.output().out, &recipe.names()).map_err(Failure::Because)?;
    let mut random = random().map_err(Failure::Because)?;
    let progress = Progress::new(devices);
    let mut sink = FolderSink { folder, is_cancelled, progress, files: Vec::new() };
    let since_1970 = Duration::from_secs(now().seconds().try_into().unwrap_or_default());
    let warnings = recipe.make(since_1970, &mut random, &mut sink)?;
    sink.go_on()?;
    sink.folder.finish().map_err(Failure::Because)?;
    Ok(Made { task: Task::of(&recipe), out: what.output().out.clone(), files: sink.files, warnings })
}

fn recipe<'a>(what: &'a What, issuer: Option<&'a Issuer>) -> Result<Recipe<'a>, Failure> {
    let issuer = || issuer.ok_or_else(|| Failure::Because("--ca and --ca-key are missing".to_owned()));
    Ok(match what {
        What::SelfSigned { device, key, .. } => {
            Recipe::SelfSigned { device: device.into(), key_type: key.key_type.into() }
        }
        What::Chain { device, key, count, .. } => {
            Recipe::Chain { device: device.into(), key_type: key.key_type.into(), count: *count }
        }
        What::Device { device, key, .. } => {
            Recipe::Device { issuer: issuer()?, device: device.into(), key_type: key.key_type.into() }
        }
        What::Csr { registration_id, parts, key_type, .. } => Recipe::Request {
            registration_id: registration_id.clone(),
            parts: parts.into(),
            key_type: (*key_type).into(),
        },
        What::Verification { code, .. } => Recipe::Verification { issuer: issuer()?, code },
    })
}

impl From<&DeviceArgs> for NewDevice {
    fn from(args: &DeviceArgs) -> Self {
        Self {
            registration_id: args.registration_id.clone(),
            parts: Parts::from(&args.parts),
            valid_for: DAY.saturating_mul(args.days),
            not_before: args.not_before,
        }
    }
}

/// The folder, and who waits for it.
struct FolderSink<'a> {
    folder: Folder,
    is_cancelled: &'a AtomicBool,
    progress: Progress,
    files: Vec<File>,
}

impl FolderSink<'_> {
    fn go_on(&self) -> Result<(), Failure> {
        if self.is_cancelled.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
    }
}

impl Sink for FolderSink<'_> {
    type Error = Failure;

    fn searching(&mut self, key_type: KeyType, progress: generate::Progress) -> Result<(), Failure> {
        self.progress.searching(key_type, progress);
        self.go_on()
    }

    fn write(&mut self, file: File, text: &str) -> Result<(), Failure> {
        let mode = if file.kind.is_secret() { Mode::Secret } else { Mode::Public };
        self.folder.write(&file.path, text, mode).map_err(Failure::Because)?;
        self.files.push(file);
        Ok(())
    }

    fn device_done(&mut self, _: KeyType) -> Result<(), Failure> {
        self.progress.device();
        self.go_on()
    }
}
