//! `provision`: a device registers at DPS, through the component.

mod args;
#[cfg(feature = "component")]
mod component;
#[cfg(not(feature = "component"))]
#[path = "provision/without_component.rs"]
mod component;
pub(crate) mod identity;
pub(crate) mod inputs;
mod issued;
mod progress;
mod text;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(crate) use args::Args;
use dps_x509_core::{
    cert, explain,
    finding::{self, Finding, Naming, Severity, catalogue},
    session::{Event, ProvisioningReport, transcript},
};
use dps_x509_net::{Access, Cancellation};
use serde_json::{Map, Value, json};

use crate::{exit::Exit, terminal};
use inputs::Prepared;
use progress::Progress;

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
    let cancellation = Cancellation::new();
    let interrupt = cancellation.clone();
    tokio::spawn(async move {
        // Without signals there is just no polite end.
        if tokio::signal::ctrl_c().await.is_ok() {
            interrupt.cancel();
        }
    });
    let watch = Watch::new(args);
    let outcome = match &args.component {
        None => Ok(natively(&prepared, &access, &watch, &cancellation).await),
        Some(file) => {
            let provisioner = component::provisioner(file.as_deref())?;
            let watching = watch.clone();
            let events = move |at, event: Event<'_>| watching.take(at, &event);
            provisioner.provision(&prepared.settings, &access, events, &cancellation).await
        }
    };
    let transcript = watch.end();
    let mut run = match outcome {
        Ok(report) => {
            let issued = issued::write(args, prepared.csr.as_ref(), &report);
            Run::new(report, &prepared, issued)
        }
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

/// By this program's own client. What is doubtful about the settings is told first, as the component tells it.
async fn natively(
    prepared: &Prepared,
    access: &Access,
    watch: &Watch,
    cancellation: &Cancellation,
) -> ProvisioningReport {
    let (config, doubtful) = match prepared.settings.parse() {
        Ok(parsed) => parsed,
        Err(findings) => return ProvisioningReport::invalid_settings(findings),
    };
    for finding in &doubtful {
        watch.take(Duration::ZERO, &Event::Noticed(finding));
    }
    let endpoint = config.endpoint.clone();
    let events = |at, event: Event<'_>| watch.take(at, &event);
    ProvisioningReport::new(&dps_x509_net::provision(config, access, events, cancellation).await, &endpoint)
}

fn component_failed(error: &dyn std::fmt::Display) -> Finding {
    let next_step = "This is a fault of this program, not of the device: please report it with this text.";
    Finding::new(&catalogue::COMPONENT_FAILED, format!("The component failed: {error}."), next_step)
}

/// Shows events as they happen, and keeps them for the transcript.
#[derive(Clone)]
struct Watch {
    is_shown: bool,
    is_kept: bool,
    progress: Arc<Progress>,
    kept: Arc<Mutex<Kept>>,
}

/// The events of a transcript.
#[derive(Default)]
struct Kept {
    events: Vec<Value>,
    bytes: usize,
}

impl Kept {
    /// More than a provisioning has to tell, whatever a service sends; a component that is not the built-in one may tell
    /// anything.
    const MOST: usize = 16 * 1024 * 1024;

    fn take(&mut self, at: Duration, event: &Event<'_>) {
        if self.bytes <= Self::MOST {
            let event = transcript::json(at, event, Naming::CommandLine);
            self.bytes = self.bytes.saturating_add(event.to_string().len());
            self.events.push(event);
        }
    }
}

impl Watch {
    fn new(args: &Args) -> Self {
        let progress = Progress::new(!args.trace && !args.json);
        let (is_shown, is_kept) = (args.trace && !args.json, args.trace && args.json);
        Self { is_shown, is_kept, progress: Arc::new(progress), kept: Arc::default() }
    }

    fn take(&self, at: Duration, event: &Event<'_>) {
        self.progress.show(event);
        if self.is_shown {
            // Whoever closed standard error does not want it.
            terminal::err(&(transcript::line(at, event) + "\n")).unwrap_or_default();
        }
        if self.is_kept {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).take(at, event);
        }
    }

    fn end(&self) -> Vec<Value> {
        self.progress.end();
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner).events)
    }
}

/// What a run comes to, ready to be shown.
struct Run {
    exit: Exit,
    /// `None` where nothing was dialled, or the component broke down.
    report: Option<ProvisioningReport>,
    /// The file that the issued certificates were written to.
    issued_into: Option<PathBuf>,
    /// Everything found, causes behind what they cause.
    findings: Vec<Finding>,
    context: Map<String, Value>,
    transcript: Option<Vec<Value>>,
}

impl Run {
    fn new(
        report: ProvisioningReport,
        prepared: &Prepared,
        issued: Result<Option<PathBuf>, Box<Finding>>,
    ) -> Self {
        let mut findings = match &report.result {
            Ok(_) => at_hub(&report, &prepared.report),
            Err(not_assigned) => explain::joined(not_assigned, &prepared.report),
        };
        let (issued_into, not_issued) = match issued {
            Ok(path) => (path, None),
            Err(finding) => (None, Some(*finding)),
        };
        let is_issued = not_issued.is_none();
        findings.extend(not_issued);
        findings.extend(prepared.warnings.iter().cloned());
        let exit = match (&report.result, &report.hub) {
            (Err(not_assigned), _) => not_assigned.class.into(),
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
            terminal::out(&text::outcome(report, self.issued_into.as_deref()))?;
        }
        if !self.findings.is_empty() {
            let gap = if self.report.is_some() { "\n" } else { "" };
            terminal::err(&format!("{gap}{}\n", text::findings(&self.findings)))?;
        }
        Ok(())
    }

    fn show_json(&self) -> io::Result<()> {
        let mut object = match &self.report {
            Some(report) => report.to_json(Naming::CommandLine),
            None if self.exit == Exit::Usage => {
                ProvisioningReport::invalid_settings(Vec::new()).to_json(Naming::CommandLine)
            }
            None => Map::from_iter([
                ("version".to_owned(), json!(1)),
                ("outcome".to_owned(), json!("component-failed")),
            ]),
        };
        let findings = finding::json::findings(&self.findings, Naming::CommandLine);
        object.insert("findings".to_owned(), json!(findings));
        for (key, value) in &self.context {
            // What the service repeats counts more than what was asked for.
            object.entry(key.clone()).or_insert_with(|| value.clone());
        }
        if let Some(transcript) = &self.transcript {
            object.insert("transcript".to_owned(), json!(transcript));
        }
        terminal::json(format!("{:#}", Value::Object(object)))
    }
}

/// What went wrong at the hub, together with what the device's own files say to it where they were looked at there.
fn at_hub(report: &ProvisioningReport, files: &cert::Report) -> Vec<Finding> {
    let Some(Err(findings)) = &report.hub else { return Vec::new() };
    let is_reached = findings.first().is_some_and(|finding| finding.caused_by.is_none());
    let wrong = files.findings.iter().filter(|finding| is_reached && finding.severity == Severity::Error);
    findings.iter().chain(wrong).cloned().collect()
}
