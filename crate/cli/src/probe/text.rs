//! What a person reads of a look.

use std::time::Duration;

use dps_x509_core::{
    finding::{Finding, Naming},
    name::Transport,
    session::Seconds,
    text::visible,
};

use super::{
    Seen,
    stage::{Stage, Step, Verdict},
};
use crate::terminal::Paint;

/// A table for each transport with one line a stage, then the findings.
pub(super) fn report(seen: &Seen, took: Duration) -> String {
    let mut text = String::new();
    let mut last = None;
    for stage in &seen.stages {
        if stage.way != last {
            if let Some((transport, endpoint)) = &stage.way {
                let name = match transport {
                    Transport::Mqtt => "MQTT",
                    Transport::WebSocket => "MQTT over WebSocket",
                };
                let title = Paint::Title.on(&format!("{name}, {endpoint}"));
                text.push_str(&format!("\n{title}\n"));
            }
            last.clone_from(&stage.way);
        }
        text.push_str(&rows(stage));
    }
    text.push_str(&format!("\n{} ({})\n", conclusion(seen), Seconds(took)));
    if !seen.findings.is_empty() {
        text.push_str(&format!("\n{}\n", findings(&seen.findings)));
    }
    text
}

/// `  ok           TLS                  0.004 s  TLSv1.3, TLS_AES_256_GCM_SHA384`, and the details below.
fn rows(stage: &Stage) -> String {
    let paint = match stage.verdict {
        Verdict::Passed => Paint::Good,
        Verdict::Doubtful => Paint::Doubtful,
        Verdict::Refused | Verdict::Failed => Paint::Bad,
        Verdict::NotReached => Paint::Faint,
    };
    let word = paint.on(&format!("{:<11}", stage.verdict.as_str()));
    let title = stage.step.title();
    let took = stage.took.map(|took| Seconds(took).to_string()).unwrap_or_default();
    let summary = match (stage.verdict, stage.findings.first()) {
        // What is not reached says so once.
        (Verdict::NotReached, _) if stage.summary == "not reached" => String::new(),
        // The sentence follows below the tables.
        (Verdict::Failed | Verdict::Refused, Some(finding)) => {
            format!("{} {}", finding.code(), finding.definition.name.replace('-', " "))
        }
        _ => stage.summary.clone(),
    };
    let row = format!("  {word} {title:<18} {took:>9}  {}", visible(&summary));
    let mut rows = format!("{}\n", row.trim_end());
    for detail in &stage.details {
        rows.push_str(&format!("{:44}{}\n", "", visible(detail)));
    }
    rows
}

/// One sentence for each transport.
fn conclusion(seen: &Seen) -> String {
    let mut sentences = Vec::new();
    for transport in Transport::ALL {
        let of_it = |stage: &&Stage| stage.way.as_ref().is_some_and(|(one, _)| *one == transport);
        let stages: Vec<_> = seen.stages.iter().filter(of_it).collect();
        let is_bad = |stage: &&&Stage| matches!(stage.verdict, Verdict::Failed | Verdict::Refused);
        let first_bad = stages.iter().find(is_bad).map(|stage| (stage.step, stage.verdict));
        let name =
            seen.stages.iter().find(|stage| stage.step == Step::Name && stage.verdict == Verdict::Failed);
        let sentence = match (stages.is_empty(), first_bad, name) {
            (true, ..) => continue,
            (_, _, Some(_)) => "the name has no address".to_owned(),
            (_, Some((step, Verdict::Refused)), _) => {
                format!("the service refuses this device at: {}", step.title())
            }
            (_, Some((step, _)), _) => format!("fails at: {}", step.title()),
            (_, None, None) if stages.iter().any(|stage| stage.step == Step::Subscribe) => {
                "well up to SUBSCRIBE; nothing was registered".to_owned()
            }
            (_, None, None) => "well as far as that can be seen without a device's files".to_owned(),
        };
        sentences.push(format!("{}: {sentence}.", transport.as_str()));
    }
    sentences.join("\n")
}

/// Findings, one block each with an empty line between.
pub(super) fn findings(findings: &[Finding]) -> String {
    let blocks: Vec<String> = findings.iter().map(|it| it.to_text(Naming::CommandLine)).collect();
    blocks.join("\n\n")
}
