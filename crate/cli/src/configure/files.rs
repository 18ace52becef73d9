//! Writes the files of a configuration: all of them, or none.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::config::Artifact;

use crate::{
    input::shown,
    output::{Mode, reason, write_new},
};

/// Writes every file below the folder. After a failure, what this run has written is removed again.
pub(super) fn write<'a>(folder: &Path, artifacts: impl Iterator<Item = &'a Artifact>) -> Result<(), String> {
    let mut written = Vec::new();
    for artifact in artifacts {
        let path = artifact.path.split('/').fold(folder.to_path_buf(), |path, name| path.join(name));
        if let Err(message) = write_one(&path, artifact) {
            remove(&written);
            return Err(message);
        }
        written.push(path);
    }
    Ok(())
}

fn write_one(path: &Path, artifact: &Artifact) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .map_err(|error| format!("cannot make the folder {}: {error}; nothing was written", shown(folder)))?;
    let mode = match artifact {
        Artifact { is_secret: true, .. } => Mode::Secret,
        Artifact { is_executable: true, .. } => Mode::Executable,
        _ => Mode::Public,
    };
    write_new(path, artifact.text.as_bytes(), mode)
        .map_err(|error| format!("cannot write {}: {}; nothing was written", shown(path), reason(&error)))
}

fn remove(paths: &[PathBuf]) {
    for path in paths {
        // What cannot be removed has just been written by this run; there is no more to be done.
        fs::remove_file(path).unwrap_or_default();
    }
}
