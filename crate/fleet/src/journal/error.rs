//! Why a journal cannot be used.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use dps_x509_core::finding::{Finding, Place, say};

/// Why a journal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be opened, read or written.
    File {
        /// The journal.
        path: PathBuf,
        /// The system's word.
        reason: String,
    },
    /// Another process writes to it.
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// The file is there, and it is no journal of this program.
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A line was changed after it was written, and whole ones stand behind it.
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
    },
    /// It was closed while a result was under way.
    Closed,
}

impl JournalError {
    /// What it is, and what to do.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let at = |path: &Path, finding: Finding| finding.at(Place::default().path(path.to_string_lossy()));
        match self {
            Self::File { path, reason } => {
                at(path, say::JournalUnusable::File { path: &path.display(), reason }.finding())
            }
            Self::InUse { path } => at(path, say::JournalUnusable::InUse { path: &path.display() }.finding()),
            Self::Foreign { path } => {
                at(path, say::JournalUnusable::Foreign { path: &path.display() }.finding())
            }
            Self::Damaged { path, line } => {
                let finding = say::JournalUnusable::Damaged { path: &path.display(), line }.finding();
                let place = Place::default().path(path.to_string_lossy());
                finding.at(place.line(u32::try_from(*line).unwrap_or(u32::MAX)))
            }
            Self::Closed => say::JournalUnusable::Closed.finding(),
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.finding().message.to_string().trim_end_matches('.'))
    }
}

impl std::error::Error for JournalError {}
