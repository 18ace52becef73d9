//! What a row's identity comes from: two files, a file and a token, or what a program prints.

use std::{io, path::Path, process::Stdio, time::Duration};

use dps_x509_core::{
    cert::{self, Passphrase, Purpose, Read},
    finding::{Finding, Input, Place, say},
    text,
};
use dps_x509_net::{
    Identity,
    pkcs11::{self, Pin},
};
use tokio::{io::AsyncReadExt as _, process::Command, time::timeout};
use zeroize::Zeroizing;

use crate::{
    list::reason,
    plan::{From, Plan},
};

/// Longest that a command may take, and print.
const COMMAND: Duration = Duration::from_secs(60);
const MAX_OUTPUT: u64 = 1024 * 1024;
/// As much of what it says of itself is kept, from behind.
const MAX_SAID: usize = 4096;

/// A device's files.
pub(crate) struct Files {
    pub(crate) cert: Read,
    /// `None` where the key stays in a token.
    pub(crate) key: Option<Read>,
}

impl Files {
    fn new(from: &From, cert: Zeroizing<Vec<u8>>, key: Option<Zeroizing<Vec<u8>>>) -> Self {
        Self {
            cert: Read::new(Purpose::DeviceChain, place(Input::Cert, from.cert()), cert),
            key: key.map(|key| Read::new(Purpose::DeviceKey, place(Input::Key, from.key()), key)),
        }
    }

    /// Both, as the core takes them.
    pub(crate) fn all(&self) -> Vec<Read> {
        [&self.cert].into_iter().chain(&self.key).cloned().collect()
    }
}

/// What a row's identity comes from: two files, or what a program prints.
pub(crate) async fn read(from: &From) -> Result<Files, Box<Finding>> {
    match from {
        From::Files { .. } | From::Token { .. } => {
            let from = from.clone();
            let read = tokio::task::spawn_blocking(move || read_files(&from)).await;
            read.unwrap_or_else(|error| Err(Box::new(not_usable(&error.to_string(), &Place::default()))))
        }
        From::Command(words) => {
            let bytes = run(words).await?;
            Ok(Files::new(from, bytes.clone(), Some(bytes)))
        }
    }
}

/// The files; a command is not run here.
pub(crate) fn read_files(from: &From) -> Result<Files, Box<Finding>> {
    let key = match from {
        From::Token { .. } => None,
        _ => Some(read_file(Input::Key, from.key())?),
    };
    Ok(Files::new(from, read_file(Input::Cert, from.cert())?, key))
}

fn read_file(input: Input, path: &Path) -> Result<Zeroizing<Vec<u8>>, Box<Finding>> {
    let read = open(path).and_then(|file| {
        let mut bytes = Zeroizing::new(Vec::new());
        // A byte more than is read further, so that this can be told.
        let most = u64::try_from(cert::File::MAX_SIZE).unwrap_or(u64::MAX).saturating_add(1);
        io::Read::read_to_end(&mut io::Read::take(file, most), &mut bytes)?;
        Ok(bytes)
    });
    read.map_err(|error| Box::new(cert::unreadable(place(input, path), why_not(path, &error))))
}

/// Opens what is a file. Anything else that a list names, such as a pipe that nobody writes to, could keep its device under way
/// for ever, whatever its time limit.
fn open(path: &Path) -> io::Result<std::fs::File> {
    let found = std::fs::metadata(path)?;
    if found.is_file() {
        return std::fs::File::open(path);
    }
    let kind = if found.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    Err(io::Error::new(kind, "it is no regular file"))
}

/// Why a file of a list cannot be read. A list may come from another system, whose paths are written in another way.
fn why_not(path: &Path, error: &io::Error) -> String {
    let is_of_windows = !cfg!(windows) && path.to_string_lossy().contains('\\');
    match error.kind() {
        io::ErrorKind::NotFound if is_of_windows => {
            "there is no such file; folders are parted by / here".to_owned()
        }
        _ => reason(error),
    }
}

/// The CN of a device's leaf, from its file alone.
#[cfg(feature = "nats")]
pub(crate) fn name_of_leaf(from: &From) -> Result<Option<String>, Box<Finding>> {
    let (From::Files { cert: path, .. } | From::Token { cert: path, .. }) = from else { return Ok(None) };
    let chain = Read::new(Purpose::DeviceChain, place(Input::Cert, path), read_file(Input::Cert, path)?);
    let leaf = chain.items().iter().find(|item| item.kind == cert::Kind::Certificate);
    Ok(leaf.and_then(|leaf| crate::device::common_name(&leaf.der)))
}

