//! What a person reads of a provisioning.

use std::path::Path;

use dps_x509_core::{
    finding::{Finding, Naming},
    session::{HubCheck, NotAssigned, ProvisioningReport, Seconds, Tally},
    text::Lines,
};

/// The outcome in a few lines, for standard output.
pub(super) fn outcome(report: &ProvisioningReport, issued_into: Option<&Path>) -> String {
    let took = ("took", took(&report.tally));
    match &report.result {
        Ok(assigned) => {
            let mut rows =
                vec![("hub", assigned.assigned_hub.to_string()), ("device ID", assigned.device_id.clone())];
            rows.extend(assigned.substatus.clone().map(|substatus| ("substatus", substatus)));
            rows.extend(assigned.payload.clone().map(|payload| ("payload", payload)));
            if !assigned.issued_certificates.is_empty() {
                let count = counted(assigned.issued_certificates.len(), "certificate");
                let into = issued_into.map(|path| format!(", in {}", path.display())).unwrap_or_default();
                rows.push(("issued", count + &into));
            }
            rows.extend(report.hub.as_ref().map(|check| ("hub check", hub_check(check))));
            rows.push(took);
            table("assigned", &rows)
        }
        Err(not_assigned) => table(&headline(not_assigned), &[took]),
    }
}

fn table(headline: &str, rows: &[(&str, String)]) -> String {
    let mut lines = Lines::new();
    lines.line(format_args!("{headline}"));
    rows.iter().for_each(|(label, value)| lines.line(format_args!("  {label:<10} {value}")));
    lines.into()
}

/// What the hub said, in a line.
fn hub_check(check: &HubCheck) -> String {
    match check {
        Ok(twin) => format!("the hub takes the device; its twin: {twin}"),
        Err(findings) => match findings.first() {
            Some(finding) => {
                format!("failed, without a twin: {} {}", finding.code(), finding.definition.name)
            }
            None => "failed, without a twin".to_owned(),
        },
    }
}

fn headline(not_assigned: &NotAssigned) -> String {
    let class = not_assigned.class.as_str();
    match &not_assigned.answer {
        Some(answer) => format!("{class}: {answer}"),
        None => format!("{class}, while {}", not_assigned.stage),
    }
}

/// `3.082 s, 1 connection, 2 requests, 363 bytes sent, 608 received`
fn took(tally: &Tally) -> String {
    format!(
        "{}, {}, {}, {} bytes sent, {} received",
        Seconds(tally.elapsed),
        counted(tally.dials, "connection"),
        counted(tally.requests, "request"),
        tally.bytes_sent,
        tally.bytes_received
    )
}

fn counted(number: impl ToString, one: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {one}{plural}")
}

/// Findings, one block each with an empty line between, for standard error.
pub(super) fn findings(findings: &[Finding]) -> String {
    let blocks: Vec<String> = findings.iter().map(|it| it.to_text(Naming::CommandLine)).collect();
    blocks.join("\n\n")
}
