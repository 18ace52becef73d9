//! What is told of devices while they are brought to their results, wherever those are kept.

use std::io;

use dps_x509_core::text::visible;
use dps_x509_fleet::{
    Progress,
    journal::{Entry, Standing},
};
use dps_x509_net::Cancellation;
use indicatif::ProgressBar;
use tokio::{sync::watch, task::JoinHandle};

use super::{bar, signals};
use crate::terminal;

/// Devices without a hub that are told on the way; the others are where the results are.
const TOLD: u32 = 20;

/// Where devices are told of, and how.
#[derive(Debug, Clone)]
pub(super) struct Report {
    is_json: bool,
    pub(super) bar: ProgressBar,
}

impl Report {
    pub(super) fn new(is_json: bool) -> Self {
        Self { is_json, bar: bar::bar(!(is_json && terminal::is_terminal())) }
    }

    /// What is done with each result once it is kept, which is in `place`: all of them in JSON, else those without a hub.
    pub(super) fn results(&self, place: &'static str) -> impl FnMut(&str) + Send + use<> {
        let (is_json, bar, mut told) = (self.is_json, self.bar.clone(), 0);
        move |json: &str| {
            if is_json {
                // Whoever does not read the results finds them where they are kept.
                terminal::json(json).unwrap_or_default();
                return;
            }
            let Ok(entry) = serde_json::from_str::<Entry>(json) else { return };
            if entry.standing() == Standing::Assigned || told > TOLD {
                return;
            }
            told += 1;
            let line = if told > TOLD {
                format!("further devices without a hub are in {place}")
            } else {
                line(&entry)
            };
            bar.suspend(|| terminal::err(&format!("{line}\n")).unwrap_or_default());
        }
    }

    /// Lets Ctrl-C and SIGTERM end it, and says so.
    ///
    /// # Errors
    /// Signals cannot be listened to.
    pub(super) fn listen(&self, stop: &Cancellation) -> io::Result<()> {
        let bar = self.bar.clone();
        signals::listen(stop, move || {
            bar.suspend(|| {
                let told = "Ending: no more devices are begun, those under way come to their end. Ctrl-C again leaves at once.\n";
                terminal::err(told).unwrap_or_default();
            });
        })
    }

    /// Shows how far it is, until the sender of the progress is gone.
    pub(super) fn follow(&self, progress: watch::Receiver<Progress>) -> JoinHandle<()> {
        tokio::spawn(bar::follow(self.bar.clone(), progress, self.is_json))
    }
}

/// `sensor-7  refused: DX707 DPS answered …`
fn line(entry: &Entry) -> String {
    let device = entry.device.clone().unwrap_or_else(|| format!("row {}", entry.row.unwrap_or(0)));
    let found = entry.findings.first().map(|it| format!(": {} {}", it.code, it.message)).unwrap_or_default();
    visible(&format!("{device}  {}{found}", entry.outcome)).into_owned()
}
