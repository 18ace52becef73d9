//! Time as the core sees it: a count on the host's monotonic clock.

use std::{fmt, time::Duration};

/// A point on the host's monotonic clock, in milliseconds since an origin that the host chooses.
///
/// The standard library's instant panics on wasm32-unknown-unknown and has neither a zero nor a last value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

impl Instant {
    /// The last instant there is: no wait reaches it.
    pub const LAST: Self = Self(u64::MAX);

    /// The instant `millis` milliseconds after the host's origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the host's origin.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant, zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// This instant moved by a duration; parts of a millisecond round up, so that no wait ends early.
impl std::ops::Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = duration.as_nanos().div_ceil(1_000_000);
        Self(self.0.saturating_add(u64::try_from(millis).unwrap_or(u64::MAX)))
    }
}

/// A duration as people read it in a log, `0.012 s`, `3.000 s`, and as programs do.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a duration, to be formatted")]
pub struct Seconds(pub Duration);

impl Seconds {
    /// The number that is nearest to it, in seconds: 3.772 for 3,772 ms.
    ///
    /// `Duration::as_secs_f64` adds two numbers that were rounded before, and comes to 3.7720000000000002.
    #[must_use]
    #[expect(
        clippy::as_conversions,
        reason = "exact up to 104 days, and nothing else makes an f64 of a u128"
    )]
    pub fn number(self) -> f64 {
        self.0.as_nanos() as f64 / 1e9
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03} s", self.0.as_secs(), self.0.subsec_millis());
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_the_digits_of_its_milliseconds() {
        for millis in 0..20_000 {
            let number = Seconds(Duration::from_millis(millis)).number();
            let digits = format!("{}.{:03}", millis / 1000, millis % 1000);
            assert_eq!(format!("{number:.3}"), digits);
            assert!(number.to_string().len() <= digits.len(), "{number}");
        }
    }

    #[test]
    fn sums_round_up_and_saturate() {
        let start = Instant::from_millis(10);
        assert_eq!(start + Duration::from_micros(1), Instant::from_millis(11));
        assert_eq!(start + Duration::MAX, Instant::LAST);
        assert_eq!(Instant::LAST.since(start).as_millis(), u128::from(u64::MAX - 10));
        assert_eq!(start.since(Instant::LAST), Duration::ZERO);
    }

    #[test]
    fn seconds_are_padded() {
        assert_eq!(format!("{:>9}", Seconds(Duration::from_millis(12))), "  0.012 s");
        assert_eq!(Seconds(Duration::from_secs(75)).to_string(), "75.000 s");
    }
}
