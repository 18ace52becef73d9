//! How it went over time, in at most so many intervals.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ASSIGNED, Histogram};
use crate::device::rfc3339;

/// Results over time. The intervals get longer with the run, so that there are never many.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Length of an interval, in seconds.
    length: i64,
    intervals: BTreeMap<i64, Interval>,
}

/// What ended in an interval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interval {
    /// Devices that got their hub.
    pub assigned: u64,
    /// Devices that were refused.
    pub refused: u64,
    /// Devices that came to anything else.
    pub other: u64,
    /// How long those took that got their hub.
    pub latency: Histogram,
}

/// Most intervals.
const MOST: i64 = 240;

impl Default for Curve {
    fn default() -> Self {
        Self { length: 1, intervals: BTreeMap::new() }
    }
}

impl Curve {
    /// Counts a result that came at a time, in seconds since 1970.
    pub(super) fn add(&mut self, at: i64, outcome: &str, took: f64) {
        loop {
            let index = at.div_euclid(self.length);
            let first = self.intervals.keys().next().copied().unwrap_or(index).min(index);
            let last = self.intervals.keys().next_back().copied().unwrap_or(index).max(index);
            if last.saturating_sub(first) < MOST {
                self.intervals.entry(index).or_default().add(outcome, took);
                return;
            }
            self.length = self.length.saturating_mul(2);
            for (index, interval) in std::mem::take(&mut self.intervals) {
                self.intervals.entry(index.div_euclid(2)).or_default().merge(&interval);
            }
        }
    }

    /// Length of an interval, in seconds.
    #[must_use]
    pub const fn length(&self) -> i64 {
        self.length
    }

    /// The intervals from the first to the last one with a result, each with its begin in seconds since 1970; those
    /// between in which nothing ended are left out.
    pub fn intervals(&self) -> impl Iterator<Item = (i64, &Interval)> {
        self.intervals.iter().map(|(index, interval)| (index.saturating_mul(self.length), interval))
    }

    pub(super) fn to_json(&self) -> Value {
        let interval = |(begin, interval): (i64, &Interval)| {
            json!({
                "at": moment(begin),
                "seconds": self.length,
                "outcomes": { ASSIGNED: interval.assigned, "refused": interval.refused, "other": interval.other },
                "latencySeconds": interval.latency.to_json(),
            })
        };
        self.intervals().map(interval).collect()
    }
}

impl Interval {
    fn add(&mut self, outcome: &str, took: f64) {
        match outcome {
            ASSIGNED => {
                self.assigned += 1;
                self.latency.add(took);
            }
            "refused" => self.refused += 1,
            _ => self.other += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.assigned += other.assigned;
        self.refused += other.refused;
        self.other += other.other;
        self.latency.merge(&other.latency);
    }

    /// How many ended.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.assigned + self.refused + self.other
    }
}

/// A time as RFC 3339 has it.
pub(super) fn moment(seconds: i64) -> String {
    let since = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    rfc3339(std::time::SystemTime::UNIX_EPOCH + since)
}

/// `2026-11-27T10:00:00Z` in seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let time = dps_x509_core::cert::UnixTime::from_civil(
        number(0, 4)?,
        number(5, 7)?,
        number(8, 10)?,
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    );
    Some(time?.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        for time in [0, 1_795_773_600, 4_102_444_799] {
            assert_eq!(seconds(&moment(time)), Some(time));
        }
        for text in ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-27", "äääääääääääääääääää"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_run_has_no_more_intervals_than_a_short_one() {
        let mut curve = Curve::default();
        for second in 0..100_000 {
            curve.add(1_795_773_600 + second, ASSIGNED, 1.0);
        }
        curve.add(1_795_773_600 - 5000, "refused", 1.0);
        let intervals: Vec<_> = curve.intervals().collect();
        assert!(intervals.len() <= 240, "{}", intervals.len());
        assert_eq!(intervals.iter().map(|(_, interval)| interval.total()).sum::<u64>(), 100_001);
        assert_eq!(intervals[0].1.refused, 1);
        curve.add(0, "lost", 0.0);
        curve.add(i64::MAX / 2, "lost", 0.0);
        assert_eq!(curve.intervals().map(|(_, interval)| interval.total()).sum::<u64>(), 100_003);
    }
}
