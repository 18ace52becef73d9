//! The one connection of a provisioning, as the host's resources give it.

use dps_x509_core::{
    name::Endpoint,
    session::{ConnectionId, ConnectionInfo, Input, TransportFailure, TransportFailureKind},
};

use crate::bindings::{
    dps_x509::device::tls,
    wasi::{
        clocks::monotonic_clock,
        io::{
            poll::{self, Pollable},
            streams::{InputStream, OutputStream},
        },
    },
};

/// How much is read at once, in bytes.
const READ: u64 = 16 * 1024;

/// While this much is not taken by the peer, nothing more is read: what is read may ask for an answer.
const BACKLOG: usize = 256 * 1024;

/// How long the last bytes may take to leave, in nanoseconds.
const LINGER: monotonic_clock::Duration = 500_000_000;

/// No connection, a dial, or a connection.
#[derive(Default)]
pub(crate) enum Link {
    /// Nothing is under way.
    #[default]
    Down,
    /// The host is dialling.
    Dialling(ConnectionId, Dial),
    /// TLS is up.
    Up(ConnectionId, Open),
}

/// What became of a link, for the core.
pub(crate) enum Fate {
    /// TLS is up.
    Connected(ConnectionInfo),
    /// The dial failed.
    Failed(TransportFailure),
    /// Bytes came.
    Received(Vec<u8>),
    /// The connection is over.
    Closed(Option<TransportFailure>),
}

/// A dial with its pollable; fields drop in this order, children first.
pub(crate) struct Dial {
    ready: Pollable,
    connecting: tls::Connecting,
}

/// A connection with its streams; fields drop in this order, children first.
pub(crate) struct Open {
    readable: Pollable,
    writable: Pollable,
    input: InputStream,
    output: OutputStream,
    connection: tls::Connection,
    unsent: Vec<u8>,
}

impl Fate {
    /// The same in the core's words.
    pub(crate) fn as_input(&self, connection: ConnectionId) -> Input<'_> {
        match self {
            Self::Connected(info) => Input::Connected(connection, info.clone()),
            Self::Failed(failure) => Input::ConnectFailed(connection, failure.clone()),
            Self::Received(bytes) => Input::Received(connection, bytes),
            Self::Closed(failure) => Input::Closed(connection, failure.clone()),
        }
    }
}

impl Link {
    /// Starts to dial; an earlier connection is given up.
    pub(crate) fn dial(&mut self, connection: ConnectionId, endpoint: &Endpoint, identity: &tls::Identity) {
        let endpoint = tls::Endpoint { host: endpoint.host().to_owned(), port: endpoint.port() };
        let connecting = tls::connect(&endpoint, identity);
        *self = Self::Dialling(connection, Dial { ready: connecting.subscribe(), connecting });
    }

    /// Sends, now as far as the host takes it and later the rest.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        if let Self::Up(_, open) = self {
            open.unsent.extend_from_slice(bytes);
            open.write();
        }
    }

    /// Sends the rest, within bounds, and hangs up; or gives the dial up.
    pub(crate) fn close(&mut self) {
        if let Self::Up(_, mut open) = std::mem::take(self) {
            open.linger();
            open.connection.close();
        }
    }

    /// What to wait for.
    pub(crate) fn pollables(&self) -> impl Iterator<Item = &Pollable> {
        let (first, second) = match self {
            Self::Down => (None, None),
            Self::Dialling(_, dial) => (Some(&dial.ready), None),
            Self::Up(_, open) => (
                (open.unsent.len() < BACKLOG).then_some(&open.readable),
                (!open.unsent.is_empty()).then_some(&open.writable),
            ),
        };
        first.into_iter().chain(second)
    }

    /// Goes on as far as it can without waiting; says so if something became of it.
    pub(crate) fn proceed(&mut self) -> Option<(ConnectionId, Fate)> {
        let (connection, fate) = match self {
            Self::Down => return None,
            Self::Dialling(connection, dial) => {
                let connection = *connection;
                let fate = match dial.connecting.finish()? {
                    Ok(made) => match Open::new(made) {
                        Some((open, info)) => {
                            *self = Self::Up(connection, open);
                            return Some((connection, Fate::Connected(info)));
                        }
                        None => Fate::Failed(TransportFailure::new(
                            TransportFailureKind::Other,
                            "the host gave a connection without streams",
                        )),
                    },
                    Err(failure) => Fate::Failed(failure.into()),
                };
                (connection, fate)
            }
            Self::Up(connection, open) => {
                open.write();
                if open.unsent.len() >= BACKLOG {
                    return None;
                }
                match open.input.read(READ) {
                    Ok(bytes) if bytes.is_empty() => return None,
                    Ok(bytes) => return Some((*connection, Fate::Received(bytes))),
                    Err(_) => (*connection, Fate::Closed(open.connection.failure().map(Into::into))),
                }
            }
        };
        *self = Self::Down;
        Some((connection, fate))
    }
}

impl Open {
    fn new(connection: tls::Connection) -> Option<(Self, ConnectionInfo)> {
        let (input, output) = (connection.input()?, connection.output()?);
        let info = connection.info().into();
        let (readable, writable) = (input.subscribe(), output.subscribe());
        Some((Self { readable, writable, input, output, connection, unsent: Vec::new() }, info))
    }

    /// Hands over as much as the host takes now. What a broken connection does not take is dropped: the
    /// reason comes from reading, behind everything that the peer has said.
    fn write(&mut self) {
        if self.unsent.is_empty() {
            return;
        }
        while !self.unsent.is_empty() {
            let Ok(room) = self.output.check_write() else { return self.unsent.clear() };
            let room = usize::try_from(room).unwrap_or(usize::MAX).min(self.unsent.len());
            if room == 0 {
                return;
            }
            let rest = self.unsent.split_off(room);
            let now = std::mem::replace(&mut self.unsent, rest);
            if self.output.write(&now).is_err() {
                return self.unsent.clear();
            }
        }
        // An error shows at the next read.
        let _ = self.output.flush();
    }

    /// Waits for what is unsent to leave, not longer than [`LINGER`].
    fn linger(&mut self) {
        self.write();
        if self.unsent.is_empty() {
            return;
        }
        let timer = monotonic_clock::subscribe_duration(LINGER);
        while !self.unsent.is_empty() && !poll::poll(&[&timer, &self.writable]).contains(&0) {
            self.write();
        }
    }
}
