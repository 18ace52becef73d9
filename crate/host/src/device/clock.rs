//! wasi:clocks/monotonic-clock over Tokio's clock, which tests can hold.

use std::{future, pin::Pin, time::Duration};

use tokio::time::{Instant, Sleep, sleep_until};
use wasmtime::{Result, component::Resource};
use wasmtime_wasi_io::{
    async_trait,
    bindings::wasi::io::poll,
    poll::{Pollable, subscribe},
};

use super::Device;
use crate::bindings::wasi::clocks::monotonic_clock;

impl monotonic_clock::Host for Device {
    fn now(&mut self) -> Result<monotonic_clock::Instant> {
        Ok(u64::try_from(self.origin.elapsed().as_nanos())?)
    }

    fn resolution(&mut self) -> Result<monotonic_clock::Duration> {
        // Of Tokio's timers.
        Ok(1_000_000)
    }

    fn subscribe_instant(&mut self, when: monotonic_clock::Instant) -> Result<Resource<poll::Pollable>> {
        let at = self.origin.checked_add(Duration::from_nanos(when));
        self.timer(at)
    }

    fn subscribe_duration(&mut self, when: monotonic_clock::Duration) -> Result<Resource<poll::Pollable>> {
        let at = Instant::now().checked_add(Duration::from_nanos(when));
        self.timer(at)
    }
}

impl Device {
    fn timer(&mut self, at: Option<Instant>) -> Result<Resource<poll::Pollable>> {
        let timer = self.table.push(Timer(at.map(|at| Box::pin(sleep_until(at)))))?;
        subscribe(&mut self.table, timer)
    }
}

/// Ready when this is over, and then for good; never, if the clock does not reach so far. A guest waits for it many times, and it
/// is kept between them: a timer that is set anew costs more than one that is looked at.
struct Timer(Option<Pin<Box<Sleep>>>);

#[async_trait]
impl Pollable for Timer {
    async fn ready(&mut self) {
        match &mut self.0 {
            Some(sleep) => sleep.await,
            None => future::pending().await,
        }
    }
}
