//! What a server says without being asked. A request that its user may not make gets no answer: the server tells the
//! connection, and whoever waits for the answer would wait for ever.

use std::sync::Arc;

use async_nats::{Event, ServerError};
use tokio::sync::watch;

use super::{QueueError, QueueName};

/// Hears what the server of a queue does not permit.
#[derive(Debug, Clone)]
pub(super) struct Ear {
    name: QueueName,
    heard: Arc<watch::Sender<Option<String>>>,
}

/// Hears what comes from some moment on.
pub(super) struct Listening {
    name: QueueName,
    heard: watch::Receiver<Option<String>>,
}

impl Ear {
    pub(super) fn of(name: QueueName) -> Self {
        Self { name, heard: Arc::new(watch::Sender::new(None)) }
    }

    pub(super) fn take(&self, event: &Event) {
        if let Event::ServerError(ServerError::Other(text)) = event
            && is_refusal(text)
        {
            self.heard.send_replace(Some(text.clone()));
        }
    }

    /// From now on.
    pub(super) fn listen(&self) -> Listening {
        Listening { name: self.name.clone(), heard: self.heard.subscribe() }
    }

    /// From the beginning.
    pub(super) fn remember(&self) -> Listening {
        let mut listening = self.listen();
        listening.heard.mark_changed();
        listening
    }
}

impl Listening {
    /// What was refused since.
    fn refused(&mut self) -> Option<QueueError> {
        if !self.heard.has_changed().unwrap_or(false) {
            return None;
        }
        let reason = self.heard.borrow_and_update().clone()?;
        Some(QueueError::Told { name: self.name.clone(), reason })
    }

    /// Comes back once something is refused.
    pub(super) async fn refusal(&mut self) -> QueueError {
        loop {
            if let Some(error) = self.refused() {
                return error;
            }
            if self.heard.changed().await.is_err() {
                // Nobody speaks any more.
                std::future::pending::<()>().await;
            }
            self.heard.mark_changed();
        }
    }
}

/// `Permissions Violation for Publish to "dps-x509-rate.306e65"`, and the same for a subscription.
fn is_refusal(text: &str) -> bool {
    text.get(..21).is_some_and(|begin| begin.eq_ignore_ascii_case("permissions violation"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_not_permitted_is_heard_once_and_by_all() {
        let ear = Ear::of(QueueName { run: "a".parse().unwrap(), site: "b".parse().unwrap() });
        let (mut one, mut other) = (ear.listen(), ear.listen());
        for text in ["maximum connections exceeded", "ä"] {
            ear.take(&Event::ServerError(ServerError::Other(text.to_owned())));
        }
        ear.take(&Event::Connected);
        assert!(one.refused().is_none());
        let told = "Permissions Violation for Publish to \"dps-x509-rate.1\"";
        ear.take(&Event::ServerError(ServerError::Other(told.to_owned())));
        assert!(one.refused().unwrap().to_string().ends_with(told));
        assert!(one.refused().is_none());
        assert!(other.refusal().await.to_string().ends_with(told));
        assert!(ear.listen().refused().is_none(), "what was said before is of others");
        assert!(ear.remember().refused().is_some());
    }
}
