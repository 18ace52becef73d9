//! How far it is, on standard error where that is a terminal.

use std::time::Duration;

use dps_x509_core::generate::{self, KeyType};
use indicatif::{ProgressBar, ProgressStyle};

/// A bar for devices that are counted, a line for one.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(devices: Option<u32>) -> Self {
        let (bar, template) = if let Some(devices) = devices {
            (ProgressBar::new(devices.into()), "{bar:30} {pos} of {len} devices, {eta} left  {msg}")
        } else {
            (ProgressBar::new_spinner(), "{spinner} {elapsed}  {msg}")
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// A key is searched for.
    pub(super) fn searching(&self, key_type: KeyType, progress: generate::Progress) {
        let generate::Progress { primes, candidates } = progress;
        self.0
            .set_message(format!("{key_type} key: {primes} of 2 primes found, {candidates} numbers tested"));
    }

    /// One more device is done.
    pub(super) fn device(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