/// What a program prints, within a minute.
async fn run(words: &[String]) -> Result<Zeroizing<Vec<u8>>, Box<Finding>> {
    let failed = |why: String| {
        let program = words.first().map_or("", String::as_str);
        let failed = say::IdentityNotUsable::Command { program: &program, why: &why };
        Box::new(failed.finding().at(Place::input(Input::IdentityCommand)))
    };
    let mut parts = words.iter();
    let mut command = Command::new(parts.next().map_or("", String::as_str));
    command.args(parts).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(reason(&error)))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let running = async {
        let mut printed = Zeroizing::new(Vec::new());
        let mut said = Vec::new();
        let reading = async {
            if let Some(out) = out {
                out.take(MAX_OUTPUT).read_to_end(&mut printed).await?;
            }
            io::Result::Ok(())
        };
        // To its end: whoever is not listened to is stopped by the system.
        let listening = async {
            let (mut err, mut part) = (err, [0; 4096]);
            while let Some(err) = &mut err {
                let length = err.read(&mut part).await?;
                if length == 0 {
                    break;
                }
                said.extend_from_slice(part.get(..length).unwrap_or_default());
                let excess = said.len().saturating_sub(MAX_SAID);
                said.drain(..excess);
            }
            io::Result::Ok(())
        };
        let (read, listened) = tokio::join!(reading, listening);
        read.and(listened)?;
        Ok((child.wait().await?, printed, said))
    };
    match timeout(COMMAND, running).await {
        Err(_) => Err(failed(format!("it takes longer than {} s", COMMAND.as_secs()))),
        Ok(Err(error)) => Err(failed(io::Error::to_string(&error))),
        Ok(Ok((status, printed, _))) if status.success() => Ok(printed),
        Ok(Ok((status, _, said))) => {
            let said = String::from_utf8_lossy(&said).lines().last().unwrap_or_default().to_owned();
            Err(failed(format!("{status} {}", text::visible(said.trim())).trim().to_owned()))
        }
    }
}

/// The chain with its key, from a file or in a token.
pub(crate) fn identity(
    chain: &[Vec<u8>],
    from: &From,
    files: &Files,
    plan: &Plan,
) -> Result<Identity, Vec<Finding>> {
    let passphrase = plan.passphrase.as_ref().map(Passphrase::as_bytes);
    let place = files.key.as_ref().map_or_else(|| Place::input(Input::Key), |key| key.place().clone());
    let made = match (from, &files.key) {
        (From::Token { key, .. }, _) => {
            let pin = passphrase.map(|pin| Pin::new(String::from_utf8_lossy(pin).into_owned()));
            let key = pkcs11::signing_key(key, pin.as_ref())
                // Its semicolons are those of the URI.
                .map_err(|error| vec![not_usable(&error.to_string().replace(';', ","), &place)])?;
            Identity::from_signing_key(chain.iter().cloned(), key)
        }
        (_, Some(key)) => Identity::from_chain(chain.iter().cloned(), key.bytes(), passphrase),
        (_, None) => Identity::from_chain(chain.iter().cloned(), &[], passphrase),
    };
    made.map_err(|error| vec![not_usable(&error.to_string(), &place)])
}

/// The identity as a whole, up to the advice of an error: ours is in the next step.
pub(crate) fn not_usable(why: &str, place: &Place) -> Finding {
    let why = why.split(';').next().unwrap_or_default();
    say::IdentityNotUsable::Files { why: &why }.finding().at(place.clone())
}

fn place(input: Input, path: &Path) -> Place {
    Place::input(input).path(text::visible(&path.to_string_lossy()))
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_windows_that_is_not_there_is_told_as_one() {
        let why = |path, kind: io::ErrorKind| why_not(Path::new(path), &kind.into());
        assert!(why("devices\\a\\cert.pem", io::ErrorKind::NotFound).contains("parted by /"));
        assert!(!why("devices/a/cert.pem", io::ErrorKind::NotFound).contains("parted by /"));
        assert!(!why("devices\\a", io::ErrorKind::PermissionDenied).contains("parted by /"));
    }
}
