//! What comes over a WebSocket.

use bytes::Bytes;

/// What came from the server.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::session) enum Incoming {
    /// The connection speaks WebSocket from here on; the answer's first line.
    Upgraded(String),
    /// A data frame begins; both lengths in bytes.
    Frame { header: usize, content: u64 },
    /// A piece of the MQTT stream.
    Content(Bytes),
    /// To be answered by a pong with the same content.
    Ping(Bytes),
    /// An answer to a ping, or a beat of the server's heart: nothing to do.
    Pong,
    /// The server ends it, with the code and reason it gave.
    Closed(String),
}
