//! How far a run is: a bar on a terminal, a line a minute elsewhere.

use std::time::Duration;

use dps_x509_fleet::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::{
    sync::watch,
    time::{Instant, interval},
};

use crate::terminal;

const REFRESH: Duration = Duration::from_millis(250);
const LINE: Duration = Duration::from_secs(60);

/// Of devices whose number is not known yet.
pub(super) fn bar(is_wanted: bool) -> ProgressBar {
    if !is_wanted {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} devices  {msg}") {
        bar.set_style(style);
    }
    bar
}

/// The number of devices is known.
pub(super) fn set_length(bar: &ProgressBar, devices: u64) {
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}  {msg}  {eta} left") {
        bar.set_style(style);
    }
    bar.set_length(devices);
}

/// Shows how far it is until it is told to stop.
pub(super) async fn follow(bar: ProgressBar, mut progress: watch::Receiver<Progress>, is_quiet: bool) {
    let is_line = !is_quiet && !terminal::is_watched();
    let (started, mut last) = (Instant::now(), Instant::now());
    let mut tick = interval(REFRESH);
    while progress.has_changed().is_ok() {
        tick.tick().await;
        let now = *progress.borrow_and_update();
        bar.set_position(now.results() + now.done_before + now.twice);
        let message = message(&now, started.elapsed());
        if is_line && last.elapsed() >= LINE {
            last = Instant::now();
            let devices = now.results() + now.done_before;
            terminal::err(&format!("{devices} devices, {message}\n")).unwrap_or_default();
        }
        bar.set_message(message);
    }
    bar.finish_and_clear();
}

/// `840/min, 120 assigned, 3 refused, 1 failed, 40 under way, 5 waiting`
fn message(progress: &Progress, elapsed: Duration) -> String {
    let minutes = elapsed.as_secs_f64() / 60.0;
    let results = f64::from(u32::try_from(progress.results()).unwrap_or(u32::MAX));
    let rate = if minutes > 0.0 { results / minutes } else { 0.0 };
    let mut parts = vec![format!("{rate:.0}/min"), format!("{} assigned", progress.assigned)];
    let more = [
        (progress.refused, "refused"),
        (progress.failed, "failed"),
        (progress.unusable, "not usable"),
        (progress.under_way, "under way"),
        (progress.waiting, "waiting"),
    ];
    parts.extend(more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    if progress.share < 100 {
        parts.push(format!("slowed to {} % by the service", progress.share));
    }
    if progress.is_ending {
        parts.push("ending".to_owned());
    }
    parts.join(", ")
}
