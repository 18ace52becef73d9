//! The file of a journal: lines, checksums, and writing it anew.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{Record, State, StateError};
use crate::{authority::make_folder, config, operation};

/// The name of the journal in its folder.
pub(super) const NAME: &str = "state.journal";
/// Held while the folder is used.
const LOCK: &str = "state.lock";
/// A journal that is both larger than this in bytes and [`GROWTH`] times as long as it was when it was written anew
/// last is written anew again.
const LARGE: u64 = 16 * 1024 * 1024;
const GROWTH: u64 = 4;
/// Longest line, in bytes. Those that are written are shorter by far.
const MAX_LINE: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct JournalFile {
    folder: PathBuf,
    pub(super) file: File,
    pub(super) length: u64,
    pub(super) large: u64,
    /// How long it was when it was written anew last.
    fresh_length: u64,
    _lock: File,
}

impl JournalFile {
    pub(super) fn open(folder: &Path) -> Result<(Self, State), StateError> {
        let failed = |error| StateError::File { path: folder.to_owned(), error };
        make_folder(folder).map_err(failed)?;
        let lock = open_lock(&folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let (state, file, length) = rewrite(folder)?;
        let folder = folder.to_owned();
        Ok((Self { folder, file, length, large: LARGE, fresh_length: length, _lock: lock }, state))
    }

    /// Writes lines, and returns once they are on the disk.
    ///
    /// # Errors
    /// They are not on the disk, and neither is a part of them: they can be tried again.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), StateError> {
        if let Err(error) = self.file.write_all(lines).and_then(|()| self.file.sync_data()) {
            // If this fails as well, the line that is cut off is found at the next start.
            self.file.set_len(self.length).unwrap_or_default();
            return Err(StateError::File { path: self.folder.join(NAME), error });
        }
        self.length += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        if self.length > self.large.max(GROWTH * self.fresh_length) {
            match rewrite(&self.folder) {
                Ok((_, file, length)) => (self.file, self.length, self.fresh_length) = (file, length, length),
                // The old one goes on; the next attempt is when it has grown as much again.
                Err(_) => self.fresh_length = self.length,
            }
        }
        Ok(())
    }
}

/// Nothing is ever written to it, and nothing of it is cut off: whoever can write to the folder could have put a
/// link to another file in its place.
fn open_lock(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        let words = format!("{} is no regular file; delete it", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    // Who may open it may hold it as well, and keep the emulator from starting.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A record as its line.
pub(super) fn line(record: &Record) -> serde_json::Result<String> {
    let json = serde_json::to_string(record)?;
    Ok(format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())))
}

/// Reads the journal of a folder and puts a new one in its place, with nothing in it that is out of date.
fn rewrite(folder: &Path) -> Result<(State, File, u64), StateError> {
    let path = folder.join(NAME);
    let mut state = read(&path)?;
    let now = SystemTime::now();
    state.operations.retain(|_, operation| !operation::has_expired(operation.created, now));
    let written = write_anew(folder, &path, &state);
    let (file, length) = written.map_err(|error| StateError::File { path, error })?;
    Ok((state, file, length))
}

fn write_anew(folder: &Path, path: &Path, state: &State) -> io::Result<(File, u64)> {
    let mut new = BufWriter::new(tempfile::Builder::new().prefix(".state-").tempfile_in(folder)?);
    for record in state.records() {
        new.write_all(line(&record)?.as_bytes())?;
    }
    let new = new.into_inner().map_err(io::IntoInnerError::into_error)?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let file = OpenOptions::new().append(true).open(path)?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// What a journal comes to. A last line that is not whole counts for nothing.
pub(super) fn read(path: &Path) -> Result<State, StateError> {
    let failed = |error| StateError::File { path: path.to_owned(), error };
    let file = match config::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(failed(error)),
    };
    let mut state = State::default();
    let mut damaged = None;
    let (mut input, mut bytes) = (BufReader::new(file), Vec::new());
    for number in 1.. {
        bytes.clear();
        let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes).map_err(failed)?;
        if read == 0 {
            break;
        }
        let is_whole = bytes.pop_if(|byte| *byte == b'\n').is_some();
        let is_too_long = !is_whole && u64::try_from(read).is_ok_and(|read| read == MAX_LINE);
        match (parse(&bytes), damaged) {
            (Some(record), None) => state.apply(record),
            (None, None) if !is_too_long => damaged = Some(number),
            (None, Some(_)) if !is_too_long => {}
            (_, line) => {
                let line = line.unwrap_or(number);
                return Err(StateError::Damaged { path: path.to_owned(), line });
            }
        }
    }
    Ok(state)
}

fn parse(line: &[u8]) -> Option<Record> {
    let (checksum, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let is_whole = u32::from_str_radix(checksum, 16) == Ok(crc32fast::hash(json.as_bytes()));
    if is_whole { serde_json::from_str(json).ok() } else { None }
}
