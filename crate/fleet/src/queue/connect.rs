//! The way to the servers, and who one is there.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    str::FromStr as _,
    time::Duration,
};

use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, ServerAddr, rustls};
use zeroize::Zeroizing;

use super::{Ear, QueueError, TlsFiles};
use crate::list::reason;

/// Where the servers of a queue are, and who one is there. Nothing secret is in it: it names files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Connection {
    /// `nats://HOST:PORT` or `tls://HOST:PORT`, one or several of a cluster.
    pub servers: Vec<String>,
    /// The JetStream domain, for the streams of a leaf node or of its hub.
    pub domain: Option<String>,
    /// Who one is.
    pub login: Login,
    /// PEM file with what signs the servers' certificates; without it those that the system trusts.
    pub ca: Option<PathBuf>,
    /// PEM files with a certificate and its key, for servers that ask for one.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// Who one is to a NATS server. Files hold what is secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "what NATS knows")]
pub enum Login {
    /// Nobody, or whoever the certificate says.
    #[default]
    None,
    /// A file of credentials: a JWT with its NKey (`nsc generate creds`).
    Credentials(PathBuf),
    /// A file with the seed of an NKey.
    NKey(PathBuf),
    /// A file with a token.
    Token(PathBuf),
    /// A name, and a file with the password.
    Password {
        /// The name.
        user: String,
        /// The file, whose first line it is.
        file: PathBuf,
    },
}

/// How long it may take to be let in.
const DIAL: Duration = Duration::from_secs(10);
/// Longest file of credentials, in bytes.
const MAX_SECRET: u64 = 64 * 1024;

impl Connection {
    /// Connects. From then on it reconnects by itself, to any server of the cluster.
    pub(super) async fn client(&self, ear: &Ear) -> Result<Client, QueueError> {
        let servers = self.servers.iter().map(|text| address(text)).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() {
            return Err(QueueError::Address { text: String::new(), reason: "there is none".to_owned() });
        }
        let mut options = self.login.options()?.name("dps-x509 fleet").connection_timeout(DIAL);
        for file in self.ca.iter().chain(self.certificate.iter().flat_map(|(cert, key)| [cert, key])) {
            readable(file)?;
        }
        if let Some(ca) = &self.ca {
            options = options.add_root_certificates(ca.clone()).require_tls(true);
        }
        if let Some((cert, key)) = &self.certificate {
            options = options.add_client_certificate(cert.clone(), key.clone()).require_tls(true);
        }
        let ear = ear.clone();
        let options = options.event_callback(move |event| {
            ear.take(&event);
            std::future::ready(())
        });
        options.connect(servers).await.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &ConnectError) -> QueueError {
        let servers = self.servers.join(", ");
        match error.kind() {
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
                QueueError::NotLetIn { servers, login: self.login(), reason: error.to_string() }
            }
            ConnectErrorKind::Tls | ConnectErrorKind::Io if is_of_tls(error) => {
                let given = match (&self.ca, &self.certificate) {
                    (None, None) => TlsFiles::None,
                    (Some(_), None) => TlsFiles::Ca,
                    (_, Some(_)) => TlsFiles::Certificate,
                };
                QueueError::Tls { servers, reason: error.to_string(), given }
            }
            _ => QueueError::Unreachable { servers, reason: error.to_string() },
        }
    }

    /// With what it was tried to be let in.
    fn login(&self) -> String {
        match (&self.login, &self.certificate) {
            (Login::None, None) => "a client without credentials".to_owned(),
            (Login::None, Some((cert, _))) => format!("the certificate in {}", cert.display()),
            (Login::Credentials(path), _) => format!("the credentials in {}", path.display()),
            (Login::NKey(path), _) => format!("the NKey in {}", path.display()),
            (Login::Token(path), _) => format!("the token in {}", path.display()),
            (Login::Password { user, file }, _) => {
                format!("the user {user} with the password in {}", file.display())
            }
        }
    }
}

