//! Points in time as certificates write them.

use std::fmt;

/// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted; negative before it.
///
/// `Display` writes `2026-11-23 13:05:13 UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

const DAY: i64 = 86_400;

/// The furthest year from 0 that there is a moment in.
const FURTHEST: i64 = 1_000_000;

impl UnixTime {
    /// From seconds since 1970.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whole days from `self` until `later`, rounded towards `self`; negative if `later` is earlier.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(DAY)
    }

    /// The moment this much later; `None` beyond what can be counted.
    #[must_use]
    pub fn after(self, duration: std::time::Duration) -> Option<Self> {
        self.0.checked_add(i64::try_from(duration.as_secs()).ok()?).map(Self)
    }

    /// `2026-11-23T13:05:13Z` (RFC 3339).
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.to_string().replacen(' ', "T", 1).replace(" UTC", "Z")
    }

    /// From a date and a time of the proleptic Gregorian calendar; `None` if there is no such moment, or it is more than a
    /// million years away.
    #[must_use]
    pub fn from_civil(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<Self> {
        let exists = (-FURTHEST..=FURTHEST).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        exists.then(|| Self(days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Both count in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.

const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (text, civil, seconds) in [
            ("1970-01-01 00:00:00 UTC", (1970, 1, 1, 0, 0, 0), 0),
            ("2000-02-29 12:34:56 UTC", (2000, 2, 29, 12, 34, 56), 951_827_696),
            ("1950-01-01 00:00:00 UTC", (1950, 1, 1, 0, 0, 0), -631_152_000),
            ("9999-12-31 23:59:59 UTC", (9999, 12, 31, 23, 59, 59), 253_402_300_799),
        ] {
            let (year, month, day, hour, minute, second) = civil;
            let time = UnixTime::from_civil(year, month, day, hour, minute, second).unwrap();
            assert_eq!((time.seconds(), time.to_string().as_str()), (seconds, text));
            assert_eq!(time.to_rfc3339().len(), 20);
            assert!(time.to_rfc3339().ends_with('Z') && time.to_rfc3339().contains('T'));
        }
    }

    #[test]
    fn every_day_of_four_centuries_there_and_back() {
        for day in -1_000..146_097 {
            let (year, month, day_of_month) = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, day_of_month), day);
        }
    }

    #[test]
    fn moments_that_do_not_exist() {
        for (year, month, day, hour) in [
            (2023, 2, 29, 0),
            (2024, 13, 1, 0),
            (2024, 4, 31, 0),
            (2024, 1, 1, 24),
            (i64::MAX, 1, 1, 0),
            (i64::MIN, 1, 1, 0),
            (2024, i64::MIN, i64::MAX, i64::MIN),
        ] {
            assert_eq!(UnixTime::from_civil(year, month, day, hour, 0, 0), None);
        }
    }

    #[test]
    fn days_between() {
        let start = UnixTime::from_seconds(0);
        assert_eq!(start.days_until(UnixTime::from_seconds(DAY * 3 + 5)), 3);
        assert_eq!(start.days_until(UnixTime::from_seconds(-1)), -1);
    }
}
