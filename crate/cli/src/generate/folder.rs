//! The folder that everything is written to: all of it or nothing, and nothing over what is there.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::{TempDir, TempPath};

use crate::input::{reason, shown};

/// A folder with room for the files to come, which are kept beside until all of them are there.
pub(crate) struct Folder {
    out: PathBuf,
    /// What names another folder.
    flag: &'static str,
    names: Vec<&'static str>,
    staging: TempDir,
    /// What is taken back unless everything gets there.
    unfinished: Unfinished,
}

/// Removes what it knows, the newest first, when it is dropped.
#[derive(Default)]
struct Unfinished {
    folders: Vec<PathBuf>,
    entries: Vec<PathBuf>,
}

impl Folder {
    /// Makes sure that every one of these names is free and that something can be written there.
    ///
    /// The flag is the one that takes another folder.
    pub(crate) fn open(flag: &'static str, out: &Path, names: &[&'static str]) -> Result<Self, String> {
        for name in names {
            let path = out.join(name);
            if path.symlink_metadata().is_ok() {
                return Err(taken(&path, flag));
            }
        }
        let refuse = |error: &io::Error| {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "it is no folder".to_owned(),
                _ => reason(error),
            };
            format!("cannot write into the folder {}: {why}; {flag} DIR takes another one", shown(out))
        };
        let mut unfinished = Unfinished::default();
        let missing = out.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
        let missing: Vec<_> = missing.map(Path::to_path_buf).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(|error| refuse(&error))?;
            unfinished.folders.push(folder);
        }
        let staging = tempfile::Builder::new().prefix(".dps-x509-").tempdir_in(out);
        let staging = staging.map_err(|error| refuse(&error))?;
        Ok(Self { out: out.to_owned(), flag, names: names.to_vec(), staging, unfinished })
    }

    /// Makes a folder, if it is not there.
    pub(crate) fn folder(&self, name: &str) -> Result<(), String> {
        fs::create_dir_all(self.staging.path().join(name)).map_err(|error| self.refuse(name, &error))
    }

    /// Writes a file. A secret one is its owner's only from the beginning.
    pub(crate) fn write(&self, name: &str, text: &str, is_secret: bool) -> Result<(), String> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if is_secret {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        #[cfg(not(unix))]
        let _ = is_secret;
        let written =
            options.open(self.staging.path().join(name)).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| self.refuse(name, &error))
    }

    /// Moves everything to its place.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        for name in &self.names {
            let (from, to) = (self.staging.path().join(name), self.out.join(name));
            let moved = if from.is_dir() {
                // A folder takes the place of no file, and of no folder that has something in it.
                fs::rename(&from, &to)
            } else {
                TempPath::try_from_path(from)
                    .and_then(|from| from.persist_noclobber(&to).map_err(|error| error.error))
            };
            moved.map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists
                | io::ErrorKind::DirectoryNotEmpty
                | io::ErrorKind::NotADirectory => taken(&to, self.flag),
                _ => self.refuse(name, &error),
            })?;
            self.unfinished.entries.push(to);
        }
        self.unfinished.keep();
        Ok(())
    }

    fn refuse(&self, name: &str, error: &io::Error) -> String {
        format!("cannot write {}: {}", shown(&self.out.join(name)), reason(error))
    }
}

impl Unfinished {
    fn keep(&mut self) {
        self.entries.clear();
        self.folders.clear();
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for entry in self.entries.drain(..).rev() {
            // What cannot be removed stays: there is nobody left to tell.
            let _ = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
        }
        for folder in self.folders.drain(..).rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn taken(path: &Path, flag: &str) -> String {
    format!("{} is there already, and nothing is overwritten; {flag} DIR takes another folder", shown(path))
}
