//! What survives a restart: registrations, operations and verified CA certificates, in a file that only grows.
//!
//! Each line is a record with its CRC-32. A device is answered once the records of its answer are on the disk;
//! what waits at the same time is written and synchronised together. A file whose last line is not whole was
//! being written when the process died: nothing in that line was acknowledged, and it is cut off. From time to
//! time, and at every start, what the records come to is written anew, beside the old file, which it then
//! replaces.

mod file;
mod state;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::{
    certificate::Thumbprint,
    event::{EventSender, What},
    operation::Operation,
    registration::Registration,
};
use file::JournalFile;
pub(crate) use state::State;

/// One change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Record {
    /// An operation began, or came to its end.
    Operation(Box<Operation>),
    Registration(Box<Registration>),
    Deleted {
        registration_id: String,
    },
    Verified(Thumbprint),
    /// A CA certificate that is not in the configuration.
    Uploaded {
        name: String,
        pem: String,
    },
}

/// Done when the records are on the disk; an error if they never will be.
pub(crate) type Ticket = oneshot::Receiver<()>;

/// The journal of a folder. One thread writes it.
#[derive(Debug)]
pub(crate) struct Journal {
    sender: Mutex<Option<Sender<Entry>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Entry {
    line: String,
    done: oneshot::Sender<()>,
}

impl Journal {
    /// Opens the journal of a folder, made if it is not there, and tells what is in it.
    pub(crate) fn open(folder: &Path, events: EventSender) -> Result<(Self, State), StateError> {
        let (file, state) = JournalFile::open(folder)?;
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new().name("journal".to_owned());
        let thread = thread
            .spawn(move || write_all(file, &receiver, &events))
            .map_err(|error| StateError::File { path: folder.to_owned(), error })?;
        Ok((Self { sender: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) }, state))
    }

    /// Hands a record over. Records are written in the order of these calls.
    pub(crate) fn append(&self, record: &Record) -> Ticket {
        let (done, ticket) = oneshot::channel();
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(sender), Ok(line)) = (sender.as_ref(), file::line(record)) {
            // Without a thread any more, the ticket says so by its error.
            sender.send(Entry { line, done }).unwrap_or_default();
        }
        ticket
    }

    /// Writes what was handed over, and closes the file. Blocks until that is done.
    pub(crate) fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            thread.join().unwrap_or_default();
        }
    }
}

fn write_all(mut file: JournalFile, receiver: &Receiver<Entry>, events: &EventSender) {
    while let Ok(first) = receiver.recv() {
        let (mut lines, mut waiting) = (first.line, vec![first.done]);
        while let Ok(entry) = receiver.try_recv() {
            lines.push_str(&entry.line);
            waiting.push(entry.done);
        }
        if let Err(error) = file.append(lines.as_bytes()) {
            // Nothing after this can be relied on: every ticket fails from here on.
            events.tell(|| What::StateFailed { reason: error.to_string() });
            return;
        }
        for done in waiting {
            // Who does not wait any more has lost the connection.
            done.send(()).unwrap_or_default();
        }
    }
}

/// Why the state of a folder cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum StateError {
    /// A file cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another emulator uses the folder.
    InUse(PathBuf),
    /// A line in the middle of the journal is damaged.
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::InUse(folder) => write!(
                f,
                "another emulator uses the folder {}; stop it, or take another folder",
                folder.display()
            ),
            Self::Damaged { path, line } => write!(
                f,
                "{}, line {line}: damaged, although lines follow it; delete the file to begin without registrations",
                path.display()
            ),
        }
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { error, .. } => Some(error),
            Self::InUse(_) | Self::Damaged { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
