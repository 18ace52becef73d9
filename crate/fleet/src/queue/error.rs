//! Why a queue cannot be used.

use std::{fmt, path::PathBuf};

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

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { text, reason } => {
                write!(f, "\"{text}\" is no address of a NATS server: {reason}; write nats://HOST:4222 or tls://HOST:4222")
            }
            Self::File { path, reason } => write!(f, "the file {} cannot be used: {reason}", path.display()),
            Self::NotLetIn { servers, login, reason } => {
                write!(f, "the NATS server {servers} does not let in {login}: {reason}")
            }
            Self::Unreachable { servers, reason } => {
                write!(f, "the NATS server {servers} cannot be reached: {reason}")
            }
            Self::NoJetStream => f.write_str(
                "the NATS server answers no request to JetStream: it runs without (`nats-server -js` or `jetstream {}` in its \
                 configuration has it), or not for this account, or in another domain",
            ),
            Self::NoSuchQueue { name } => {
                write!(f, "there is no queue for {name}; `dps-x509 fleet submit` makes it")
            }
            Self::Told { name, reason } => write!(f, "the NATS server refuses what was asked of {name}: {reason}"),
            Self::GivenUp { what, reason } => {
                write!(f, "the queue is given up: for two minutes nobody could {what}: {reason}")
            }
            Self::List(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for QueueError {}
