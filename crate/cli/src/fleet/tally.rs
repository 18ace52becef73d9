//! What was found about a list, counted.

use std::collections::BTreeMap;

use dps_x509_core::finding::{Definition, Finding, Naming, Severity};
use dps_x509_fleet::Inspected;
use serde_json::{Value, json};

use crate::input;

/// What was found on how many devices.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) devices: u64,
    pub(super) with_errors: u64,
    found: BTreeMap<&'static str, (&'static Definition, u64)>,
}

impl Tally {
    pub(super) fn add(&mut self, inspected: &Inspected) {
        self.devices += 1;
        self.with_errors += u64::from(inspected.has_errors());
        let mut seen: Vec<&str> = Vec::new();
        for Finding { definition, .. } in &inspected.findings {
            if !seen.contains(&definition.code) {
                seen.push(definition.code);
                self.found.entry(definition.code).or_insert((definition, 0)).1 += 1;
            }
        }
    }

    pub(super) fn text(&self) -> String {
        let devices = if self.devices == 1 { "device" } else { "devices" };
        let ready = self.devices - self.with_errors;
        let mut text =
            format!("{} {devices}: {ready} without errors, {} with\n", self.devices, self.with_errors);
        for (definition, devices) in self.by_frequency() {
            let Definition { code, name, severity, .. } = definition;
            text += &format!("  {devices:>8}  {:<7} {code} {name}\n", severity.as_str());
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let findings = self.by_frequency().into_iter().map(|(definition, devices)| {
            json!({
                "code": definition.code,
                "name": definition.name,
                "severity": definition.severity.as_str(),
                "devices": devices,
            })
        });
        json!({ "summary": {
            "devices": self.devices,
            "withErrors": self.with_errors,
            "findings": findings.collect::<Value>(),
        }})
    }

    fn by_frequency(&self) -> Vec<(&'static Definition, u64)> {
        let mut found: Vec<_> = self.found.values().copied().collect();
        found.sort_by_key(|(definition, devices)| (std::cmp::Reverse(*devices), definition.code));
        found
    }
}

/// A device as a line of JSON.
pub(super) fn json_line(inspected: &Inspected) -> Value {
    let name = &inspected.name;
    let mut line = json!({
        "row": name.row,
        "verdict": if inspected.has_errors() { "not ready" } else { "ready" },
        "findings": dps_x509_core::finding::json::findings(&inspected.findings, Naming::CommandLine),
    });
    if let Value::Object(line) = &mut line {
        for (member, value) in [("device", &name.device), ("idScope", &name.id_scope)] {
            line.extend(value.as_ref().map(|value| (member.to_owned(), json!(value))));
        }
    }
    line
}

/// A device with what is wrong or doubtful, a line each; nothing if all is well.
pub(super) fn text_lines(inspected: &Inspected) -> String {
    let name = shown(inspected);
    let worth = inspected.findings.iter().filter(|finding| finding.severity != Severity::Note);
    worth
        .map(|finding| {
            let message = finding.message.said(Naming::CommandLine);
            let message = dps_x509_core::text::visible(&message).into_owned();
            format!("{name}  {} {} {message}\n", finding.severity, finding.code())
        })
        .collect()
}

fn shown(inspected: &Inspected) -> String {
    match &inspected.name.device {
        Some(device) => input::shown(std::path::Path::new(device)),
        None => format!("row {}", inspected.name.row),
    }
}
