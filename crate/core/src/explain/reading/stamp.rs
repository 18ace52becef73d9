//! The time stamps before the lines of a log, and whether the clock that wrote them can have been right.

use crate::{cert::UnixTime, explain::text::Text};

/// How far into a line its stamp begins.
const REACH: usize = 64;
/// 2016-02-01: IoT Hub became public in February 2016, and a device whose log is older has a clock that was never set.
const FIRST: UnixTime = UnixTime::from_seconds(1_454_284_800);
/// What two right clocks may differ: logs have the local time.
const APART: i64 = 2 * 86_400;
/// Words before a date that make it something else's.
const OTHERS: [&str; 12] = [
    "not before",
    "not after",
    "notbefore",
    "notafter",
    "valid",
    "expire",
    "issue",
    "start date",
    "date:",
    "modified",
    "created",
    "version",
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The last time stamp that a log has, and where it stands.
pub(in crate::explain) fn last(text: &Text) -> Option<(UnixTime, usize)> {
    let mut last: Option<(UnixTime, usize)> = None;
    let mut at = 0;
    for line in text.bytes().split_inclusive(|byte| *byte == b'\n') {
        if let Some(stamp) = of_line(line) {
            // A log that began in 1970 and went on with the right time was set in between.
            last = Some(last.map_or((stamp, at), |known| if stamp >= known.0 { (stamp, at) } else { known }));
        }
        at += line.len();
    }
    last
}

/// Whether a clock that wrote this was wrong, if it is `now`: before the hub was there, or after `now`.
pub(in crate::explain) fn is_wrong(stamp: UnixTime, now: Option<UnixTime>) -> bool {
    stamp < FIRST || now.is_some_and(|now| stamp.seconds().saturating_sub(now.seconds()) > APART)
}

/// Whether what was written then was not written now.
pub(in crate::explain) fn is_long_ago(stamp: UnixTime, now: Option<UnixTime>) -> bool {
    now.is_some_and(|now| now.seconds().saturating_sub(stamp.seconds()) > APART)
}

/// `2026-11-27T22:00:00Z`, `2026/11/27 22:00:00`, `27.11.2026 22:00:00`, `Fri Nov 27 22:00:00 2026`, `27/Nov/2026:22:00:00`,
/// `1795816800: `.
fn of_line(line: &[u8]) -> Option<UnixTime> {
    let line = line.get(..line.len().min(REACH + 32))?;
    if let Some(stamp) = epoch(line) {
        return Some(stamp);
    }
    let lower = String::from_utf8_lossy(line).to_ascii_lowercase();
    let words: Vec<(usize, &str)> = lower
        .split(|it: char| !it.is_ascii_alphanumeric())
        .map(|word| (word.as_ptr().addr() - lower.as_ptr().addr(), word))
        .filter(|(_, word)| !word.is_empty())
        .collect();
    let (at, stamp) = (0..words.len().min(16)).find_map(|first| {
        let part = words.get(first..)?;
        let (at, _) = *part.first().filter(|(at, _)| *at <= REACH)?;
        Some((at, date(part)?))
    })?;
    let before = lower.get(..at)?;
    (!OTHERS.iter().any(|word| before.contains(word))).then_some(stamp)
}

/// Seconds, or thousandths of them, at the very beginning: mosquitto's.
fn epoch(line: &[u8]) -> Option<UnixTime> {
    let line = line.strip_prefix(b"[").unwrap_or(line);
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(line.get(digits), Some(b':' | b'.' | b']' | b' ')) || !matches!(digits, 10 | 13) {
        return None;
    }
    let number: i64 = std::str::from_utf8(line.get(..digits)?).ok()?.parse().ok()?;
    Some(UnixTime::from_seconds(if digits == 13 { number / 1000 } else { number }))
}

/// A date with a time behind it, or around it, at the beginning of these words.
fn date(words: &[(usize, &str)]) -> Option<UnixTime> {
    let word = |index: usize| words.get(index).map(|(_, word)| *word);
    let number = |index: usize| word(index).and_then(|word| word.parse::<i64>().ok());
    let month = |index: usize| {
        let name = word(index)?.get(..3)?;
        MONTHS.iter().position(|month| *month == name).and_then(|at| i64::try_from(at + 1).ok())
    };
    let year = |index: usize| number(index).filter(|year| (1970..2200).contains(year));
    // `27T22`: a day, and the hour of the time behind it.
    let joined = |index: usize| {
        let (day, hour) = word(index)?.split_once('t')?;
        Some((day.parse::<i64>().ok()?, hour.parse::<i64>().ok()?))
    };
    let seconds = |index: usize| {
        let digits: String = word(index)?.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<i64>().ok()
    };
    if let (Some(year), Some(month)) = (year(0), number(1).or_else(|| month(1))) {
        if let Some((day, hour)) = joined(2) {
            return UnixTime::from_civil(year, month, day, hour, number(3)?, seconds(4).unwrap_or(0));
        }
        return UnixTime::from_civil(
            year,
            month,
            number(2)?,
            number(3)?,
            number(4)?,
            seconds(5).unwrap_or(0),
        );
    }
    if let Some(month) = month(0) {
        // `Nov 27 22:00:00 2026`, and with a time zone before the year.
        let year = year(5).or_else(|| year(6))?;
        return UnixTime::from_civil(year, month, number(1)?, number(2)?, number(3)?, number(4)?);
    }
    let (day, year) = (number(0)?, year(2)?);
    let month = number(1).or_else(|| month(1))?;
    UnixTime::from_civil(year, month, day, number(3)?, number(4)?, seconds(5).unwrap_or(0))
        .or_else(|| UnixTime::from_civil(year, day, month, number(3)?, number(4)?, seconds(5).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_every_form_are_read() {
        for line in [
            "2026-11-27T22:00:05Z x",
            "[2026-11-27 22:00:05.123] x",
            "2026/11/27 22:00:05 [error] x",
            "27.11.2026 22:00:05 x",
            "11/27/2026 22:00:05 x",
            "Error: Time:Fri Nov 27 22:00:05 2026 File:x",
            "Fri Nov 27 22:00:05 UTC 2026: x",
            "127.0.0.1 - - [27/Nov/2026:22:00:05 +0000] x",
            "edge | 2026-11-27 22:00:05.123 +00:00 [INF] x",
        ] {
            let stamp = of_line(line.as_bytes()).map(|stamp| stamp.to_string());
            assert_eq!(stamp.as_deref(), Some("2026-11-27 22:00:05 UTC"), "{line}");
        }
        assert!(of_line(b"1543452431: x").is_some() && of_line(b"1543452431123 x").is_some());
        for line in [
            "",
            "4 x 5",
            "Nov 27 22:00:05 host x",
            "Not Before: Nov 27 22:00:05 2016 GMT",
            "v2016.01.02.03.04",
        ] {
            assert_eq!(of_line(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_clock_is_wrong_before_dps_and_after_now() {
        let at = |year| UnixTime::from_civil(year, 6, 1, 0, 0, 0).unwrap();
        let now = Some(at(2026));
        assert!(is_wrong(at(2000), now) && is_wrong(at(2000), None) && is_wrong(at(2036), now));
        assert!(!is_wrong(at(2020), now) && !is_wrong(at(2036), None));
        assert!(is_long_ago(at(2025), now) && !is_long_ago(at(2026), now));
    }
}
