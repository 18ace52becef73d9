//! How fast: so many registrations in a time, for each ID scope, and less while the service is busy.

use std::{collections::HashMap, fmt, num::NonZeroU32, str::FromStr, time::Duration};

use dps_x509_core::{name::IdScope, text::Quoted};
use tokio::time::Instant;

/// So many in a time, such as `900/min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: NonZeroU32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Unit {
    const fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
        })
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
        }
    }
}

impl Rate {
    /// So many in a minute.
    #[must_use]
    pub const fn per_minute(count: NonZeroU32) -> Self {
        Self { count, unit: Unit::Minute }
    }

    /// From one to the next.
    #[must_use]
    pub fn interval(self) -> Duration {
        self.unit.duration() / self.count.get()
    }
}

/// 900 in a minute: below the 1,000 that DPS takes of an instance (DPS `about-iot-dps`, quotas).
impl Default for Rate {
    fn default() -> Self {
        Self::per_minute(NonZeroU32::MIN.saturating_add(899))
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError { text: text.to_owned() };
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let unit = match unit.trim() {
            "s" | "sec" | "second" => Unit::Second,
            "m" | "min" | "minute" => Unit::Minute,
            "h" | "hour" => Unit::Hour,
            _ => return Err(wrong()),
        };
        let count = count.trim().parse().map_err(|_| wrong())?;
        Ok(Self { count, unit })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.unit.as_str())
    }
}

/// Why a text is no [`Rate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateError {
    /// What was written.
    text: String,
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no rate; write 900/min, 15/s or 50000/h", Quoted(&self.text))
    }
}

impl std::error::Error for RateError {}

/// When the next registration of each ID scope may begin.
///
/// The rate is kept on average, with a fifth of chance around each interval, so that several processes do not march in
/// step. When the service is busy, nothing begins until the time that it named is over, and then at half the rate; each
/// ten quiet seconds give a tenth of the full rate back.
#[derive(Debug)]
pub struct Pace {
    /// `None`: as fast as it goes.
    interval: Option<Duration>,
    lanes: HashMap<IdScope, Lane>,
}

/// What is remembered of an ID scope.
#[derive(Debug)]
struct Lane {
    /// `None`: as fast as it goes.
    interval: Option<Duration>,
    next: Instant,
    /// Of the full rate, in hundredths.
    share: u32,
    /// Before this, busy answers belong to a slowing that has been done.
    held_until: Instant,
    /// When the share grows next.
    grows_at: Instant,
}

/// Slowest share of the rate.
const LEAST: u32 = 3;
const FULL: u32 = 100;
/// How long it is quiet before the share grows, and by how much.
const QUIET: Duration = Duration::from_secs(10);
const STEP: u32 = 10;
/// While there is no limit, this is what is halved.
const UNLIMITED: Duration = Duration::from_micros(100);

impl Pace {
    /// A rate for each ID scope, shared by this many processes.
    #[must_use]
    pub fn new(rate: Rate, processes: u32) -> Self {
        Self { interval: Some(rate.interval().saturating_mul(processes.max(1))), lanes: HashMap::new() }
    }

