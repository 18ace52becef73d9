//! What a run came to, by outcome and finding, and over time: of the last result of each device in a journal.

mod curve;
mod histogram;
mod html;
mod table;

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use crate::journal::{self, Entry, JournalError};
pub use curve::{Curve, Interval};
pub use histogram::Histogram;
pub use table::cell;

/// What a journal comes to.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Summary {
    /// How many devices have a result.
    pub devices: u64,
    /// How many by each outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// How many at each hub.
    pub hubs: BTreeMap<String, u64>,
    /// What was found, by code.
    pub findings: BTreeMap<String, Finding>,
    /// How many were tried more than once.
    pub tried_again: u64,
    /// How long those took that were assigned.
    pub latency: Histogram,
    /// How it went over time.
    pub curve: Curve,
}

/// A finding of one or more devices.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Its name.
    pub name: String,
    /// How bad it is.
    pub severity: String,
    /// What it said of the first device.
    pub message: String,
    /// That device.
    pub device: String,
    /// On how many devices it was found.
    pub devices: u64,
}

/// Most hubs that are counted by their names: a service that makes up names does not fill the memory.
const MAX_HUBS: usize = 1000;
/// Behind those.
const OTHER_HUBS: &str = "(others)";

impl Summary {
    /// Of a journal, while a run writes to it or not.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn of(journal: &Path) -> Result<Self, JournalError> {
        let mut summary = Self::default();
        summary.read(journal)?;
        Ok(summary)
    }

    /// Counts what is in another journal as well: that of another shard.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn read(&mut self, journal: &Path) -> Result<(), JournalError> {
        for entry in journal::latest(journal)? {
            self.add(&entry?.0);
        }
        Ok(())
    }

    /// Counts a result.
    pub fn add(&mut self, entry: &Entry) {
        self.devices += 1;
        *self.outcomes.entry(entry.outcome.clone()).or_default() += 1;
        self.tried_again += u64::from(entry.attempts.is_some_and(|attempts| attempts > 1));
        if let Some(hub) = &entry.assigned_hub {
            let is_known = self.hubs.contains_key(hub) || self.hubs.len() < MAX_HUBS;
            let hub = if is_known { hub.as_str() } else { OTHER_HUBS };
            *self.hubs.entry(hub.to_owned()).or_default() += 1;
        }
        let mut codes = Vec::new();
        for found in &entry.findings {
            if codes.contains(&&found.code) {
                continue;
            }
            codes.push(&found.code);
            let finding = self.findings.entry(found.code.clone()).or_insert_with(|| Finding {
                name: found.name.clone(),
                severity: found.severity.clone(),
                message: found.message.clone(),
                device: entry.device.clone().unwrap_or_else(|| format!("row {}", entry.row.unwrap_or(0))),
                devices: 0,
            });
            finding.devices += 1;
        }
        let took = entry.tally.map_or(0.0, |took| took.seconds);
        if entry.outcome == ASSIGNED {
            self.latency.add(took);
        }
        if let Some(at) = entry.at.as_deref().and_then(curve::seconds) {
            self.curve.add(at, &entry.outcome, took);
        }
    }

    /// How many have a hub.
    #[must_use]
    pub fn assigned(&self) -> u64 {
        self.outcomes.get(ASSIGNED).copied().unwrap_or(0)
    }

    /// How many have none.
    #[must_use]
    pub fn without_hub(&self) -> u64 {
        self.devices - self.assigned()
    }

    /// The findings, those of most devices first.
    pub(crate) fn by_frequency(&self) -> Vec<(&str, &Finding)> {
        let mut findings: Vec<_> =
            self.findings.iter().map(|(code, finding)| (code.as_str(), finding)).collect();
        findings.sort_by_key(|(code, finding)| (std::cmp::Reverse(finding.devices), *code));
        findings
    }

    /// As text for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        table::text(self)
    }

    /// As CSV: what is counted, its name, how many.
    #[must_use]
    pub fn to_csv(&self) -> String {
        table::csv(self)
    }

    /// As one page of HTML that needs nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// As a JSON object (`crate/core/schema/fleet-summary.json`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let findings: Vec<Value> = self
            .by_frequency()
            .into_iter()
            .map(|(code, finding)| {
                json!({
                    "code": code,
                    "name": finding.name,
                    "severity": finding.severity,
                    "devices": finding.devices,
                    "example": { "device": finding.device, "message": finding.message },
                })
            })
            .collect();
        json!({
            "version": 1,
            "devices": self.devices,
            "assigned": self.assigned(),
            "withoutHub": self.without_hub(),
            "outcomes": self.outcomes,
            "hubs": self.hubs,
            "findings": findings,
            "triedAgain": self.tried_again,
            "latencySeconds": self.latency.to_json(),
            "curve": self.curve.to_json(),
        })
    }
}

