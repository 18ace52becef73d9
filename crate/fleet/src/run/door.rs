//! How many devices of this process dial at once.
//!
//! A handshake costs the processor; thousands at once are each as slow as all of them together, until servers give
//! them up and they are all made again. Some at a time they take no longer in sum, and none runs out of time.

use std::{num::NonZeroUsize, sync::LazyLock, thread::available_parallelism, time::Duration};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Devices that dial at once, for each processor. Where a handshake takes half a second for the way alone, two processors
/// still begin 7,000 a minute, seven times what DPS takes.
const FOR_EACH: usize = 32;

/// After this time a device is no longer counted: one that dials a network that is away costs nothing.
pub(super) const LONGEST: Duration = Duration::from_secs(5);

/// Those of this process.
static DOORS: LazyLock<Doors> =
    LazyLock::new(|| Doors::new(FOR_EACH * available_parallelism().map_or(1, NonZeroUsize::get)));

#[derive(Debug)]
struct Doors(Semaphore);

/// A device's place among those that dial.
#[derive(Debug)]
pub(super) struct Door<'a>(Option<SemaphorePermit<'a>>);

impl Doors {
    fn new(count: usize) -> Self {
        Self(Semaphore::new(count))
    }

    async fn enter(&self) -> Door<'_> {
        // It is never closed; if it were, nobody would have to wait.
        Door(self.0.acquire().await.ok())
    }
}

impl Door<'_> {
    /// Waits for a place, those first that came first.
    pub(super) async fn enter() -> Self {
        DOORS.enter().await
    }

    /// The connection is there, or is not to be: the next device dials.
    pub(super) fn leave(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn the_next_device_dials_when_one_has_left() {
        let doors = Doors::new(2);
        let mut context = Context::from_waker(Waker::noop());
        let entering = [(); 4].map(|()| Box::pin(doors.enter()));
        let mut doors = entering.map(|mut it| move |context: &mut Context<'_>| it.as_mut().poll(context));
        let mut enter = |place: usize| match doors[place](&mut context) {
            Poll::Ready(door) => Some(door),
            Poll::Pending => None,
        };
        let (mut first, second) = (enter(0).unwrap(), enter(1).unwrap());
        assert!(enter(2).is_none());
        first.leave();
        let third = enter(2).unwrap();
        assert!(enter(3).is_none());
        drop(second);
        let fourth = enter(3).unwrap();
        drop((third, fourth));
    }
}
