//! Why an emulator does not start.

use std::{fmt, io, net::SocketAddr};

use crate::{authority::AuthorityError, journal::StateError};

/// Why the emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The control interface listens on loopback only: what it is told is not encrypted.
    ControlExposed(SocketAddr),
    /// What the folder knows of earlier runs cannot be used.
    State(StateError),
    /// There is no server certificate.
    Certificate(AuthorityError),
    /// The certificate cannot be used for TLS.
    Tls(rustls::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::ControlExposed(address) => {
                write!(f, "the control interface listens on loopback only, not on {address}")
            }
            Self::State(error) => error.fmt(f),
            Self::Certificate(error) => error.fmt(f),
            Self::Tls(error) => write!(f, "the server's certificate cannot be used for TLS: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { error, .. } => Some(error),
            Self::Certificate(error) => Some(error),
            Self::Tls(error) => Some(error),
            Self::ControlExposed(_) => None,
            Self::State(error) => Some(error),
        }
    }
}
