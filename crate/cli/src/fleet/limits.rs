//! How fast devices are brought to their results, how many at once, and when no more are begun: of a list or of a queue.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::SystemTime,
};

use dps_x509_core::text::Quoted;
use dps_x509_fleet::Rate;
use tokio::time::Instant;

/// The limits of `fleet run` and `fleet work`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Limits {
    /// Most registrations of an ID scope, such as 900/min, 15/s or none; of all shards or workers together
    #[arg(long, value_name = "RATE", default_value = "900/min", value_parser = pace)]
    pub(super) rate: Pace,
    /// Most devices under way at once; of these, 32 for each processor dial at a time, for 5 seconds at most: where packets
    /// vanish, that is 384 a minute for each
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN.saturating_add(99))]
    pub(super) at_once: NonZeroUsize,
    /// How often a device is tried whose failure may pass; by all workers together
    #[arg(long, value_name = "N", default_value_t = NonZeroU32::MIN.saturating_add(4))]
    pub(super) attempts: NonZeroU32,
    /// Begin no more devices after this time: 8h, or 2027-01-31T06:00:00Z
    #[arg(long, value_name = "TIME", value_parser = until)]
    until: Option<SystemTime>,
    /// Begin no more devices once so many of this program have no hub
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) stop_after_errors: Option<u64>,
}

impl Limits {
    /// When no more are begun.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until.map(|time| {
            let left = time.duration_since(SystemTime::now()).unwrap_or_default();
            Instant::now().checked_add(left).unwrap_or_else(Instant::now)
        })
    }
}

/// How fast; `None` as fast as it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace(pub(super) Option<Rate>);

fn pace(text: &str) -> Result<Pace, String> {
    if text == "none" {
        return Ok(Pace(None));
    }
    text.parse()
        .map(|rate| Pace(Some(rate)))
        .map_err(|error: dps_x509_fleet::RateError| format!("{error}, or none"))
}

/// A time, or how long from now.
fn until(text: &str) -> Result<SystemTime, String> {
    let wrong = || format!("{} is no time; write 8h, or 2027-01-31T06:00:00Z", Quoted(text));
    match humantime::parse_duration(text) {
        Ok(duration) => SystemTime::now().checked_add(duration).ok_or_else(wrong),
        Err(_) => humantime::parse_rfc3339_weak(text).map_err(|_| wrong()),
    }
}
