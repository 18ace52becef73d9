//! The core module with what there is to read of it: its README, its notices and the schema of its requests. The schemas of what it answers
//! are in `schema`.

use std::fs;

use super::Release;
use crate::{
    component::{metadata, module},
    workspace::{self, Result},
};

/// To `module`.
pub(crate) fn write(release: &Release) -> Result<()> {
    let folder = release.folder.join("module");
    let built = module::path();
    let bytes = fs::read(&built).map_err(|error| {
        format!("{} cannot be read: {error}; `cargo xtask component` makes it", built.display())
    })?;
    let bytes = metadata::add_revision(bytes, &release.commit);
    workspace::write(&folder.join("dps-x509.wasm"), &bytes)?;
    for file in ["crate/module/README.md", "crate/module/NOTICES.txt", "crate/core/schema/call.json"] {
        let from = workspace::root().join(file);
        fs::copy(&from, folder.join(from.file_name().unwrap_or_default()))?;
    }
    Ok(())
}