    /// No limit but the service's own.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { interval: None, lanes: HashMap::new() }
    }

    /// When a registration may begin.
    #[must_use]
    pub fn next(&self, scope: &IdScope, now: Instant) -> Instant {
        self.lanes.get(scope).map_or(now, |lane| lane.next)
    }

    /// One begins. `chance` is any number.
    pub fn begin(&mut self, scope: &IdScope, now: Instant, chance: u64) {
        let lane = self.lane(scope, now);
        let full = lane.interval;
        while lane.share < FULL && now >= lane.grows_at {
            lane.share = (lane.share + STEP).min(FULL);
            lane.grows_at += QUIET;
        }
        let interval = match full {
            None if lane.share == FULL => return,
            full => full.unwrap_or(UNLIMITED),
        };
        let slowed = interval.saturating_mul(FULL) / lane.share.max(1);
        // From nine to eleven tenths.
        let share = u32::try_from(chance >> 32).unwrap_or_default();
        let jittered = slowed.mul_f64(0.9 + 0.2 * f64::from(share) / f64::from(u32::MAX));
        // A pause is not caught up with by a burst.
        lane.next = lane.next.max(now) + jittered;
    }

    /// The service is busy, and named this wait. Many devices that hear the same count once.
    pub fn busy(&mut self, scope: &IdScope, now: Instant, wait: Duration) {
        let lane = self.lane(scope, now);
        lane.next = lane.next.max(now + wait);
        lane.grows_at = lane.next + QUIET;
        if now >= lane.held_until {
            lane.share = (lane.share / 2).max(LEAST);
        }
        lane.held_until = lane.held_until.max(lane.next);
    }

    /// From one registration of an ID scope to the next, from now on: others have begun to share its rate, or left.
    #[cfg(feature = "nats")]
    pub(crate) fn set_interval(&mut self, scope: &IdScope, now: Instant, interval: Option<Duration>) {
        self.lane(scope, now).interval = interval;
    }

    /// The share of the full rate at which an ID scope goes, in hundredths.
    #[must_use]
    pub fn share(&self, scope: &IdScope) -> u32 {
        self.lanes.get(scope).map_or(FULL, |lane| lane.share)
    }

    fn lane(&mut self, scope: &IdScope, now: Instant) -> &mut Lane {
        let interval = self.interval;
        let fresh = || Lane { interval, next: now, share: FULL, held_until: now, grows_at: now };
        self.lanes.entry(scope.clone()).or_insert_with(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: u64 = 1 << 63;

    fn scope(text: &str) -> IdScope {
        IdScope::new(text).unwrap()
    }

    /// How many begin in a time, if they begin as soon as they may.
    fn begun(pace: &mut Pace, scope: &IdScope, from: Instant, time: Duration) -> u32 {
        let (mut now, mut count, mut chance) = (from, 0, 7_u64);
        loop {
            now = pace.next(scope, now).max(now);
            if now >= from + time {
                return count;
            }
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            pace.begin(scope, now, chance);
            count += 1;
        }
    }

    #[test]
    fn a_rate_is_kept_on_average_for_each_scope() {
        let (start, minute) = (Instant::now(), Duration::from_secs(60));
        let mut pace = Pace::new("900/min".parse().unwrap(), 1);
        for name in ["0ne1", "0ne2"] {
            let count = begun(&mut pace, &scope(name), start, minute);
            assert!((890..=910).contains(&count), "{count}");
        }
        let mut shared = Pace::new(Rate::default(), 9);
        let count = begun(&mut shared, &scope("0ne1"), start, minute);
        assert!((98..=102).contains(&count), "{count}");
    }

    #[test]
    fn a_busy_service_stops_everything_then_halves_it_then_gets_it_back() {
        let (start, scope) = (Instant::now(), scope("0ne1"));
        let mut pace = Pace::new("10/s".parse().unwrap(), 1);
        pace.begin(&scope, start, EVEN);
        for _ in 0..50 {
            pace.busy(&scope, start, Duration::from_secs(30));
        }
        assert_eq!(pace.share(&scope), 50, "many that hear it at once count once");
        assert_eq!(pace.next(&scope, start), start + Duration::from_secs(30));
        let again = start + Duration::from_secs(30);
        let slow = begun(&mut pace, &scope, again, Duration::from_secs(10));
        assert!((48..=52).contains(&slow), "{slow}");
        let later = again + Duration::from_secs(70);
        let full = begun(&mut pace, &scope, later, Duration::from_secs(10));
        assert!((97..=103).contains(&full), "{full}");
        assert_eq!(pace.share(&scope), 100);
    }

    #[test]
    fn it_never_gets_slower_than_some() {
        let (start, scope) = (Instant::now(), scope("0ne1"));
        let mut pace = Pace::unlimited();
        for second in 0..100 {
            pace.busy(&scope, start + Duration::from_secs(second * 2), Duration::from_secs(1));
        }
        assert_eq!(pace.share(&scope), LEAST);
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let (start, scope) = (Instant::now(), scope("0ne1"));
        let mut pace = Pace::unlimited();
        pace.begin(&scope, start, EVEN);
        assert_eq!(pace.next(&scope, start), start);
    }

    #[test]
    fn a_pause_is_not_caught_up_with() {
        let (start, scope) = (Instant::now(), scope("0ne1"));
        let mut pace = Pace::new("1/s".parse().unwrap(), 1);
        pace.begin(&scope, start, EVEN);
        let late = start + Duration::from_secs(3600);
        let count = begun(&mut pace, &scope, late, Duration::from_secs(10));
        assert!(count <= 12, "{count}");
    }

    #[test]
    fn rates_are_written_as_people_do() {
        for (text, millis) in
            [("900/min", 66), ("15/s", 66), ("1/h", 3_600_000), (" 2 / second", 500), ("6/m", 10_000)]
        {
            assert_eq!(text.parse::<Rate>().unwrap().interval().as_millis(), millis, "{text}");
        }
        for text in ["", "900", "0/min", "-1/s", "1.5/s", "900/day", "min/900", "/", "900/min/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        assert_eq!(Rate::default().to_string(), "900/min");
    }
}
