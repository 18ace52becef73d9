//! How events come to whoever wants them.

use std::time::SystemTime;

use tokio::sync::broadcast;

use super::{Event, What};

/// Where events come from.
#[derive(Debug, Clone)]
pub(crate) struct EventSender {
    sender: broadcast::Sender<Event>,
    connection: Option<u64>,
}

impl EventSender {
    /// How many events a slow reader may lag behind.
    const CAPACITY: usize = 1024;

    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(Self::CAPACITY), connection: None }
    }

    pub(crate) fn of_connection(&self, number: u64) -> Self {
        Self { sender: self.sender.clone(), connection: Some(number) }
    }

    pub(crate) fn subscribe(&self) -> Events {
        Events { receiver: self.sender.subscribe() }
    }

    /// The event is only made if somebody listens.
    pub(crate) fn tell(&self, what: impl FnOnce() -> What) {
        if self.sender.receiver_count() > 0 {
            let event = Event { time: SystemTime::now(), connection: self.connection, what: what() };
            // Nobody listening any more is no error.
            self.sender.send(event).map(drop).unwrap_or_default();
        }
    }
}

/// The events from the moment of asking for them.
#[derive(Debug)]
pub struct Events {
    receiver: broadcast::Receiver<Event>,
}

impl Events {
    /// The next event; `None` once the emulator is gone. A reader that lags behind gets [`What::Missed`].
    pub async fn next(&mut self) -> Option<Event> {
        match self.receiver.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(count)) => {
                Some(Event { time: SystemTime::now(), connection: None, what: What::Missed { count } })
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
