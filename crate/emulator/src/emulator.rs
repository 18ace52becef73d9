//! Starting and stopping.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    authority::{Authority, AuthorityError},
    config::{Config, ConfigError},
    connection::{self, Limits, Shared},
    dps::Dps,
    event::{EventSender, Events, What},
    presence::Presence,
    tls::Tls,
};

/// A local DPS, ready to be started. Made by [`Emulator::builder`].
#[derive(Debug, Clone)]
pub struct Emulator {
    config: Config,
    address: SocketAddr,
    folder: Option<PathBuf>,
    tls13: bool,
    limits: Limits,
}

impl Emulator {
    /// An emulator with this configuration, on a free port of 127.0.0.1, with TLS 1.2 only, and with a root that
    /// lasts as long as the process.
    #[must_use]
    pub fn builder(config: Config) -> Self {
        Self {
            config,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            folder: None,
            tls13: false,
            limits: Limits::default(),
        }
    }

    /// Where to listen; port 0 takes a free one.
    #[must_use]
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Keeps the root's certificate (`root.pem`) and key (`root-key.pem`, readable by its owner only) in a folder,
    /// so that clients can go on trusting it. The folder is made if it is not there.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Whether TLS 1.3 is spoken too. DPS documents 1.2 only.
    #[must_use]
    pub const fn tls13(mut self, tls13: bool) -> Self {
        self.tls13 = tls13;
        self
    }

    /// Limits on time and number.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts listening. Needs a tokio runtime with time and I/O enabled.
    ///
    /// # Errors
    /// The address cannot be listened on, or the server's certificate cannot be made.
    pub async fn start(self) -> Result<Running, StartError> {
        let listener = TcpListener::bind(self.address)
            .await
            .map_err(|error| StartError::Listen { address: self.address, error })?;
        let address =
            listener.local_addr().map_err(|error| StartError::Listen { address: self.address, error })?;
        let authority = match &self.folder {
            Some(folder) => Authority::in_folder(folder),
            None => Authority::in_memory(),
        }
        .map_err(StartError::Certificate)?;
        let names = server_names(&self.config, address);
        let tls = Arc::new(Tls::new(&authority, &names, self.tls13)?);

        let (end, ending) = watch::channel(false);
        let dps = Arc::new(Dps::new(self.config));
        let events = EventSender::new();
        let shared =
            Shared { dps: Arc::clone(&dps), presence: Presence::default(), tls, limits: self.limits, ending };
        let task = tokio::spawn(accept(listener, shared, events.clone()));
        Ok(Running {
            address,
            root_pem: authority.root_pem,
            root_path: authority.root_path,
            server_names: names,
            dps,
            events,
            end,
            task,
        })
    }
}

/// The names of this machine, the address listened on, the configured ones, and the hubs', each once.
fn server_names(config: &Config, address: SocketAddr) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let listening = Some(address.ip()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string());
    // A hub's name may be one that no certificate can have; then nobody can connect to it by that name.
    let hubs = config.hubs.iter().filter(|hub| ServerName::try_from(hub.as_str()).is_ok()).cloned();
    for name in listening.into_iter().chain(config.server_names.iter().cloned()).chain(hubs) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A local DPS that listens. Dropping it ends it too, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    root_pem: String,
    root_path: Option<PathBuf>,
    server_names: Vec<String>,
    dps: Arc<Dps>,
    events: EventSender,
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The root that clients have to trust.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// The file of that root, where a folder was given.
    #[must_use]
    pub fn root_path(&self) -> Option<&Path> {
        self.root_path.as_deref()
    }

    /// The names in the server's certificate.
    #[must_use]
    pub fn server_names(&self) -> &[String] {
        &self.server_names
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        self.events.subscribe()
    }

    /// Replaces ID scope, hubs, pace and enrollments. Connections and operations go on; the names in the server's
    /// certificate stay. [`What::Configured`] tells of it.
    pub fn configure(&self, config: Config) {
        let (individuals, groups) = config.enrollments.count();
        let ca_certificates = config.ca_certificates.len();
        self.dps.configure(config);
        self.events.tell(|| What::Configured { individuals, groups, ca_certificates });
    }

    /// Reads a configuration file and puts it in force, as after a change of the file or a signal.
    ///
    /// # Errors
    /// The file cannot be used: the old configuration stays in force, and [`What::ConfigurationRefused`] tells so.
    pub fn reload(&self, path: &Path) -> Result<(), ConfigError> {
        match Config::from_file(path) {
            Ok(config) => {
                self.configure(config);
                Ok(())
            }
            Err(error) => {
                self.events.tell(|| What::ConfigurationRefused { reason: error.to_string() });
                Err(error)
            }
        }
    }

    /// Closes every connection and the port, and waits until all is gone.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        // It ends by itself; were it to panic, all would be gone as well.
        self.task.await.unwrap_or_default();
    }
}

async fn accept(listener: TcpListener, shared: Shared, events: EventSender) {
    let mut ending = shared.ending.clone();
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((tcp, peer)) => {
                number += 1;
                let events = events.of_connection(number);
                admit(tcp, peer, &shared, events, &mut connections);
            }
            Err(error) => {
                events.tell(|| What::AcceptFailed { reason: error.to_string() });
                // Out of descriptors, most likely: without a pause this would spin until some are free.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

fn admit(
    tcp: TcpStream,
    peer: SocketAddr,
    shared: &Shared,
    events: EventSender,
    connections: &mut JoinSet<()>,
) {
    let limit = shared.limits.connections;
    if connections.len() >= limit {
        events.tell(|| What::TurnedAway { peer, limit });
        return;
    }
    connections.spawn(connection::serve(tcp, peer, shared.clone(), events));
}

/// Why the emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// There is no server certificate.
    Certificate(AuthorityError),
    /// The certificate cannot be used for TLS.
    Tls(rustls::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::Certificate(error) => error.fmt(f),
            Self::Tls(error) => write!(f, "the server's certificate cannot be used for TLS: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { error, .. } => Some(error),
            Self::Certificate(error) => Some(error),
            Self::Tls(error) => Some(error),
        }
    }
}
