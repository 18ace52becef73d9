//! How often which time, in little memory: to one part in 32.

use serde_json::{Value, json};

/// Times in milliseconds, in steps of one part in 32, however many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
    most: u64,
}

/// Steps in which a time doubles.
const STEPS: u64 = 32;

impl Histogram {
    /// Counts a time, in seconds.
    pub fn add(&mut self, seconds: f64) {
        let millis = std::time::Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default().as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        let step = step(millis);
        if self.counts.len() <= step {
            self.counts.resize(step + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(step) {
            *count = count.saturating_add(1);
        }
        self.total += 1;
        self.most = self.most.max(millis);
    }

    /// Adds everything that another one counted.
    pub fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, count) in self.counts.iter_mut().zip(&other.counts) {
            *mine = mine.saturating_add(*count);
        }
        self.total += other.total;
        self.most = self.most.max(other.most);
    }

    /// How many were counted.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The time, in seconds, that so many of a hundred do not exceed; `None` if nothing was counted.
    #[must_use]
    pub fn percentile(&self, percent: u32) -> Option<f64> {
        if self.total == 0 {
            return None;
        }
        let rank = (u128::from(self.total) * u128::from(percent)).div_ceil(100).max(1);
        let mut sum = 0_u128;
        for (step, count) in self.counts.iter().enumerate() {
            sum += u128::from(*count);
            if sum >= rank {
                return Some(seconds(upper(step).min(self.most)));
            }
        }
        Some(seconds(self.most))
    }

    /// The usual percentiles in seconds; an empty object if nothing was counted.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let percentile = |percent| self.percentile(percent);
        match self.total {
            0 => json!({}),
            _ => json!({
                "p50": percentile(50), "p90": percentile(90), "p95": percentile(95), "p99": percentile(99),
                "max": seconds(self.most),
            }),
        }
    }
}

fn seconds(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}

/// Which step a time is in: below 64 each is its own, then 32 of them double it.
fn step(millis: u64) -> usize {
    let doublings = u64::from(millis.max(1).ilog2()).saturating_sub(u64::from(STEPS.ilog2()));
    usize::try_from(doublings * STEPS + (millis >> doublings)).unwrap_or(usize::MAX)
}

/// The longest time of a step.
fn upper(step: usize) -> u64 {
    let step = u64::try_from(step).unwrap_or(u64::MAX);
    if step < 2 * STEPS {
        return step;
    }
    let doublings = step / STEPS - 1;
    let first = (step - doublings * STEPS) << doublings;
    first + (1 << doublings) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_the_step_that_ends_at_or_behind_it() {
        let mut before = 0;
        for millis in (0..100_000).chain([1 << 30, (1 << 40) + 12_345]) {
            let end = upper(step(millis));
            assert!(end >= millis && end - millis <= millis / 32, "{millis} {end}");
            assert!(step(millis) >= before);
            before = step(millis);
        }
    }

    #[test]
    fn percentiles_are_those_of_the_times() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), None);
        for millis in 1..=1000_u32 {
            histogram.add(f64::from(millis) / 1000.0);
        }
        let near = |percent, seconds: f64| {
            let found = histogram.percentile(percent).unwrap();
            assert!((found - seconds).abs() <= seconds / 30.0, "p{percent}: {found}");
        };
        near(50, 0.5);
        near(90, 0.9);
        near(99, 0.99);
        assert_eq!(histogram.percentile(100), Some(1.0));
        assert_eq!(histogram.percentile(0), Some(0.001));
    }

    #[test]
    fn together_is_the_same_as_apart() {
        let (mut one, mut two, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for millis in 0..500_u32 {
            let seconds = f64::from(millis * millis) / 1000.0;
            if millis % 3 == 0 { &mut one } else { &mut two }.add(seconds);
            both.add(seconds);
        }
        one.merge(&two);
        assert_eq!(one, both);
        one.add(f64::NAN);
        one.add(-1.0);
        one.add(f64::INFINITY);
    }
}
