//! The wasmtime engine: what it is set to, and how a guest that does not stop is stopped.

use std::{
    pin::Pin,
    sync::{Arc, Condvar, Mutex, PoisonError},
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use wasmtime::{Config, Engine};

use crate::{LoadError, device::Beside};

/// Between two looks at a guest that runs without waiting.
const TICK: Duration = Duration::from_millis(10);

/// Most that one look counts: a guest is back at the next tick, and what is longer is a process that was stopped, a
/// machine that slept or one that is too busy, none of which is the guest's doing.
const LONGEST_TURN: Duration = Duration::from_millis(100);

/// An engine for guests of this crate; `config` may bring settings of the embedder's own.
pub(crate) fn engine(mut config: Config) -> Result<Engine, LoadError> {
    config.epoch_interruption(true);
    Engine::new(&config).map_err(|error| LoadError::Engine { reason: format!("{error:#}") })
}

/// Interrupts running guests at every [`TICK`], so that they can be looked at. Its thread sleeps while no
/// guest is in flight, and ends with the last clone.
#[derive(Clone)]
pub(crate) struct Ticker(Arc<Handle>);

struct Handle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    in_flight: usize,
    over: bool,
}

impl Ticker {
    pub(crate) fn start(engine: Engine) -> Result<Self, LoadError> {
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        thread::Builder::new()
            .name("dps-x509 epochs".to_owned())
            .spawn(move || for_thread.tick(&engine))
            .map_err(|error| LoadError::Engine { reason: format!("no thread for it: {error}") })?;
        Ok(Self(Arc::new(Handle(shared))))
    }

    /// Ticks until the guard is dropped.
    pub(crate) fn guard(&self) -> Guard {
        self.0.0.change(|state| state.in_flight += 1);
        Guard(self.clone())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.change(|state| state.over = true);
    }
}

impl Shared {
    /// The thread is woken by what it waits for, the first guest or the end, and by nothing else: that costs a call of the
    /// system.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let was_asleep = state.in_flight == 0;
        change(&mut state);
        let wakes = state.over || (was_asleep && state.in_flight > 0);
        drop(state);
        if wakes {
            self.changed.notify_one();
        }
    }

    fn tick(&self, engine: &Engine) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.over {
            if state.in_flight == 0 {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else {
                drop(state);
                thread::sleep(TICK);
                engine.increment_epoch();
                state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

/// A guest in flight.
pub(crate) struct Guard(Ticker);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.0.change(|state| state.in_flight -= 1);
    }
}

/// A call into a guest, with the time that it runs: waiting does not count, nor does what is done beside it.
///
/// A guest comes back from every poll at the next tick at the latest, because its store yields then.
pub(crate) struct Metered<F> {
    call: Pin<Box<F>>,
    left: Duration,
    beside: Beside,
}

/// The guest ran longer than it may.
#[derive(Debug)]
pub(crate) struct Spun;

impl<F: Future> Metered<F> {
    pub(crate) fn new(call: F, limit: Duration, beside: Beside) -> Self {
        Self { call: Box::pin(call), left: limit, beside }
    }
}

impl<F: Future> Future for Metered<F> {
    type Output = Result<F::Output, Spun>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let begun = Instant::now();
            let result = self.call.as_mut().poll(cx);
            self.left = self.left.saturating_sub(begun.elapsed().min(LONGEST_TURN));
            match result {
                Poll::Ready(output) => return Poll::Ready(Ok(output)),
                Poll::Pending if self.left.is_zero() => return Poll::Ready(Err(Spun)),
                Poll::Pending if self.beside.poll(cx) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// What a stopped process loses is not the guest's; what a guest spins is.
    #[test]
    fn only_the_guest_s_own_time_counts() {
        let mut cx = Context::from_waker(Waker::noop());
        let mut turns = 0;
        let call = std::future::poll_fn(move |_| {
            turns += 1;
            thread::sleep(if turns == 1 { Duration::from_millis(400) } else { Duration::from_millis(20) });
            Poll::<()>::Pending
        });
        let mut metered =
            Pin::new(Box::new(Metered::new(call, Duration::from_millis(150), Beside::default())));
        assert!(metered.as_mut().poll(&mut cx).is_pending());
        assert!((0..10).any(|_| metered.as_mut().poll(&mut cx).is_ready()));
    }
}
