//! This machine's clock beside the server's.

use std::time::SystemTime;

use dps_x509_core::{
    cert::UnixTime,
    finding::{Finding, Place, catalogue},
};

use super::stage::{Stage, Step, Verdict};
use crate::input::unix_time;

/// Apart by more, in seconds, is worth a word: Kerberos and NTP clients draw the line there too.
const TOLERANCE: u64 = 300;

/// The stage for the `Date` that a server gave at `now`.
pub(super) fn stage(date: Option<SystemTime>, now: UnixTime) -> Stage {
    let Some(date) = date.map(unix_time) else {
        return Stage::new(Step::Clock, Verdict::NotReached, "the server's answer bears no date");
    };
    let apart = now.seconds().saturating_sub(date.seconds());
    let seconds = apart.unsigned_abs();
    let way = if apart < 0 { "behind" } else { "ahead of" };
    let stage = |verdict, summary: String| {
        Stage::new(Step::Clock, verdict, summary).fact("date", date.to_rfc3339()).fact("skewSeconds", apart)
    };
    if seconds <= TOLERANCE {
        // The date counts whole seconds.
        let summary = if seconds <= 2 {
            "as the server's".to_owned()
        } else {
            format!("{seconds} s {way} the server's")
        };
        return stage(Verdict::Passed, summary);
    }
    let amount = humantime::format_duration(std::time::Duration::from_secs(seconds));
    let message = format!("This machine's clock is {amount} {way} the server's.");
    let finding = Finding::new(&catalogue::CLOCK_WRONG, message, "Set this machine's clock, best by NTP.")
        .expected(format!("about {date}"))
        .found(now.to_string())
        .at(Place::stage("clock"));
    stage(Verdict::Doubtful, format!("{amount} {way} the server's")).finding(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(date: u64, now: i64) -> (Verdict, usize) {
        let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(date);
        let stage = stage(Some(date), UnixTime::from_seconds(now));
        (stage.verdict, stage.findings.len())
    }

    #[test]
    fn five_minutes_are_tolerated_either_way() {
        for now in [10_000, 10_300, 9_700] {
            assert_eq!(codes(10_000, now), (Verdict::Passed, 0), "{now}");
        }
        for now in [10_301, 9_699, 0] {
            assert_eq!(codes(10_000, now), (Verdict::Doubtful, 1), "{now}");
        }
        assert_eq!(stage(None, UnixTime::from_seconds(0)).verdict, Verdict::NotReached);
    }
}
