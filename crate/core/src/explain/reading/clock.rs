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

/// `Thu Jan  1 00:00:07 1970`
fn early_in_year(hit: &Hit<'_>) -> Option<Statement> {
    if hit.after().windows(4).take(16).any(|part| part == b"1970") { early(hit) } else { None }
}
