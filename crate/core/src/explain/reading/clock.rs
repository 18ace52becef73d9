//! A clock that was never set: log lines from 1970.

use super::reader::Reader;
use crate::explain::{catalogue::cause, hit::Hit, statement::Statement};

macro_rules! days {
    ($($day:literal)*) => {
        &[$(Reader { word: concat!("1970-01-0", $day), read: early }),*,
            Reader { word: "jan 1 1970", read: early },
            Reader { word: "jan 01 1970", read: early },
            Reader { word: "01 jan 1970", read: early },
            Reader { word: "1 jan 1970", read: early },
            Reader { word: "jan 1", read: early_in_year },
            Reader { word: "epoch time is", read: early_by_seconds },
            Reader { word: "unix time", read: early_by_seconds },
        ]
    };
}

pub(super) static READERS: &[Reader] = days!["1" "2" "3" "4" "5"];

/// A log's own time, at the start of a line or behind "current time"; a date somewhere in a sentence is none.
fn early(hit: &Hit<'_>) -> Option<Statement> {
    let is_stamp = hit.before().len() <= 24 || hit.has("current time") || hit.has("date:");
    // A "not before" of 1970 is a certificate's.
    let is_other = hit.has("notbefore") || hit.has("not before") || hit.has("last-modified");
    (is_stamp && !is_other).then_some(Statement::Hint(&cause::DEVICE_CLOCK_WRONG))
}

/// `Fetched NTP epoch time is: 28812`: seconds that no clock has had since there was a hub.
fn early_by_seconds(hit: &Hit<'_>) -> Option<Statement> {
    const MOST: usize = 8;
    let is_no_digit = |byte: &u8| !byte.is_ascii_digit();
    let rest: Vec<u8> =
        hit.after().iter().copied().skip_while(|byte| b" :=".contains(byte)).take(16).collect();
    let digits = rest.iter().position(is_no_digit).unwrap_or(rest.len());
    (1..=MOST).contains(&digits).then_some(Statement::Hint(&cause::DEVICE_CLOCK_WRONG))
}

/// `Thu Jan  1 00:00:07 1970`
fn early_in_year(hit: &Hit<'_>) -> Option<Statement> {
    if hit.after().windows(4).take(16).any(|part| part == b"1970") { early(hit) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_1970_that_are_few_are_told() {
        for (line, is_early) in [
            ("Fetched NTP epoch time is: 28812.", true),
            ("epoch time is 7", true),
            ("Fetched NTP epoch time is: 1605928647", false),
            ("epoch time is not known", false),
        ] {
            let at = line.find("epoch time is").unwrap();
            let hit = Hit::new(line.as_bytes(), line.as_bytes(), at, at + "epoch time is".len());
            assert_eq!(early_by_seconds(&hit).is_some(), is_early, "{line}");
        }
    }
}
