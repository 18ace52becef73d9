//! Starting and stopping.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use dps_x509_core::name::IdScope;
use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
};

use crate::{
    authority::{Authority, AuthorityError, ServerKey},
    config::{Config, ConfigError},
    connection::{self, Limits, Room, Shared},
    control::{self, Owner, Token},
    dps::Dps,
    event::{EventSender, Events, What},
    issuance::Issuance,
    journal::{Journal, StateError},
    presence::Presence,
    service::ServiceKey,
    source::{self, Source},
    tls::Tls,
};

/// A local DPS, ready to be started.
#[derive(Debug, Clone)]
pub struct Emulator {
    config: Config,
    source: Option<Arc<Source>>,
    address: SocketAddr,
    more_addresses: Vec<SocketAddr>,
    control: Option<SocketAddr>,
    folder: Option<PathBuf>,
    tls13: bool,
    server_key: ServerKey,
    limits: Limits,
}

impl Emulator {
    /// An emulator with this configuration, on a free port of 127.0.0.1, with TLS 1.2 only, and with a root that
    /// lasts as long as the process.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            source: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            more_addresses: Vec::new(),
            control: None,
            folder: None,
            tls13: false,
            server_key: ServerKey::default(),
            limits: Limits::default(),
        }
    }

    /// An emulator with the configuration of this file; the same as [`Emulator::new`] otherwise. The file and
    /// the certificates that it names are watched: what changes is put in force within a second or two, and
    /// [`What::Configured`] tells of it; while they cannot be used, the old configuration stays in force, and
    /// [`What::ConfigurationRefused`] tells where the mistake is.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        // Before it is read: what changes in between is seen.
        let source = Arc::new(Source::new(path));
        Ok(Self { source: Some(source), ..Self::new(Config::from_file(path)?) })
    }

    /// Where to listen; port 0 takes a free one.
    #[must_use]
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// One more address to listen on, for clients whose port is fixed. Every address speaks every protocol.
    #[must_use]
    pub fn also_listen(mut self, address: SocketAddr) -> Self {
        self.more_addresses.push(address);
        self
    }

    /// Offers the control interface (see [`control`]) on a loopback address.
    #[must_use]
    pub const fn control(mut self, address: SocketAddr) -> Self {
        self.control = Some(address);
        self
    }

    /// Keeps the root's certificate (`root.pem`) and key (`root-key.pem`, readable by its owner only) in a folder,
    /// so that clients can go on trusting it, and registrations, operations and verified CA certificates
    /// (`state.journal`). The folder is made if it is not there. One emulator can use it at a time.
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

    /// The kind of the server's key. A root that is in the folder already stays what it is.
    #[must_use]
    pub const fn server_key(mut self, server_key: ServerKey) -> Self {
        self.server_key = server_key;
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
        let (listener, address) = listen(self.address).await?;
        let (mut listeners, mut addresses) = (vec![listener], vec![address]);
        for wanted in self.more_addresses {
            let (listener, address) = listen(wanted).await?;
            listeners.push(listener);
            addresses.push(address);
        }
        let control = match self.control {
            Some(wanted) if !wanted.ip().is_loopback() => return Err(StartError::ControlExposed(wanted)),
            Some(wanted) => Some(listen(wanted).await?),
            None => None,
        };
        let authority = match &self.folder {
            Some(folder) => Authority::in_folder(folder, self.server_key),
            None => Authority::in_memory(self.server_key),
        }
        .map_err(StartError::Certificate)?;
        let names = server_names(&self.config, &addresses);
        let tls = Arc::new(Tls::new(&authority, &names, self.tls13)?);

        let id_scope = self.config.id_scope.clone();
        let (end, ending) = watch::channel(false);
        let end = Arc::new(end);
        let events = EventSender::new();
        let dps = Dps::new(self.config);
        let dps = match &self.folder {
            Some(folder) => {
                let (journal, state) = Journal::open(folder, events.clone()).map_err(StartError::State)?;
                let issuance = Issuance::in_folder(folder).map_err(StartError::Certificate)?;
                dps.with_journal(journal, state).with_issuance(issuance)
            }
            None => dps,
        };
        let dps = Arc::new(dps);
        let service_key = match &self.folder {
            Some(folder) => ServiceKey::in_folder(folder).map_err(StartError::Certificate)?,
            None => ServiceKey::in_memory(),
        };
        let service_key = Arc::new(service_key);
        let shared = Shared {
            dps: Arc::clone(&dps),
            presence: Presence::default(),
            tls,
            limits: self.limits,
            room: Room::default(),
            service_key: Arc::clone(&service_key),
            ending,
        };
        let control_address = control.as_ref().map(|(_, address)| *address);
        let token = Token::new();
        let owner = Arc::new(Owner {
            token: token.clone(),
            service_key: Arc::clone(&service_key),
            dps: Arc::clone(&dps),
            events: events.clone(),
            source: self.source.clone(),
            endpoints: addresses.clone(),
            server_names: names.clone(),
            root: authority.root_path.clone(),
            end: Arc::downgrade(&end),
        });
        let ending = shared.ending.clone();
        let control_task = control.map(|(listener, _)| tokio::spawn(control::serve(listener, owner, ending)));
        let source_task = self.source.clone().map(|source| {
            let (dps, events, ending) = (Arc::clone(&dps), events.clone(), shared.ending.clone());
            tokio::spawn(async move { source.follow(&dps, &events, ending).await })
        });
        let task = tokio::spawn(accept_all(listeners, shared, events.clone()));
        Ok(Running {
            address,
            addresses,
            control_token: control_address.map(|_| token),
            service_key,
            control_address,
            root_pem: authority.root_pem,
            root_path: authority.root_path,
            server_names: names,
            id_scope,
            source: self.source,
            dps,
            events,
            end,
            task,
            control_task,
            source_task,
        })
    }
}

