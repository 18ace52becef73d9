//! The files below a folder, within bounds, and what was not looked at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use dps_x509_core::cert;

use crate::input::{reason, shown};

/// Deepest folder that is looked into, the given one being the first.
const MOST_DEPTH: usize = 8;
/// Most files that are looked at.
const MOST_FILES: usize = 200_000;
/// Most bytes that they have in all, as all of them are in memory at once.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What is below a folder.
#[derive(Default)]
pub(super) struct Walk {
    /// The files, in the order of their names. Hidden ones are left out.
    pub(super) files: Vec<PathBuf>,
    /// What was not looked at.
    pub(super) skipped: Vec<Skipped>,
    /// In all files.
    bytes: u64,
}

/// Something in a folder that was not looked at.
#[derive(Debug, Clone)]
pub(super) struct Skipped {
    pub(super) path: PathBuf,
    /// The word for it in JSON.
    pub(super) word: &'static str,
    /// What it is, in a sentence's words.
    pub(super) what: String,
}

impl Walk {
    /// Looks into a folder and those in it. Files are followed where they are links; folders are not.
    ///
    /// # Errors
    /// The folder itself cannot be read.
    pub(super) fn below(folder: &Path) -> io::Result<Self> {
        let mut walk = Self::default();
        walk.folder(folder, 1)?;
        Ok(walk)
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for path in visible(folder)? {
            let is_link = path.is_symlink();
            let Ok(metadata) = fs::metadata(&path) else {
                self.skip(path, "unreadable", "which leads to nothing".to_owned());
                continue;
            };
            if metadata.is_dir() && is_link {
                self.skip(path, "linked-folder", "a link to a folder".to_owned());
            } else if metadata.is_dir() && depth >= MOST_DEPTH {
                self.skip(path, "too-deep", format!("below the {MOST_DEPTH}th level"));
            } else if metadata.is_dir() {
                if let Err(error) = self.folder(&path, depth + 1) {
                    self.skip(path, "unreadable", reason(&error));
                }
            } else if !metadata.is_file() {
                self.skip(path, "no-file", "no file".to_owned());
            } else if usize::try_from(metadata.len()).map_or(true, |len| len > cert::File::MAX_SIZE) {
                self.skip(path, "too-large", format!("more than {} MiB", cert::File::MAX_SIZE >> 20));
            } else if self.files.len() >= MOST_FILES || self.bytes + metadata.len() > MOST_BYTES {
                if !self.skipped.iter().any(|skipped| skipped.word == "too-many") {
                    let most = format!("{MOST_FILES} files, or {} MiB in all", MOST_BYTES >> 20);
                    self.skip(path, "too-many", format!("and what follows: more than {most}"));
                }
                return Ok(());
            } else {
                self.bytes += metadata.len();
                self.files.push(path);
            }
        }
        Ok(())
    }

    fn skip(&mut self, path: PathBuf, word: &'static str, what: String) {
        self.skipped.push(Skipped { path, word, what });
    }
}

/// What is in a folder and not hidden, by name.
pub(super) fn visible(folder: &Path) -> io::Result<Vec<PathBuf>> {
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

/// A path without the folder that it is in, as a terminal may show it.
pub(super) fn within(folder: &Path, path: &Path) -> String {
    shown(path.strip_prefix(folder).unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_have_in_all_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let each = MOST_BYTES / 20;
        for name in 10..32 {
            fs::File::create(folder.path().join(name.to_string())).unwrap().set_len(each).unwrap();
        }
        let walk = Walk::below(folder.path()).unwrap();
        assert_eq!(walk.files.len(), 20);
        let skipped: Vec<_> = walk.skipped.iter().map(|it| (it.path.file_name().unwrap(), it.word)).collect();
        assert_eq!(skipped, [("30".as_ref(), "too-many")]);
    }
}
