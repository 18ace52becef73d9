//! The folder that everything is written to: all of it or nothing, and nothing over what is there.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::{TempDir, TempPath};

use crate::{
    input::{reason, shown},
    terminal,
};

/// A folder with room for the files to come, which are kept beside until all of them are there.
pub(crate) struct Folder {
    out: PathBuf,
    /// What names another folder.
    flag: &'static str,
    names: Vec<String>,
    staging: TempDir,
    /// What is taken back unless everything gets there.
    unfinished: Unfinished,
}

/// Who may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Everybody may read it.
    Public,
    /// Everybody may read and start it.
    Executable,
    /// Nobody but its owner may read it.
    Secret,
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
    /// A name is that of a file, with the folders it is in, or that of a folder that comes with all its files. The flag
    /// is the one that takes another folder.
    pub(crate) fn open(flag: &'static str, out: &Path, names: &[&str]) -> Result<Self, String> {
        for left in left_over(out) {
            // Whether that run still goes on, nobody can tell from here: it is named and not removed.
            let what = "is left from a run that was killed, unless one still writes here; remove it, it may hold keys";
            terminal::err(&format!("dps-x509: {} {what}\n", shown(&left))).unwrap_or_default();
        }
        for name in names {
            let (above, _) = name.rsplit_once('/').unwrap_or_default();
            stays(flag, out, above)?;
            let path = below(out, name);
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
        unfinished.make(out).map_err(|error| refuse(&error))?;
        let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(out);
        let staging = staging.map_err(|error| refuse(&error))?;
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Ok(Self { out: out.to_owned(), flag, names, staging, unfinished })
    }

    /// Writes a file, in the folders of its name. A secret one is its owner's only from the beginning.
    pub(crate) fn write(&self, name: &str, text: &str, mode: Mode) -> Result<(), String> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(
            &mut options,
            match mode {
                Mode::Public => 0o644,
                Mode::Executable => 0o755,
                Mode::Secret => 0o600,
            },
        );
        #[cfg(not(unix))]
        let _ = mode;
        let path = below(self.staging.path(), name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| options.open(&path))
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| self.refuse(name, &error))
    }

    /// Moves everything to its place. Once that is done, it is on the disk.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        // Before the first has its name: whatever is left of this after a power cut is whole.
        sync_below(self.staging.path()).map_err(|error| self.refuse("", &error))?;
        for name in &self.names {
            let (from, to) = (below(self.staging.path(), name), below(&self.out, name));
            let made = to.parent().map_or(Ok(()), |folder| self.unfinished.make(folder));
            made.map_err(|error| self.refuse(name, &error))?;
            let (above, _) = name.rsplit_once('/').unwrap_or_default();
            stays(self.flag, &self.out, above)?;
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
        let made = self.unfinished.entries.iter().chain(&self.unfinished.folders).cloned();
        sync_above(made).map_err(|error| self.refuse("", &error))?;
        self.unfinished.keep();
        Ok(())
    }

    /// Moves the rest of what an earlier run had written for these names, if it was killed while it moved them; whether there
    /// was such a run.
    pub(crate) fn resume(out: &Path, names: &[&str]) -> bool {
        let is_there = |folder: &Path, name: &str| below(folder, name).symlink_metadata().is_ok();
        left_over(out).into_iter().any(|left| {
            let (moved, waiting): (Vec<_>, Vec<_>) = names.iter().partition(|name| !is_there(&left, name));
            // Each is in one of the two places, and they were moved in this order.
            let is_half = !moved.is_empty()
                && names.starts_with(&moved)
                && moved.iter().all(|name| is_there(out, name))
                && !waiting.iter().any(|name| is_there(out, name));
            let is_resumed = is_half
                && waiting.iter().all(|name| fs::rename(below(&left, name), below(out, name)).is_ok());
            if is_resumed {
                // Nothing is in it any more; if it cannot be removed, it is named the next time.
                let _ = fs::remove_dir(&left);
            }
            is_resumed && sync_above(names.iter().map(|name| below(out, name))).is_ok()
        })
    }

    fn refuse(&self, name: &str, error: &io::Error) -> String {
        format!("cannot write {}: {}", shown(&below(&self.out, name)), reason(error))
    }
}

/// Writes one file that everybody may read, whole or not at all, and never in place of another one.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.prefix(".dps-x509-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync(folder)
}

impl Unfinished {
    /// Makes a folder and those above it that are not there; one that another device's files were just faster to make
    /// is theirs.
    fn make(&mut self, folder: &Path) -> io::Result<()> {
        let missing = folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
        let missing: Vec<_> = missing.map(Path::to_path_buf).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(&folder) {
                Ok(()) => self.folders.push(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

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

/// What the folders of runs that did not get to their end are called by.
const STAGING: &str = ".dps-x509-";

/// The folders in which others keep, or have kept, what is to be written here.
fn left_over(out: &Path) -> Vec<PathBuf> {
    let is_staging = |path: &PathBuf| {
        path.is_dir() && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(STAGING))
    };
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let mut left: Vec<_> = entries.map(|entry| entry.path()).filter(is_staging).collect();
    left.sort();
    left
}

/// Puts the folders on the disk that these paths are in.
fn sync_above(paths: impl Iterator<Item = PathBuf>) -> io::Result<()> {
    let above = |path: PathBuf| path.parent().map(Path::to_path_buf);
    paths.filter_map(above).collect::<BTreeSet<_>>().iter().try_for_each(|folder| sync(folder))
}

/// A folder, and all that are in it.
fn sync_below(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_below(&entry.path())?;
        }
    }
    sync(folder)
}

/// So that the names in a folder are there after a power cut.
fn sync(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    // Elsewhere a folder is no file.
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// A name has `/` between its parts on every system.
fn below(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_path_buf(), |path, part| path.join(part))
}

/// Makes sure that a folder in the one that everything goes into is no link to elsewhere, nor one that it is in: whoever may write
/// there may have put it there, and would get a device's key.
pub(crate) fn stays(flag: &str, out: &Path, name: &str) -> Result<(), String> {
    let mut path = out.to_path_buf();
    for part in name.split('/').filter(|part| !part.is_empty()) {
        path.push(part);
        if path.is_symlink() {
            let path = shown(&path);
            return Err(format!(
                "{path} is a link, and nothing is written through it; {flag} DIR takes another folder"
            ));
        }
    }
    Ok(())
}

fn taken(path: &Path, flag: &str) -> String {
    format!("{} is there already, and nothing is overwritten; {flag} DIR takes another folder", shown(path))
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    /// The folders of several devices are written at once, below one that none of them has found.
    #[test]
    fn a_folder_above_is_made_by_whoever_is_first() {
        const DEVICES: usize = 8;
        let place = tempfile::tempdir().unwrap();
        for round in 0..50 {
            let above = place.path().join(format!("{round}/fixed"));
            let start = Barrier::new(DEVICES);
            thread::scope(|scope| {
                for device in 0..DEVICES {
                    let (out, start) = (above.join(device.to_string()), &start);
                    scope.spawn(move || {
                        start.wait();
                        let folder = Folder::open("--out", &out, &["a.pem"]).unwrap();
                        folder.write("a.pem", "a", Mode::Public).unwrap();
                        folder.finish().unwrap();
                    });
                }
            });
            assert_eq!(fs::read_dir(&above).unwrap().count(), DEVICES);
        }
    }
}