/// The outcome that everybody wants.
pub(crate) const ASSIGNED: &str = "assigned";

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn entry(json: Value) -> Entry {
        serde_json::from_value(json).unwrap()
    }

    fn summary() -> Summary {
        let mut summary = Summary::default();
        let found = json!({ "code": "DX707", "name": "ca-certificate-not-found", "severity": "error", "message": "<b>no</b>" });
        for number in 0..3 {
            summary.add(&entry(json!({
                "row": number, "device": format!("d-{number}"), "idScope": "0ne1", "outcome": "assigned",
                "assignedHub": "<script>.example", "at": "2026-11-27T10:00:00Z", "attempts": 1 + number,
                "tally": { "seconds": 3.0 },
            })));
        }
        summary.add(&entry(json!({
            "row": 4, "device": "=cmd()", "idScope": "0ne1", "outcome": "refused", "at": "2026-11-27T10:05:00Z",
            "attempts": 1, "tally": { "seconds": 1.0 }, "findings": [found, found],
        })));
        summary
    }

    #[test]
    fn devices_are_counted_by_outcome_hub_and_finding() {
        let summary = summary();
        assert_eq!(
            (summary.devices, summary.assigned(), summary.without_hub(), summary.tried_again),
            (4, 3, 1, 2)
        );
        assert_eq!(summary.findings["DX707"].devices, 1, "twice on one device counts once");
        let text = summary.to_text();
        for part in ["3  assigned", "1  refused", "DX707 ca-certificate-not-found"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let json = summary.to_json();
        assert_eq!(json["findings"][0]["example"]["device"], "=cmd()");
        assert_eq!(json["curve"][1]["outcomes"]["refused"], 1);
    }

    #[test]
    fn what_strangers_say_is_neither_markup_nor_a_formula() {
        let summary = summary();
        let html = summary.to_html();
        assert!(!html.contains("<b>no") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;b&gt;no&lt;/b&gt;"));
        for foreign in ["http://", "https://", "src=", "url(", "@import", "<link"] {
            assert!(!html.contains(foreign), "{foreign}");
        }
        let mut evil = summary;
        evil.hubs.insert("=HYPERLINK(\"x\")".into(), 1);
        assert!(evil.to_csv().contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", evil.to_csv());
    }

    #[test]
    fn hubs_without_end_are_counted_together() {
        let mut summary = Summary::default();
        for number in 0..MAX_HUBS + 50 {
            summary.add(&entry(json!({ "outcome": "assigned", "assignedHub": format!("h-{number}") })));
        }
        assert_eq!((summary.hubs.len(), summary.hubs[OTHER_HUBS]), (MAX_HUBS + 1, 50));
    }

    #[test]
    fn nothing_at_all_is_a_summary_too() {
        let empty = Summary::default();
        assert!(empty.to_text().contains("no device"));
        assert!(empty.to_html().contains("</html>"));
        assert_eq!(empty.to_json()["devices"], 0);
    }
}
