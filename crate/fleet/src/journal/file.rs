//! The file: its header, its lock, its lines.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{JournalError, Standing, reading};
use crate::{device::rfc3339, key::Key, list::reason};

/// The first line: whose file this is, and which version of it.
pub(super) const HEADER: &str = "9a4098d4 {\"journal\":\"dps-x509 fleet\",\"version\":1}\n";

#[derive(Debug)]
pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    length: u64,
}

impl JournalFile {
    /// Opens it for this process alone, cuts off what is not whole, and says what is in it. A new one whose first lines
    /// cannot be written is gone again.
    pub(super) fn open(path: &Path) -> Result<(Self, HashMap<Key, Standing>), JournalError> {
        let failed = |error: io::Error| JournalError::File { path: path.to_owned(), reason: reason(&error) };
        if let Ok(found) = path.metadata()
            && !found.is_file()
        {
            let reason = if found.is_dir() { "it is a folder" } else { "it is no regular file" };
            return Err(JournalError::File { path: path.to_owned(), reason: reason.to_owned() });
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        // It names every device of a factory.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let (file, is_new) = match options.clone().create_new(true).open(path) {
            Ok(file) => (file, true),
            // A link to where nothing is yet exists as well.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (options.create(true).open(path).map_err(failed)?, false)
            }
            Err(error) => return Err(failed(error)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if !is_at(path, &file).map_err(failed)? {
            return Err(JournalError::InUse { path: path.to_owned() });
        }
        let begun = Self::begin(path, file);
        if begun.is_err() && is_new {
            // Nothing is in it that anybody was told of.
            fs::remove_file(path).unwrap_or_default();
        }
        begun
    }

    /// Reads what is in it, or writes the header, and notes that a run begins.
    fn begin(path: &Path, mut file: File) -> Result<(Self, HashMap<Key, Standing>), JournalError> {
        let failed = |error: io::Error| JournalError::File { path: path.to_owned(), reason: reason(&error) };
        let mut done = HashMap::new();
        let length = if reading::is_unbegun(&mut file, path)? {
            file.set_len(0).map_err(failed)?;
            file.write_all(HEADER.as_bytes()).map_err(failed)?;
            u64::try_from(HEADER.len()).unwrap_or(u64::MAX)
        } else {
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut entries = reading::entries(file.try_clone().map_err(failed)?, path)?;
            for entry in entries.by_ref() {
                let (entry, _) = entry?;
                if let Some(key) = entry.key() {
                    done.insert(key, entry.standing());
                }
            }
            let length = entries.whole();
            file.set_len(length).map_err(failed)?;
            length
        };
        let mut journal = Self { path: path.to_owned(), file, length };
        journal.append(line(&begin()).as_bytes())?;
        sync_folder(path).map_err(failed)?;
        Ok((journal, done))
    }

    /// Adds lines, and comes back once they are on the disk.
    ///
    /// # Errors
    /// They are not there, and neither is a part of them.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), JournalError> {
        if let Err(error) = self.file.write_all(lines).and_then(|()| self.file.sync_data()) {
            // If this fails as well, what is left of them is found at the next start.
            self.file.set_len(self.length).unwrap_or_default();
            return Err(JournalError::File { path: self.path.clone(), reason: reason(&error) });
        }
        self.length += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

/// What says that a run begins: what had no result before that, and has none now, is not counted twice.
fn begin() -> String {
    serde_json::json!({ "outcome": reading::BEGIN, "at": rfc3339(SystemTime::now()) }).to_string()
}

/// A result as its line.
pub(super) fn line(json: &str) -> String {
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()))
}

/// Whether a path leads to a file that was opened by it: a process that could not begin its journal may have removed it
/// meanwhile.
fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let of = |found: fs::Metadata| (found.dev(), found.ino());
        match path.metadata() {
            Ok(found) => Ok(of(found) == of(file.metadata()?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (path, file);
        Ok(true)
    }
}

/// So that a file which has just been made is there after a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_a_line_like_any_other() {
        let json = HEADER.get(9..HEADER.len() - 1).unwrap();
        assert_eq!(line(json), HEADER);
    }
}
