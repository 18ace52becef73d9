//! MQTT inside WebSocket: the client's side of RFC 6455, as far as MQTT 3.1.1 section 6 needs it.
//!
//! Sans IO like everything here: the host sees TLS bytes and knows nothing of it. The head of the HTTP answer
//! is read by httparse; frames are read here, because a message may hold any part of any packet
//! (MQTT-6.0.0-2), so that their content is passed on as it comes and nothing has to be put together.

mod fault;
mod frame;
mod handshake;
mod incoming;

pub use fault::{FrameFault, HttpAnswer, UpgradeFault, WebSocketFault};
pub use handshake::{PATH, SUB_PROTOCOL};
pub(super) use incoming::Incoming;

use bytes::BytesMut;

use super::seed::Dice;
use crate::name::Endpoint;
use frame::{Opcode, Reader};

/// A client's connection.
#[derive(Debug)]
pub(super) struct WebSocket {
    dice: Dice,
    buffer: BytesMut,
    state: State,
}

#[derive(Debug)]
enum State {
    Upgrading { accept: String },
    Open(Reader),
    Closed,
}

impl WebSocket {
    /// Starts with the request for the upgrade, which is returned.
    ///
    /// The dice give the key and the masks. A mask has to be unpredictable for whoever chooses the content
    /// (RFC 6455 section 10.3), to keep scripts from speaking to proxies in between; here the content is the
    /// device's own, and it is inside TLS.
    pub(super) fn start(endpoint: &Endpoint, mut dice: Dice) -> (Self, handshake::Upgrade) {
        let request = handshake::Upgrade::new(endpoint, &mut dice);
        let state = State::Upgrading { accept: request.accept() };
        (Self { dice, buffer: BytesMut::new(), state }, request)
    }

    /// Adds bytes as they came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Closed) {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The next thing that came, `None` if more bytes are needed.
    pub(super) fn next(&mut self) -> Result<Option<Incoming>, WebSocketFault> {
        match &mut self.state {
            State::Upgrading { accept } => {
                let Some((line, length)) = handshake::read(&self.buffer, accept)? else { return Ok(None) };
                let _ = self.buffer.split_to(length);
                self.state = State::Open(Reader::default());
                Ok(Some(Incoming::Upgraded(line)))
            }
            State::Open(reader) => {
                let incoming = reader.next(&mut self.buffer).map_err(WebSocketFault::Frame)?;
                if matches!(incoming, Some(Incoming::Closed(_))) {
                    self.state = State::Closed;
                    self.buffer.clear();
                }
                Ok(incoming)
            }
            State::Closed => Ok(None),
        }
    }

    /// A piece of the MQTT stream as a binary message.
    pub(super) fn content(&mut self, bytes: &[u8]) -> Vec<u8> {
        frame::encode(Opcode::Binary, bytes, self.mask())
    }

    /// The answer to a ping.
    pub(super) fn pong(&mut self, content: &[u8]) -> Vec<u8> {
        frame::encode(Opcode::Pong, content, self.mask())
    }

    /// The last frame: a normal end (RFC 6455 section 7.4.1).
    pub(super) fn close(&mut self) -> Vec<u8> {
        self.state = State::Closed;
        frame::encode(Opcode::Close, &1000_u16.to_be_bytes(), self.mask())
    }

    const fn mask(&mut self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.dice.roll().to_be_bytes();
        [a, b, c, d]
    }
}
