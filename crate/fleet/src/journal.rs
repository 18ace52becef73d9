//! What has been done, on the disk before anybody is told of it.
//!
//! A line a result: a checksum (CRC-32, eight hexadecimal digits), a blank, and the result as JSON. Lines are only ever
//! added. A result counts once its line is on the disk (`fsync`), and is reported after that: whatever was reported is
//! there after a kill or a power cut, and a device that is there is not done again. What a kill leaves of the last lines
//! is cut off at the next start. Each line stands for itself, so that a damaged one can be taken out with any editor.

mod entry;
mod error;
mod file;
mod reading;

use std::{
    collections::HashMap,
    path::Path,
    sync::mpsc,
    thread::{self, JoinHandle},
};

pub use entry::{Entry, Found, Took};
pub use error::JournalError;
pub use reading::{Entries, latest, read};
use tokio::sync::oneshot;

use crate::key::Key;
use file::JournalFile;

/// A journal that is being written, by this process alone.
#[derive(Debug)]
pub struct Journal {
    done: HashMap<Key, Mark>,
    to_thread: Option<mpsc::Sender<Kept>>,
    thread: Option<JoinHandle<()>>,
}

/// How a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It has its hub.
    Assigned,
    /// It has none, and has been tried as often as was asked for.
    Failed,
    /// Nothing was dialled for it, or it was interrupted.
    Open,
}

/// What is remembered of a device.
#[derive(Debug, Clone, Copy)]
struct Mark {
    standing: Standing,
    /// Whether this run has taken it.
    is_taken: bool,
}

/// Whether a device is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// It is, and nobody else of this run does it.
    Taken,
    /// It has been done by an earlier run.
    Done,
    /// It stands in the list a second time.
    Twice,
}

/// A line that is to be kept, and who waits for that.
struct Kept {
    json: String,
    then: oneshot::Sender<Result<(), JournalError>>,
}

/// Most lines that share one `fsync`.
const BATCH: usize = 1024;

impl Journal {
    /// Opens a journal, or begins one. Each result is given to `report` as a line of JSON once it is on the disk.
    ///
    /// # Errors
    /// Another process writes to it, it cannot be read or written, it is no journal, or it is damaged.
    pub fn open(path: &Path, report: impl FnMut(&str) + Send + 'static) -> Result<Self, JournalError> {
        let (file, done) = JournalFile::open(path)?;
        let mark = |(key, standing)| (key, Mark { standing, is_taken: false });
        let done = done.into_iter().map(mark).collect();
        let (to_thread, kept) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write(file, &kept, report))
            .map_err(|error| JournalError::File { path: path.to_owned(), reason: error.to_string() })?;
        Ok(Self { done, to_thread: Some(to_thread), thread: Some(thread) })
    }

    /// How a device stands, if it is in there.
    #[must_use]
    pub fn standing(&self, key: &Key) -> Option<Standing> {
        self.done.get(key).map(|mark| mark.standing)
    }

    /// How many devices are in there that stand like this.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.done.values().filter(|mark| mark.standing == standing).count()
    }

    /// Whether a device has no result yet that lasts; one that failed has, unless those are tried again.
    #[must_use]
    pub fn is_open(&self, key: &Key, does_retry_failed: bool) -> bool {
        match self.standing(key) {
            None | Some(Standing::Open) => true,
            Some(Standing::Failed) => does_retry_failed,
            Some(Standing::Assigned) => false,
        }
    }

    /// Takes a device for this run, unless that has been done; one that failed is done, or tried again.
    pub fn claim(&mut self, key: Key, does_retry_failed: bool) -> Claim {
        if self.done.get(&key).is_some_and(|mark| mark.is_taken) {
            return Claim::Twice;
        }
        if !self.is_open(&key, does_retry_failed) {
            return Claim::Done;
        }
        self.done.insert(key, Mark { standing: Standing::Open, is_taken: true });
        Claim::Taken
    }

    /// Notes how a device stands now; what lasts is what [`Keeper::keep`] kept.
    pub fn note(&mut self, key: Key, standing: Standing) {
        self.done.insert(key, Mark { standing, is_taken: true });
    }

    /// Where results go.
    #[must_use]
    pub fn keeper(&self) -> Keeper {
        Keeper(self.to_thread.clone())
    }
}

/// Waits for everything that was given away to be on the disk.
impl Drop for Journal {
    fn drop(&mut self) {
        self.to_thread = None;
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, its work is on the disk or was not reported.
            let _ = thread.join();
        }
    }
}

/// Takes results for a [`Journal`].
#[derive(Debug, Clone)]
pub struct Keeper(Option<mpsc::Sender<Kept>>);

impl Keeper {
    /// Comes back when a result, a JSON object in one line, is on the disk and has been reported.
    ///
    /// # Errors
    /// It is not: the disk is full, or broken.
    pub async fn keep(&self, json: String) -> Result<(), JournalError> {
        let (then, kept) = oneshot::channel();
        let sent = self.0.as_ref().is_some_and(|thread| thread.send(Kept { json, then }).is_ok());
        match kept.await {
            Ok(result) if sent => result,
            _ => Err(JournalError::Closed),
        }
    }
}

