//! A connection as wasi:io streams.
//!
//! Nothing of it is done where the guest calls: whoever polls the guest drives the connection beside it ([`Traffic::poll`]),
//! once the guest waits. What was written goes out while the guest waits for the answer.

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
    traffic: Traffic,
    info: ConnectionInfo,
    input_taken: bool,
    output_taken: bool,
}

/// What goes over a connection.
#[derive(Clone)]
pub(crate) struct Traffic(Arc<Mutex<State>>);

struct State {
    connection: Connection,
    /// What the guest has waited for in vain.
    awaits: Awaits,
    /// It was driven since the guest has last found nothing.
    is_fresh: bool,
    is_closed: bool,
}

#[derive(Default)]
struct Awaits {
    receiving: bool,
    sending: bool,
    closing: bool,
}

impl Link {
    pub(crate) fn new(connection: Connection) -> Self {
        let info = connection.info().clone();
        let state = State { connection, awaits: Awaits::default(), is_fresh: false, is_closed: false };
        let traffic = Traffic(Arc::new(Mutex::new(state)));
        Self { traffic, info, input_taken: false, output_taken: false }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic.clone()
    }

    pub(crate) const fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    pub(crate) fn input(&mut self) -> Option<Box<dyn InputStream>> {
        let first = !std::mem::replace(&mut self.input_taken, true);
        first.then(|| -> Box<dyn InputStream> { Box::new(Input(self.traffic.clone())) })
    }

    pub(crate) fn output(&mut self) -> Option<Box<dyn OutputStream>> {
        let first = !std::mem::replace(&mut self.output_taken, true);
        first.then(|| -> Box<dyn OutputStream> { Box::new(Output(self.traffic.clone())) })
    }

    pub(crate) fn failure(&self) -> Option<TransportFailure> {
        self.traffic.lock().connection.failure().cloned()
    }

    /// Sends what is unsent and close_notify.
    pub(crate) fn close(&self) -> impl Future<Output = ()> + Send + use<> {
        let traffic = self.traffic.clone();
        poll_fn(move |_| {
            let mut state = traffic.lock();
            state.awaits.closing = !state.is_closed;
            if state.is_closed { Poll::Ready(()) } else { Poll::Pending }
        })
    }
}

impl Traffic {
    /// Whether the guest still has the connection or one of its streams.
    pub(crate) fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Sends what was written, and receives or closes if the guest waits for that; whether something came of it that it
    /// waits for.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> bool {
        let State { connection, awaits, is_fresh, is_closed } = &mut *self.lock();
        let has_received = awaits.receiving && connection.poll_receive(cx).is_ready();
        let is_sent = connection.poll_send(cx).is_ready();
        let has_sent = awaits.sending && is_sent;
        let has_closed = awaits.closing && connection.poll_close(cx).is_ready();
        awaits.receiving &= !has_received;
        awaits.sending &= !has_sent;
        awaits.closing &= !has_closed;
        *is_closed |= has_closed;
        *is_fresh = true;
        has_received || has_sent || has_closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
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

struct Input(Traffic);

#[async_trait]
impl Pollable for Input {
    async fn ready(&mut self) {
        poll_fn(|_| {
            let mut state = self.0.lock();
            let is_ready = state.connection.is_readable();
            state.awaits.receiving = !is_ready;
            if is_ready { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

#[async_trait]
impl InputStream for Input {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let State { connection, is_fresh, .. } = &mut *self.0.lock();
        // A guest may look without ever waiting. One that waits before it looks again never comes in here.
        if !connection.is_readable() && !std::mem::take(is_fresh) {
            let _ = connection.poll_receive(&mut Context::from_waker(Waker::noop()));
        }
        if connection.has_ended() {
            return Err(end(connection));
        }
        Ok(connection.take(size))
    }
}

struct Output(Traffic);

#[async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {
        poll_fn(|_| {
            let mut state = self.0.lock();
            let is_ready = state.connection.is_sent();
            state.awaits.sending = !is_ready;
            if is_ready { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

#[async_trait]
impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let connection = &mut self.0.lock().connection;
        if connection.failure().is_some() {
            return Err(end(connection));
        }
        if bytes.len() > BUFFER.saturating_sub(connection.unsent()) {
            return Err(StreamError::trap("more was written than check-write allowed"));
        }
        connection.send(&bytes);
        Ok(())
    }

    /// What was written leaves in any case.
    fn flush(&mut self) -> StreamResult<()> {
        let connection = &self.0.lock().connection;
        if connection.failure().is_some() { Err(end(connection)) } else { Ok(()) }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let connection = &self.0.lock().connection;
        match connection.failure() {
            Some(_) => Err(end(connection)),
            None => Ok(BUFFER.saturating_sub(connection.unsent())),
        }
    }
}
