//! `probe`: looks how far a device gets on the way to DPS, without registering.

mod args;
mod chain;
mod clock;
mod look;
mod plan;
mod stage;
mod talk;
mod text;

use std::time::{Duration, Instant};

pub(crate) use args::Args;
use dps_x509_core::{
    finding::{self, Finding, Naming, Place, Severity, Standing, catalogue},
    name::{Endpoint, Transport},
    session::{Seconds, TransportFailure, TransportFailureKind},
};
use dps_x509_net::probe::Attempt;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::{exit::Exit, input::now, terminal};
use plan::Plan;
use stage::{Stage, Verdict};

/// Runs the command and shows what it saw.
pub(crate) async fn run(args: Args) -> Exit {
    let is_json = args.json;
    let begin = Instant::now();
    let seen = match plan::plan(&args) {
        Ok(plan) => look(plan, !is_json).await,
        Err(findings) => Seen { exit: Exit::Usage, findings, ..Seen::default() },
    };
    let shown = if is_json {
        terminal::json(format!("{:#}", seen.to_json(begin.elapsed())))
    } else if seen.exit == Exit::Usage {
        terminal::err(&(text::findings(&seen.findings) + "\n"))
    } else {
        terminal::out(&text::report(&seen, begin.elapsed()))
    };
    // Whoever does not read it is not told of it.
    shown.unwrap_or_default();
    seen.exit
}

/// Everything seen.
struct Seen {
    exit: Exit,
    context: Map<String, Value>,
    stages: Vec<Stage>,
    /// Those of the stages in their order, each said once, and what is doubtful about the settings.
    findings: Vec<Finding>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { exit: Exit::Done, context: Map::new(), stages: Vec::new(), findings: Vec::new() }
    }
}

async fn look(plan: Plan, is_shown: bool) -> Seen {
    let progress = progress(is_shown, &plan);
    let context = plan.context();
    let mut findings = plan.warnings.clone();
    let interrupted = tokio::signal::ctrl_c();
    let looking = look::look(plan, &progress);
    let stages = tokio::select! {
        stages = looking => Some(stages),
        Ok(()) = interrupted => None,
    };
    progress.finish_and_clear();
    let Some(stages) = stages else { return Seen { exit: Exit::Interrupted, context, ..Seen::default() } };
    for finding in stages.iter().flat_map(|stage| &stage.findings) {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    let is = |verdict: Verdict| stages.iter().any(|stage| stage.verdict == verdict);
    let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
    let exit = if is(Verdict::Refused) {
        Exit::Refused
    } else if is(Verdict::Failed) || has_error {
        Exit::NoConnection
    } else {
        Exit::Done
    };
    Seen { exit, context, stages, findings }
}

fn progress(is_shown: bool, plan: &Plan) -> ProgressBar {
    if !is_shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
        bar.set_style(style);
    }
    bar.set_message(format!("looking at {}, for at most {:?}", plan.host(), plan.timeout));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

impl Seen {
    /// `crate/core/schema/probe.json`.
    fn to_json(&self, took: Duration) -> Value {
        let mut object = self.context.clone();
        object.insert("version".to_owned(), json!(1));
        object.insert(
            "outcome".to_owned(),
            json!(match self.exit {
                Exit::Done => "passed",
                Exit::Refused => "refused",
                Exit::Usage => "invalid-settings",
                Exit::Interrupted => "cancelled",
                _ => "failed",
            }),
        );
        object.insert("time".to_owned(), json!(now().to_rfc3339()));
        object.insert("seconds".to_owned(), json!(Seconds(took).number()));
        object.insert("stages".to_owned(), self.stages.iter().map(Stage::to_json).collect());
        object.insert("findings".to_owned(), finding::json::findings(&self.findings, Naming::CommandLine));
        Value::Object(object)
    }
}

/// The failure that tells most of several: whatever is not that there is no route, which is what a machine without
/// IPv6 says of every IPv6 address.
fn most_telling(attempts: &[Attempt]) -> Option<TransportFailure> {
    let failures = || attempts.iter().filter_map(|attempt| attempt.result.as_ref().err());
    let telling = failures().find(|failure| failure.kind != TransportFailureKind::Unreachable);
    telling.or_else(|| failures().next()).cloned()
}

/// The server did not ask for a client certificate. Whether every gateway of DPS asks on port 443 is not established.
fn not_asked(endpoint: &Endpoint, transport: Transport) -> Finding {
    let message = format!("{endpoint} did not ask for a client certificate, so that none can be sent.");
    let next_step = "See whose chain is presented: a middlebox that ends TLS does not ask. For a server of your own, switch \
                     client authentication on.";
    let finding = Finding::new(&catalogue::CLIENT_CERTIFICATE_NOT_ASKED, message, next_step)
        .at(Place::stage("client certificate").object(endpoint.to_string()));
    match transport {
        Transport::Mqtt => finding,
        Transport::WebSocket => finding.standing(Standing::Unproven),
    }
}
