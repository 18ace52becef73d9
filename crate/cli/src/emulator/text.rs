//! What a running emulator tells, for people.

use std::fmt::Write as _;

use dps_x509_core::text::visible;
use dps_x509_emulator::{
    MessageList,
    control::{CaEntry, DeviceEntry, EnrollmentEntry, FaultList, RegistrationEntry, Status},
    fault::Scenario,
};

pub(super) fn status(status: &Status) -> String {
    let totals = &status.totals;
    let none = || "none".to_owned();
    rows(&[
        vec!["endpoints".to_owned(), status.endpoints.join(", ")],
        vec!["server names".to_owned(), status.server_names.join(", ")],
        vec!["root to trust".to_owned(), status.root.clone().unwrap_or_else(none)],
        vec!["enrollments from".to_owned(), status.configuration.clone().unwrap_or_else(none)],
        vec!["ID scope".to_owned(), totals.id_scope.clone()],
        vec!["individual enrollments".to_owned(), totals.individuals.to_string()],
        vec!["enrollment groups".to_owned(), totals.groups.to_string()],
        vec!["CA certificates".to_owned(), totals.ca_certificates.to_string()],
        vec!["registrations".to_owned(), totals.registrations.to_string()],
        vec!["faults".to_owned(), totals.faults.to_string()],
        vec!["state".to_owned(), status.state_failure.clone().unwrap_or_else(|| "in order".to_owned())],
        vec!["version".to_owned(), status.version.clone()],
    ])
}

pub(super) fn enrollments(all: &[EnrollmentEntry]) -> String {
    let row = |it: &EnrollmentEntry| {
        let enabled = if it.enabled { "enabled" } else { "disabled" };
        vec![it.kind.clone(), it.name.clone(), enabled.to_owned(), it.thumbprints.join(", ")]
    };
    list(all, row, "There is no enrollment.")
}

pub(super) fn registrations(all: &[RegistrationEntry]) -> String {
    let row = |it: &RegistrationEntry| {
        let by = it.enrollment.clone().unwrap_or_default();
        let times = format!("{}×", it.count);
        vec![
            it.registration_id.clone(),
            it.device_id.clone(),
            it.assigned_hub.clone(),
            by,
            times,
            it.updated.clone(),
        ]
    };
    list(all, row, "No device is registered.")
}

pub(super) fn devices(all: &[DeviceEntry]) -> String {
    let row = |it: &DeviceEntry| {
        let state = if it.connected { "connected" } else { "disconnected" };
        let waiting = format!("{} messages wait", it.waiting_messages);
        let last = it.last_activity.clone().unwrap_or_default();
        vec![it.device_id.clone(), it.hub.clone(), state.to_owned(), waiting, last]
    };
    list(all, row, "No hub has a device.")
}

/// What strangers write is escaped by the messages themselves.
pub(super) fn messages(list: &MessageList) -> String {
    let mut text = String::new();
    if list.dropped > 0 {
        writeln!(text, "{} older messages are gone.", list.dropped).unwrap_or_default();
    }
    for message in &list.messages {
        writeln!(text, "{} {message}", message.enqueued).unwrap_or_default();
    }
    if text.is_empty() { "There is no message.".to_owned() } else { text }
}

pub(super) fn ca_certificates(all: &[CaEntry]) -> String {
    let row = |it: &CaEntry| {
        let verified = if it.verified { "verified" } else { "not verified" };
        vec![it.name.clone(), verified.to_owned(), it.subject.clone(), it.thumbprint.clone()]
    };
    list(all, row, "There is no CA certificate; the CA of every group counts as verified.")
}

pub(super) fn faults(all: &FaultList) -> String {
    let row = |it: &dps_x509_emulator::control::FaultDescription| {
        let device = it.device.clone().unwrap_or_else(|| "every device".to_owned());
        vec![it.stage.clone(), device, it.when.clone(), it.action.clone()]
    };
    list(&all.faults, row, "Nothing goes wrong on purpose.")
}

pub(super) fn scenarios(all: &[Scenario]) -> String {
    let row = |it: &Scenario| vec![it.name.to_owned(), it.summary().to_owned()];
    list(all, row, "")
}

fn list<T>(all: &[T], row: impl Fn(&T) -> Vec<String>, otherwise: &str) -> String {
    if all.is_empty() { otherwise.to_owned() } else { rows(&all.iter().map(row).collect::<Vec<_>>()) }
}

/// Columns as wide as their widest cell. A cell is one line, whoever wrote what is in it.
fn rows(rows: &[Vec<String>]) -> String {
    let seen = |row: &Vec<String>| row.iter().map(|cell| visible(cell).into_owned()).collect::<Vec<_>>();
    let rows: Vec<_> = rows.iter().map(seen).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            // Into a string nothing fails.
            write!(line, "{cell:width$}  ").unwrap_or_default();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
