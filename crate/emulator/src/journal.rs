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
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::oneshot;

use crate::{
    certificate::Thumbprint,
    dps::EnrollmentKind,
    event::{EventSender, What},
    hub::{Identity, Queued, Subscriptions, Twin, Waiting},
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
    /// It counts as verified no more.
    Unverified(Thumbprint),
    /// A CA certificate that is not in the configuration.
    Uploaded {
        name: String,
        pem: String,
    },
    /// It is gone again.
    Withdrawn {
        name: String,
    },
    /// The service enrolled something; `None` if it is gone again.
    Enrolled {
        kind: EnrollmentKind,
        id: String,
        document: Option<Map<String, Value>>,
    },
    /// The twin of a device at its hub.
    Twin {
        hub: String,
        device_id: String,
        twin: Box<Twin>,
    },
    /// What the registry of a hub says of a device.
    Identity {
        hub: String,
        device_id: String,
        identity: Box<Identity>,
    },
    /// The session of a device at its hub; `None` if it does not outlive its connection.
    Session {
        hub: String,
        device_id: String,
        subscriptions: Option<Subscriptions>,
    },
    /// A message for a device.
    Queued {
        hub: String,
        device_id: String,
        queued: Box<Queued>,
    },
    /// It is gone from the queue.
    Settled {
        hub: String,
        device_id: String,
        sequence: u64,
    },
    /// A device is gone from its hub.
    Forgotten {
        hub: String,
        device_id: String,
    },
    /// What became of a message, for the service; `None` if the service has it.
    Feedback {
        number: u64,
        waiting: Option<Box<Waiting>>,
    },
}

/// Done when the records are on the disk; an error if they never will be.
pub(crate) type Ticket = oneshot::Receiver<()>;

/// The journal of a folder. One thread writes it.
#[derive(Debug)]
pub(crate) struct Journal {
    sender: Mutex<Option<Sender<Entry>>>,
    health: Health,
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
        let health = Health::default();
        let told = health.clone();
        let thread = thread
            .spawn(move || write_all(file, &receiver, &events, &told))
            .map_err(|error| StateError::File { path: folder.to_owned(), error })?;
        Ok((Self { sender: Mutex::new(Some(sender)), health, thread: Mutex::new(Some(thread)) }, state))
    }

    /// Why nothing is acknowledged at the moment; `None` if all is well.
    pub(crate) fn failure(&self) -> Option<String> {
        self.health.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

/// How much may wait for a disk to have room again, in bytes.
const MAX_BACKLOG: usize = 64 * 1024 * 1024;

/// Writes until nobody hands anything over any more.
///
/// What cannot be written is kept, and comes before everything that follows it: the emulator has it in memory, so
/// that a later record may rest on it. Only what is on the disk is acknowledged.
fn write_all(mut file: JournalFile, receiver: &Receiver<Entry>, events: &EventSender, health: &Health) {
    let mut lines = String::new();
    while let Ok(first) = receiver.recv() {
        lines.push_str(&first.line);
        let mut waiting = vec![first.done];
        while let Ok(entry) = receiver.try_recv() {
            lines.push_str(&entry.line);
            waiting.push(entry.done);
        }
        match file.append(lines.as_bytes()) {
            Ok(()) => {
                lines.clear();
                if health.set(None).is_some() {
                    events.tell(|| What::StateRecovered);
                }
                for done in waiting {
                    // Who does not wait any more has lost the connection.
                    done.send(()).unwrap_or_default();
                }
            }
            Err(error) => {
                let reason = error.to_string();
                health.set(Some(reason.clone()));
                // Each time: whoever looks at one refusal should not have to find the first one.
                events.tell(|| What::StateFailed { reason });
                if lines.len() > MAX_BACKLOG {
                    return;
                }
            }
        }
    }
}

/// Why the journal cannot be written, as long as it cannot.
#[derive(Debug, Clone, Default)]
struct Health(Arc<Mutex<Option<String>>>);

impl Health {
    /// Returns what it was before.
    fn set(&self, failure: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), failure)
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
