//! What is going on, in one line on a terminal, for people who wait.

use std::time::Duration;

use dps_x509_core::session::{Event, mqtt::Packet};
use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal;

/// A line that changes; hidden where standard error is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(is_wanted: bool) -> Self {
        // A line that nobody sees needs no thread that makes it change.
        if !is_wanted || !terminal::is_watched() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    pub(super) fn show(&self, event: &Event<'_>) {
        let message = match event {
            Event::Sent(Packet::Publish { .. }) => "asking the service".to_owned(),
            Event::UpgradeSent(_) => "asking for WebSocket".to_owned(),
            Event::UpgradeAnswered(_) | Event::Sent(_) | Event::Received(_) | Event::Ignored(_) => return,
            event => event.to_string().trim_start_matches("--  ").to_owned(),
        };
        self.0.set_message(message);
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
