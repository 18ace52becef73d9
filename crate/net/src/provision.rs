//! The loop that every host of the core has: do what it says, wait, tell it what happened.

use std::{future::pending, pin::Pin, time::Duration};

use bytes::Bytes;
use dps_x509_core::session::{
    Config, ConnectionId, ConnectionInfo, Event, Input, Instant, Outcome, Output, Provisioning,
    TransportFailure,
};
use tokio::time;

use crate::{Access, Cancellation, Connection, seed};

/// Provisions a device: register, polls, retries and the time limit, over TCP and TLS of this machine.
///
/// The endpoint of `config` is dialled as far as `access` allows it, and so is the assigned hub where
/// [`Config::check_hub`] asks for it. `events` is told what happens while it happens, with the time since the start.
/// `cancellation` ends it politely; dropping the future ends it at once.
///
/// # Errors
/// The device has no hub: DPS refused, could not be reached, broke the protocol, or the time is over.
/// [`Failure::to_finding`](dps_x509_core::session::Failure::to_finding) says it to a person, with the next step.
pub async fn provision(
    config: Config,
    access: &Access,
    mut events: impl FnMut(Duration, Event<'_>),
    cancellation: &Cancellation,
) -> Outcome {
    let clock = Clock::start();
    let mut machine = Provisioning::new(config, seed(), clock.now());
    let (mut line, mut connection) = (Line::Down, ConnectionId::new(0));
    // Cancelled already: there is no time to dial.
    if cancellation.is_cancelled() {
        machine.handle_input(clock.now(), Input::Cancel);
    }
    loop {
        let wake = loop {
            match machine.poll_output() {
                Output::Connect(id, endpoint) => {
                    connection = id;
                    line = Line::Dialling(Box::pin(access.connect(endpoint)));
                }
                Output::Transmit(bytes) => line.send(bytes),
                Output::Close => std::mem::take(&mut line).close().await,
                Output::Event(event) => events(clock.elapsed(), event),
                Output::Wait(instant) => break instant,
                Output::Done(outcome) => return outcome.clone(),
                // The core says nothing that this version of it does not know.
                _ => {}
            }
        };
        // Whichever comes first, in this order.
        let fate = tokio::select! {
            biased;
            () = cancellation.cancelled() => Fate::Cancelled,
            fate = line.proceed() => fate,
            () = clock.sleep_until(wake) => Fate::InTime,
        };
        machine.handle_input(clock.now(), fate.as_input(connection));
    }
}

/// No connection, a dial, or a connection.
#[derive(Default)]
enum Line {
    #[default]
    Down,
    Dialling(Pin<Box<dyn Future<Output = Result<Connection, TransportFailure>> + Send>>),
    Up(Box<Connection>),
}

/// What the machine is told next.
enum Fate {
    Cancelled,
    Connected(ConnectionInfo),
    NotConnected(TransportFailure),
    Received(Bytes),
    Closed(Option<TransportFailure>),
    InTime,
}

impl Line {
    fn send(&mut self, bytes: &[u8]) {
        if let Self::Up(connection) = self {
            connection.send(bytes);
        }
    }

    /// Sends the rest and hangs up, or gives the dial up.
    async fn close(self) {
        if let Self::Up(connection) = self {
            connection.close().await;
        }
    }

    /// Waits for what becomes of it. Dropping the wait loses nothing.
    async fn proceed(&mut self) -> Fate {
        let fate = match self {
            Self::Down => pending().await,
            Self::Dialling(dialling) => match dialling.await {
                Ok(connection) => {
                    let fate = Fate::Connected(connection.info().clone());
                    *self = Self::Up(Box::new(connection));
                    return fate;
                }
                Err(failure) => Fate::NotConnected(failure),
            },
            Self::Up(connection) => match connection.receive().await {
                Ok(bytes) if bytes.is_empty() => Fate::Closed(None),
                Ok(bytes) => return Fate::Received(bytes),
                Err(failure) => Fate::Closed(Some(failure)),
            },
        };
        *self = Self::Down;
        fate
    }
}

impl Fate {
    fn as_input(&self, connection: ConnectionId) -> Input<'_> {
        match self {
            Self::Cancelled => Input::Cancel,
            Self::Connected(info) => Input::Connected(connection, info.clone()),
            Self::NotConnected(failure) => Input::ConnectFailed(connection, failure.clone()),
            Self::Received(bytes) => Input::Received(connection, bytes),
            Self::Closed(failure) => Input::Closed(connection, failure.clone()),
            Self::InTime => Input::Timeout,
        }
    }
}

/// Tokio's clock, which tests can hold, with the start of the provisioning as the core's origin.
struct Clock {
    started: time::Instant,
}

impl Clock {
    fn start() -> Self {
        Self { started: time::Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn sleep_until(&self, instant: Instant) {
        match self.started.checked_add(Duration::from_millis(instant.as_millis())) {
            Some(at) => time::sleep_until(at).await,
            None => pending().await,
        }
    }
}
