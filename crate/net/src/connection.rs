//! A TLS connection to a verified server, without a task of its own.
//!
//! Whoever waits on it drives it: what was handed over goes out while the answer is waited for. Nothing happens while
//! nobody waits, and dropping a wait loses nothing.

use std::{
    fmt,
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use dps_x509_core::session::{ConnectionInfo, TransportFailure};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use crate::failure;

/// A TLS connection to a server whose certificate was verified: what [`Access::connect`](crate::Access::connect) makes.
///
/// It spawns nothing: [`send`](Self::send) hands bytes over, and whoever waits in [`receive`](Self::receive) sends them.
/// For hosts that poll, the same is [`poll_receive`](Self::poll_receive) and [`take`](Self::take).
pub struct Connection {
    stream: TlsStream<TcpStream>,
    info: ConnectionInfo,
    received: BytesMut,
    unsent: BytesMut,
    flushing: bool,
    /// The peer has said its last word.
    ended: bool,
    failure: Option<TransportFailure>,
}

/// While this much waits to leave, nothing more is read, in bytes: what is read may ask for an answer, and a peer that
/// asks and never listens must not fill the memory.
const BACKLOG: usize = 256 * 1024;

/// How much is read at a time, in bytes: answers of DPS are shorter, and longer ones come in parts. It lies on the stack of
/// whoever polls; one that is a guest's keeps every page that was ever touched.
const READ: usize = 2 * 1024;

/// How long the last bytes and close_notify may take to leave.
const CLOSING: Duration = Duration::from_millis(500);

impl Connection {
    /// How much is read ahead at most, and taken at a time, in bytes: a TLS record.
    pub const BUFFER: usize = 16 * 1024;

    pub(crate) fn new(stream: TlsStream<TcpStream>, info: ConnectionInfo) -> Self {
        Self {
            stream,
            info,
            received: BytesMut::new(),
            unsent: BytesMut::new(),
            flushing: false,
            ended: false,
            failure: None,
        }
    }

    /// What is known of it: the peer, TLS version and cipher suite, and the server's chain.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    /// Hands over bytes to be sent. They leave while somebody waits; on a broken connection they are dropped, and the
    /// reason comes with the end of what is received.
    pub fn send(&mut self, bytes: &[u8]) {
        if self.failure.is_none() {
            self.unsent.extend_from_slice(bytes);
        }
    }

    /// How many bytes have not left yet.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.unsent.len()
    }

    /// Takes up to `most` of the bytes that have come; none if none have.
    pub fn take(&mut self, most: usize) -> Bytes {
        self.received.split_to(most.min(self.received.len())).freeze()
    }

    /// Whether nothing waits to be sent, or never can be: what [`poll_send`](Self::poll_send) waits for.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.failure.is_some() || (self.unsent.is_empty() && !self.flushing)
    }

    /// Whether there is something to take, or will never be: what [`poll_receive`](Self::poll_receive) waits for.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.ended || !self.received.is_empty()
    }

    /// Whether everything that the peer said has been taken, and nothing more will come.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended && self.received.is_empty()
    }

    /// Why it failed, as far as is known. `None` while it works, and after an end in order.
    #[must_use]
    pub const fn failure(&self) -> Option<&TransportFailure> {
        self.failure.as_ref()
    }

    /// Sends what was handed over and waits for bytes; none are the end, in order. Dropping the future loses nothing.
    ///
    /// # Errors
    /// The connection failed, and everything that the peer said before has been taken.
    pub async fn receive(&mut self) -> Result<Bytes, TransportFailure> {
        poll_fn(|cx| self.poll_receive(cx)).await;
        match &self.failure {
            Some(failure) if self.has_ended() => Err(failure.clone()),
            _ => Ok(self.take(Self::BUFFER)),
        }
    }

    /// Sends what was handed over, then close_notify, within half a second: nothing hangs on it any more.
    pub async fn close(mut self) {
        let _ = timeout(CLOSING, poll_fn(|cx| self.poll_close(cx))).await;
    }

    /// Ready when there is something to take, or will never be.
    pub fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // An answer may hang on a question that has not left yet.
        let sent = self.poll_send(cx);
        if sent.is_pending() && self.unsent.len() >= BACKLOG {
            return Poll::Pending;
        }
        if self.is_readable() {
            return Poll::Ready(());
        }
        let mut space = [0; READ];
        let mut buffer = ReadBuf::new(&mut space);
        match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)) {
            Ok(()) if buffer.filled().is_empty() => self.ended = true,
            Ok(()) => self.received.extend_from_slice(buffer.filled()),
            Err(error) => {
                self.ended = true;
                self.fail(&error);
            }
        }
        Poll::Ready(())
    }

    /// Ready when nothing waits to be sent, or never can be.
    pub fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.failure.is_none() && !self.unsent.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &self.unsent)) {
                Ok(written) => {
                    self.unsent.advance(written);
                    self.flushing = true;
                }
                Err(error) => self.send_failed(&error, cx),
            }
        }
        if self.failure.is_none() && self.flushing {
            match ready!(Pin::new(&mut self.stream).poll_flush(cx)) {
                Ok(()) => self.flushing = false,
                Err(error) => self.send_failed(&error, cx),
            }
        }
        Poll::Ready(())
    }

    /// Sends what is unsent, then close_notify; ready when that has left, or never can.
    pub fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_send(cx));
        if self.failure.is_none() {
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
        }
        Poll::Ready(())
    }

    /// A peer that refuses often says why before it goes: the alert lies behind what is still to be read.
    fn send_failed(&mut self, error: &io::Error, cx: &mut Context<'_>) {
        self.unsent.clear();
        let mut space = [0; READ];
        while !self.ended && self.received.len() < Self::BUFFER {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.received.extend_from_slice(buffer.filled());
                }
                Poll::Ready(Err(error)) => {
                    self.ended = true;
                    self.fail(&error);
                }
                Poll::Ready(Ok(())) | Poll::Pending => self.ended = true,
            }
        }
        self.ended = true;
        self.fail(error);
    }

    /// The first failure is the cause.
    fn fail(&mut self, error: &io::Error) {
        self.unsent.clear();
        if self.failure.is_none() {
            self.failure = Some(failure::of_stream(error, Vec::new()));
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("info", &self.info)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
