//! What the exit code says.

use std::process::ExitCode;

use dps_x509_core::session::Class;

/// How a run ended, as a script sees it. The help texts list the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Assigned, or what was asked for is done.
    Done,
    /// The service refused, `check` found errors, or `explain` knows nothing of it.
    Refused,
    /// The command line or an input is wrong; nothing was dialled.
    Usage,
    /// No connection, TLS failed, or the peer broke the protocol.
    NoConnection,
    /// Out of time.
    OutOfTime,
    /// Assigned, and not everything that was asked for came: the hub's word, or a certificate. A fleet stopped early. Standard
    /// output could not be written.
    Incomplete,
    /// Interrupted (128 + SIGINT).
    Interrupted,
}

impl From<Class> for Exit {
    fn from(class: Class) -> Self {
        match class {
            Class::InvalidSettings => Self::Usage,
            Class::Refused => Self::Refused,
            Class::NoConnection | Class::Protocol => Self::NoConnection,
            Class::OutOfTime => Self::OutOfTime,
            Class::Cancelled => Self::Interrupted,
        }
    }
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NoConnection => 3,
            Self::OutOfTime => 4,
            Self::Incomplete => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