/// Whether a connection failed in TLS, which the client calls a matter of input and output.
fn is_of_tls(error: &ConnectError) -> bool {
    let source = std::error::Error::source(error);
    let mut sources = std::iter::successors(source, |error| error.source());
    let is_inside = |error: &io::Error| {
        let inside = error.get_ref().and_then(|inside| inside.downcast_ref::<rustls::Error>());
        inside.is_some()
    };
    error.kind() == ConnectErrorKind::Tls
        || sources.any(|it| it.is::<rustls::Error>() || it.downcast_ref().is_some_and(is_inside))
}

/// A server's address. One with a password in it is refused: everybody on a machine sees the command lines of all.
fn address(text: &str) -> Result<ServerAddr, QueueError> {
    let refuse = |text: &str, reason: &str| QueueError::Address {
        text: dps_x509_core::text::visible(text).into_owned(),
        reason: reason.to_owned(),
    };
    if let Some((_, host)) = text.rsplit_once('@') {
        let reason =
            "a name, password or token in it is seen by everybody who sees this command line; give a file";
        return Err(refuse(&format!("…@{host}"), reason));
    }
    match text.split_once("://") {
        Some(("nats" | "tls", host)) if !host.is_empty() => {}
        Some(("nats" | "tls", _)) => return Err(refuse(text, "it names no host")),
        Some((scheme, _)) => return Err(refuse(text, &format!("{scheme} is not spoken here"))),
        None => return Err(refuse(text, "it does not say how it is spoken to")),
    }
    ServerAddr::from_str(text).map_err(|error| refuse(text, &error.to_string()))
}

impl Login {
    fn options(&self) -> Result<ConnectOptions, QueueError> {
        let wrong = |path: &Path, reason: String| QueueError::File { path: path.to_owned(), reason };
        Ok(match self {
            Self::None => ConnectOptions::new(),
            Self::Credentials(path) => {
                let text = secret(path)?;
                ConnectOptions::with_credentials(&text)
                    .map_err(|error| wrong(path, format!("it holds no credentials of NATS ({error})")))?
            }
            Self::NKey(path) => {
                let text = secret(path)?;
                let seed = text.lines().map(str::trim).find(|line| line.starts_with("SU"));
                let seed = seed.ok_or_else(|| {
                    wrong(path, "it holds no seed of a user's NKey, which begins with SU".to_owned())
                })?;
                ConnectOptions::with_nkey(seed.to_owned())
            }
            Self::Token(path) => ConnectOptions::with_token(first_line(path)?),
            Self::Password { user, file } => {
                ConnectOptions::with_user_and_password(user.clone(), first_line(file)?)
            }
        })
    }
}

fn first_line(path: &Path) -> Result<String, QueueError> {
    let text = secret(path)?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(QueueError::File { path: path.to_owned(), reason: "its first line is empty".to_owned() }),
    }
}

fn secret(path: &Path) -> Result<Zeroizing<String>, QueueError> {
    let mut text = Zeroizing::new(String::new());
    let read = File::open(path).and_then(|file| file.take(MAX_SECRET).read_to_string(&mut text));
    read.map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::InvalidData => "it is no text".to_owned(),
            _ => reason(&error),
        };
        QueueError::File { path: path.to_owned(), reason }
    })?;
    Ok(text)
}

fn readable(path: &Path) -> Result<(), QueueError> {
    let opened = File::open(path).and_then(|mut file| file.read(&mut [0]));
    opened.map(drop).map_err(|error| QueueError::File { path: path.to_owned(), reason: reason(&error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_and_where_and_never_who() {
        for good in ["nats://127.0.0.1:4222", "tls://queue.example", "nats://[::1]:4222"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for wrong in ["", "queue.example", "http://a", "ws://a:80", "nats://", "nats://a:99999"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
        for secret in ["nats://me:s3cret@a:4222", "tls://s3cret@a", "s3cret@a"] {
            let told = address(secret).unwrap_err().to_string();
            assert!(told.contains("give a file") && !told.contains("s3cret"), "{told}");
        }
    }
}
