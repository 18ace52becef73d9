//! `cargo xtask test`: every test of the project, with all that they need.

use clap::Args;

use crate::{
    check::Check,
    setup::Setup,
    workspace::{self, Result},
};

/// Runs every check and every test of the project.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Leaves out formatting, lints and documentation.
    #[arg(long)]
    no_check: bool,
    /// What `cargo test` is to be told besides.
    #[arg(last = true)]
    rest: Vec<String>,
}

impl Test {
    /// The first failure ends it, but all tests of one kind are run.
    pub(crate) fn run(&self) -> Result<()> {
        Setup {}.run()?;
        if self.no_check {
            crate::component::Component::default().run()?;
        } else {
            Check {}.run()?;
        }
        crate::npm::Npm::default().run()?;
        // The end-to-end tests run the binary.
        workspace::run(workspace::cargo().args(["build", "--workspace"]))?;
        let mut test = workspace::cargo();
        test.args(["test", "--workspace", "--no-fail-fast"]).args(&self.rest);
        workspace::run(&mut test)?;
        crate::npm::test()?;
        crate::page::test()
    }
}
