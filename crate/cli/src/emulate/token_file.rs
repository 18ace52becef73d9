//! Where the token of the control interface is kept while the emulator runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_emulator::{Running, control::Token};

/// The file of the token. It is gone when this is dropped.
#[derive(Debug)]
pub(super) struct TokenFile(PathBuf);

impl TokenFile {
    /// Writes the token where `dps-x509 emulator` looks for it: in a folder of this user, or else in the emulator's
    /// own. `None` without a control interface.
    pub(super) fn of(running: &Running, folder: &Path) -> Result<Option<Self>, String> {
        let (Some(address), Some(token)) = (running.control_addr(), running.control_token()) else {
            return Ok(None);
        };
        let path = Token::path(address).unwrap_or_else(|| folder.join("control.token"));
        let failed =
            |error| format!("cannot write the control interface's token to {}: {error}", path.display());
        token.write(&path).map_err(failed)?;
        // It takes as long as the system does, and nobody waits for it.
        std::thread::spawn(move || Token::remove_stale(address));
        Ok(Some(Self(path)))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        // Of no use to anybody from now on.
        fs::remove_file(&self.0).unwrap_or_default();
    }
}
