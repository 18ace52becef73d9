//! What a guest may use up, and what counts it.

use std::time::Duration;

use tokio::time::Instant;
use wasmtime::{ResourceLimiter, Result, bail};

/// What a guest may use up. Each is for one provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// All its memories and tables in sum, in bytes. A provisioning takes about one and a half megabytes.
    pub memory: usize,
    /// How long it may compute, waiting not counted, the embedder's part in events counted. A provisioning
    /// takes less than a millisecond.
    pub computing: Duration,
    /// How long after the provisioning's own time limit the host waits for the guest to come back.
    pub grace: Duration,
    /// How many dials it may begin at once; each second allows one more. A provisioning waits between its dials.
    pub dials: u32,
    /// How many events it may tell. A provisioning tells some twenty, and a few for every poll.
    pub events: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 16 * 1024 * 1024,
            computing: Duration::from_secs(5),
            grace: Duration::from_secs(5),
            dials: 16,
            events: 10_000,
        }
    }
}

/// Handles that a guest may hold at once: streams, pollables, a connection. A provisioning needs about ten.
pub(crate) const HANDLES: usize = 64;

/// Bytes that one call of the guest may bring into the host: a record with all its strings and lists. An MQTT packet has at
/// most a quarter of it.
pub(crate) const CALL: usize = 1024 * 1024;

/// Core instances, and memories and tables in all of them. The real component has three, one and two.
const PARTS: usize = 32;

/// What an element of a table takes: a reference to a function, and room for what finds it.
const ELEMENT: usize = 16;

/// Counts what the guest has used up.
pub(crate) struct Account {
    memory: usize,
    /// Each dial takes one; they come back with time.
    dials: u32,
    most_dials: u32,
    counted: Instant,
    events: u32,
}

impl Account {
    pub(crate) fn new(limits: &Limits) -> Self {
        let Limits { memory, dials, events, .. } = *limits;
        Self { memory, dials, most_dials: dials, counted: Instant::now(), events }
    }

    /// # Errors
    /// There were too many.
    pub(crate) fn dial(&mut self) -> Result<()> {
        let seconds = u32::try_from(self.counted.elapsed().as_secs()).unwrap_or(u32::MAX);
        self.counted += Duration::from_secs(seconds.into());
        self.dials = self.dials.saturating_add(seconds).min(self.most_dials);
        match self.dials.checked_sub(1) {
            Some(left) => self.dials = left,
            None => bail!("more than {} dials at once, and one more for each second", self.most_dials),
        }
        Ok(())
    }

    /// # Errors
    /// There were too many.
    pub(crate) fn event(&mut self) -> Result<()> {
        match self.events.checked_sub(1) {
            Some(left) => self.events = left,
            None => bail!("more events than a provisioning has"),
        }
        Ok(())
    }

    /// Memories never shrink, so that what is taken stays taken.
    fn grow(&mut self, what: &str, by: usize) -> Result<bool> {
        match self.memory.checked_sub(by) {
            Some(left) => self.memory = left,
            None => bail!("growing {what} by {by} bytes is beyond the limit on the guest's memory"),
        }
        Ok(true)
    }
}

impl ResourceLimiter for Account {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        self.grow("a memory", desired.saturating_sub(current))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        self.grow("a table", desired.saturating_sub(current).saturating_mul(ELEMENT))
    }

    fn instances(&self) -> usize {
        PARTS
    }

    fn tables(&self) -> usize {
        PARTS
    }

    fn memories(&self) -> usize {
        PARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_and_tables_draw_on_one_account() {
        let mut account = Account::new(&Limits { memory: 1000, ..Limits::default() });
        assert!(account.memory_growing(0, 400, None).unwrap());
        assert!(account.memory_growing(100, 200, None).unwrap());
        assert!(account.table_growing(10, 40, None).unwrap());
        assert!(account.table_growing(0, 2, None).is_err());
        assert!(account.memory_growing(0, 20, None).unwrap());
        assert!(account.memory_growing(0, usize::MAX, None).is_err());
        assert!(account.table_growing(0, usize::MAX, None).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn dials_come_back_with_time() {
        let mut account = Account::new(&Limits { dials: 2, ..Limits::default() });
        account.dial().unwrap();
        account.dial().unwrap();
        assert!(account.dial().is_err());
        tokio::time::advance(Duration::from_millis(1500)).await;
        account.dial().unwrap();
        assert!(account.dial().is_err());
        tokio::time::advance(Duration::from_millis(500)).await;
        account.dial().unwrap();
        tokio::time::advance(Duration::from_secs(1000)).await;
        assert!((0..3).map(|_| account.dial()).filter(Result::is_ok).count() == 2);
    }
}
