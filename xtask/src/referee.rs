//! `cargo xtask referee`: other verifiers on the whole of their suites, which takes long or needs what is not in the
//! repository. In `cargo xtask test` these tests are ignored, and counted so.

use clap::Args;

use crate::workspace::{self, Result};

/// Asks other people's verifiers about the whole corpus, and about files of fresh keys; LIMBO names the x509-limbo suite.
#[derive(Debug, Args)]
pub(crate) struct Referee {}

impl Referee {
    /// What is missing is an error that names it.
    pub(crate) fn run(&self) -> Result<()> {
        crate::setup::Setup::default().run()?;
        let test = ["test", "--package", "dps-x509-core", "--test", "limbo", "--test", "webpki"];
        workspace::run(workspace::cargo().args(test).args(["--", "--include-ignored", "--nocapture"]))?;
        // The verdict of `check` on many more made chains than `cargo test` asks about.
        let test = ["test", "--workspace", "--test", "referee", "--", "--nocapture"];
        workspace::run(workspace::cargo().args(test).env("DPS_X509_REFEREE_PAIRS", "20000"))?;
        // Every kind of file with keys and signatures that no run had before.
        let test = ["test", "--workspace", "--test", "files", "--", "--nocapture"];
        workspace::run(workspace::cargo().args(test).env("DPS_X509_REFEREE_FRESH", "1"))
    }
}
