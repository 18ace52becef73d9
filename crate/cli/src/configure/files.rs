//! Writes the files of a configuration: all of them, or none.

use std::path::Path;

use dps_x509_core::config::Artifact;

use crate::output::{Folder, Mode};

/// Writes every file below the folder.
pub(super) fn write<'a>(folder: &Path, artifacts: impl Iterator<Item = &'a Artifact>) -> Result<(), String> {
    let artifacts: Vec<_> = artifacts.collect();
    let names: Vec<_> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let folder = Folder::open("--out", folder, &names).map_err(nothing)?;
    for artifact in artifacts {
        let mode = match artifact {
            Artifact { is_secret: true, .. } => Mode::Secret,
            Artifact { is_executable: true, .. } => Mode::Executable,
            _ => Mode::Public,
        };
        folder.write(&artifact.path, &artifact.text, mode).map_err(nothing)?;
    }
    folder.finish().map_err(nothing)
}

fn nothing(why: String) -> String {
    format!("{why}; nothing was written")
}
