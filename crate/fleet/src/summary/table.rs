//! Text and CSV.

use dps_x509_core::text::visible;

use super::Summary;

/// For people.
pub(super) fn text(summary: &Summary) -> String {
    if summary.devices == 0 {
        return "no device has a result\n".to_owned();
    }
    let devices = if summary.devices == 1 { "device" } else { "devices" };
    let mut text = format!("{} {devices}\n", summary.devices);
    for (outcome, count) in &summary.outcomes {
        text += &format!("  {count:>8}  {}\n", visible(outcome));
    }
    if summary.tried_again > 0 {
        text += &format!("  {:>8}  of them tried more than once\n", summary.tried_again);
    }
    if !summary.hubs.is_empty() {
        text += "\nhubs\n";
        for (hub, count) in &summary.hubs {
            text += &format!("  {count:>8}  {}\n", visible(hub));
        }
    }
    let findings = summary.by_frequency();
    if !findings.is_empty() {
        text += "\nfindings\n";
    }
    for (code, finding) in findings {
        let (severity, name) = (visible(&finding.severity), visible(&finding.name));
        text += &format!("  {:>8}  {severity:<7} {} {name}\n", finding.devices, visible(code));
        text += &format!("            {}: {}\n", visible(&finding.device), visible(&finding.message));
    }
    let percentile = |percent| summary.latency.percentile(percent).unwrap_or(0.0);
    if summary.latency.total() > 0 {
        text += &format!(
            "\nfrom the first dial to the hub: {:.3} s half of them, {:.3} s 95 %, {:.3} s 99 %, {:.3} s the longest\n",
            percentile(50),
            percentile(95),
            percentile(99),
            percentile(100),
        );
    }
    text
}

/// For tables.
pub(super) fn csv(summary: &Summary) -> String {
    let mut text = "kind,name,devices,detail\r\n".to_owned();
    let mut row = |kind: &str, name: &str, count: u64, detail: &str| {
        text += &format!("{kind},{},{count},{}\r\n", cell(name), cell(detail));
    };
    for (outcome, count) in &summary.outcomes {
        row("outcome", outcome, *count, "");
    }
    for (hub, count) in &summary.hubs {
        row("hub", hub, *count, "");
    }
    for (code, finding) in summary.by_frequency() {
        row("finding", code, finding.devices, &finding.name);
    }
    text
}

/// A cell of CSV (RFC 4180). What a spreadsheet would take for a formula is marked as text, as such programs do it.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', ';', '\n', '\r', '\t']) || is_formula {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
