//! What a person reads of a provisioning.

use dps_x509_core::{
    finding::Finding,
    session::{HubCheck, Report, Seconds, Shortfall, Tally, mqtt::printable},
};

/// The outcome in a few lines, for standard output.
pub(super) fn outcome(report: &Report) -> String {
    let took = ("took", took(&report.tally));
    match &report.result {
        Ok(assigned) => {
            let mut rows =
                vec![("hub", assigned.assigned_hub.clone()), ("device ID", assigned.device_id.clone())];
            rows.extend(assigned.substatus.clone().map(|substatus| ("substatus", substatus)));
            rows.extend(assigned.payload.clone().map(|payload| ("payload", payload)));
            if !assigned.issued_certificates.is_empty() {
                rows.push(("issued", format!("{} certificates", assigned.issued_certificates.len())));
            }
            rows.extend(report.hub.as_ref().map(|check| ("hub check", hub_check(check))));
            rows.push(took);
            table("assigned", &rows)
        }
        Err(shortfall) => table(&headline(shortfall), &[took]),
    }
}

fn table(headline: &str, rows: &[(&str, String)]) -> String {
    let rows: String = rows.iter().map(|(label, value)| format!("  {label:<10} {value}\n")).collect();
    format!("{headline}\n{rows}")
}

/// What the hub said, in a line.
fn hub_check(check: &HubCheck) -> String {
    match check {
        Ok(twin) => format!("the hub takes the device; its twin: {}", printable(twin.as_bytes())),
        Err(findings) => match findings.first() {
            Some(finding) => {
                format!("failed, without a twin: {} {}", finding.code(), finding.definition.name)
            }
            None => "failed, without a twin".to_owned(),
        },
    }
}

fn headline(shortfall: &Shortfall) -> String {
    let class = shortfall.class.as_str();
    match &shortfall.answer {
        Some(answer) => format!("{class}: {answer}"),
        None => format!("{class}, while {}", shortfall.stage),
    }
}

/// `3.082 s, 1 connection, 2 requests, 363 bytes sent, 608 received`
fn took(tally: &Tally) -> String {
    let count =
        |number: u32, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    format!(
        "{}, {}, {}, {} bytes sent, {} received",
        Seconds(tally.elapsed),
        count(tally.dials, "connection"),
        count(tally.requests, "request"),
        tally.bytes_sent,
        tally.bytes_received
    )
}

/// Findings, one block each with an empty line between, for standard error.
pub(super) fn findings(findings: &[Finding]) -> String {
    let blocks: Vec<String> = findings.iter().map(Finding::to_text).collect();
    blocks.join("\n\n")
}
