//! `provision`: a device registers at DPS, through the component.

mod args;
mod embedded;
pub(crate) mod identity;
pub(crate) mod inputs;
mod issued;
mod progress;
mod text;
pub(crate) mod translate;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(crate) use args::Args;
use dps_x509_core::{
    cert, explain,
    finding::{self, Finding, Severity},
    name::Transport,
    session::{
        Class, Report, Shortfall, TransportFailureKind, host::COMPONENT_FAILED, mqtt::Qos, transcript,
    },
};
use dps_x509_host::{self as host, Cancellation, Settings};
use serde_json::{Map, Value, json};

use crate::exit::Exit;
use inputs::Prepared;
use progress::Progress;
use translate::Happened;

/// Runs the command and shows what came of it.
pub(crate) async fn run(args: Args) -> Exit {
    let mut json = args.json;
    let shown = match args.complete() {
        Ok(args) => {
            json = args.json;
            provision(&args).await
        }
        Err(findings) => Err(findings),
    };
    let run = shown.unwrap_or_else(Run::unusable);
    let shown = if json { run.show_json() } else { run.show_text() };
    // Whoever does not read the outcome is not told of it.
    shown.unwrap_or_default();
    run.exit
}

async fn provision(args: &Args) -> Result<Run, Vec<Finding>> {
    let prepared = inputs::prepare(args)?;
    let access = identity::access(args, &prepared)?;
    let provisioner = embedded::provisioner().map_err(|error| vec![component_failed(&error)])?;
    let cancellation = Cancellation::new();
    let interrupt = cancellation.clone();
    tokio::spawn(async move {
        // Without signals there is just no polite end.
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupt.cancel();
        }
    });
    let watch = Watch::new(args);
    let watching = watch.clone();
    let events = move |at, event| watching.take(at, event);
    let outcome = provisioner.provision(&settings(&prepared), &access, events, &cancellation).await;
    let transcript = watch.end();
    let mut run = match outcome {
        Ok(outcome) => match translate::report(outcome) {
            Ok(report) => {
                let issued = issued::write(args, prepared.csr.as_ref(), &report);
                Run::new(report, &prepared, issued)
            }
            Err(error) => Run::broken(component_failed(&error)),
        },
        Err(error) => Run::broken(component_failed(&error)),
    };
    run.context = Map::from_iter([
        ("endpoint".to_owned(), json!(prepared.endpoint.to_string())),
        ("idScope".to_owned(), json!(prepared.settings.id_scope)),
        ("registrationId".to_owned(), json!(prepared.settings.registration_id)),
    ]);
    run.transcript = args.trace.then_some(transcript);
    Ok(run)
}

fn component_failed(error: &dyn std::fmt::Display) -> Finding {
    let next_step = "This is a fault of this program, not of the device: please report it with this text.";
    Finding::new(&COMPONENT_FAILED, format!("The component failed: {error}."), next_step)
}

fn settings(prepared: &Prepared) -> Settings {
    let from = prepared.settings.clone();
    let mut settings = Settings::new(from.id_scope, from.registration_id);
    settings.endpoint = from.endpoint;
    settings.transport = match from.transport {
        Transport::Mqtt => host::Transport::Mqtt,
        Transport::WebSocket => host::Transport::WebSocket,
    };
    settings.api_version = from.api_version;
    settings.client_version = from.client_version;
    settings.payload = from.payload;
    settings.csr = from.csr;
    settings.check_hub = from.check_hub;
    settings.timeout = from.timeout;
    settings.keep_alive = from.keep_alive;
    settings.qos = match from.qos {
        Qos::AtMostOnce => host::Qos::AtMostOnce,
        Qos::AtLeastOnce => host::Qos::AtLeastOnce,
    };
    settings
}

/// Shows events as they happen and keeps them.
#[derive(Clone)]
struct Watch {
    is_tracing: bool,
    progress: Arc<Progress>,
    kept: Arc<Mutex<Vec<(Duration, Happened)>>>,
}

impl Watch {
    fn new(args: &Args) -> Self {
        let progress = Progress::new(!args.trace && !args.json);
        Self { is_tracing: args.trace && !args.json, progress: Arc::new(progress), kept: Arc::default() }
    }

