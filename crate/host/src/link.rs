//! A TLS connection as wasi:io streams, without a task of its own.
//!
//! Whoever waits on one of its pollables drives it: what was written goes out while the guest waits for the
//! answer. Nothing happens while nobody waits, and dropping a wait loses nothing.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;
use wasmtime_wasi_io::{
    async_trait,
    bytes::{Buf, Bytes, BytesMut},
    poll::Pollable,
    streams::{InputStream, OutputStream, StreamError, StreamResult},
};

use crate::{
    failure,
    tls::{ConnectionInfo, TransportFailure},
};

/// How much is read ahead, and how much written bytes may wait here, in bytes: a TLS record.
const BUFFER: usize = 16 * 1024;

/// A connection, shared by its resource and its two streams.
pub struct Link {
    line: Shared,
    info: ConnectionInfo,
    input_taken: bool,
    output_taken: bool,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Line>>);

struct Line {
    stream: TlsStream<TcpStream>,
    received: BytesMut,
    unsent: BytesMut,
    flushing: bool,
    /// The peer has said its last word.
    ended: bool,
    failure: Option<TransportFailure>,
}

impl Link {
    pub(crate) fn new(stream: TlsStream<TcpStream>, info: ConnectionInfo) -> Self {
        let line = Line {
            stream,
            received: BytesMut::new(),
            unsent: BytesMut::new(),
            flushing: false,
            ended: false,
            failure: None,
        };
        Self { line: Shared(Arc::new(Mutex::new(line))), info, input_taken: false, output_taken: false }
    }

    pub(crate) const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    pub(crate) fn input(&mut self) -> Option<Box<dyn InputStream>> {
        let first = !std::mem::replace(&mut self.input_taken, true);
        first.then(|| -> Box<dyn InputStream> { Box::new(Input(self.line.clone())) })
    }

    pub(crate) fn output(&mut self) -> Option<Box<dyn OutputStream>> {
        let first = !std::mem::replace(&mut self.output_taken, true);
        first.then(|| -> Box<dyn OutputStream> { Box::new(Output(self.line.clone())) })
    }

    pub(crate) fn failure(&self) -> Option<TransportFailure> {
        self.line.lock().failure.clone()
    }

    /// Sends what is unsent and close_notify.
    pub(crate) fn close(&self) -> impl Future<Output = ()> + Send + use<> {
        let line = self.line.clone();
        poll_fn(move |cx| line.lock().poll_close(cx))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Ready when there is something to read, or will never be.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // An answer may hang on a question that has not left yet.
        let _ = self.poll_send(cx);
        if self.ended || !self.received.is_empty() {
            return Poll::Ready(());
        }
        let mut space = [0; BUFFER];
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
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<()> {
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

    /// A peer that refuses often says why before it goes: the alert lies behind what is still to be read.
    fn send_failed(&mut self, error: &io::Error, cx: &mut Context<'_>) {
        self.unsent.clear();
        let mut space = [0; BUFFER];
        while !self.ended && self.received.len() < BUFFER {
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

    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_send(cx));
        if self.failure.is_none() {
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
        }
        Poll::Ready(())
    }

    /// What a stream says when it is at its end; the reason is to be had from `connection.failure`.
    fn end(&self) -> StreamError {
        match &self.failure {
            Some(_) => StreamError::LastOperationFailed(wasmtime::format_err!("see connection.failure")),
            None => StreamError::Closed,
        }
    }
}

/// A look at how things stand, without being woken later.
fn glance() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

struct Input(Shared);

#[async_trait]
impl Pollable for Input {
    async fn ready(&mut self) {
        poll_fn(|cx| self.0.lock().poll_receive(cx)).await;
    }
}

#[async_trait]
impl InputStream for Input {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let mut line = self.0.lock();
        if line.received.is_empty() && !line.ended {
            let _ = line.poll_receive(&mut glance());
        }
        if line.received.is_empty() && line.ended {
            return Err(line.end());
        }
        let size = size.min(line.received.len());
        Ok(line.received.split_to(size).freeze())
    }
}

struct Output(Shared);

#[async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {
        poll_fn(|cx| self.0.lock().poll_send(cx)).await;
    }
}

#[async_trait]
impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut line = self.0.lock();
        if line.failure.is_some() {
            return Err(line.end());
        }
        if bytes.len() > BUFFER.saturating_sub(line.unsent.len()) {
            return Err(StreamError::trap("more was written than check-write allowed"));
        }
        line.unsent.extend_from_slice(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        let mut line = self.0.lock();
        let _ = line.poll_send(&mut glance());
        if line.failure.is_some() { Err(line.end()) } else { Ok(()) }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let mut line = self.0.lock();
        let sent = line.poll_send(&mut glance());
        match (&line.failure, sent) {
            (Some(_), _) => Err(line.end()),
            (None, Poll::Ready(())) => Ok(BUFFER),
            (None, Poll::Pending) => Ok(0),
        }
    }
}
