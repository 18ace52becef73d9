//! What was found on many devices, counted by kind.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use dps_x509_core::finding::{Finding, Severity};
use serde_json::{Value, json};

/// A code, with how grave it is where it was found: what is an error of one row of a list is a warning of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    code: &'static str,
    name: &'static str,
    severity: Severity,
}

/// What was found on one device, each kind once, in the order of the findings.
pub(crate) fn kinds(findings: &[Finding]) -> Vec<Kind> {
    let mut seen = BTreeSet::new();
    let kinds = findings.iter().map(|finding| Kind {
        code: finding.definition.code,
        name: finding.definition.name,
        severity: finding.severity,
    });
    kinds.filter(|kind| seen.insert(*kind)).collect()
}

/// The codes of what was found, each once.
pub(crate) fn codes(findings: &[Finding]) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    findings.iter().map(Finding::code).filter(|code| seen.insert(*code)).collect()
}

/// On how many devices each kind was found.
#[derive(Debug, Default)]
pub(crate) struct Found(BTreeMap<Kind, u64>);

impl Found {
    /// Counts those of one device.
    pub(crate) fn add(&mut self, kinds: &[Kind]) {
        for kind in kinds {
            *self.0.entry(*kind).or_default() += 1;
        }
    }

    /// A line for each kind, the most frequent first.
    pub(crate) fn text(&self) -> String {
        let lines = self.by_frequency().into_iter().map(|(Kind { code, name, severity }, devices)| {
            format!("  {devices:>8}  {:<7} {code} {name}\n", severity.as_str())
        });
        lines.collect()
    }

    /// The same as an array.
    pub(crate) fn json(&self) -> Value {
        let found = self.by_frequency().into_iter().map(|(Kind { code, name, severity }, devices)| {
            json!({ "code": code, "name": name, "severity": severity.as_str(), "devices": devices })
        });
        found.collect()
    }

    fn by_frequency(&self) -> Vec<(Kind, u64)> {
        let mut found: Vec<_> = self.0.iter().map(|(kind, devices)| (*kind, *devices)).collect();
        found.sort_by_key(|(_, devices)| Reverse(*devices));
        found
    }
}
