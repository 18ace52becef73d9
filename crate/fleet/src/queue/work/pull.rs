//! Taking devices from the queue, as there are places for them.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{self, AckKind, consumer::PullConsumer};
use futures_util::StreamExt as _;
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        mpsc::{self, error::SendError},
    },
    time::{sleep, timeout},
};

use super::Shared;

/// Devices that are taken before their turn comes. If the worker is killed, they count as given out.
pub(super) const AHEAD: usize = 16;
/// How long a worker waits at the queue before it looks whether there is anything to come.
pub(super) const PULL: Duration = Duration::from_secs(1);
/// What a server gets besides, to say that there is nothing.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// What the puller brings.
pub(super) enum Pulled {
    Message(Box<jetstream::Message>, Place),
    /// There is nothing to take.
    Empty,
}

/// A place among those that are under way, and one among those whose turn has not come.
pub(super) struct Place(pub(super) OwnedSemaphorePermit, pub(super) OwnedSemaphorePermit);

/// Gives a message back, for another worker: it need not wait until this one is given up. This one, which may be asking
/// still, is not to get it again.
pub(super) async fn return_unused(message: &jetstream::Message) {
    // If this is lost, the server gives it out when it has not heard of it for long enough.
    let _ = message.ack_with(AckKind::Nak(Some(PULL + PULL))).await;
}

/// Takes messages as there are places for them, until nobody wants any more.
pub(super) async fn pull(workers: PullConsumer, shared: Arc<Shared>, sender: mpsc::Sender<Pulled>) {
    loop {
        let place = async {
            let slot = Arc::clone(&shared.slots).acquire_owned().await.ok()?;
            Some(Place(slot, Arc::clone(&shared.ahead).acquire_owned().await.ok()?))
        };
        // They are never closed.
        let Some(first) = place.await else { return };
        let more = || {
            let slot = Arc::clone(&shared.slots).try_acquire_owned().ok()?;
            Some(Place(slot, Arc::clone(&shared.ahead).try_acquire_owned().ok()?))
        };
        let mut places: Vec<_> = std::iter::once(first).chain(std::iter::from_fn(more).take(AHEAD)).collect();
        if sender.is_closed() {
            return;
        }
        let (mut is_any, mut has_failed) = (false, false);
        match workers.batch().max_messages(places.len()).expires(PULL).messages().await {
            Ok(mut batch) => {
                // A server that goes away does not say that there is nothing.
                while let Ok(Some(message)) = timeout(PULL + GRACE, batch.next()).await {
                    match message {
                        Ok(message) => {
                            let Some(place) = places.pop() else { break };
                            is_any = true;
                            let pulled = Pulled::Message(Box::new(message), place);
                            if let Err(SendError(Pulled::Message(message, _))) = sender.send(pulled).await {
                                return_unused(&message).await;
                            }
                        }
                        Err(_) => has_failed = true,
                    }
                }
            }
            Err(_) => has_failed = true,
        }
        drop(places);
        if has_failed {
            sleep(PULL / 4).await;
        }
        if !is_any && sender.send(Pulled::Empty).await.is_err() {
            return;
        }
    }
}
