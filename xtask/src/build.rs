//! `cargo xtask build`: the component, then the command line with the component inside.

use std::path::PathBuf;

use clap::Args;

use crate::{
    component,
    workspace::{self, Result},
};

/// Builds the component and the command line.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Optimises the command line.
    #[arg(long)]
    pub(crate) release: bool,
}

impl Build {
    /// Builds, and says where the binary is.
    pub(crate) fn run(&self) -> Result<()> {
        println!("{}", self.binary()?.display());
        Ok(())
    }

    /// Builds, and gives the path of the binary.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        component::Component::default().run()?;
        workspace::binary("dps-x509", if self.release { "release" } else { "dev" })
    }
}