    fn take(&self, at: Duration, event: dps_x509_host::Event) {
        let Some(happened) = Happened::new(event) else { return };
        self.progress.show(&happened.as_event());
        if self.is_tracing {
            // Whoever closed standard error does not want it.
            writeln!(io::stderr(), "{}", transcript::line(at, &happened.as_event())).unwrap_or_default();
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push((at, happened));
    }

    fn end(&self) -> Vec<(Duration, Happened)> {
        self.progress.end();
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a run comes to, ready to be shown.
struct Run {
    exit: Exit,
    /// `None` where nothing was dialled, or the component broke down.
    report: Option<Report>,
    /// The file that the issued certificates were written to.
    issued_into: Option<PathBuf>,
    /// Everything found, causes behind what they cause.
    findings: Vec<Finding>,
    context: Map<String, Value>,
    transcript: Option<Vec<(Duration, Happened)>>,
}

impl Run {
    fn new(report: Report, prepared: &Prepared, issued: Result<Option<PathBuf>, Box<Finding>>) -> Self {
        let mut findings = match &report.result {
            Ok(_) => at_hub(&report, &prepared.report),
            Err(shortfall) => joined(shortfall, &prepared.report),
        };
        let (issued_into, not_issued) = match issued {
            Ok(path) => (path, None),
            Err(finding) => (None, Some(*finding)),
        };
        let is_issued = not_issued.is_none();
        findings.extend(not_issued);
        findings.extend(prepared.warnings.iter().cloned());
        let exit = match (&report.result, &report.hub) {
            (Err(shortfall), _) => shortfall.class.into(),
            (Ok(_), Some(Err(_))) => Exit::Incomplete,
            (Ok(_), _) if !is_issued => Exit::Incomplete,
            (Ok(_), _) => Exit::Done,
        };
        let report = Some(report);
        Self { exit, report, issued_into, findings, context: Map::new(), transcript: None }
    }

    fn unusable(findings: Vec<Finding>) -> Self {
        let context = Map::new();
        Self { exit: Exit::Usage, report: None, issued_into: None, findings, context, transcript: None }
    }

    fn broken(finding: Finding) -> Self {
        Self { exit: Exit::NoConnection, ..Self::unusable(vec![finding]) }
    }

    fn show_text(&self) -> io::Result<()> {
        if let Some(report) = &self.report {
            io::stdout().write_all(text::outcome(report, self.issued_into.as_deref()).as_bytes())?;
        }
        if !self.findings.is_empty() {
            let gap = if self.report.is_some() { "\n" } else { "" };
            writeln!(io::stderr(), "{gap}{}", text::findings(&self.findings))?;
        }
        Ok(())
    }

    fn show_json(&self) -> io::Result<()> {
        let mut object = match &self.report {
            Some(report) => report.to_json(),
            None if self.exit == Exit::Usage => Report::invalid_settings(Vec::new()).to_json(),
            None => Map::from_iter([
                ("version".to_owned(), json!(1)),
                ("outcome".to_owned(), json!("component-failed")),
            ]),
        };
        let findings: Vec<Value> = self.findings.iter().map(finding::json::finding).collect();
        object.insert("findings".to_owned(), json!(findings));
        for (key, value) in &self.context {
            // What the service repeats counts more than what was asked for.
            object.entry(key.clone()).or_insert_with(|| value.clone());
        }
        if let Some(transcript) = &self.transcript {
            let events = transcript.iter().map(|(at, happened)| transcript::json(*at, &happened.as_event()));
            object.insert("transcript".to_owned(), events.collect());
        }
        writeln!(io::stdout(), "{:#}", Value::Object(object))
    }
}

/// What went wrong at the hub, together with what the device's own files say to it where they were looked at there.
fn at_hub(report: &Report, files: &cert::Report) -> Vec<Finding> {
    let Some(Err(findings)) = &report.hub else { return Vec::new() };
    let is_reached = findings.first().is_some_and(|finding| finding.caused_by.is_none());
    let wrong = files.findings.iter().filter(|finding| is_reached && finding.severity == Severity::Error);
    findings.iter().chain(wrong).cloned().collect()
}

/// What went wrong together with what the device's own files say to it.
fn joined(shortfall: &Shortfall, files: &cert::Report) -> Vec<Finding> {
    let refused_in_tls = shortfall
        .transport
        .as_ref()
        .is_some_and(|failure| matches!(failure.kind, TransportFailureKind::Alert(_)));
    match &shortfall.answer {
        Some(answer) if shortfall.class == Class::Refused => {
            let mut findings = explain::refusal(answer, files);
            if let (Some(joined), Some(plain)) = (findings.first_mut(), shortfall.findings.first()) {
                joined.place = plain.place.clone();
            }
            findings
        }
        _ if refused_in_tls => {
            let wrong = files.findings.iter().filter(|finding| finding.severity == Severity::Error);
            shortfall.findings.iter().chain(wrong).cloned().collect()
        }
        _ => shortfall.findings.clone(),
    }
}
