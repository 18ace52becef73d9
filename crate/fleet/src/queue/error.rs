//! Why a queue cannot be used.

use std::{fmt, path::PathBuf};

use dps_x509_core::finding::{Finding, Input, Place, say};

use super::QueueName;
use crate::list::ListError;

/// Why a queue cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum QueueError {
    /// It is no address of a server.
    Address {
        /// What was written, without what may be a password.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file with credentials or certificates cannot be used.
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The server does not let this client in.
    NotLetIn {
        /// The servers.
        servers: String,
        /// With what it was tried.
        login: String,
        /// What was said.
        reason: String,
    },
    /// No server can be reached.
    Unreachable {
        /// The servers.
        servers: String,
        /// Why not.
        reason: String,
    },
    /// There is no TLS with the server.
    Tls {
        /// The servers.
        servers: String,
        /// Why not.
        reason: String,
        /// What was given for it.
        given: TlsFiles,
    },
    /// The server has no JetStream, or not for this account or domain.
    NoJetStream,
    /// Nothing was submitted under this name.
    NoSuchQueue {
        /// Which one.
        name: QueueName,
    },
    /// The server refuses a request for good.
    Told {
        /// Of which queue.
        name: QueueName,
        /// What it said.
        reason: String,
    },
    /// For two minutes nothing was to be done with the servers.
    GivenUp {
        /// What was to be done.
        what: &'static str,
        /// The last reason.
        reason: String,
    },
    /// The list cannot be read, or not any further.
    List(ListError),
}

/// Which files a client has for TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has a next step of its own")]
pub enum TlsFiles {
    /// None: what the system trusts.
    None,
    /// A CA.
    Ca,
    /// A certificate of its own; perhaps a CA as well.
    Certificate,
}

impl QueueError {
    /// What it is, and what to do.
    #[must_use]
    pub fn finding(&self) -> Finding {
        match self {
            Self::Address { text, reason } => {
                let invalid = say::QueueSettingInvalid::Address { address: text, why: reason };
                invalid.finding().at(Place::input(Input::Queue))
            }
            Self::File { path, reason } => {
                let invalid = say::QueueSettingInvalid::File { path: &path.display(), why: reason };
                invalid.finding().at(Place::default().path(path.to_string_lossy()))
            }
            Self::NotLetIn { servers, login, reason } => {
                say::QueueLoginRefused { servers, login, reason }.finding().at(server(servers))
            }
            Self::Unreachable { servers, reason } => {
                say::QueueUnreachable::NoConnection { servers, reason }.finding().at(server(servers))
            }
            Self::Tls { servers, reason, given } => {
                let unreachable = match given {
                    TlsFiles::None => say::QueueUnreachable::UnknownCa { servers, reason },
                    TlsFiles::Ca => say::QueueUnreachable::OtherCa { servers, reason },
                    TlsFiles::Certificate => say::QueueUnreachable::OtherCertificate { servers, reason },
                };
                unreachable.finding().at(server(servers))
            }
            Self::NoJetStream => say::QueueMissing::NoJetstream.finding(),
            Self::NoSuchQueue { name } => say::QueueMissing::NotSubmitted { name }.finding(),
            Self::Told { name, reason } => say::QueueRequestRefused { name, reason }.finding(),
            Self::GivenUp { what, reason } => say::QueueUnreachable::GivenUp { what, reason }.finding(),
            Self::List(error) => error.finding(),
        }
    }
}

fn server(servers: &str) -> Place {
    Place::input(Input::Queue).object(servers)
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finding = self.finding();
        let message = finding.message.to_string();
        let message = message.trim_end_matches('.');
        match &finding.found {
            Some(found) => write!(f, "{message}: {}", dps_x509_core::text::visible(found)),
            None => f.write_str(message),
        }
    }
}

impl std::error::Error for QueueError {}
