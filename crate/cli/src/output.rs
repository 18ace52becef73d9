//! Files that are written: whole or not at all, and never over another.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Who may do what with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Everybody may read it.
    Public,
    /// Everybody may read and start it.
    Executable,
    /// Nobody but its owner may read it.
    Secret,
}

/// Writes a file that is not there yet, in a folder that is.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    let folder: PathBuf = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match mode {
            Mode::Public => 0o644,
            Mode::Executable => 0o755,
            Mode::Secret => 0o600,
        };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = builder.prefix(".dps-x509-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(|_| ()).map_err(|error| error.error)
}

/// Why a file could not be written.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            "it is there already, and nothing is overwritten; give another folder".to_owned()
        }
        _ => error.to_string(),
    }
}
