//! `cargo xtask bench`: the measures, each beside a peer in the same run.

use clap::Args;

use crate::{
    component, npm, page,
    setup::Setup,
    workspace::{self, Result},
};

/// Prints the measures: sizes, imports, time to the first byte, CPU and wall time beside peers.
#[derive(Debug, Args)]
pub(crate) struct Bench {}

impl Bench {
    /// Builds optimised, then measures.
    pub(crate) fn run(&self) -> Result<()> {
        Setup::default().run()?;
        component::Component::default().run()?;
        // One selection for all, so that wasmtime is compiled once.
        let benches =
            ["--bench", "check", "--bench", "generate", "--bench", "provision", "--bench", "provisioning"];
        workspace::run(workspace::cargo().args(["bench", "--workspace"]).args(benches))?;
        // The page is measured too.
        page::Site::default().run()?;
        npm::bench()
    }
}
