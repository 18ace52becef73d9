//! What is done for a guest beside it: its dials, and the traffic of its connection.
//!
//! A guest has a stack of its own, and what is polled for it is polled there. A handshake, or a record that is enciphered,
//! needs many times the stack that a guest needs, and the pages that it has touched stay with the guest for as long as it
//! waits; so all of that is polled on the stack of whoever polls the guest, once the guest waits.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use dps_x509_net::{Connection, core::session::TransportFailure};
use tokio::sync::oneshot;

use crate::link::Traffic;

/// What comes of a dial.
pub(crate) type Dialled = Box<Result<Connection, TransportFailure>>;

/// The dials and connections of a guest.
#[derive(Clone, Default)]
pub(crate) struct Beside(Arc<Mutex<Work>>);

#[derive(Default)]
struct Work {
    dials: Vec<Dial>,
    connections: Vec<Traffic>,
}

struct Dial {
    dialling: Pin<Box<dyn Future<Output = Result<Connection, TransportFailure>> + Send>>,
    /// Until it is told.
    tell: Option<oneshot::Sender<Dialled>>,
}

impl Beside {
    /// A dial more; it ends where nobody wants to hear of it any more.
    pub(crate) fn dial(
        &self,
        dialling: impl Future<Output = Result<Connection, TransportFailure>> + Send + 'static,
    ) -> oneshot::Receiver<Dialled> {
        let (tell, told) = oneshot::channel();
        self.work().dials.push(Dial { dialling: Box::pin(dialling), tell: Some(tell) });
        told
    }

    /// A connection more; it ends where the guest has given it up.
    pub(crate) fn carry(&self, traffic: Traffic) {
        self.work().connections.push(traffic);
    }

    /// Lets everything go on; whether something came of it that the guest may wait for.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> bool {
        let mut work = self.work();
        let before = work.dials.len();
        work.dials.retain_mut(|dial| dial.is_under_way(cx));
        let mut has_come = work.dials.len() < before;
        work.connections.retain(Traffic::is_wanted);
        for traffic in &work.connections {
            has_come |= traffic.poll(cx);
        }
        has_come
    }

    fn work(&self) -> std::sync::MutexGuard<'_, Work> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dial {
    fn is_under_way(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(tell) = self.tell.take_if(|tell| !tell.is_closed()) else { return false };
        match self.dialling.as_mut().poll(cx) {
            Poll::Ready(dialled) => {
                // If nobody hears of it, it was not wanted.
                let _ = tell.send(Box::new(dialled));
                false
            }
            Poll::Pending => {
                self.tell = Some(tell);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_dial_ends_when_nobody_wants_to_hear_of_it() {
        let (beside, held) = (Beside::default(), Arc::new(()));
        let kept = Arc::clone(&held);
        let told = beside.dial(async move {
            let _kept = kept;
            std::future::pending().await
        });
        let mut cx = Context::from_waker(Waker::noop());
        beside.poll(&mut cx);
        assert_eq!(Arc::strong_count(&held), 2);
        drop(told);
        beside.poll(&mut cx);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
