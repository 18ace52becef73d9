//! How long to wait: pure functions of attempt, the service's hint and chance.

use std::time::Duration;

/// Wait before a poll when the service names none: what the Python, Node.js and C# SDKs wait, and just
/// within the documented limit of five polls in ten seconds for a device.
pub const DEFAULT_POLL: Duration = Duration::from_secs(2);

/// Shortest wait before a poll or retry, also when the service says 0.
pub const MIN_WAIT: Duration = Duration::from_secs(1);

/// Longest wait that the service is believed, as in Microsoft's C SDK (1 to 300 s).
pub const MAX_HINT: Duration = Duration::from_secs(300);

/// First and longest wait of the exponential backoff, as in Microsoft's Embedded C SDK.
pub const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(100));

/// Wait before the next poll of an operation.
///
/// The service's hint is honoured between [`MIN_WAIT`] and [`MAX_HINT`]; without one it is [`DEFAULT_POLL`].
#[must_use]
pub fn poll(hint: Option<Duration>) -> Duration {
    hint.map_or(DEFAULT_POLL, |hint| hint.clamp(MIN_WAIT, MAX_HINT))
}

/// Wait before trying again after a failure: throttling, a fault of the service, a lost connection.
///
/// `attempt` counts failures in a row from 0. With a hint it is the hint (never less) plus up to a fifth;
/// without one it doubles from the first to the longest wait, and half of it is chance. `chance` is any
/// number; the same number gives the same wait.
#[must_use]
pub fn backoff(attempt: u32, hint: Option<Duration>, chance: u64) -> Duration {
    let (first, longest) = BACKOFF;
    let (fixed, spread) = match hint {
        Some(hint) => {
            let hint = hint.clamp(MIN_WAIT, MAX_HINT);
            (hint, hint / 5)
        }
        None => {
            let whole = first.saturating_mul(1_u32.checked_shl(attempt).unwrap_or(u32::MAX)).min(longest);
            (whole / 2, whole / 2)
        }
    };
    // A 32-bit share of the spread keeps the arithmetic in whole numbers.
    let share = u128::from(chance >> 32);
    let extra = (spread.as_millis() * share) >> 32;
    fixed + Duration::from_millis(u64::try_from(extra).unwrap_or_default())
}

/// Shortest wait after a fault of the service (5xx) that names no time (DPS `how-to-troubleshoot-dps`).
pub const FAULT_WAIT: Duration = Duration::from_secs(5);

/// Wait before trying again after a fault of the service: as [`backoff`], and without a hint not less than
/// [`FAULT_WAIT`] plus up to a fifth.
#[must_use]
pub fn after_fault(attempt: u32, hint: Option<Duration>, chance: u64) -> Duration {
    let wait = backoff(attempt, hint, chance);
    if hint.is_some() { wait } else { wait.max(backoff(attempt, Some(FAULT_WAIT), chance)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn polls_honour_the_hint_within_bounds() {
        assert_eq!(poll(None), secs(2));
        assert_eq!(poll(Some(secs(3))), secs(3));
        assert_eq!(poll(Some(Duration::ZERO)), secs(1));
        assert_eq!(poll(Some(secs(u64::MAX))), secs(300));
    }

    #[test]
    fn backoff_doubles_to_its_cap_and_keeps_its_jitter_there() {
        for (attempt, whole) in
            [(0, 1), (1, 2), (3, 8), (6, 64), (7, 100), (31, 100), (32, 100), (u32::MAX, 100)]
        {
            assert_eq!(backoff(attempt, None, 0), secs(whole) / 2, "attempt {attempt}");
            let most = backoff(attempt, None, u64::MAX);
            assert!(most > secs(whole) * 99 / 100 && most <= secs(whole), "attempt {attempt}: {most:?}");
        }
    }

    #[test]
    fn a_fault_of_the_service_is_given_five_seconds() {
        for attempt in 0..10 {
            assert!(after_fault(attempt, None, 0) >= secs(5), "attempt {attempt}");
            assert!(after_fault(attempt, None, u64::MAX) >= after_fault(attempt, None, 0));
        }
        assert!(after_fault(0, None, u64::MAX) <= secs(6));
        assert_eq!(after_fault(9, None, 0), backoff(9, None, 0));
        assert_eq!(after_fault(0, Some(secs(2)), 0), secs(2));
    }

    #[test]
    fn a_hint_is_never_undercut() {
        assert_eq!(backoff(5, Some(secs(30)), 0), secs(30));
        assert!(backoff(5, Some(secs(30)), u64::MAX) <= secs(36));
        assert_eq!(backoff(0, Some(secs(100_000)), 0), secs(300));
    }
}
