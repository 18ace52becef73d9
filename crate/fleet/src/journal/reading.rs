//! Reading a journal: line by line, up to what is not whole.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use super::{Entry, JournalError, Standing, file::HEADER};
use crate::{key::Key, list::reason};

/// Longest line, in bytes. Those that are written are shorter by far: the service's answer is bounded.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// The results of a journal, in the order in which they came, each with its JSON as it was written.
///
/// What is not whole at the end is no result: the process that writes it has not reported it yet, or was killed.
#[derive(Debug)]
pub struct Entries {
    path: PathBuf,
    input: BufReader<File>,
    line: u64,
    whole: u64,
    has_ended: bool,
}

/// The results of a journal, while another process writes to it or not.
///
/// # Errors
/// It cannot be read, or is no journal.
pub fn read(path: &Path) -> Result<Entries, JournalError> {
    let file = File::open(path).map_err(|error| failed(path, &error))?;
    entries(file, path)
}

/// The outcome of the line that begins a run.
pub(super) const BEGIN: &str = "begin";

/// The last result of each device, in the order in which those came. What nothing was dialled for, or was interrupted, counts
/// of the last run alone: its row may be right by now, and be another device's.
///
/// # Errors
/// It cannot be read, or is damaged.
pub fn latest(
    path: &Path,
) -> Result<impl Iterator<Item = Result<(Entry, String), JournalError>>, JournalError> {
    let mut last = HashMap::<Key, u64>::new();
    let (mut number, mut begin, mut entries) = (0, 0, read(path)?);
    for entry in entries.by_ref() {
        number += 1;
        match entry?.0 {
            entry if entry.outcome == BEGIN => begin = number,
            entry => last.extend(entry.key().map(|key| (key, number))),
        }
    }
    let mut number = 0;
    // What has come since the first reading is for the next.
    let again = read(path)?.take(usize::try_from(entries.line.saturating_sub(1)).unwrap_or(usize::MAX));
    Ok(again.filter(move |entry| {
        number += 1;
        match entry {
            Ok((entry, _)) => {
                let is_last = entry.key().is_some_and(|key| last.get(&key) == Some(&number));
                is_last && (number > begin || entry.standing() != Standing::Open)
            }
            Err(_) => true,
        }
    }))
}

pub(super) fn entries(file: File, path: &Path) -> Result<Entries, JournalError> {
    let mut entries = Entries {
        path: path.to_owned(),
        input: BufReader::with_capacity(256 * 1024, file),
        line: 0,
        whole: 0,
        has_ended: false,
    };
    let header = entries.line().map_err(|error| failed(path, &error))?.unwrap_or_default();
    if header == HEADER.as_bytes() {
        entries.whole = u64::try_from(header.len()).unwrap_or(u64::MAX);
        Ok(entries)
    } else if HEADER.as_bytes().starts_with(&header) {
        // Nothing was written yet, or a kill left this.
        entries.has_ended = true;
        Ok(entries)
    } else {
        Err(JournalError::Foreign { path: path.to_owned() })
    }
}

/// Whether there is nothing in a file, or what a kill left of its first line.
pub(super) fn is_unbegun(file: &mut File, path: &Path) -> Result<bool, JournalError> {
    let mut begin = Vec::new();
    let most = u64::try_from(HEADER.len()).unwrap_or(u64::MAX);
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(most).read_to_end(&mut begin));
    read.map_err(|error| failed(path, &error))?;
    Ok(begin.len() < HEADER.len() && HEADER.as_bytes().starts_with(&begin))
}

fn failed(path: &Path, error: &io::Error) -> JournalError {
    JournalError::File { path: path.to_owned(), reason: reason(error) }
}

impl Entries {
    /// Up to which byte everything is whole, of what has been read.
    pub(super) const fn whole(&self) -> u64 {
        self.whole
    }

    /// The next line with its end, or what there is of it.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let length = self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
        self.line += u64::from(length > 0);
        Ok((length > 0).then_some(line))
    }

    /// Behind a line that is not whole: whether all others are like it.
    fn is_torn(&mut self) -> io::Result<bool> {
        while let Some(line) = self.line()? {
            if parse(&line).is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Iterator for Entries {
    type Item = Result<(Entry, String), JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let line = match self.line() {
            Ok(line) => line,
            Err(error) => {
                self.has_ended = true;
                return Some(Err(failed(&self.path, &error)));
            }
        };
        let Some(line) = line else {
            self.has_ended = true;
            return None;
        };
        if let Some(entry) = parse(&line) {
            self.whole += u64::try_from(line.len()).unwrap_or(u64::MAX);
            return Some(Ok(entry));
        }
        self.has_ended = true;
        let number = self.line;
        match self.is_torn() {
            Ok(true) => None,
            Ok(false) => Some(Err(JournalError::Damaged { path: self.path.clone(), line: number })),
            Err(error) => Some(Err(failed(&self.path, &error))),
        }
    }
}

fn parse(line: &[u8]) -> Option<(Entry, String)> {
    let text = str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (checksum, json) = text.split_once(' ')?;
    let is_whole = u32::from_str_radix(checksum, 16) == Ok(crc32fast::hash(json.as_bytes()));
    let entry = if is_whole { serde_json::from_str(json).ok() } else { None };
    entry.map(|entry| (entry, json.to_owned()))
}
