//! A connection as wasi:io streams.
//!
//! Whoever waits on one of its pollables drives it: what was written goes out while the guest waits for the answer.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use dps_x509_net::{
    Connection,
    core::session::{ConnectionInfo, TransportFailure},
};
use wasmtime_wasi_io::{
    async_trait,
    bytes::Bytes,
    poll::Pollable,
    streams::{InputStream, OutputStream, StreamError, StreamResult},
};

/// How many written bytes may wait here.
const BUFFER: usize = Connection::BUFFER;

/// A connection, shared by its resource and its two streams.
#[expect(unreachable_pub, reason = "the generated code names it as if it were public")]
pub struct Link {
    connection: Shared,
    info: ConnectionInfo,
    input_taken: bool,
    output_taken: bool,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Connection>>);

impl Link {
    pub(crate) fn new(connection: Connection) -> Self {
        let info = connection.info().clone();
        let connection = Shared(Arc::new(Mutex::new(connection)));
        Self { connection, info, input_taken: false, output_taken: false }
    }

    pub(crate) const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    pub(crate) fn input(&mut self) -> Option<Box<dyn InputStream>> {
        let first = !std::mem::replace(&mut self.input_taken, true);
        first.then(|| -> Box<dyn InputStream> { Box::new(Input(self.connection.clone())) })
    }

    pub(crate) fn output(&mut self) -> Option<Box<dyn OutputStream>> {
        let first = !std::mem::replace(&mut self.output_taken, true);
        first.then(|| -> Box<dyn OutputStream> { Box::new(Output(self.connection.clone())) })
    }

    pub(crate) fn failure(&self) -> Option<TransportFailure> {
        self.connection.lock().failure().cloned()
    }

    /// Sends what is unsent and close_notify.
    pub(crate) fn close(&self) -> impl Future<Output = ()> + Send + use<> {
        let connection = self.connection.clone();
        poll_fn(move |cx| connection.lock().poll_close(cx))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a stream says when it is at its end; the reason is to be had from `connection.failure`.
fn end(connection: &Connection) -> StreamError {
    match connection.failure() {
        Some(_) => StreamError::LastOperationFailed(wasmtime::format_err!("see connection.failure")),
        None => StreamError::Closed,
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
        let mut connection = self.0.lock();
        let _ = connection.poll_receive(&mut glance());
        if connection.has_ended() {
            return Err(end(&connection));
        }
        Ok(connection.take(size))
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
        let mut connection = self.0.lock();
        if connection.failure().is_some() {
            return Err(end(&connection));
        }
        if bytes.len() > BUFFER.saturating_sub(connection.unsent()) {
            return Err(StreamError::trap("more was written than check-write allowed"));
        }
        connection.send(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        let mut connection = self.0.lock();
        let _ = connection.poll_send(&mut glance());
        if connection.failure().is_some() { Err(end(&connection)) } else { Ok(()) }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let mut connection = self.0.lock();
        let sent = connection.poll_send(&mut glance());
        match (connection.failure(), sent) {
            (Some(_), _) => Err(end(&connection)),
            (None, Poll::Ready(())) => Ok(BUFFER),
            (None, Poll::Pending) => Ok(0),
        }
    }
}
