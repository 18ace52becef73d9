//! Who may use the control interface: whoever can read a file of the emulator's user.

use std::{
    env, fmt,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use ring::digest::{SHA256, digest};
use uuid::Uuid;

/// Longest file of a token that is read, in bytes.
const LONGEST: u64 = 1024;

/// A secret that every call of the control interface needs. Its `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new one, with 244 random bits.
    pub(crate) fn new() -> Self {
        Self(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
    }

    /// The secret, as it stands in `Authorization: Bearer …`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the command line keeps the token of the emulator whose control interface is at an address: in a folder
    /// of this user (`$XDG_RUNTIME_DIR`, else `$XDG_STATE_HOME` or `~/.local/state`, on Windows `%LOCALAPPDATA%`).
    /// `None` if the user has none of these.
    #[must_use]
    pub fn path(control: SocketAddr) -> Option<PathBuf> {
        let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
        let home = || folder("HOME").map(|home| home.join(".local").join("state"));
        let base = folder("XDG_RUNTIME_DIR").or_else(|| folder("XDG_STATE_HOME"));
        let base = base.or_else(home).or_else(|| folder("LOCALAPPDATA"))?;
        let host = control.ip().to_string().replace(':', "-");
        Some(base.join("dps-x509").join(format!("control-{host}-{}.token", control.port())))
    }

    /// Writes it to a file that nobody but this user can read, in the place of an older one.
    ///
    /// # Errors
    /// The folder or the file cannot be made.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        // A temporary file is its user's alone from the beginning, and what takes its place is never half written.
        let mut file = tempfile::Builder::new().prefix(".token-").tempfile_in(folder)?;
        file.write_all(self.0.as_bytes())?;
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// The file cannot be read, or has no token.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut text = String::new();
        File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
        let token = text.trim();
        if !token.is_empty() && token.len() <= 256 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(token.to_owned()))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "there is no token in it"))
        }
    }

    /// Whether somebody has it. How long that takes says nothing about it.
    pub(super) fn is(&self, presented: &str) -> bool {
        digest(&SHA256, self.0.as_bytes()).as_ref() == digest(&SHA256, presented.as_bytes()).as_ref()
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_for_its_user_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("control.token");
        let token = Token::new();
        token.write(&path).unwrap();
        assert!(Token::read(&path).unwrap().is(token.as_str()));
        assert!(!token.is("") && !token.is(Token::new().as_str()));
        assert!(!format!("{token:?}").contains(token.as_str()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        fs::write(&path, "two words").unwrap();
        assert!(Token::read(&path).is_err());
    }
}
