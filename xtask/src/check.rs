//! `cargo xtask check`: formatting, lints and documentation.

use clap::Args;

use crate::{
    component,
    workspace::{self, Result},
};

/// Checks formatting, lints and documentation.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    /// The first complaint ends it.
    pub(crate) fn run(&self) -> Result<()> {
        format()?;
        // The command line has the component inside.
        component::Component::default().run()?;
        lint(&["--workspace"])?;
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

/// Builds the documentation of everything, private items included; a warning is an error.
pub(crate) fn document() -> Result<()> {
    let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    workspace::run(workspace::cargo().args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
}
