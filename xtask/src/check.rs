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
        workspace::run(workspace::cargo().args(["fmt", "--all", "--check"]))?;
        // The command line has the component inside.
        component::Component::default().run()?;
        workspace::run(workspace::cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))?;
        let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        workspace::run(workspace::cargo().args(doc).env("RUSTDOCFLAGS", "--deny warnings"))
    }
}
