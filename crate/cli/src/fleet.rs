//! `fleet`: many devices, from a list, with a journal that survives a kill.

mod args;
mod bar;
mod check;
mod descriptors;
mod limits;
mod plan;
#[cfg(feature = "nats")]
mod queue;
mod report;
mod results;
mod run;
mod signals;
mod tally;
mod test;

pub(crate) use args::Args;
use args::What;
use dps_x509_core::finding::{self, Finding, Naming};
use serde_json::json;

use crate::{exit::Exit, terminal};

/// Runs the command.
pub(crate) async fn run(args: Args) -> Exit {
    match args.what {
        What::Run(args) => run::run(*args).await,
        What::Check(args) => check::run(&args),
        What::Test(args) => test::run(*args).await,
        What::Results(args) => results::results(&args).await,
        What::Summary(args) => results::summary(&args).await,
        #[cfg(feature = "nats")]
        What::Submit(args) => queue::submit(*args).await,
        #[cfg(feature = "nats")]
        What::Work(args) => queue::work(*args).await,
        #[cfg(feature = "nats")]
        What::Watch(args) => queue::watch(*args).await,
    }
}

/// Nothing was dialled, because of this.
fn unusable(findings: &[Finding], is_json: bool) -> Exit {
    tell(findings, is_json);
    Exit::Usage
}

/// Says why nothing can be done, or nothing more: in text, or where that is asked for in a line of JSON.
fn tell(findings: &[Finding], is_json: bool) {
    if is_json {
        let findings = finding::json::findings(findings, Naming::CommandLine);
        terminal::json(json!({ "version": 1, "findings": findings })).unwrap_or_default();
        return;
    }
    for finding in findings {
        let block = finding.to_text(Naming::CommandLine);
        terminal::err(&(block + "\n\n")).unwrap_or_default();
    }
}

/// Nothing was dialled, because of this.
fn refuse(what: &str, error: &dyn std::fmt::Display) -> Exit {
    terminal::say(&format!("fleet {what}"), error);
    Exit::Usage
}
