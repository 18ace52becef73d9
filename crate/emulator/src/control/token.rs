//! Who may use the control interface: whoever can read a file of the emulator's user.

use std::{
    env, fmt,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use ring::digest::{SHA256, digest};
use uuid::Uuid;

/// Longest file of a token that is read, in bytes.
const LONGEST: u64 = 1024;
/// How long to wait for a system that says whether anybody listens; some try several times before they do.
const PATIENCE: Duration = Duration::from_secs(5);

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
        Some(base.join("dps-x509").join(file_name(control)))
    }

    /// Removes the tokens of emulators that were killed, from the folder where [`Self::path`] has those of this user: of
    /// addresses at which nobody listens any more. It waits for the system's word about each.
    pub fn remove_stale(control: SocketAddr) {
        let folder = Self::path(control).and_then(|path| path.parent().map(Path::to_owned));
        if let Some(folder) = folder {
            remove_stale(&folder);
        }
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

/// An IPv6 address without its colons, which no file of Windows may have in its name.
fn file_name(control: SocketAddr) -> String {
    format!("control-{}-{}.token", control.ip().to_string().replace(':', "-"), control.port())
}

/// The address that a file is named for.
fn address(file_name: &str) -> Option<SocketAddr> {
    let (host, port) = file_name.strip_prefix("control-")?.strip_suffix(".token")?.rsplit_once('-')?;
    let ip: IpAddr = host.parse().or_else(|_| host.replace('-', ":").parse()).ok()?;
    Some(SocketAddr::new(ip, port.parse().ok()?)).filter(|address| file_name == self::file_name(*address))
}

fn remove_stale(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in files {
        if let Some(address) = file.file_name().to_str().and_then(address) {
            // What cannot be removed now may be the next time.
            remove_if_stale(&file.path(), address).unwrap_or_default();
        }
    }
}

fn remove_if_stale(path: &Path, address: SocketAddr) -> io::Result<()> {
    let token = fs::read(path)?;
    // An emulator listens before its token is written: where the system refuses, there is none.
    let refused = TcpStream::connect_timeout(&address, PATIENCE).err();
    if refused.is_none_or(|error| error.kind() != io::ErrorKind::ConnectionRefused) {
        return Ok(());
    }
    // Another one may have begun meanwhile, with a token of its own in the same place: it gets that back.
    let aside = path.with_extension(format!("{}.stale", std::process::id()));
    fs::rename(path, &aside)?;
    if fs::read(&aside)? == token { fs::remove_file(&aside) } else { fs::rename(&aside, path) }
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

    #[test]
    fn what_nobody_listens_for_any_more_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let listens = |host: &str| std::net::TcpListener::bind((host, 0)).unwrap();
        let (alive, dead) = (listens("127.0.0.1"), listens("127.0.0.1").local_addr().unwrap());
        let dead_too = listens("127.0.0.9").local_addr().unwrap();
        let kept = [
            file_name(alive.local_addr().unwrap()),
            "control.token".into(),
            "control-a-1.token".into(),
            "x".into(),
        ];
        for name in kept.iter().chain(&[file_name(dead), file_name(dead_too)]) {
            fs::write(folder.path().join(name), "token").unwrap();
        }
        remove_stale(folder.path());
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let mut kept = kept.to_vec();
        kept.sort();
        assert_eq!(left, kept);
    }

    #[test]
    fn an_address_is_read_from_the_name_that_is_written() {
        for control in ["127.0.0.1:9000", "127.0.0.23:1", "[::1]:9000", "[fe80::1:2]:65535"] {
            let control: SocketAddr = control.parse().unwrap();
            assert_eq!(address(&file_name(control)), Some(control));
        }
        for other in
            ["control-127.0.0.1-.token", "control-127.0.0.1-9000.token.1.stale", "control--1-9.token"]
        {
            assert_eq!(address(other), None, "{other}");
        }
    }
}
