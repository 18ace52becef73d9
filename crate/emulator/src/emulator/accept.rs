//! Accepting connections, as many as there may be.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use crate::{
    connection::{self, Shared},
    event::{EventSender, What},
};

/// Serves all listeners until the emulator ends.
pub(super) async fn all(listeners: Vec<TcpListener>, shared: Shared, events: EventSender) {
    let limit = shared.limits.connections.min(Semaphore::MAX_PERMITS);
    let count = Count { last: Arc::default(), free: Arc::new(Semaphore::new(limit)) };
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, shared.clone(), events.clone(), count.clone()));
    }
    // They end with the emulator.
    drop((shared, events));
    while accepting.join_next().await.is_some() {}
}

/// Connections of all listeners: how many there were, and how many more there may be.
#[derive(Debug, Clone)]
struct Count {
    last: Arc<AtomicU64>,
    free: Arc<Semaphore>,
}

async fn accept(listener: TcpListener, shared: Shared, events: EventSender, count: Count) {
    let mut ending = shared.ending.clone();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((tcp, peer)) => admit(tcp, peer, &shared, &events, &count, &mut connections),
            Err(error) => {
                events.tell(|| What::AcceptFailed { reason: error.to_string() });
                // Out of descriptors, most likely: without a pause this would spin until some are free.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

fn admit(
    tcp: TcpStream,
    peer: SocketAddr,
    shared: &Shared,
    events: &EventSender,
    count: &Count,
    connections: &mut JoinSet<()>,
) {
    let events = events.of_connection(count.last.fetch_add(1, Ordering::Relaxed) + 1);
    let Ok(place) = Arc::clone(&count.free).try_acquire_owned() else {
        events.tell(|| What::TurnedAway { peer, limit: shared.limits.connections });
        return;
    };
    let serving = connection::serve(tcp, peer, shared.clone(), events);
    connections.spawn(async move {
        serving.await;
        drop(place);
    });
}
