//! `generate`: test certificates, requests and proofs of possession.

mod args;
mod authority;
mod json;
mod made;
mod make;
mod progress;
mod text;

use std::{
    future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub(crate) use args::Args;
use dps_x509_core::finding::Finding;

use crate::{exit::Exit, refusal, terminal};

/// Why nothing was made.
enum Failure {
    /// In one sentence.
    Because(String),
    /// What is wrong with the files that were given.
    Findings(Vec<Finding>),
    /// By Ctrl-C or SIGTERM.
    Interrupted,
}

impl From<dps_x509_core::generate::Error> for Failure {
    fn from(error: dps_x509_core::generate::Error) -> Self {
        Self::Because(error.to_string())
    }
}

/// Makes what is asked for, whole or not at all, and shows it.
pub(crate) async fn run(args: Args) -> Exit {
    let json = args.what.output().json;
    let made = match make(args).await {
        Ok(made) => made,
        Err(Failure::Because(message)) => {
            refusal::say("generate", message, json);
            return Exit::Usage;
        }
        Err(Failure::Findings(findings)) => {
            refusal::tell(&findings, json);
            return Exit::Usage;
        }
        Err(Failure::Interrupted) => {
            refusal::say("generate", "interrupted; nothing was written", json);
            return Exit::Interrupted;
        }
    };
    let shown = match json {
        true => terminal::json(format!("{:#}", json::made(&made))),
        false => terminal::out(&text::made(&made)),
    };
    // Whoever does not read on has read enough.
    shown.unwrap_or_default();
    Exit::Done
}

async fn make(args: Args) -> Result<made::Made, Failure> {
    // Before Ctrl-C is taken over: it may ask for a passphrase.
    let authority = args.what.authority().map(authority::read).transpose()?;
    let is_cancelled = Arc::new(AtomicBool::new(false));
    let cancel = is_cancelled.clone();
    tokio::spawn(async move {
        interrupted().await;
        cancel.store(true, Ordering::Relaxed);
    });
    // It listens from now on, before there is anything to clean up.
    tokio::task::yield_now().await;
    let work = tokio::task::spawn_blocking(move || make::make(&args.what, authority.as_ref(), &is_cancelled));
    work.await
        .unwrap_or_else(|error| Err(Failure::Because(format!("this is a fault of this program: {error}"))))
}

/// Waits for Ctrl-C, or for SIGTERM where there is such a thing. Without signals there is just no polite end.
async fn interrupted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            future::pending().await
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => signal.recv().await,
                Err(_) => future::pending().await,
            }
        };
        tokio::select! { () = interrupt => {} _ = terminate => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
