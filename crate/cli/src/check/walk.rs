//! The files below a folder, within bounds, and what was not looked at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use dps_x509_core::cert;

use crate::input::{reason, shown};

/// Deepest folder that is looked into, the given one being the first.
const MOST_DEPTH: usize = 8;
/// Most names that are seen, those of folders and of what is left out included.
const MOST_NAMES: usize = 1_000_000;
/// Most files that are looked at.
const MOST_FILES: usize = 200_000;
/// Most bytes that they have in all.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// The word for a link to a folder: where it leads to may be all that the machine has, and a hundred links so often.
pub(super) const LINKED_FOLDER: &str = "linked-folder";

/// What is below a folder.
#[derive(Default)]
pub(super) struct Walk {
    /// The files, in the order of their names. Hidden ones are left out.
    pub(super) files: Vec<PathBuf>,
    /// What was not looked at.
    pub(super) skipped: Vec<Skipped>,
    /// In all files.
    bytes: u64,
    names: usize,
    /// What follows is not looked at.
    is_full: bool,
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
        let (paths, is_all) = visible(folder, MOST_NAMES.saturating_sub(self.names))?;
        self.names += paths.len();
        for path in paths {
            if self.is_full {
                return Ok(());
            }
            self.look(path, depth);
        }
        if !is_all {
            self.stop(folder.to_owned());
        }
        Ok(())
    }

    /// Looks into a folder of this depth.
    fn enter(&mut self, folder: &Path, depth: usize) {
        if let Err(error) = self.folder(folder, depth) {
            self.skip(folder.to_owned(), "unreadable", reason(&error));
        }
    }

    /// Looks at what a folder of this depth holds.
    pub(super) fn look(&mut self, path: PathBuf, depth: usize) {
        let is_link = path.is_symlink();
        let Ok(metadata) = fs::metadata(&path) else {
            return self.skip(path, "unreadable", "which leads to nothing".to_owned());
        };
        if metadata.is_dir() && is_link {
            self.skip(path, LINKED_FOLDER, "a link to a folder".to_owned());
        } else if metadata.is_dir() && depth >= MOST_DEPTH {
            self.skip(path, "too-deep", format!("below the {MOST_DEPTH}th level"));
        } else if metadata.is_dir() {
            self.enter(&path, depth + 1);
        } else if !metadata.is_file() {
            self.skip(path, "no-file", "no file".to_owned());
        } else if metadata.len() == 0 {
            // Also what a kernel makes while it is read, which may have no end, or never begin (proc(5)).
            self.skip(path, "no-certificate-or-key", "empty".to_owned());
        } else if usize::try_from(metadata.len()).map_or(true, |len| len > cert::File::MAX_SIZE) {
            self.skip(path, "too-large", format!("more than {} MiB", cert::File::MAX_SIZE >> 20));
        } else if self.files.len() >= MOST_FILES || self.bytes + metadata.len() > MOST_BYTES {
            self.stop(path);
        } else {
            self.bytes += metadata.len();
            self.files.push(path);
        }
    }

    /// Nothing more is looked at, here or elsewhere.
    fn stop(&mut self, path: PathBuf) {
        if !self.is_full {
            let most = format!("{MOST_FILES} files, {} MiB in all, or {MOST_NAMES} names", MOST_BYTES >> 20);
            self.skip(path, "too-many", format!("and what follows: more than {most}"));
        }
        self.is_full = true;
    }

    fn skip(&mut self, path: PathBuf, word: &'static str, what: String) {
        self.skipped.push(Skipped { path, word, what });
    }
}

/// What is in a folder and not hidden, by name, so many at most; and whether that is all.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn visible(folder: &Path, most: usize) -> io::Result<(Vec<PathBuf>, bool)> {
    let (mut paths, mut is_all) = (Vec::new(), true);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if paths.len() >= most {
            is_all = false;
            break;
        }
        paths.push(entry.path());
    }
    paths.sort();
    Ok((paths, is_all))
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
        // What is full stays full: nothing in another folder is looked at either.
        fs::create_dir(folder.path().join("40")).unwrap();
        fs::write(folder.path().join("40/small"), "x").unwrap();
        let walk = Walk::below(folder.path()).unwrap();
        assert_eq!(walk.files.len(), 20);
        let skipped: Vec<_> = walk.skipped.iter().map(|it| (it.path.file_name().unwrap(), it.word)).collect();
        assert_eq!(skipped, [("30".as_ref(), "too-many")]);
    }

    #[test]
    fn names_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", ".hidden", "c"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let seen = |most| visible(folder.path(), most).map(|(paths, is_all)| (paths.len(), is_all)).unwrap();
        assert_eq!([seen(2), seen(3), seen(4)], [(2, false), (3, true), (3, true)]);
        let mut walk = Walk { names: MOST_NAMES - 2, ..Walk::default() };
        walk.folder(folder.path(), 1).unwrap();
        assert_eq!((walk.files.len(), walk.skipped[0].word, walk.is_full), (2, "too-many", true));
    }
}
