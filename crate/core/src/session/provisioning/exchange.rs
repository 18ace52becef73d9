//! What the host and the machine tell each other.

use crate::{
    name::Endpoint,
    session::{
        connection_id::ConnectionId,
        event::Event,
        outcome::Outcome,
        time::Instant,
        transport::{ConnectionInfo, TransportFailure},
    },
};

/// What the host tells the machine.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// TCP and TLS to the endpoint are up.
    Connected(ConnectionId, ConnectionInfo),
    /// They could not be made.
    ConnectFailed(ConnectionId, TransportFailure),
    /// Bytes came, in any split.
    Received(ConnectionId, &'a [u8]),
    /// The connection ended, by a failure if one is known.
    Closed(ConnectionId, Option<TransportFailure>),
    /// Time passed. Needed when nothing else happens until the instant of [`Output::Wait`].
    Timeout,
    /// The host wants it to end.
    Cancel,
}

/// What the machine tells the host.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Output<'a> {
    /// Dial: resolve, connect, handshake; then [`Input::Connected`] or [`Input::ConnectFailed`] with this name. It is
    /// the only connection from now on.
    Connect(ConnectionId, &'a Endpoint),
    /// Send these bytes on the connection.
    Transmit(&'a [u8]),
    /// Send what is queued, then drop the connection, or the dial. No [`Input::Closed`] is expected for it, and none
    /// does harm.
    Close,
    /// Something for a person or a log; nothing has to be done.
    Event(Event<'a>),
    /// Nothing more to do before this instant, unless something comes in.
    Wait(Instant),
    /// It is over. Said again for ever.
    Done(&'a Outcome),
}
