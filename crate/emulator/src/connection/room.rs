//! Room for what is large and not whole yet, shared by all connections.
//!
//! A packet or a body is announced by its length and may then never come. So that anonymous connections cannot take
//! the machine's memory by announcing, what is larger than a few kilobytes waits until there is room for it.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// What is at most this long, in bytes, needs no room.
pub(crate) const SMALL: usize = 16 * 1024;
/// All the room there is, in bytes.
const ALL: usize = 64 * 1024 * 1024;
/// What a permit stands for, in bytes.
const UNIT: usize = 1024;

/// The room of one emulator.
#[derive(Debug, Clone)]
pub(crate) struct Room(Arc<Semaphore>);

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Taken(#[allow(dead_code, reason = "it is held")] Option<OwnedSemaphorePermit>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ALL / UNIT)))
    }
}

impl Room {
    /// Takes room for so many bytes; `None` if there is none within `patience`.
    pub(crate) async fn take(&self, length: usize, patience: Duration) -> Option<Taken> {
        if length <= SMALL {
            return Some(Taken(None));
        }
        let units = u32::try_from(length.div_ceil(UNIT).min(ALL / UNIT)).ok()?;
        let permit = timeout(patience, Arc::clone(&self.0).acquire_many_owned(units)).await;
        permit.ok()?.ok().map(|permit| Taken(Some(permit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_small_needs_none_and_what_is_large_waits() {
        let (room, moment) = (Room::default(), Duration::from_millis(1));
        let taken = room.take(ALL, moment).await.unwrap();
        assert!(room.take(SMALL, moment).await.is_some());
        assert!(room.take(SMALL + 1, moment).await.is_none());
        drop(taken);
        assert!(room.take(SMALL + 1, moment).await.is_some());
    }
}
