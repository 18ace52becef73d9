//! Programs of others that judge what no compiler reads: workflows, container files, spelling.

use std::process::Command;

use crate::{
    setup,
    workspace::{self, Result},
};

/// zizmor on the workflows, hadolint on the container file, typos on all that is written. None of them asks a server.
pub(crate) fn all() -> Result<()> {
    let judge = |name: &str, arguments: &[&str]| -> Result<()> {
        workspace::run(
            Command::new(setup::tool("release", name)?).args(arguments).current_dir(workspace::root()),
        )
    };
    judge("zizmor", &["--offline", "--quiet", "--pedantic", ".github/workflows"])?;
    judge("hadolint", &["crate/emulator/Containerfile"])?;
    judge("typos", &["--config", "xtask/typos.toml"])
}
