//! The dials of a guest, beside it.
//!
//! A guest has a stack of its own, and what is polled for it is polled there. A handshake needs many times the stack that a
//! guest needs, and the pages that it has touched stay with the guest for as long as it waits; so dials are polled on
//! the stack of whoever polls the guest.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use dps_x509_net::{Connection, core::session::TransportFailure};
use tokio::sync::oneshot;

/// What comes of a dial.
pub(crate) type Dialled = Box<Result<Connection, TransportFailure>>;

/// The dials that are under way.
#[derive(Clone, Default)]
pub(crate) struct Dials(Arc<Mutex<Vec<Dial>>>);

struct Dial {
    dialling: Pin<Box<dyn Future<Output = Result<Connection, TransportFailure>> + Send>>,
    /// Until it is told.
    tell: Option<oneshot::Sender<Dialled>>,
}

impl Dials {
    /// A dial more; it ends where nobody wants to hear of it any more.
    pub(crate) fn begin(
        &self,
        dialling: impl Future<Output = Result<Connection, TransportFailure>> + Send + 'static,
    ) -> oneshot::Receiver<Dialled> {
        let (tell, told) = oneshot::channel();
        self.all().push(Dial { dialling: Box::pin(dialling), tell: Some(tell) });
        told
    }

    /// Lets all of them go on.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) {
        self.all().retain_mut(|dial| dial.is_under_way(cx));
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Dial>> {
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
        let (dials, held) = (Dials::default(), Arc::new(()));
        let kept = Arc::clone(&held);
        let told = dials.begin(async move {
            let _kept = kept;
            std::future::pending().await
        });
        let mut cx = Context::from_waker(Waker::noop());
        dials.poll(&mut cx);
        assert_eq!(Arc::strong_count(&held), 2);
        drop(told);
        dials.poll(&mut cx);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
