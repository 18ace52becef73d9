//! `cargo xtask check`: formatting, lints, the rooms of core by themselves, and documentation.

use clap::Args;

use crate::{
    component, judge, test,
    workspace::{self, Result},
};

/// Checks formatting, lints and documentation.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    /// The first complaint ends it.
    pub(crate) fn run(&self) -> Result<()> {
        format()?;
        judge::all()?;
        // The command line has the component inside.
        component::Component::default().run()?;
        lint_all()?;
        rooms()?;
        document()
    }
}

/// Whether everything is formatted.
pub(crate) fn format() -> Result<()> {
    workspace::run(workspace::cargo().args(["fmt", "--all", "--check"]))
}

/// Lints what is selected, tests included; a warning is an error.
pub(crate) fn lint(selection: &[&str]) -> Result<()> {
    let deny = ["--all-targets", "--", "--deny", "warnings"];
    workspace::run(workspace::cargo().arg("clippy").args(selection).args(deny))
}

/// Lints everything, also the tests that Cargo leaves out where all are asked for.
pub(crate) fn lint_all() -> Result<()> {
    lint(&["--workspace"])?;
    let aside = test::ASIDE.iter().flat_map(|name| ["--test", name]);
    let mut clippy = workspace::cargo();
    clippy.args(["clippy", "--workspace"]).args(aside);
    workspace::run(clippy.args(["--", "--deny", "warnings"]))
}

/// What somebody may want of core, and what the web package takes.
const ROOMS: [&str; 8] = ["", "session", "cert", "config", "explain", "generate", "cert,session", "_page"];

/// Lints core with some of its rooms only; a warning is an error.
pub(crate) fn rooms() -> Result<()> {
    for features in ROOMS {
        let core = ["clippy", "--package", "dps-x509-core", "--no-default-features", "--features", features];
        workspace::run(workspace::cargo().args(core).args(["--", "--deny", "warnings"]))?;
    }
    Ok(())
}

/// Builds the documentation of everything, private items included; a warning is an error.
pub(crate) fn document() -> Result<()> {
    let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    workspace::run(workspace::cargo().args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
}
