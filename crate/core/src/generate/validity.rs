//! From when until when a certificate is valid.

use std::time::Duration;

use x509_cert::{der::DateTime, time};

use super::Error;

/// A span of whole seconds, both ends included (RFC 5280 section 4.1.2.5).
///
/// Until 2049 a certificate states its times as UTCTime, from 2050 as GeneralizedTime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    not_before: DateTime,
    not_after: DateTime,
}

impl Validity {
    /// Begins at a time, counted from 1970-01-01 00:00:00 UTC, and lasts for a while.
    ///
    /// # Errors
    /// [`Error::BadValidity`]: it ends after 9999, or lasts less than a second.
    pub fn starting(not_before: Duration, length: Duration) -> Result<Self, Error> {
        let not_after = not_before.checked_add(length).ok_or(Error::BadValidity)?;
        Self::between(not_before, not_after)
    }

    /// Between two times, each counted from 1970-01-01 00:00:00 UTC.
    ///
    /// # Errors
    /// [`Error::BadValidity`]: it ends after 9999, or not after its start.
    pub fn between(not_before: Duration, not_after: Duration) -> Result<Self, Error> {
        let time = |since| DateTime::from_unix_duration(since).map_err(|_| Error::BadValidity);
        let validity = Self { not_before: time(not_before)?, not_after: time(not_after)? };
        if validity.not_before < validity.not_after { Ok(validity) } else { Err(Error::BadValidity) }
    }

    /// Since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn not_before(&self) -> Duration {
        self.not_before.unix_duration()
    }

    /// Since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn not_after(&self) -> Duration {
        self.not_after.unix_duration()
    }

    /// What of it lies within another one.
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let (not_before, not_after) =
            (self.not_before.max(other.not_before), self.not_after.min(other.not_after));
        (not_before < not_after).then_some(Self { not_before, not_after })
    }

    pub(super) fn to_x509(self) -> time::Validity {
        time::Validity::new(self.not_before.into(), self.not_after.into())
    }

    pub(super) fn of_x509(validity: &time::Validity) -> Self {
        Self { not_before: validity.not_before.to_date_time(), not_after: validity.not_after.to_date_time() }
    }
}

#[cfg(test)]
mod tests {
    use x509_cert::{der::Encode as _, time::Time};

    use super::*;

    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;

    #[test]
    fn the_year_2050_changes_the_type() {
        let before = Duration::from_secs(2_524_607_999);
        let validity = Validity::starting(before, Duration::from_secs(1)).unwrap().to_x509();
        let der = |time: Time| time.to_der().unwrap();
        assert_eq!(der(validity.not_before)[0], UTC_TIME);
        assert_eq!(&der(validity.not_before)[2..], b"491231235959Z");
        assert_eq!(der(validity.not_after)[0], GENERALIZED_TIME);
        assert_eq!(&der(validity.not_after)[2..], b"20500101000000Z");
    }

    #[test]
    fn no_time_past_9999_and_no_end_before_the_start() {
        let day = Duration::from_secs(86_400);
        assert_eq!(Validity::starting(day, Duration::ZERO), Err(Error::BadValidity));
        assert_eq!(Validity::between(day * 2, day), Err(Error::BadValidity));
        assert_eq!(Validity::starting(day, day * 366 * 9_000), Err(Error::BadValidity));
        assert_eq!(Validity::starting(Duration::MAX, day), Err(Error::BadValidity));
    }
}
