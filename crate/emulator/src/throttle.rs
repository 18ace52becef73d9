//! Throttling (DPS `iot-dps-limits`): so many registrations in a minute, so many polls of a device in ten seconds.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// How much is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throttling {
    /// Registrations of all devices in any minute; `None` for as many as they like.
    pub registrations_per_minute: Option<u32>,
    /// Polls of one device in any ten seconds; `None` for as many as it likes.
    pub polls_per_10_seconds: Option<u32>,
}

impl Throttling {
    /// No limits at all, for measuring.
    pub const OFF: Self = Self { registrations_per_minute: None, polls_per_10_seconds: None };
}

/// The documented limits.
impl Default for Throttling {
    fn default() -> Self {
        Self { registrations_per_minute: Some(1000), polls_per_10_seconds: Some(5) }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const TEN_SECONDS: Duration = Duration::from_secs(10);

/// The requests of the last minute, as far as they matter.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    registrations: Window,
    /// By registration ID in lower case.
    polls: HashMap<String, Window>,
}

impl Throttle {
    /// Devices that are remembered before those that are quiet again are forgotten.
    const MANY: usize = 10_000;

    /// Counts a registration, or tells after how long there can be one.
    pub(crate) fn register(&mut self, limits: Throttling, now: Instant) -> Result<(), Duration> {
        match limits.registrations_per_minute {
            Some(limit) => self.registrations.take(limit, MINUTE, now),
            None => Ok(()),
        }
    }

    /// Counts a poll of a device, or tells after how long there can be one.
    pub(crate) fn poll(&mut self, limits: Throttling, device: &str, now: Instant) -> Result<(), Duration> {
        let Some(limit) = limits.polls_per_10_seconds else { return Ok(()) };
        if self.polls.len() >= Self::MANY {
            self.polls.retain(|_, window| window.is_alive(TEN_SECONDS, now));
        }
        self.polls.entry(device.to_ascii_lowercase()).or_default().take(limit, TEN_SECONDS, now)
    }
}

/// When there were requests, oldest first.
#[derive(Debug, Default)]
struct Window(VecDeque<Instant>);

impl Window {
    fn take(&mut self, limit: u32, length: Duration, now: Instant) -> Result<(), Duration> {
        while self.0.front().is_some_and(|first| now.duration_since(*first) >= length) {
            self.0.pop_front();
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if self.0.len() < limit {
            self.0.push_back(now);
            return Ok(());
        }
        // With a limit of 0 there is nothing to wait for.
        Err(self.0.front().map_or(length, |first| length.saturating_sub(now.duration_since(*first))))
    }

    fn is_alive(&self, length: Duration, now: Instant) -> bool {
        self.0.back().is_some_and(|last| now.duration_since(*last) < length)
    }
}

/// Whole seconds, upwards: whoever waits that long is not too early.
pub(crate) fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_slides() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let limits = Throttling { polls_per_10_seconds: Some(2), ..Throttling::default() };
        let mut throttle = Throttle::default();
        assert_eq!(throttle.poll(limits, "a", at(0)), Ok(()));
        assert_eq!(throttle.poll(limits, "A", at(4)), Ok(()));
        assert_eq!(throttle.poll(limits, "a", at(5)), Err(Duration::from_secs(5)));
        assert_eq!(throttle.poll(limits, "b", at(5)), Ok(()), "each device has its own");
        assert_eq!(throttle.poll(limits, "a", at(10)), Ok(()), "what was refused does not count");
        assert_eq!(throttle.poll(limits, "a", at(10)), Err(Duration::from_secs(4)));
    }

    #[test]
    fn registrations_are_counted_together() {
        let start = Instant::now();
        let limits = Throttling::default();
        let mut throttle = Throttle::default();
        for _ in 0..1000 {
            assert_eq!(throttle.register(limits, start), Ok(()));
        }
        assert_eq!(throttle.register(limits, start + Duration::from_secs(20)), Err(Duration::from_secs(40)));
        assert_eq!(throttle.register(Throttling::OFF, start), Ok(()));
        assert_eq!(throttle.register(limits, start + Duration::from_secs(60)), Ok(()));
    }

    #[test]
    fn quiet_devices_are_forgotten() {
        let start = Instant::now();
        let mut throttle = Throttle::default();
        for number in 0..Throttle::MANY {
            throttle.poll(Throttling::default(), &number.to_string(), start).unwrap();
        }
        throttle.poll(Throttling::default(), "late", start + TEN_SECONDS).unwrap();
        assert_eq!(throttle.polls.len(), 1);
    }

    #[test]
    fn hints_are_rounded_up() {
        assert_eq!(whole_seconds(Duration::from_millis(1)), Duration::from_secs(1));
        assert_eq!(whole_seconds(Duration::from_secs(3)), Duration::from_secs(3));
    }
}