/// The names of this machine, the address listened on, the configured ones, and the hubs', each once.
fn server_names(config: &Config, addresses: &[SocketAddr]) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let listening = addresses.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified());
    let listening = listening.map(|ip| ip.to_string());
    // A hub's name may be one that no certificate can have; then nobody can connect to it by that name.
    let hubs = config.hubs.iter().filter(|hub| ServerName::try_from(hub.as_str()).is_ok()).cloned();
    for name in listening.chain(config.server_names.iter().cloned()).chain(hubs) {
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
    addresses: Vec<SocketAddr>,
    control_address: Option<SocketAddr>,
    control_token: Option<Token>,
    service_key: Arc<ServiceKey>,
    root_pem: String,
    root_path: Option<PathBuf>,
    server_names: Vec<String>,
    id_scope: IdScope,
    source: Option<Arc<Source>>,
    dps: Arc<Dps>,
    events: EventSender,
    end: Arc<watch::Sender<bool>>,
    task: JoinHandle<()>,
    control_task: Option<JoinHandle<()>>,
    source_task: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Everywhere it listens, that address first.
    #[must_use]
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where the control interface listens, if it was asked for.
    #[must_use]
    pub const fn control_addr(&self) -> Option<SocketAddr> {
        self.control_address
    }

    /// What every call of the control interface needs.
    #[must_use]
    pub const fn control_token(&self) -> Option<&Token> {
        self.control_token.as_ref()
    }

    /// What a service needs to act on hubs and enrollments, for its connection string.
    #[must_use]
    pub fn service_key(&self) -> &ServiceKey {
        &self.service_key
    }

    /// The ID scope that it started with.
    #[must_use]
    pub const fn id_scope(&self) -> &IdScope {
        &self.id_scope
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
        source::configure(config, &self.dps, &self.events);
    }

    /// Reads a configuration file and puts it in force, as after a change of the file or a signal.
    ///
    /// # Errors
    /// The file cannot be used: the old configuration stays in force, and [`What::ConfigurationRefused`] tells so.
    pub fn reload(&self, path: &Path) -> Result<(), ConfigError> {
        match &self.source {
            Some(source) if source.file() == path => source.reload(&self.dps, &self.events),
            _ => source::reload(path, &self.dps, &self.events),
        }
    }

    /// Waits until somebody wants it to end, by the control interface. It is for the caller to shut it down then.
    pub async fn stopping(&self) {
        // There is an end as long as this is there.
        self.end.subscribe().wait_for(|ending| *ending).await.map(drop).unwrap_or_default();
    }

    /// Closes every connection and the port, and waits until all is gone.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        // It ends by itself; were it to panic, all would be gone as well.
        self.task.await.unwrap_or_default();
        for task in [self.control_task, self.source_task].into_iter().flatten() {
            task.await.unwrap_or_default();
        }
        let dps = self.dps;
        tokio::task::spawn_blocking(move || dps.close_journal()).await.unwrap_or_default();
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

async fn accept_all(listeners: Vec<TcpListener>, shared: Shared, events: EventSender) {
    let limit = shared.limits.connections.min(Semaphore::MAX_PERMITS);
    let count = Count { last: Arc::default(), free: Arc::new(Semaphore::new(limit)) };
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, shared.clone(), events.clone(), count.clone()));
    }
    // They end with the emulator.
    drop((shared, events));
    while accepting.join_next().await.is_some() {}
}

/// Connections of all listeners: how many there were, and how many more there may be.
#[derive(Debug, Clone)]
struct Count {
    last: Arc<AtomicU64>,
    free: Arc<Semaphore>,
}

async fn accept(listener: TcpListener, shared: Shared, events: EventSender, count: Count) {
    let mut ending = shared.ending.clone();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((tcp, peer)) => admit(tcp, peer, &shared, &events, &count, &mut connections),
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
    events: &EventSender,
    count: &Count,
    connections: &mut JoinSet<()>,
) {
    let events = events.of_connection(count.last.fetch_add(1, Ordering::Relaxed) + 1);
    let Ok(place) = Arc::clone(&count.free).try_acquire_owned() else {
        events.tell(|| What::TurnedAway { peer, limit: shared.limits.connections });
        return;
    };
    let serving = connection::serve(tcp, peer, shared.clone(), events);
    connections.spawn(async move {
        serving.await;
        drop(place);
    });
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
    /// The control interface listens on loopback only: what it is told is not encrypted.
    ControlExposed(SocketAddr),
    /// What the folder knows of earlier runs cannot be used.
    State(StateError),
    /// There is no server certificate.
    Certificate(AuthorityError),
    /// The certificate cannot be used for TLS.
    Tls(rustls::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::ControlExposed(address) => {
                write!(f, "the control interface listens on loopback only, not on {address}")
            }
            Self::State(error) => error.fmt(f),
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
            Self::ControlExposed(_) => None,
            Self::State(error) => Some(error),
        }
    }
}