/// The thread that writes: everything that waits goes to the disk together.
fn write(mut file: JournalFile, kept: &mpsc::Receiver<Kept>, mut report: impl FnMut(&str)) {
    while let Ok(first) = kept.recv() {
        let mut batch = vec![first];
        batch.extend(kept.try_iter().take(BATCH - 1));
        let lines: String = batch.iter().map(|kept| file::line(&kept.json)).collect();
        let result = file.append(lines.as_bytes());
        for Kept { json, then } in batch {
            if result.is_ok() {
                report(&json);
            }
            // Whoever does not wait any more has given the device up.
            let _ = then.send(result.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::Write as _,
        sync::{Arc, Mutex},
    };

    use super::*;

    fn result(device: &str, outcome: &str) -> String {
        format!(r#"{{"device":"{device}","idScope":"0ne1","outcome":"{outcome}"}}"#)
    }

    fn silent(path: &Path) -> Result<Journal, JournalError> {
        Journal::open(path, |_| {})
    }

    async fn keep(path: &Path, results: &[String]) {
        let journal = silent(path).unwrap();
        for result in results {
            journal.keeper().keep(result.clone()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_was_kept_is_there_and_was_reported_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        let reported = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reported);
        let journal = Journal::open(&path, move |json| sink.lock().unwrap().push(json.to_owned())).unwrap();
        let keeper = journal.keeper();
        let many = (0..100).map(|number| keeper.keep(result(&format!("d-{number}"), "assigned")));
        for one in many {
            one.await.unwrap();
        }
        assert_eq!(reported.lock().unwrap().len(), 100);
        drop((keeper, journal));
        let again = silent(&path).unwrap();
        assert_eq!(again.count(Standing::Assigned), 100);
        assert_eq!(again.standing(&Key::of("0ne1", "D-7")), Some(Standing::Assigned));
        assert_eq!(again.standing(&Key::of("0ne1", "d-100")), None);
    }

    #[tokio::test]
    async fn a_second_process_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        let first = silent(&path).unwrap();
        assert!(matches!(silent(&path), Err(JournalError::InUse { .. })));
        drop(first);
        silent(&path).unwrap();
    }

    #[tokio::test]
    async fn the_last_result_of_a_device_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        keep(&path, &[result("a", "refused"), result("b", "cancelled"), result("a", "assigned")]).await;
        let last = || latest(&path).unwrap().map(|it| it.unwrap().0.device.unwrap()).collect::<Vec<_>>();
        assert_eq!(last(), ["b", "a"]);
        let journal = silent(&path).unwrap();
        assert_eq!(journal.standing(&Key::of("0ne1", "a")), Some(Standing::Assigned));
        assert_eq!(journal.standing(&Key::of("0ne1", "b")), Some(Standing::Open));
        assert_eq!(last(), ["a"], "what is open is of the last run alone");
    }

    #[tokio::test]
    async fn cut_anywhere_it_keeps_what_was_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        keep(&path, &[result("a", "assigned"), result("b", "assigned")]).await;
        let whole = fs::read(&path).unwrap();
        let ends: Vec<_> = (0..whole.len()).filter(|&at| whole[at] == b'\n').map(|at| at + 1).collect();
        for length in 0..=whole.len() {
            for tail in [&b""[..], b"\0\0\0", b"deadbeef {}\n", b"\n\n"] {
                fs::write(&path, [&whole[..length], tail].concat()).unwrap();
                // Of the header a part alone is a kill before anything; with anything else behind it, who knows. And a line
                // that lacks its end alone would get it here.
                let is_completed = tail.starts_with(b"\n") && ends.contains(&(length + 1));
                if (length < ends[0] && !tail.is_empty()) || is_completed {
                    continue;
                }
                let journal = silent(&path).unwrap_or_else(|error| panic!("{length} {tail:?}: {error}"));
                let lines = ends.iter().skip(2).filter(|&&end| end <= length).count();
                assert_eq!(journal.count(Standing::Assigned), lines, "{length} {tail:?}");
                journal.keeper().keep(result("c", "refused")).await.unwrap();
                drop(journal);
                let again = silent(&path).unwrap();
                assert_eq!((again.count(Standing::Assigned), again.count(Standing::Failed)), (lines, 1));
            }
        }
    }

    #[tokio::test]
    async fn damage_in_the_middle_is_no_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        keep(&path, &[result("a", "assigned"), result("b", "assigned"), result("c", "assigned")]).await;
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 20;
        bytes[at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(silent(&path).unwrap_err(), JournalError::Damaged { path: path.clone(), line: 2 });
        assert!(read(&path).unwrap().any(|it| matches!(it, Err(JournalError::Damaged { line: 2, .. }))));
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was cut off");
    }

    #[test]
    fn other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        for text in ["id,cert\na,b\n", "x", "00000000 {}\n", "\n"] {
            fs::write(&path, text).unwrap();
            assert!(matches!(silent(&path), Err(JournalError::Foreign { .. })), "{text:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert!(matches!(silent(folder.path()), Err(JournalError::File { .. })));
        assert!(matches!(silent(&folder.path().join("no/a.journal")), Err(JournalError::File { .. })));
        let mut file = fs::File::create(folder.path().join("half")).unwrap();
        file.write_all(&file::HEADER.as_bytes()[..9]).unwrap();
        silent(&folder.path().join("half")).unwrap();
    }
}
