//! Times as DPS writes them.

use std::time::SystemTime;

use time::OffsetDateTime;

/// The time of what has never been, as .NET has it.
pub(crate) const NEVER: &str = "0001-01-01T00:00:00Z";

/// UTC with seven digits of a second: `2026-11-23T13:03:00.1234567Z`.
pub(crate) fn utc(time: SystemTime) -> String {
    let utc = OffsetDateTime::from(time);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.nanosecond() / 100
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn seven_digits_of_a_second() {
        let time = UNIX_EPOCH + Duration::new(951_782_400, 123_456_700);
        assert_eq!(super::utc(time), "2000-02-29T00:00:00.1234567Z");
    }
}
