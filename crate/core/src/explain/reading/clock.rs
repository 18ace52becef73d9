//! A clock that was never set: log lines from 1970.

use super::{Hit, Row, Said, cause};

pub(super) static ROWS: &[Row] = &[
    Row::read("1970-01-0", early),
    Row::read("1970/01/0", early),
    Row::read("jan  1 ", early).near(&["1970"]),
    Row::read("jan 1970", early),
    Row::read("is before 20", early).near(&["current time"]),
];

/// A log's own time, at the start of a line or behind "current time"; a date somewhere in a sentence is none.
fn early(hit: &Hit<'_>) -> Option<Said> {
    let before = hit.before();
    let is_stamp = before.len() <= 24 || hit.line().windows(12).any(|part| part == b"current time");
    is_stamp.then_some(Said::Hint(&cause::DEVICE_CLOCK_WRONG))
}
