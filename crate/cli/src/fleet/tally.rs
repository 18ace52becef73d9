//! What was found about a list, counted.

use dps_x509_core::finding::{Naming, Severity};
use dps_x509_fleet::Inspected;
use serde_json::{Value, json};

use crate::{
    found::{self, Found},
    input,
};

/// What was found on how many devices.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) devices: u64,
    pub(super) with_errors: u64,
    found: Found,
}

impl Tally {
    pub(super) fn add(&mut self, inspected: &Inspected) {
        self.devices += 1;
        self.with_errors += u64::from(inspected.has_errors());
        self.found.add(&found::kinds(&inspected.findings));
    }

    pub(super) fn text(&self) -> String {
        let devices = if self.devices == 1 { "device" } else { "devices" };
        let ready = self.devices - self.with_errors;
        let counts =
            format!("{} {devices}: {ready} without errors, {} with\n", self.devices, self.with_errors);
        counts + &self.found.text()
    }

    pub(super) fn json(&self) -> Value {
        json!({ "summary": {
            "devices": self.devices,
            "withErrors": self.with_errors,
            "findings": self.found.json(),
        }})
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
