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
use dps_x509_core::finding::Finding;

use crate::{exit::Exit, refusal};

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
    refusal::tell(findings, is_json);
    Exit::Usage
}

/// Nothing was dialled, because of this.
fn refuse(what: &str, error: impl std::fmt::Display, is_json: bool) -> Exit {
    refusal::say(&format!("fleet {what}"), error, is_json);
    Exit::Usage
}

/// There is nothing in the list.
const NO_DEVICE: &str = "there is no device in the list";
